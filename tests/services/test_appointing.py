"""A court's decision: in force at once, not the citizen's to end, and under bewind their own grants lapse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import EVERY, Basis, Purpose, State
from mailbox.domain.errors import MayNotGive, NotFound, ScopeRefused
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.appointing import Appointment, InForce
from mailbox.services.caseworkers import Left
from mailbox.services.client_rows import ClientQuery
from mailbox.services.granting import GrantDraft
from mailbox.services.helping import ClosedClient
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import EVE, JAYLANO, KARIN
from tests.world import DAY_MS, NOW_MS, World, scope

NUMBER = "12345678 BM VERZ 26-101"


def appointment(purpose: Purpose = Purpose.ADMINISTRATION, *, days: int = 400) -> Appointment:
    return Appointment(
        citizen=Subject.of_bsn(Bsn(JAYLANO)),
        citizen_name="Jaylano Meerman",
        helper=Identity(subject=Subject.of_bsn(Bsn(EVE)), name="Bea Wind", organisation="Bewind Demo"),
        scope=scope(EVERY, EVERY, purpose=purpose, days=days),
        reference=NUMBER,
    )


async def test_who_is_appointed_sees_at_once_what_the_decision_covers(
    world: World, jaylano: Person, eve: Person
) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.services.appointing.register(appointment())
    later = await world.deliver(JAYLANO)
    assert await world.ids(eve, through=grant_id) == {letter_id, later}
    (view,) = await world.services.granting.grants_of(jaylano)
    assert (view.basis, view.reference, view.helper) == (Basis.COURT, NUMBER, "Bea Wind (Bewind Demo)")
    (client,) = await world.services.helping.clients_of(eve)
    assert client.name == "Jaylano Meerman"


@pytest.mark.parametrize("act", ["stop", "pause", "change"])
async def test_the_citizen_cannot_end_or_change_it(world: World, jaylano: Person, eve: Person, act: str) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.services.appointing.register(appointment())
    more = {"scope": scope(), "version": 1} if act == "change" else {}
    with pytest.raises(ScopeRefused, match="rechter"):
        await getattr(world.services.granting, act)(jaylano, grant_id, **more)
    assert await world.services.granting.stop_all(jaylano) == 0
    assert len(await world.ids(eve, through=grant_id)) == 1


@pytest.mark.parametrize("purpose", [Purpose.ADMINISTRATION, Purpose.GUARDIANSHIP])
async def test_the_citizens_own_grants_lapse_and_no_new_ones_are_given(
    world: World, jaylano: Person, karin: Person, purpose: Purpose
) -> None:
    await world.deliver(JAYLANO)
    own = await world.grant(jaylano, karin, scope())
    asked = await world.services.asking.ask(karin, scope(), "Nog een keer")
    await world.services.appointing.register(appointment(purpose))
    with pytest.raises(NotFound):
        await world.ids(karin, through=own)
    with pytest.raises(ScopeRefused, match="bewind"):
        await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    with pytest.raises(ScopeRefused, match="bewind"):
        await world.services.asking.agree(jaylano, asked.code, scope())
    states = {view.grant_id: view.state for view in await world.services.granting.grants_of(jaylano)}
    assert states[own] is State.EXPIRED


async def test_under_mentorschap_the_citizens_own_grants_stay(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    own = await world.grant(jaylano, karin, scope())
    await world.services.appointing.register(appointment(Purpose.MENTORSHIP))
    assert await world.ids(karin, through=own) == {letter_id}


async def test_the_operator_ends_it_and_the_citizen_may_give_again(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.services.appointing.register(appointment())
    citizen = Subject.of_bsn(Bsn(JAYLANO))
    with pytest.raises(NotFound):
        await world.services.appointing.end(citizen, jaylano.name, "another")
    assert await world.services.appointing.end(citizen, jaylano.name, NUMBER) == 1
    with pytest.raises(NotFound):
        await world.ids(eve, through=grant_id)
    assert len(await world.ids(karin, through=await world.grant(jaylano, karin, scope()))) == 1


async def test_the_decision_is_in_the_citizens_log(world: World, jaylano: Person, karin: Person) -> None:
    await world.grant(jaylano, karin, scope())
    await world.services.appointing.register(appointment())
    lines = (await world.services.log_book.entries(jaylano)).lines
    assert [(line.role, line.action) for line in lines[:2]] == [
        (Role.SERVICE, Act.APPOINTED),
        (Role.SERVICE, Act.LAPSED),
    ]
    assert (lines[0].details["reference"], lines[0].details["helper"]) == (NUMBER, "Bea Wind (Bewind Demo)")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(appointment(), scope=scope(EVERY, EVERY)),
        replace(appointment(), reference=" "),
        appointment(days=0),
        appointment(days=6 * 366),
        replace(appointment(), helper=Identity(subject=Subject.of_bsn(Bsn(JAYLANO)), name="Ik")),
    ],
)
async def test_what_no_court_decides_is_refused(world: World, jaylano: Person, wrong: Appointment) -> None:
    with pytest.raises(ScopeRefused):
        await world.services.appointing.register(wrong)
    assert list(await world.services.granting.grants_of(jaylano)) == []


async def test_a_decision_is_registered_once_for_each_whom_it_appoints(world: World, jaylano: Person) -> None:
    await world.services.appointing.register(appointment())
    with pytest.raises(ScopeRefused, match="staat er al"):
        await world.services.appointing.register(appointment())
    other = Identity(subject=Subject.of_bsn(Bsn(KARIN)), name="Bo Wind", organisation="Bewind Demo")
    await world.services.appointing.register(replace(appointment(), helper=other))
    assert await world.services.appointing.end(Subject.of_bsn(Bsn(JAYLANO)), jaylano.name, NUMBER) == 2
    await world.services.appointing.register(appointment(days=30))
    world.clock.ms += 30 * DAY_MS
    assert list(await world.services.appointing.in_force()) == []
    await world.services.appointing.register(appointment(days=60))


@pytest.mark.parametrize("purpose", [Purpose.ADMINISTRATION, Purpose.GUARDIANSHIP, Purpose.MENTORSHIP])
async def test_nobody_but_a_court_appoints(world: World, jaylano: Person, karin: Person, purpose: Purpose) -> None:
    own, as_court = await world.grant(jaylano, karin, scope()), scope(purpose=purpose)
    asked = await world.services.asking.ask(karin, scope(), "Om te helpen")
    for act in (
        world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=as_court)),
        world.change(jaylano, own, as_court),
        world.services.asking.ask(karin, as_court, "Om te helpen"),
        world.services.asking.agree(jaylano, asked.code, as_court),
    ):
        with pytest.raises(ScopeRefused, match="Alleen een rechter"):
            await act


async def test_it_ends_at_its_end(world: World, jaylano: Person, eve: Person) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.services.appointing.register(appointment())
    world.clock.ms += 400 * DAY_MS
    with pytest.raises(NotFound):
        await world.ids(eve, through=grant_id)
    assert await world.services.grant_endings.end_expired() == 1


async def test_whom_a_court_appointed_only_a_court_discharges_and_a_colleague_may_go(
    world: World, jaylano: Person
) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.services.appointing.register(appointment())
    bea, colleague = [await world.person(bsn, name, "Bewind Demo") for bsn, name in ((EVE, "Bea"), (KARIN, "Bo"))]
    with pytest.raises(ScopeRefused, match="rechter"):
        await world.services.helping.give_back(bea, grant_id)
    asked = await world.services.caseworkers.ask(colleague)
    await world.services.caseworkers.let_in(bea, asked.code, [grant_id])
    await world.services.helping.give_back(bea, grant_id)
    with pytest.raises(NotFound):
        await world.ids(bea, through=grant_id)
    assert len(await world.ids(colleague, through=grant_id)) == 1


async def test_who_leaves_and_was_appointed_alone_is_told_to_the_operator(world: World, jaylano: Person) -> None:
    await world.services.appointing.register(appointment())
    assert await world.services.caseworkers.remove(Subject.of_bsn(Bsn(EVE))) == Left(grants=1, appointments=1)


async def test_a_pause_is_not_given_back_for_it_must_look_like_a_quiet_stop(
    world: World, jaylano: Person, karin: Person
) -> None:
    paused, stopped = [await world.grant(jaylano, karin, scope()) for _ in range(2)]
    await world.services.granting.pause(jaylano, paused)
    await world.services.granting.stop(jaylano, stopped, quiet=True)
    for grant_id in (paused, stopped):
        with pytest.raises(NotFound):
            await world.services.helping.give_back(karin, grant_id)
    assert len(await world.services.helping.closed_to(karin)) == 2


async def test_helpers_read_that_it_is_not_valid_any_more_and_a_pause_stays_a_pause(
    world: World, jaylano: Person, karin: Person
) -> None:
    paused, stopped, open_now = [await world.grant(jaylano, karin, scope()) for _ in range(3)]
    await world.services.granting.pause(jaylano, paused)
    await world.services.granting.stop(jaylano, stopped, quiet=True)
    await world.services.appointing.register(appointment())
    closed = {one.grant_id: (one.lapsed, one.stopped_ms) for one in await world.services.helping.closed_to(karin)}
    assert closed == {paused: (False, None), stopped: (False, None), open_now: (True, NOW_MS)}
    rows = (await world.services.client_list.page(karin, ClientQuery())).rows
    assert {row.grant_id: (row.lapsed, row.stopped_ms) for row in rows} == closed
    views = {view.grant_id: view.lapsed for view in await world.services.granting.grants_of(jaylano)}
    assert (views[paused], views[stopped], views[open_now]) == (True, False, True)


async def test_a_measure_bars_giving_until_its_end_and_not_until_it_is_cleared_up(
    world: World, jaylano: Person, karin: Person
) -> None:
    await world.services.appointing.register(appointment(days=30))
    draft = GrantDraft(helper_note="Karin", scope=scope())
    with pytest.raises(MayNotGive):
        await world.services.granting.offer(jaylano, draft)
    world.clock.ms += 30 * DAY_MS
    await world.services.granting.offer(jaylano, draft)


async def test_the_operator_sees_what_is_in_force_and_nobodys_name(
    world: World, jaylano: Person, karin: Person
) -> None:
    await world.grant(jaylano, karin, scope())
    grant_id = await world.services.appointing.register(appointment())
    assert list(await world.services.appointing.in_force()) == [
        InForce(
            grant_id=grant_id,
            purpose=Purpose.ADMINISTRATION,
            reference=NUMBER,
            organisation="Bewind Demo",
            until_ms=NOW_MS + 400 * DAY_MS,
        )
    ]
    await world.services.appointing.end(Subject.of_bsn(Bsn(JAYLANO)), jaylano.name, NUMBER)
    assert list(await world.services.appointing.in_force()) == []


async def test_who_was_appointed_is_told_that_it_ended(world: World, jaylano: Person, eve: Person) -> None:
    grant_id = await world.services.appointing.register(appointment())
    await world.services.appointing.end(Subject.of_bsn(Bsn(JAYLANO)), jaylano.name, NUMBER)
    assert list(await world.services.helping.closed_to(eve)) == [
        ClosedClient(grant_id=grant_id, name=jaylano.name, stopped_ms=NOW_MS)
    ]
