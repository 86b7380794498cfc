"""A SQLite file that does not open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mailbox.domain.errors import MailboxError
from mailbox.store import Database
from tests.databases import sqlite_url

_TIMES = 40


def no_folder(folder: Path) -> Path:
    return folder / "gone" / "mailbox.db"


def no_database(folder: Path) -> Path:
    file = folder / "mailbox.db"
    file.write_bytes(b"no database " * 400)
    return file


@pytest.mark.parametrize("broken", [no_folder, no_database])
def test_it_leaves_nothing_running_when_the_error_is_told(tmp_path: Path, broken: Callable[[Path], Path]) -> None:
    """A thread that outlives the event loop dies of it: often, not each time."""
    url = sqlite_url(broken(tmp_path))
    before = threading.active_count()
    for _ in range(_TIMES):
        with pytest.raises(MailboxError):
            asyncio.run(asked(url))
        assert threading.active_count() == before


async def asked(url: str) -> None:
    database = Database(url)
    try:
        await database.ping()
    finally:
        await database.close()
