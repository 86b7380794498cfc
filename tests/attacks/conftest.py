"""People, a world and someone with the database's password: as for the tests of the services."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from mailbox.domain.people import Person
from mailbox.store import Database
from tests.attacks.backup import Backup
from tests.attacks.taken import COLLEAGUE, Case
from tests.services.conftest import JAYLANO, eve, jaylano, karin, log_output, tamper, world
from tests.world import World, scope

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


@pytest_asyncio.fixture
async def case(world: World, jaylano: Person, karin: Person) -> Case:
    colleague = await world.person(COLLEAGUE, "Mo Haddad", karin.organisation)
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    asked = await world.services.caseworkers.ask(colleague)
    await world.services.caseworkers.let_in(karin, asked.code, [grant_id])
    case = Case(world=world, jaylano=jaylano, karin=karin, colleague=colleague, letter_id=letter_id, grant_id=grant_id)
    await case.may_read()
    return case
