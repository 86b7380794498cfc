"""Brings a database to the schema of this code. Forward only: there is no way back but a backup."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from mailbox.store.engines import engine_for
from mailbox.store.failures import driver_errors

_SCRIPTS: Final = Path(__file__).parent / "migrations"


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
    """The newest revision that this code knows.

    Raises:
        RuntimeError: the revisions do not form one line.
    """
    heads = ScriptDirectory.from_config(_config()).get_heads()
    if len(heads) != 1:
        raise RuntimeError("the migrations do not form one line")
    return heads[0]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
