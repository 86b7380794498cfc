"""A helper is told what changed of a grant, each for themselves, and nothing of what lies outside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from consent import Action, Extent, Purpose
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Person
from mailbox.services.client_rows import ClientQuery
from mailbox.services.granting import GrantDraft
from mailbox.services.scope_news import ScopeNews
from tests.services.conftest import JAYLANO, Tamper
from tests.world import CJIB, DAY_MS, UWV, World, scope

BOTH = scope(frozenset({CJIB.value, UWV.value}))
ONLY_UWV = scope(frozenset({UWV.value}))
NOTHING = Extent()


async def news(world: World, helper: Person, grant_id: GrantId) -> ScopeNews | None:
    """What the helper is told: on the page of the person, and the same in the list."""
    client = await world.services.client_grants.show(helper, grant_id)
    rows = (await world.services.client_list.page(helper, ClientQuery())).rows
    assert [row.news for row in rows if row.grant_id == grant_id] == [client.news]
    return client.news


async def told(world: World, helper: Person, grant_id: GrantId) -> tuple[Extent, Extent] | None:
    found = await news(world, helper, grant_id)
    return (found.change.added, found.change.taken) if found else None


async def test_what_came_and_what_went_until_it_was_seen(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    assert await news(world, karin, grant_id) is None
    world.clock.ms += DAY_MS
    await world.change(jaylano, grant_id, replace(ONLY_UWV, actions=frozenset({Action.LIST})))
    found = await news(world, karin, grant_id)
    assert found is not None
    assert found.changed_ms == world.clock.ms
    assert found.change.added == replace(NOTHING, agencies=frozenset({UWV.value}))
    assert found.change.taken == replace(
        NOTHING, agencies=frozenset({CJIB.value}), actions=frozenset(Action) - {Action.LIST}
    )
    await world.services.client_grants.saw_news(karin, grant_id, found.version)
    assert await news(world, karin, grant_id) is None


async def test_it_is_told_for_thirty_days(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.change(jaylano, grant_id, BOTH)
    world.clock.ms += 30 * DAY_MS - 1
    assert await news(world, karin, grant_id) is not None
    world.clock.ms += 1
    assert await news(world, karin, grant_id) is None


async def test_several_changes_are_told_as_one_since_the_helper_last_saw(
    world: World, jaylano: Person, karin: Person
) -> None:
    change = world.change
    grant_id = await world.grant(jaylano, karin, scope())
    await change(jaylano, grant_id, BOTH)
    first = await news(world, karin, grant_id)
    assert first is not None
    world.clock.ms += DAY_MS
    await change(jaylano, grant_id, replace(ONLY_UWV, purpose=Purpose.DEBTS))
    both = await news(world, karin, grant_id)
    assert both is not None
    assert both.changed_ms == world.clock.ms
    assert both.change.added.agencies == frozenset({UWV.value})
    assert both.change.taken.agencies == frozenset({CJIB.value})
    assert both.change.purpose is Purpose.DEBTS
    await world.services.client_grants.saw_news(karin, grant_id, first.version)
    assert await told(world, karin, grant_id) == (NOTHING, replace(NOTHING, agencies=frozenset({CJIB.value})))


async def test_a_change_that_was_taken_back_is_no_news(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.change(jaylano, grant_id, BOTH)
    await world.change(jaylano, grant_id, scope())
    assert await news(world, karin, grant_id) is None


async def test_a_later_end_is_news_too(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    later = scope(days=180)
    await world.change(jaylano, grant_id, later)
    assert await told(world, karin, grant_id) == (replace(NOTHING, until_ms=later.until_ms), NOTHING)


async def test_a_letter_that_was_taken_out_is_not_told(world: World, jaylano: Person, karin: Person) -> None:
    """Nor one that the helper never saw: a change can add an agency and keep a letter of it back at once."""
    hidden = await world.deliver(JAYLANO, afzender=UWV.value)
    grant_id = await world.grant(jaylano, karin, scope())
    change, without = world.change, frozenset({id_text(hidden)})
    await change(jaylano, grant_id, replace(scope(), without=without))
    assert await news(world, karin, grant_id) is None
    await change(jaylano, grant_id, replace(BOTH, without=without))
    assert await told(world, karin, grant_id) == (replace(NOTHING, agencies=frozenset({UWV.value})), NOTHING)


async def test_a_letter_that_was_given_and_is_given_no_more_is(world: World, jaylano: Person, karin: Person) -> None:
    given = await world.deliver(JAYLANO, afzender=UWV.value)
    also = frozenset({id_text(given)})
    grant_id = await world.grant(jaylano, karin, replace(scope(), also=also))
    await world.change(jaylano, grant_id, scope(dated_from=date(2026, 1, 1)))
    found = await told(world, karin, grant_id)
    assert found is not None
    assert (found[0], found[1].letters) == (NOTHING, also)


async def test_what_changed_before_one_came_is_not_for_them(world: World, jaylano: Person) -> None:
    """The first helper, who took up an offer that had changed; and a colleague who came later."""
    services = world.services
    anna, murat = [await world.person(bsn, name, "Schuldhulp") for bsn, name in COLLEAGUES]
    offer = await services.granting.offer(jaylano, GrantDraft(helper_note="Anna", scope=scope()))
    await world.change(jaylano, offer.grant_id, BOTH)
    await services.helping.accept(anna, offer.code)
    assert await news(world, anna, offer.grant_id) is None
    await world.change(jaylano, offer.grant_id, ONLY_UWV)
    asked = await services.caseworkers.ask(murat)
    await services.caseworkers.let_in(anna, asked.code, [offer.grant_id])
    assert await news(world, murat, offer.grant_id) is None
    lost = (NOTHING, replace(NOTHING, agencies=frozenset({CJIB.value})))
    assert await told(world, anna, offer.grant_id) == lost
    await world.change(jaylano, offer.grant_id, BOTH)
    assert await told(world, murat, offer.grant_id) == (lost[1], NOTHING)


COLLEAGUES = (("999990056", "Anna Visser"), ("999990068", "Murat Yildiz"))


async def test_each_sees_it_for_themselves_and_nobody_for_another(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    saw = world.services.client_grants.saw_news
    grant_id = await world.grant(jaylano, karin, scope())
    await world.change(jaylano, grant_id, BOTH)
    for other in (eve, jaylano):
        with pytest.raises(NotFound):
            await saw(other, grant_id, 99)
    assert await news(world, karin, grant_id) is not None
    await saw(karin, grant_id, 99)
    assert await news(world, karin, grant_id) is None
    await world.change(jaylano, grant_id, ONLY_UWV)
    assert await news(world, karin, grant_id) is not None


@pytest.mark.parametrize("how", ["pause", "quiet stop"])
async def test_of_what_is_closed_nothing_is_told(world: World, jaylano: Person, karin: Person, how: str) -> None:
    granting = world.services.granting
    grant_id = await world.grant(jaylano, karin, scope())
    await world.change(jaylano, grant_id, BOTH)
    await (granting.pause(jaylano, grant_id) if how == "pause" else granting.stop(jaylano, grant_id, quiet=True))
    (row,) = (await world.services.client_list.page(karin, ClientQuery())).rows
    assert (row.news, row.scope, row.stopped_ms, row.ends_soon) == (None, None, None, False)
    with pytest.raises(NotFound):
        await world.services.client_grants.show(karin, grant_id)


async def test_what_was_cannot_be_made_up(world: World, jaylano: Person, karin: Person, tamper: Tamper) -> None:
    """It is sealed with what the grant says now: whoever edits it has a grant that opens nothing."""
    grant_id = await world.grant(jaylano, karin, scope())
    await world.change(jaylano, grant_id, BOTH)
    async with world.services.store.read() as tx:
        record = await tx.grants.get(jaylano.mailbox_id, grant_id)
    assert record is not None
    edited = record.scope_box[:-1] + bytes([record.scope_box[-1] ^ 1])
    await tamper(
        "UPDATE consent_grant SET scope_box = :box WHERE mailbox_id = :mailbox AND grant_id = :id",
        box=edited,
        mailbox=jaylano.mailbox_id,
        id=grant_id,
    )
    with pytest.raises(NotFound):
        await world.services.client_grants.show(karin, grant_id)
