"""A transaction's connection, as the nouns use it: run a statement, get rows, hear of failure in domain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Executable, Row, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from mailbox.domain.errors import MailboxError
from mailbox.store.engines import Engine, Insert
from mailbox.store.failures import driver_errors
from mailbox.store.steps import to_the_end

Values: TypeAlias = Mapping[str, Any]


class Statements:
    """Runs statements in one transaction, and remembers whether one failed.

    PostgreSQL answers COMMIT of a failed transaction with a silent rollback, and SQLite would keep what came before
    the failure. Neither may look like success, so the unit of work asks `failure` before it commits.
    """

    def __init__(self, connection: AsyncConnection, engine: Engine) -> None:
        self._connection = connection
        self._engine = engine
        self.failure: MailboxError | None = None

    def insert(self, table: Table) -> Insert:
        return self._engine.insert(table)

    async def rows(self, statement: Executable, values: Values | None = None) -> Sequence[Row[Any]]:
        try:
            with driver_errors():
                return (await to_the_end(self._connection.execute(statement, values))).all()
        except MailboxError as exc:
            self.failure = exc
            raise

    async def row(self, statement: Executable, values: Values | None = None) -> Row[Any] | None:
        """The first row, if any."""
        found = await self.rows(statement, values)
        return found[0] if found else None

    async def run(self, statement: Executable, values: Values | Sequence[Values] | None = None) -> None:
        """Runs a statement that returns nothing, for each of `values`; without any, nothing happens."""
        if values is not None and not values:
            return
        try:
            with driver_errors():
                await to_the_end(self._connection.execute(statement, values))
        except MailboxError as exc:
            self.failure = exc
            raise
