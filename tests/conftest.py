"""Fixtures for all tests. A test that asks for `store` or `database_url` runs on both engines."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio

from mailbox.store import Database
from tests.contract.mailbox_rule import watched_statements
from tests.databases import ENGINES, PostgresServer, in_memory, migrated, postgres_server, sqlite_url


def pytest_configure(config: pytest.Config) -> None:
    for engine in ENGINES:
        config.addinivalue_line("markers", f"{engine}: runs on {engine}; given by the fixture `engine_name`")
    hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)  # a busy machine is no fault
    hypothesis.settings.load_profile("untimed")
    if folder := in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))  # where pytest makes its `tmp_path`


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On the build machine a test that did not run is a test that failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the session, or for each worker of pytest-xdist. It starts when the first test asks."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "migrated.db"
    migrated(sqlite_url(file))
    return file


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name), id=name) for name in ENGINES])
def engine_name(request: pytest.FixtureRequest) -> str:
    """For one engine only: `@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)`."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of this test alone."""
    if engine_name == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield sqlite_url(Path(shutil.copy(template, tmp_path / "mailbox.db")))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if engine_name == "sqlite":
        yield sqlite_url(tmp_path / "empty.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(template="template0") as url:
        yield url


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Database]:
    """A store over a migrated, empty database. Every statement a test sends is checked: mail names its mailbox."""
    with ExitStack() as stack:
        forgetful = stack.enter_context(watched_statements())
        database = Database(database_url)
        yield database
        await database.close()
        assert forgetful == []


@pytest_asyncio.fixture
async def other_store(database_url: str, store: Database) -> AsyncIterator[Database]:
    """A second store over the same database, as another process would have."""
    database = Database(database_url)
    yield database
    await database.close()
