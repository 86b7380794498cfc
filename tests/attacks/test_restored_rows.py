"""Someone with a copy of the database puts back what was deleted."""

from __future__ import annotations

import contextlib
from itertools import combinations
from typing import Final

import pytest

from consent import State
from mailbox.domain.errors import CodeRefused, DirectoryTampered, MailboxError, NotFound
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from tests.attacks.backup import Backup
from tests.attacks.taken import TABLES, TAKEN, Case, Taking, narrowed, paused, removed, stopped
from tests.services.conftest import EVE, JAYLANO
from tests.world import World, scope

EVERY_CHOICE: Final = [some for count in range(1, len(TABLES) + 1) for some in combinations(TABLES, count)]


@pytest.mark.parametrize("taking", TAKEN, ids=lambda taking: taking.__name__)
async def test_what_was_taken_away_and_put_back_opens_nothing(
    case: Case, eve: Person, backup: Backup, taking: Taking
) -> None:
    """Any choice of the tables. Then the citizen stops another grant and gives a third, and still it opens nothing."""
    granting, other = case.world.services.granting, await case.world.grant(case.jaylano, eve, scope(days=200))
    before = await backup.copy(*TABLES)
    await taking(case)
    now, mailboxes = await backup.copy(*TABLES), await backup.copy("mailbox")
    for tables in EVERY_CHOICE:
        await backup.put_back(mailboxes)
        await backup.restore({**now, **{table: before[table] for table in tables}})
        await case.opens_nothing()
        await granting.stop(case.jaylano, other)
        await case.opens_nothing()
        with contextlib.suppress(DirectoryTampered):
            await granting.offer(case.jaylano, GrantDraft(helper_note="x", scope=scope(days=200)))
        await case.opens_nothing()


@pytest.mark.parametrize("taking", [stopped, narrowed, removed], ids=lambda taking: taking.__name__)
async def test_what_was_put_back_cannot_be_made_wider_resumed_or_shared(
    case: Case, backup: Backup, taking: Taking
) -> None:
    """Nobody makes it good: not the citizen who did not see it, and not the helper who did it."""
    before = await backup.copy(*TABLES)
    await taking(case)
    await backup.restore(before)
    services = case.world.services
    asked = await services.caseworkers.ask(await case.world.person(EVE, "Eve Vreemd", case.karin.organisation))
    for attempt in (
        case.world.change(case.jaylano, case.grant_id, scope(days=100)),
        services.granting.pause(case.jaylano, case.grant_id),
        services.caseworkers.let_in(case.karin, asked.code, [case.grant_id]),
        services.asking.ask(case.karin, scope(), "Om te helpen"),
    ):
        with contextlib.suppress(MailboxError):
            await attempt
        await case.opens_nothing()


async def test_an_offer_that_was_stopped_and_put_back_with_its_code_lets_nobody_in(
    world: World, jaylano: Person, karin: Person, backup: Backup
) -> None:
    """The helper kept the code, and knows someone with the database's password."""
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    before = await backup.copy(*TABLES)
    await world.services.granting.stop(jaylano, offer.grant_id)
    await backup.restore(before)
    with pytest.raises(DirectoryTampered):
        await world.services.helping.accept(karin, offer.code)
    assert await world.services.helping.clients_of(karin) == []


async def test_a_pause_that_was_put_back_wider_is_not_resumed(case: Case, backup: Backup) -> None:
    """Narrowed while it was paused: who resumes gives what they last chose."""
    await paused(case)
    before = await backup.copy("consent_grant")
    await narrowed(case)
    await backup.restore(before)
    with pytest.raises(DirectoryTampered):
        await case.world.services.granting.resume(case.jaylano, case.grant_id)
    await case.opens_nothing()


async def test_the_citizen_who_stops_what_was_put_back_has_all_as_it_was(
    case: Case, world: World, eve: Person, backup: Backup
) -> None:
    """Nothing opens while it is there, not through other grants either; then all is good again."""
    before = await backup.copy(*TABLES)
    await stopped(case)
    await backup.restore(before)
    async with world.restarted() as again:
        with pytest.raises(DirectoryTampered):
            await again.deliver(JAYLANO)
        await again.services.granting.stop(case.jaylano, case.grant_id)
        letter_id = await again.deliver(JAYLANO)
        await case.opens_nothing()
        other = await again.grant(case.jaylano, eve, scope())
        assert letter_id in await again.ids(eve, through=other)


async def test_who_stops_everything_makes_a_mailbox_good_whatever_was_put_back(
    case: Case, world: World, eve: Person, backup: Backup
) -> None:
    before = await backup.copy("consent_grant")
    await narrowed(case)
    await backup.restore(before)
    await world.services.granting.stop_all(case.jaylano)
    await case.opens_nothing()
    async with world.restarted() as again:
        letter_id = await again.deliver(JAYLANO)
        other = await again.grant(case.jaylano, eve, scope())
        assert letter_id in await again.ids(eve, through=other)


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
