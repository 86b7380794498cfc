"""A helper cannot tell a quiet stop from a pause: not by their star, not by what is counted, and not after a month."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from consent import EVERY, Purpose, State
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import Bsn, GrantId
from mailbox.domain.people import Identity, Person, Subject
from mailbox.domain.sealed import HeldGrant
from mailbox.services.appointing import Appointment
from mailbox.services.client_rows import ClientFilter, ClientQuery, ClientRow
from tests.services.conftest import JAYLANO, SAMIRA, Tamper
from tests.world import DAY_MS, World, scope

MONTH_MS = 30 * DAY_MS
Closing = Callable[[World, Person, GrantId], Awaitable[object]]


@pytest.fixture
async def samira(world: World) -> Person:
    return await world.person(SAMIRA, "Samira Bouali")


async def pause(world: World, citizen: Person, grant_id: GrantId) -> object:
    return await world.services.granting.pause(citizen, grant_id)


async def leave_it(*_: object) -> None:
    """Nothing more happens."""


async def stop_quietly(world: World, citizen: Person, grant_id: GrantId) -> object:
    return await world.services.granting.stop(citizen, grant_id, quiet=True)


async def stop_all_quietly(world: World, citizen: Person, _: GrantId) -> object:
    return await world.services.granting.stop_all(citizen, quiet=True)


async def rows(world: World, helper: Person, wanted: ClientFilter = ClientFilter.ALL) -> Sequence[ClientRow]:
    return (await world.services.client_list.page(helper, ClientQuery(filter=wanted))).rows


async def held(world: World, helper: Person) -> Sequence[HeldGrant]:
    async with world.services.store.read() as tx:
        return await tx.grants.held_by(helper.mailbox_id)


async def may_star(world: World, helper: Person, grant_id: GrantId) -> bool:
    """Whether the helper's mark is taken."""
    try:
        await world.services.client_list.star(helper, grant_id, favourite=True)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("close", [pause, stop_quietly, stop_all_quietly])
async def test_a_star_stays(world: World, jaylano: Person, karin: Person, close: Closing) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.client_list.star(karin, grant_id, favourite=True)
    await close(world, jaylano, grant_id)
    for wanted in (ClientFilter.ALL, ClientFilter.FAVOURITES):
        assert [(row.favourite, row.stopped_ms) for row in await rows(world, karin, wanted)] == [(True, None)]


async def come_under_bewind_in_a_pause(world: World, citizen: Person, grant_id: GrantId) -> object:
    await world.services.granting.pause(citizen, grant_id)
    return await world.services.appointing.register(
        Appointment(
            citizen=Subject.of_bsn(Bsn(JAYLANO)),
            citizen_name=citizen.name,
            helper=Identity(subject=Subject.of_bsn(Bsn(SAMIRA)), name="Bea Wind"),
            scope=scope(EVERY, EVERY, purpose=Purpose.ADMINISTRATION),
            reference="7654321 BM VERZ 26-101",
        )
    )


@pytest.mark.parametrize("close", [pause, stop_quietly, stop_all_quietly, come_under_bewind_in_a_pause])
async def test_helpers_know_somebody_by_the_name_they_had_when_they_gave(
    world: World, jaylano: Person, karin: Person, close: Closing
) -> None:
    """At a counter somebody else spells it; and people marry."""
    grant_id = await world.grant(replace(jaylano, name="J. Meerman"), karin, scope())
    await close(world, jaylano, grant_id)
    assert [(row.name, row.stopped_ms) for row in await rows(world, karin)] == [("J. Meerman", None)]


