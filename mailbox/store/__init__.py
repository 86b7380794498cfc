"""Where sealed things are kept: the only user of SQL. README.md says how it is put together."""

from __future__ import annotations

from mailbox.store.database import Database
from mailbox.store.migrate import migrate
from mailbox.store.objects import FolderObjects

__all__ = ["Database", "FolderObjects", "migrate"]
