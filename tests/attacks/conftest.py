"""People, a world and someone with the database's password: as for the tests of the services."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from mailbox.store import Database
from tests.attacks.backup import Backup
from tests.services.conftest import eve, jaylano, karin, log_output, tamper, world

__all__ = ["eve", "jaylano", "karin", "log_output", "tamper", "world"]


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Database]:
    """A store whose statements nobody checks: those of an attacker do not name the mailbox they are about."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def backup(database_url: str) -> AsyncIterator[Backup]:
    made = Backup(database_url)
    yield made
    await made.close()
