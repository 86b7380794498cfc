"""Runs the revisions on the connection and in the transaction that `migrate` gives. There is no offline mode."""

from __future__ import annotations

from alembic import context

from mailbox.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