@pytest.mark.parametrize("close", [pause, stop_quietly])
async def test_after_the_end_nobody_is_counted_or_marked(
    world: World, jaylano: Person, samira: Person, karin: Person, close: Closing
) -> None:
    """Nor has it mattered by then whether the worker came by already."""
    grant_id = await world.grant(jaylano, karin, scope(days=10))
    await world.grant(samira, karin, scope())
    await close(world, jaylano, grant_id)
    for days, seen in ((9, True), (1, False)):
        world.clock.ms += days * DAY_MS
        for _ in range(2):
            page = await world.services.client_list.page(karin, ClientQuery())
            assert (len(page.rows), page.found, page.total) == ((2, 2, 2) if seen else (1, 1, 1))
            assert await may_star(world, karin, grant_id) is seen
            await world.services.grant_endings.end_expired()
            await world.services.helping.forget_closed()
    assert len(await held(world, karin)) == 1


async def test_a_search_counts_all_who_are_in_the_list(
    world: World, jaylano: Person, samira: Person, karin: Person
) -> None:
    for citizen in (jaylano, samira):
        await world.grant(citizen, karin, scope())
    page = await world.services.client_list.page(karin, ClientQuery(search="jay"))
    assert (page.found, page.total) == (1, 2)


async def test_a_quiet_stop_of_a_long_pause_brings_nobody_back(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.pause(jaylano, grant_id)
    world.clock.ms += MONTH_MS
    assert await rows(world, karin) == ()
    await stop_quietly(world, jaylano, grant_id)
    assert (await rows(world, karin), await may_star(world, karin, grant_id)) == ((), False)


@pytest.mark.parametrize("then", [leave_it, stop_quietly])
async def test_a_pause_that_changes_is_not_told_for_longer(
    world: World, jaylano: Person, karin: Person, then: Closing
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.pause(jaylano, grant_id)
    world.clock.ms += 10 * DAY_MS
    await world.change(jaylano, grant_id, scope(EVERY, EVERY))
    await then(world, jaylano, grant_id)
    world.clock.ms += 20 * DAY_MS - 1
    assert len(await rows(world, karin)) == 1
    world.clock.ms += 1
    assert await rows(world, karin) == ()


async def test_a_pause_after_a_pause_is_told_anew_and_so_is_a_stop(
    world: World, jaylano: Person, karin: Person
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    for _ in range(2):
        await world.services.granting.pause(jaylano, grant_id)
        assert [row.stopped_ms for row in await rows(world, karin)] == [None]
        world.clock.ms += MONTH_MS
        assert await rows(world, karin) == ()
        await world.change(jaylano, grant_id, scope(days=200))
        await world.services.granting.resume(jaylano, grant_id)
    await world.services.granting.pause(jaylano, grant_id)
    world.clock.ms += MONTH_MS
    await world.services.granting.stop(jaylano, grant_id)
    assert [row.stopped_ms for row in await rows(world, karin)] == [world.clock.ms]


async def test_whose_last_helper_was_removed_is_told_like_a_stop(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    (helper,) = (await world.services.granting.grant_of(jaylano, grant_id)).helpers
    for _ in range(2):
        view = await world.services.granting.remove_helper(jaylano, grant_id, helper.ref)
        assert (view.state, [row.stopped_ms for row in await rows(world, karin)]) == (
            State.REVOKED,
            [world.clock.ms],
        )


async def test_what_is_told_no_more_is_not_kept(world: World, jaylano: Person, samira: Person, karin: Person) -> None:
    open_stop, paused = [await world.grant(citizen, karin, scope()) for citizen in (jaylano, samira)]
    await world.services.granting.stop(jaylano, open_stop)
    await world.services.granting.pause(samira, paused)
    for ms, kept in ((MONTH_MS - 1, 2), (1, 1)):
        world.clock.ms += ms
        await world.services.helping.forget_closed()
        assert len(await held(world, karin)) == kept
    await world.deliver(SAMIRA)
    await world.services.granting.resume(samira, paused)
    assert len(await world.ids(karin, through=paused)) == 1


async def test_a_helper_to_whom_nothing_can_be_sealed_keeps_nobody_from_stopping(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    await tamper(
        "UPDATE mailbox_epoch SET directory_mac = :mac WHERE mailbox_id = :id", mac=bytes(32), id=karin.mailbox_id
    )
    assert (await world.services.granting.stop(jaylano, grant_id)).state is State.REVOKED
    assert await held(world, karin) == []
