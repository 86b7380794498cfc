"""Someone with a copy of the database puts back what was deleted."""

from __future__ import annotations

import pytest

from consent import State
from mailbox.domain.errors import CodeRefused, DirectoryTampered, NotFound
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from tests.attacks.backup import Backup
from tests.services.conftest import JAYLANO
from tests.world import World, scope


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
    world: World, jaylano: Person, karin: Person, backup: Backup, tables: list[str]
) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    before = await backup.copy(*tables)
    await world.services.granting.stop(jaylano, grant_id)
    await backup.restore(before)
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=grant_id)


async def test_a_stopped_grant_put_back_gives_nothing_of_what_was_or_comes(
    world: World, jaylano: Person, karin: Person, backup: Backup
) -> None:
    """Every row of the grant. What the mailbox says of its grants is another: the door then takes nothing in."""
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    before = await backup.copy("consent_grant", "held_grant", "letter_key")
    await world.services.granting.stop(jaylano, grant_id)
    await backup.restore(before)
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=grant_id)
    async with world.restarted() as again:
        with pytest.raises(DirectoryTampered):
            await again.deliver(JAYLANO)


async def test_a_stopped_grant_put_back_with_its_mailbox_is_in_the_citizens_sight(
    world: World, jaylano: Person, karin: Person, backup: Backup
) -> None:
    """The limit of keys in one database: who restores all of it restores what was allowed then. It is not secret."""
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    before = await backup.copy("consent_grant", "held_grant", "letter_key")
    mailboxes = await backup.copy("mailbox")
    await world.services.granting.stop(jaylano, grant_id)
    await backup.restore(before)
    await backup.put_back(mailboxes)
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
    world: World, jaylano: Person, karin: Person, eve: Person, backup: Backup
) -> None:
    granting = world.services.granting
    taken, stopped = [
        await granting.offer(jaylano, GrantDraft(helper_note=note, scope=scope())) for note in ("taken", "stopped")
    ]
    before = await backup.copy("invitation")
    await world.services.helping.accept(karin, taken.code)
    await granting.stop(jaylano, stopped.grant_id)
    await backup.restore(before)
    for code in (taken.code, stopped.code):
        with pytest.raises(CodeRefused):
            await world.services.helping.accept(eve, code)
    assert await world.services.helping.clients_of(eve) == []
