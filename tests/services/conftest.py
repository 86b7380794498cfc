"""Every service test runs on both databases: `store` is parametrised over them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import LogCapture

from mailbox.domain.people import Person
from mailbox.store import Database, FolderObjects
from tests.post_office import PostOffice
from tests.web.story import public_key
from tests.world import CJIB, UWV, World
from tests.world import world as make_world

JAYLANO, SAMIRA, KARIN, EVE = "999990019", "999990020", "999990032", "999990044"


@pytest.fixture
async def world(store: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with make_world(store, FolderObjects(tmp_path / "objects"), tmp_path / "kek.json") as made:
        yield made


@pytest.fixture
async def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def wired(store: Database, tmp_path: Path, office: PostOffice) -> AsyncIterator[World]:
    """A world that sends messages, to the office."""
    objects = FolderObjects(tmp_path / "objects")
    async with make_world(store, objects, tmp_path / "kek.json", channel=office) as made:
        await made.services.agencies.add(CJIB, "CJIB", public_key())
        await made.services.agencies.add(UWV, "UWV", public_key())
        yield made


@pytest.fixture
async def jaylano(world: World) -> Person:
    return await world.person(JAYLANO, "Jaylano Meerman")


@pytest.fixture
async def karin(world: World) -> Person:
    return await world.person(KARIN, "Karin Bos", "Buurthuis De Brug")


@pytest.fixture
async def eve(world: World) -> Person:
    return await world.person(EVE, "Eve Vreemd")


class Tamper(Protocol):
    """Changes a stored row behind the service's back, as someone with the database's password could."""

    async def __call__(self, statement: str, /, **values: object) -> None: ...


@pytest.fixture
def tamper(database_url: str) -> Tamper:
    async def execute(statement: str, /, **values: object) -> None:
        engine = create_async_engine(database_url)
        try:
            async with engine.begin() as connection:
                done = await connection.execute(text(statement), values)
                assert done.rowcount != 0
        finally:
            await engine.dispose()

    return execute


@pytest.fixture
def log_output() -> Iterator[LogCapture]:
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[capture])
    yield capture
    structlog.configure(**before)
