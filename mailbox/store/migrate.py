"""Brings a database to the schema of this code. Forward only: there is no way back but a backup.

Alembic is imported where it works: a process that serves needs none of it, and saves 7 MB.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from mailbox.store.engines import engine_for
from mailbox.store.failures import driver_errors

SCRIPTS: Final = Path(__file__).parent / "migrations"


async def migrate(url: str) -> None:
    """Makes or upgrades the tables, in one transaction. Several processes may do this at once: one does the work.

    Raises:
        ValueError: `url` names another kind of database.
        TemporarilyUnavailable: the database does not answer.
    """
    engine = engine_for(url)
    try:
        with driver_errors():
            async with engine.write() as connection:
                await engine.lock_schema(connection)
                await connection.run_sync(_upgrade)
    finally:
        await engine.close()


@cache
def head_revision() -> str:
    """The newest revision that this code knows: its file is named by it."""
    return max(file.name.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
