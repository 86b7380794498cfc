"""Someone with a copy of the database: what it says now, and putting back what it said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

Copy = Mapping[str, Sequence[Mapping[str, Any]]]


class Backup:
    """Copies tables, puts a copy back over what is there now, and edits."""

    def __init__(self, database_url: str) -> None:
        self._engine = create_async_engine(database_url)

    async def everything(self) -> Copy:
        """All rows of all tables."""
        async with self._engine.connect() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        return await self.copy(*tables)

    async def copy(self, *tables: str) -> Copy:
        """The rows of these tables, in an order of their own."""
        async with self._engine.connect() as connection:
            return {
                table: sorted(
                    (dict(row) for row in (await connection.execute(text(f"SELECT * FROM {table}"))).mappings()),  # noqa: S608 - as the database names them
                    key=repr,
                )
                for table in tables
            }

    async def restore(self, copy: Copy) -> None:
        async with self._engine.begin() as connection:
            for table, rows in copy.items():
                await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names in this folder
                for row in rows:
                    columns = ", ".join(row)
                    values = ", ".join(f":{column}" for column in row)
                    await connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)  # noqa: S608

    async def edit(self, statement: str, names: Mapping[str, bytes]) -> None:
        """One statement, with those of the names that it uses. It must meet a row."""
        used = {name: value for name, value in names.items() if f":{name}" in statement}
        async with self._engine.begin() as connection:
            assert (await connection.execute(text(statement), used)).rowcount > 0

    async def put_back(self, mailboxes: Copy) -> None:
        """What mailboxes say of their grants, as it was; other tables refer to these rows."""
        statement = text("UPDATE mailbox SET grant_generation = :generation, grants_mac = :mac WHERE mailbox_id = :id")
        async with self._engine.begin() as connection:
            for row in mailboxes["mailbox"]:
                values = {"generation": row["grant_generation"], "mac": row["grants_mac"], "id": row["mailbox_id"]}
                await connection.execute(statement, values)

    async def close(self) -> None:
        await self._engine.dispose()
