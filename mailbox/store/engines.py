"""What differs between the two engines, each difference once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, Protocol, TypeAlias

import aiosqlite
from sqlalchemy import URL, Connection, Table, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from mailbox.store.checkpoints import Checkpoints
from mailbox.store.steps import transaction

# A parameter never belongs in a log or an exception. aiosqlite prints whole calls when its logger is at DEBUG.
logging.getLogger("aiosqlite").setLevel(logging.WARNING)

_ENGINE_OPTIONS: Final[dict[str, Any]] = {"hide_parameters": True, "pool_timeout": 30, "max_overflow": 0}


_MIGRATING: Final = 0x6D69676E  # any number will do, as long as all our processes use the same
Insert: TypeAlias = sqlite.Insert | postgresql.Insert


class Engine(Protocol):
    """A database engine as this package uses it. `read` and `write` give a connection in a transaction."""

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]: ...

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]: ...

    def insert(self, table: Table) -> Insert:
        """An insert of this engine, which knows `ON CONFLICT`."""
        ...

    async def lock_schema(self, connection: AsyncConnection) -> None:
        """Keeps other migrating processes out until the transaction ends."""
        ...

    async def close(self) -> None: ...


class SqliteEngine:
    """One file. One connection of this process writes, others read; WAL lets them work at the same time.

    Other processes may have the same file open: `BEGIN IMMEDIATE` takes the write lock before the first statement,
    so a transaction never fails half-way because another one was first.
    """

    READERS: Final = 4
    """Reading connections, a thread each. SQLite reads without the GIL, so a few are enough for the cores it has."""

    def __init__(self, url: URL) -> None:
        self._turn = asyncio.Lock()
        self._checkpoints = Checkpoints(str(url.database), self._turn)
        self._writer = _connecting(url, begin="BEGIN IMMEDIATE", pragmas=_WRITER_PRAGMAS, size=1)
        self._readers = _connecting(url, begin="BEGIN", pragmas=_READER_PRAGMAS, size=self.READERS)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with transaction(self._readers) as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        # The lock answers in the order of asking; the busy handler of SQLite would poll and be unfair.
        async with self._turn, transaction(self._writer) as connection:
            yield connection
        self._checkpoints.committed()

    def insert(self, table: Table) -> Insert:
        return sqlite.insert(table)

    async def lock_schema(self, connection: AsyncConnection) -> None:
        """`BEGIN IMMEDIATE` did."""

    async def close(self) -> None:
        await self._checkpoints.close()
        await self._readers.dispose()
        await self._writer.dispose()


_PRAGMAS: Final = (
    "busy_timeout = 30000",  # first: what follows may already meet another process
    "foreign_keys = ON",
)
_WRITER_PRAGMAS: Final = (
    *_PRAGMAS,
    "synchronous = FULL",  # 202 means durable: the WAL is synced at every commit
    "secure_delete = ON",  # a deleted key is overwritten, not only unlinked (SECURITY.md 1.4)
    "cache_size = -24576",  # 24 MB holds the upper levels of all indexes
    "wal_autocheckpoint = 0",  # `Checkpoints` does it
    "journal_size_limit = 134217728",  # a WAL that a slow reader let grow is cut back to 128 MB
)
_READER_PRAGMAS: Final = (
    *_PRAGMAS,
    "query_only = ON",
    "cache_size = -8192",  # 8 MB each: a few timelines; the rest comes from the mapped file
)


def _connecting(url: URL, *, begin: str, pragmas: tuple[str, ...], size: int) -> AsyncEngine:
    """Connections that are set up before use. BEGIN is ours: sqlite3 itself would only send it before a write."""
    file, script = str(url.database), "".join(f"PRAGMA {pragma};" for pragma in pragmas)

    async def opened() -> aiosqlite.Connection:
        return await _opened(file, script)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    engine = create_async_engine(url, async_creator=opened, pool_size=size, **_ENGINE_OPTIONS)
    event.listen(engine.sync_engine, "begin", begun)
    return engine


async def _opened(file: str, script: str) -> aiosqlite.Connection:
    """A connection that is set up, or none: of one that fails the thread has ended too.

    It would go on to tell an event loop that may be closed by then. aiosqlite does not wait for it, and has no `join`.
    """
    connection = aiosqlite.connect(file, isolation_level=None)
    thread = connection._thread  # noqa: SLF001
    thread.daemon = True  # a connection that is left behind keeps no process from ending
    try:
        await connection
        await connection.executescript(script)
        await _write_ahead(connection)
    except BaseException:
        await connection.close()
        await asyncio.to_thread(thread.join)
        raise
    return connection


async def _write_ahead(connection: aiosqlite.Connection) -> None:
    """Switches to WAL. Once switched a file stays so; while two processes switch a new one, SQLite does not wait."""
    for delay_s in (0.01, 0.05, 0.2, 1.0):
        try:
            await connection.executescript("PRAGMA journal_mode = WAL;")
        except sqlite3.OperationalError:
            await asyncio.sleep(delay_s)
        else:
            return
    await connection.executescript("PRAGMA journal_mode = WAL;")


class PostgresEngine:
    """A PostgreSQL database. Writers meet on row locks; a read transaction sees one snapshot, as on SQLite."""

    CONNECTIONS: Final = 10

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url, pool_size=self.CONNECTIONS, pool_pre_ping=True, isolation_level="READ COMMITTED", **_ENGINE_OPTIONS
        )
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with transaction(self._snapshots) as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with transaction(self._engine) as connection:
            yield connection

    def insert(self, table: Table) -> Insert:
        return postgresql.insert(table)

    async def lock_schema(self, connection: AsyncConnection) -> None:
        await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))

    async def close(self) -> None:
        await self._engine.dispose()


def engine_for(url: str) -> Engine:
    """The engine that this address names: `sqlite+aiosqlite:///file` or `postgresql+psycopg://…`.

    Raises:
        ValueError: another kind of database, or SQLite without a file.
    """
    parsed = make_url(url)
    if parsed.drivername == "sqlite+aiosqlite":
        if parsed.database in (None, "", ":memory:"):
            raise ValueError("SQLite needs a file: its readers and its writer are different connections")
        return SqliteEngine(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return PostgresEngine(parsed)
    raise ValueError("the database is sqlite+aiosqlite or postgresql+psycopg")
