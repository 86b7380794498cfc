"""Someone with a copy of the database puts back what was deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from consent import State
from mailbox.domain.errors import CodeRefused, DirectoryTampered, NotFound
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO
from tests.world import World, scope

Copy = Mapping[str, Sequence[Mapping[str, Any]]]


class Copier:
    """Copies tables, and puts a copy back over what is there now."""

    def __init__(self, database_url: str) -> None:
        self._engine = create_async_engine(database_url)

    async def copy(self, *tables: str) -> Copy:
        async with self._engine.connect() as connection:
            return {
                table: [dict(row) for row in (await connection.execute(text(f"SELECT * FROM {table}"))).mappings()]  # noqa: S608 - names in this file
                for table in tables
            }

    async def restore(self, copy: Copy) -> None:
        async with self._engine.begin() as connection:
            for table, rows in copy.items():
                await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names in this file
                for row in rows:
                    columns = ", ".join(row)
                    values = ", ".join(f":{column}" for column in row)
                    await connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)  # noqa: S608

    async def put_back(self, mailboxes: Copy) -> None:
        """What mailboxes say of their grants, as it was; other tables refer to these rows."""
        statement = text("UPDATE mailbox SET grant_generation = :generation, grants_mac = :mac WHERE mailbox_id = :id")
        async with self._engine.begin() as connection:
            for row in mailboxes["mailbox"]:
                values = {"generation": row["grant_generation"], "mac": row["grants_mac"], "id": row["mailbox_id"]}
                await connection.execute(statement, values)

    async def close(self) -> None:
        await self._engine.dispose()


@pytest.fixture
async def copier(database_url: str) -> AsyncIterator[Copier]:
    made = Copier(database_url)
    yield made
    await made.close()


@pytest.mark.parametrize(
    "tables",
    [
        ["held_grant"],
        ["letter_key"],
        ["held_grant", "letter_key"],
        ["consent_grant"],
        ["consent_grant", "letter_key"],
        ["consent_grant", "held_grant"],
    ],
    ids=" ".join,
)
async def test_rows_of_a_stopped_grant_put_back_open_nothing(
    world: World, jaylano: Person, karin: Person, copier: Copier, tables: list[str]
) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    before = await copier.copy(*tables)
    await world.services.granting.stop(jaylano, grant_id)
    await copier.restore(before)
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=grant_id)


async def test_a_stopped_grant_put_back_gives_nothing_of_what_was_or_comes(
    world: World, jaylano: Person, karin: Person, copier: Copier
) -> None:
    """Every row of the grant. What the mailbox says of its grants is another: the door then takes nothing in."""
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    before = await copier.copy("consent_grant", "held_grant", "letter_key")
    await world.services.granting.stop(jaylano, grant_id)
    await copier.restore(before)
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=grant_id)
    async with world.restarted() as again:
        with pytest.raises(DirectoryTampered):
            await again.deliver(JAYLANO)


async def test_a_stopped_grant_put_back_with_its_mailbox_is_in_the_citizens_sight(
    world: World, jaylano: Person, karin: Person, copier: Copier
) -> None:
    """The limit of keys in one database: who restores all of it restores what was allowed then. It is not secret."""
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    before = await copier.copy("consent_grant", "held_grant", "letter_key")
    mailboxes = await copier.copy("mailbox")
    await world.services.granting.stop(jaylano, grant_id)
    await copier.restore(before)
    await copier.put_back(mailboxes)
    await world.ids(karin, through=grant_id)
    assert [view.state for view in await world.services.granting.grants_of(jaylano)] == [State.ACTIVE]
    looks = await world.services.log_book.entries(jaylano)
    assert [(line.role, line.action) for line in looks.lines[:2]] == [
        (Role.HELPER, Act.LIST),
        (Role.CITIZEN, Act.STOPPED),
    ]
    await world.services.granting.stop(jaylano, grant_id)
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)


async def test_an_invitation_put_back_after_it_was_taken_up_or_stopped_lets_nobody_in(
    world: World, jaylano: Person, karin: Person, eve: Person, copier: Copier
) -> None:
    granting = world.services.granting
    taken, stopped = [
        await granting.offer(jaylano, GrantDraft(helper_note=note, scope=scope())) for note in ("taken", "stopped")
    ]
    before = await copier.copy("invitation")
    await world.services.helping.accept(karin, taken.code)
    await granting.stop(jaylano, stopped.grant_id)
    await copier.restore(before)
    for code in (taken.code, stopped.code):
        with pytest.raises(CodeRefused):
            await world.services.helping.accept(eve, code)
    assert await world.services.helping.clients_of(eve) == []
