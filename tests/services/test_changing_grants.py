"""A grant that changes: wider, narrower, paused, stopped quietly. What opens is what the newest version says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import EVERY, Action, State
from mailbox.domain.errors import ChangedMeanwhile, NotFound, NotPossibleNow, ScopeRefused
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO
from tests.world import DAY_MS, UWV, World, scope

WIDE = scope(EVERY, EVERY)


async def sealed_to(world: World, citizen: Person, grant_id: GrantId) -> set[LetterId]:
    """The letters to which the grant has a key, whatever consent says."""
    async with world.services.store.read() as tx:
        rows = await tx.letters.page(citizen.mailbox_id, grant_id, visible_at_ms=2**62, before=None, limit=99)
    return {row.letter_id for row in rows}


async def two_letters(world: World) -> tuple[LetterId, LetterId]:
    fine = await world.deliver(JAYLANO)
    benefit = await world.deliver(
        JAYLANO, afzender=UWV.value, berichtsoort="uwv_ww_beslissing", aard="besluit", domeinen=["uitkering"]
    )
    return fine, benefit


async def test_widening_seals_what_is_new(world: World, jaylano: Person, karin: Person) -> None:
    fine, benefit = await two_letters(world)
    grant_id = await world.grant(jaylano, karin, scope())
    assert await world.ids(karin, through=grant_id) == {fine}
    view = await world.change(jaylano, grant_id, WIDE)
    assert (view.version, view.scope, view.state) == (3, WIDE, State.ACTIVE)
    assert await world.ids(karin, through=grant_id) == {fine, benefit}


async def test_narrowing_takes_the_keys_with_it(world: World, jaylano: Person, karin: Person) -> None:
    fine, benefit = await two_letters(world)
    grant_id = await world.grant(jaylano, karin, WIDE)
    await world.change(jaylano, grant_id, scope())
    assert await world.ids(karin, through=grant_id) == {fine}
    assert await sealed_to(world, jaylano, grant_id) == {fine}
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, benefit, through=grant_id)


async def test_narrowing_to_dates_and_amounts_takes_the_text(world: World, jaylano: Person, karin: Person) -> None:
    fine = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    assert (await world.services.reading.letter(karin, fine, through=grant_id)).text is not None
    await world.change(jaylano, grant_id, scope(actions=frozenset({Action.LIST})))
    seen = await world.services.reading.letter(karin, fine, through=grant_id)
    assert (seen.text, seen.metadata.amounts is not None) == (None, True)


async def test_a_letter_is_taken_out_and_comes_back(world: World, jaylano: Person, karin: Person) -> None:
    fine, benefit = await two_letters(world)
    grant_id = await world.grant(jaylano, karin, WIDE)
    change = world.change
    await change(jaylano, grant_id, replace(WIDE, without=frozenset({id_text(fine)})))
    assert await world.ids(karin, through=grant_id) == {benefit} == await sealed_to(world, jaylano, grant_id)
    await change(jaylano, grant_id, WIDE)
    assert await world.ids(karin, through=grant_id) == {fine, benefit}


async def test_just_this_one(world: World, jaylano: Person, karin: Person) -> None:
    """A letter of a sender and a topic that nobody named, sensitive ones included."""
    fine, _ = await two_letters(world)
    health = await world.deliver(JAYLANO, domeinen=["boete", "gezondheid"])
    addressee = await world.deliver(JAYLANO, alleenGeadresseerde=True)
    only = scope(frozenset(), frozenset(), also=frozenset(map(id_text, (health, addressee))))
    grant_id = await world.grant(jaylano, karin, only)
    assert await world.ids(karin, through=grant_id) == {health} == await sealed_to(world, jaylano, grant_id)
    assert fine not in await sealed_to(world, jaylano, grant_id)


async def test_what_was_decided_since_is_not_undone_by_older_answers(
    world: World, jaylano: Person, karin: Person
) -> None:
    """Of two windows, the second sees first what the other did."""
    fine, benefit = await two_letters(world)
    grant_id = await world.grant(jaylano, karin, WIDE)
    seen = await world.services.granting.grant_of(jaylano, grant_id)
    await world.change(jaylano, grant_id, replace(WIDE, without=frozenset({id_text(fine)})))
    later = replace(seen.scope, until_ms=seen.scope.until_ms + DAY_MS)
    for version in (seen.version, seen.version + 2, 1):
        with pytest.raises(ChangedMeanwhile):
            await world.services.granting.change(jaylano, grant_id, later, version=version)
    assert await world.ids(karin, through=grant_id) == {benefit} == await sealed_to(world, jaylano, grant_id)


@pytest.mark.parametrize("paused", [False, True])
async def test_another_end_is_nothing_but_another_end(
    world: World, jaylano: Person, karin: Person, *, paused: bool
) -> None:
    await two_letters(world)
    grant_id = await world.grant(jaylano, karin, scope())
    if paused:
        await world.services.granting.pause(jaylano, grant_id)
    before = await world.services.granting.grant_of(jaylano, grant_id)
    view = await world.services.granting.renew(jaylano, grant_id, scope(days=100).until_ms)
    assert (view.scope, view.state, view.version) == (scope(days=100), before.state, before.version + 1)
    with pytest.raises(ScopeRefused):
        await world.services.granting.renew(jaylano, grant_id, scope(days=367).until_ms)


async def test_a_letter_that_comes_after_the_change_follows_it(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, WIDE)
    await two_letters(world)
    await world.change(jaylano, grant_id, scope())
    fine, _ = await two_letters(world)
    assert fine in await sealed_to(world, jaylano, grant_id)
    assert len(await sealed_to(world, jaylano, grant_id)) == 2


async def test_a_pause_shows_nothing_and_takes_in_nothing(world: World, jaylano: Person, karin: Person) -> None:
    fine, _ = await two_letters(world)
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.pause(jaylano, grant_id)
    later, _ = await two_letters(world)
    assert await sealed_to(world, jaylano, grant_id) == set()
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)
    assert await world.services.helping.clients_of(karin) == []
    await world.services.granting.resume(jaylano, grant_id)
    assert await world.ids(karin, through=grant_id) == {fine, later}


async def test_a_change_in_a_pause_counts_when_it_ends(world: World, jaylano: Person, karin: Person) -> None:
    fine, benefit = await two_letters(world)
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.pause(jaylano, grant_id)
    view = await world.change(jaylano, grant_id, WIDE)
    assert (view.state, await sealed_to(world, jaylano, grant_id)) == (State.PAUSED, set())
    await world.services.granting.resume(jaylano, grant_id)
    assert await world.ids(karin, through=grant_id) == {fine, benefit}


async def test_a_helper_is_told_of_a_stop_but_not_of_a_quiet_one(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    granting, helping = world.services.granting, world.services.helping
    open_stop, quiet_stop = [await world.grant(jaylano, helper, scope()) for helper in (karin, eve)]
    paused = await world.grant(jaylano, eve, WIDE)
    await granting.stop(jaylano, open_stop)
    await granting.stop(jaylano, quiet_stop, quiet=True)
    await granting.pause(jaylano, paused)
    told = {client.grant_id: client.stopped_ms for who in (karin, eve) for client in await helping.closed_to(who)}
    assert told == {open_stop: world.clock.ms, quiet_stop: None, paused: None}
    world.clock.ms += 31 * DAY_MS
    assert list(await helping.closed_to(karin)) == []


async def test_stop_everything_at_once(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    await two_letters(world)
    grants = [await world.grant(jaylano, helper, given) for helper in (karin, eve) for given in (scope(), WIDE)]
    waiting = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Tante", scope=scope()))
    assert await world.services.granting.stop_all(jaylano) == 5
    assert await world.services.granting.stop_all(jaylano) == 0
    for grant_id in (*grants, waiting.grant_id):
        assert await sealed_to(world, jaylano, grant_id) == set()
    assert {view.state for view in await world.services.granting.grants_of(jaylano)} == {State.REVOKED}


@pytest.mark.parametrize("act", ["pause", "resume", "change"])
async def test_nothing_leads_back_from_the_end(world: World, jaylano: Person, karin: Person, act: str) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.stop(jaylano, grant_id)
    more = {"scope": scope(), "version": 3} if act == "change" else {}
    with pytest.raises(NotPossibleNow, match="kan nu niet"):
        await getattr(world.services.granting, act)(jaylano, grant_id, **more)


@pytest.mark.parametrize("act", ["pause", "resume", "change"])
async def test_past_its_end_a_grant_only_ends(world: World, jaylano: Person, karin: Person, act: str) -> None:
    """Also before the worker comes by: else a change would revive what its helper was told is over."""
    await two_letters(world)
    grant_id = await world.grant(jaylano, karin, scope(days=1))
    if act == "resume":
        await world.services.granting.pause(jaylano, grant_id)
    world.clock.ms += DAY_MS
    more = {"scope": scope(days=50), "version": 2} if act == "change" else {}
    with pytest.raises(NotPossibleNow, match="kan nu niet"):
        await getattr(world.services.granting, act)(jaylano, grant_id, **more)
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)
    await world.services.granting.stop(jaylano, grant_id)


@pytest.mark.parametrize("act", ["pause", "resume", "change", "stop"])
async def test_nobody_changes_anothers_grant(
    world: World, jaylano: Person, karin: Person, eve: Person, act: str
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    more = {"scope": scope(), "version": 2} if act == "change" else {}
    for other in (karin, eve):
        with pytest.raises(NotFound):
            await getattr(world.services.granting, act)(other, grant_id, **more)


async def test_a_helper_gives_it_back(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    with pytest.raises(NotFound):
        await world.services.helping.give_back(eve, grant_id)
    await world.services.helping.give_back(karin, grant_id)
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)
    (view,) = await world.services.granting.grants_of(jaylano)
    assert view.state is State.REVOKED


async def test_expired_stays_expired_when_the_clock_steps_back(world: World, jaylano: Person, karin: Person) -> None:
    await two_letters(world)
    grant_id = await world.grant(jaylano, karin, scope(days=1))
    world.clock.ms += DAY_MS
    assert await world.services.grant_endings.end_expired() == 1
    world.clock.ms -= DAY_MS
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)
    assert await sealed_to(world, jaylano, grant_id) == set()


async def test_every_change_is_in_the_log(world: World, jaylano: Person, karin: Person) -> None:
    granting = world.services.granting
    grant_id = await world.grant(jaylano, karin, scope())
    await world.change(jaylano, grant_id, WIDE)
    await granting.pause(jaylano, grant_id)
    await granting.resume(jaylano, grant_id)
    await granting.stop(jaylano, grant_id)
    page = await world.services.log_book.entries(jaylano)
    assert [(line.role, line.action) for line in page.lines] == [
        (Role.CITIZEN, Act.STOPPED),
        (Role.CITIZEN, Act.RESUMED),
        (Role.CITIZEN, Act.PAUSED),
        (Role.CITIZEN, Act.CHANGED),
        (Role.HELPER, Act.ACCEPTED),
        (Role.CITIZEN, Act.OFFERED),
    ]
    changed = page.lines[3].details
    assert (changed["was"], changed["scope"]) == (scope().to_json(), WIDE.to_json())
    assert changed["helper"] == "Karin Bos (Buurthuis De Brug)"


async def test_a_preview_is_what_the_helper_will_see_and_a_look_of_ones_own(
    world: World, jaylano: Person, karin: Person
) -> None:
    fine, _ = await two_letters(world)
    await world.deliver(JAYLANO, publicatietijdstip="2027-01-01T00:00:00Z")
    letters = await world.services.previewing.letters(jaylano, scope())
    assert [letter.letter_id for letter in letters] == [fine]
    (line,) = (await world.services.log_book.entries(jaylano)).lines
    assert (line.role, line.action, [ref.letter_id for ref in line.letters]) == (Role.CITIZEN, Act.LIST, [fine])
    grant_id = await world.grant(jaylano, karin, scope())
    assert await world.ids(karin, through=grant_id) == {fine}


async def test_what_a_preview_opened_opens_faster_from_then_on(world: World, jaylano: Person) -> None:
    await two_letters(world)
    own = jaylano.mailbox_id

    async def forms() -> list[bytes]:
        async with world.services.store.read() as tx:
            rows = await tx.letters.page(own, own, visible_at_ms=2**60, before=None, limit=9)
        return [row.key[:1] for row in rows]

    assert await forms() == [b"S", b"S"]
    await world.services.previewing.letters(jaylano, scope())
    assert await forms() == [b"F", b"F"]
    assert len(await world.services.previewing.letters(jaylano, scope())) == 1


async def test_the_citizen_sees_when_a_helper_last_looked(world: World, jaylano: Person, karin: Person) -> None:
    fine, _ = await two_letters(world)
    grant_id = await world.grant(jaylano, karin, scope())
    (view,) = await world.services.granting.grants_of(jaylano)
    assert view.last_look_ms is None
    world.clock.ms += 5_000
    await world.services.reading.letter(karin, fine, through=grant_id)
    (view,) = await world.services.granting.grants_of(jaylano)
    assert view.last_look_ms == world.clock.ms
