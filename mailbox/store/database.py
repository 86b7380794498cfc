"""The unit of work: transactions over all nouns, on either engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from mailbox.domain.errors import TemporarilyUnavailable
from mailbox.store.access_log import AccessLogRows
from mailbox.store.agencies import AgencyRows
from mailbox.store.alerts import AlertRows
from mailbox.store.apps import AppRows
from mailbox.store.drafts import DraftRows
from mailbox.store.endings import EndingRows
from mailbox.store.engines import engine_for
from mailbox.store.failures import driver_errors
from mailbox.store.grants import GrantRows
from mailbox.store.ladders import LadderRows
from mailbox.store.letters import LetterRows
from mailbox.store.mailboxes import MailboxRows
from mailbox.store.message_counts import MessageCountRows
from mailbox.store.migrate import head_revision
from mailbox.store.sessions import SessionRows
from mailbox.store.statements import Statements

_REVISION = text("SELECT version_num FROM alembic_version")


class DatabaseTransaction:
    """One transaction; implements `ports.Transaction`."""

    def __init__(self, statements: Statements) -> None:
        self.mailboxes = MailboxRows(statements)
        self.letters = LetterRows(statements)
        self.grants = GrantRows(statements)
        self.drafts = DraftRows(statements)
        self.log = AccessLogRows(statements)
        self.agencies = AgencyRows(statements)
        self.sessions = SessionRows(statements)
        self.apps = AppRows(statements)
        self.alerts = AlertRows(statements)
        self.ladders = LadderRows(statements)
        self.endings = EndingRows(statements)
        self.message_counts = MessageCountRows(statements)


class Database:
    """Implements `ports.Store`. Made once a process; `close` ends its connections.

    Args:
        url: `sqlite+aiosqlite:////folder/file.db` or `postgresql+psycopg://…`.

    Raises:
        ValueError: another kind of database.
    """

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[DatabaseTransaction]:
        """One snapshot from the first statement on. Writing raises StoreMisused."""
        with driver_errors():
            async with self._engine.read() as connection:
                yield DatabaseTransaction(Statements(connection, self._engine))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[DatabaseTransaction]:
        """Commits at the end; durable when it returns. A transaction in which a statement failed is never committed.

        Raises:
            TemporarilyUnavailable: no connection, or the commit failed.
        """
        with driver_errors():
            async with self._engine.write() as connection:
                statements = Statements(connection, self._engine)
                yield DatabaseTransaction(statements)
                if statements.failure is not None:
                    raise statements.failure

    async def ping(self) -> None:
        """Asks the database for its schema version.

        Raises:
            TemporarilyUnavailable: no answer, or a version that is not the one of this code.
        """
        with driver_errors():
            async with self._engine.read() as connection:
                found = await Statements(connection, self._engine).rows(_REVISION)
        if [row.version_num for row in found] != [head_revision()]:
            raise TemporarilyUnavailable

    async def close(self) -> None:
        await self._engine.close()
