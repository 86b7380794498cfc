"""Every three months a citizen is asked whether it is still right who sees their post. A yes is in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from consent import EVERY, State
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.services.grant_views import GrantView
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from mailbox.services.oversight import is_asked
from tests.services.conftest import JAYLANO
from tests.world import DAY_MS, World, scope

YEAR = scope(days=365)
QUARTER_MS = 92 * DAY_MS


async def views(world: World, citizen: Person) -> list[GrantView]:
    return list(await world.services.granting.grants_of(citizen))


async def asked(world: World, citizen: Person) -> bool:
    return is_asked(await views(world, citizen), world.clock.ms)


async def shown(world: World, citizen: Person) -> Mapping[GrantId, int]:
    """What the page would send back."""
    return {view.grant_id: view.version for view in await views(world, citizen)}


async def confirmed(world: World, citizen: Person) -> list[GrantId | None]:
    page = await world.services.log_book.entries(citizen)
    assert page.intact
    return [line.grant_id for line in page.lines if line.action is Act.CONFIRMED]


async def test_one_is_asked_three_months_after_giving_until_one_says_yes(
    world: World, jaylano: Person, karin: Person
) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, YEAR)
    world.clock.ms += QUARTER_MS - 1
    assert not await asked(world, jaylano)
    world.clock.ms += 1
    for _ in range(2):
        assert await asked(world, jaylano)
        world.clock.ms += DAY_MS
    assert await world.services.oversight.confirm(jaylano, await shown(world, jaylano)) == 1
    assert not await asked(world, jaylano)
    (line,) = [one for one in (await world.services.log_book.entries(jaylano)).lines if one.action is Act.CONFIRMED]
    assert (line.role, line.grant_id, line.at_ms) == (Role.CITIZEN, grant_id, world.clock.ms)
    assert line.details == {"helper": "Karin Bos (Buurthuis De Brug)", "scope": YEAR.to_json()}
    world.clock.ms += QUARTER_MS
    assert await asked(world, jaylano)
    assert await world.ids(karin, through=grant_id) == {letter_id}


async def test_a_yes_changes_nothing_of_the_grant(world: World, jaylano: Person, karin: Person) -> None:
    await world.grant(jaylano, karin, YEAR)
    world.clock.ms += QUARTER_MS
    (before,) = await views(world, jaylano)
    await world.services.oversight.confirm(jaylano, await shown(world, jaylano))
    (after,) = await views(world, jaylano)
    assert after == replace(before, agreed_ms=world.clock.ms)
    later = await world.deliver(JAYLANO)
    assert later in await world.ids(karin, through=after.grant_id)


async def test_one_that_is_due_asks_about_all_and_the_next_question_is_one(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    first = await world.grant(jaylano, karin, YEAR)
    world.clock.ms += QUARTER_MS - DAY_MS
    second = await world.grant(jaylano, eve, YEAR)
    world.clock.ms += DAY_MS
    assert await world.services.oversight.confirm(jaylano, await shown(world, jaylano)) == 2
    assert set(await confirmed(world, jaylano)) == {first, second}
    world.clock.ms += QUARTER_MS - DAY_MS
    assert not await asked(world, jaylano)


async def test_a_second_click_finds_it_done(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, YEAR)
    world.clock.ms += QUARTER_MS
    sent = await shown(world, jaylano)
    assert [await world.services.oversight.confirm(jaylano, sent) for _ in range(3)] == [1, 0, 0]
    assert await confirmed(world, jaylano) == [grant_id]


async def test_what_was_not_shown_is_not_confirmed(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    """On a page that was open for long: one grant has changed since, and one is new."""
    kept, changed = await world.grant(jaylano, karin, YEAR), await world.grant(jaylano, eve, YEAR)
    world.clock.ms += QUARTER_MS
    sent = await shown(world, jaylano)
    await world.change(jaylano, changed, replace(YEAR, agencies=EVERY))
    await world.grant(jaylano, eve, YEAR)
    assert await world.services.oversight.confirm(jaylano, sent) == 1
    assert await confirmed(world, jaylano) == [kept]


async def test_a_change_and_a_resumption_are_a_yes(world: World, jaylano: Person, karin: Person) -> None:
    granting = world.services.granting
    grant_id = await world.grant(jaylano, karin, YEAR)
    world.clock.ms += QUARTER_MS
    await world.change(jaylano, grant_id, replace(YEAR, agencies=EVERY))
    assert not await asked(world, jaylano)
    world.clock.ms += QUARTER_MS
    assert await asked(world, jaylano)
    await granting.pause(jaylano, grant_id)
    assert not await asked(world, jaylano)
    await granting.resume(jaylano, grant_id)
    assert not await asked(world, jaylano)


@pytest.mark.parametrize("ended", ["offered", "stopped", "expired"])
async def test_who_sees_nothing_is_not_asked_about(world: World, jaylano: Person, karin: Person, ended: str) -> None:
    granting = world.services.granting
    if ended == "offered":
        await granting.offer(jaylano, GrantDraft(helper_note="Tante", scope=YEAR))
    else:
        grant_id = await world.grant(jaylano, karin, YEAR if ended == "stopped" else scope(days=92))
        if ended == "stopped":
            await granting.stop(jaylano, grant_id)
    world.clock.ms += QUARTER_MS
    sent = await shown(world, jaylano)
    assert not await asked(world, jaylano)
    assert await world.services.oversight.confirm(jaylano, sent) == 0
    assert await confirmed(world, jaylano) == []


async def test_nobody_confirms_for_another(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    grant_id = await world.grant(jaylano, karin, YEAR)
    await world.grant(eve, karin, YEAR)
    world.clock.ms += QUARTER_MS
    for other in (eve, karin):
        await world.services.oversight.confirm(other, {grant_id: 2})
    assert await confirmed(world, jaylano) == []
    (view,) = await views(world, jaylano)
    assert (view.state, await asked(world, jaylano)) == (State.ACTIVE, True)
