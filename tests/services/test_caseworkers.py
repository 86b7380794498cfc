"""Colleagues: who joins has keys of their own and is in the citizen's sight; who leaves holds nothing."""

from __future__ import annotations

import pytest

from consent import State
from mailbox.domain.errors import CodeRefused, Forbidden, NotFound
from mailbox.domain.identifiers import Bsn, GrantId
from mailbox.domain.people import Person, Subject
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO
from tests.world import World, scope

MURAT, ANNA = "999990068", "999990081"
DESK = "Schuldhulp Demostad"


@pytest.fixture
async def murat(world: World) -> Person:
    return await world.person(MURAT, "Murat Yildiz", DESK)


@pytest.fixture
async def anna(world: World) -> Person:
    return await world.person(ANNA, "Anna Visser", DESK)


async def joined(world: World, jaylano: Person, murat: Person, anna: Person) -> GrantId:
    grant_id = await world.grant(jaylano, murat, scope())
    asked = await world.services.caseworkers.ask(anna)
    assert await world.services.caseworkers.let_in(murat, asked.code, [grant_id]) == anna
    return grant_id


async def test_a_colleague_reads_with_keys_of_their_own(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    first = await world.deliver(JAYLANO)
    grant_id = await joined(world, jaylano, murat, anna)
    later = await world.deliver(JAYLANO)
    for caseworker in (murat, anna):
        assert await world.ids(caseworker, through=grant_id) == {first, later}
    async with world.services.store.read() as tx:
        holds = [await tx.grants.held_by(who.mailbox_id) for who in (murat, anna)]
    assert [len(held) for held in holds] == [1, 1]
    assert holds[0][0].blob != holds[1][0].blob


async def test_the_citizen_sees_who_joined_and_each_name(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    await joined(world, jaylano, murat, anna)
    (view,) = await world.services.granting.grants_of(jaylano)
    assert [helper.name for helper in view.helpers] == [f"Murat Yildiz ({DESK})", f"Anna Visser ({DESK})"]
    assert view.organisation == DESK
    line = (await world.services.log_book.entries(jaylano)).lines[0]
    assert (line.role, line.actor, line.action) == (Role.HELPER, murat.label, Act.JOINED)
    assert line.details["helper"] == anna.label


async def test_who_gives_it_back_holds_nothing_and_the_other_goes_on(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await joined(world, jaylano, murat, anna)
    await world.services.helping.give_back(murat, grant_id)
    with pytest.raises(NotFound):
        await world.ids(murat, through=grant_id)
    assert await world.ids(anna, through=grant_id) == {letter_id}
    async with world.services.store.read() as tx:
        assert list(await tx.grants.held_by(murat.mailbox_id)) == []
    await world.services.helping.give_back(anna, grant_id)
    (view,) = await world.services.granting.grants_of(jaylano)
    assert view.state is State.REVOKED


async def test_who_leaves_the_organisation_loses_all_of_it_at_once(
    world: World, jaylano: Person, eve: Person, murat: Person, anna: Person
) -> None:
    await world.deliver(JAYLANO)
    shared = await joined(world, jaylano, murat, anna)
    alone = await world.grant(eve, murat, scope())
    assert await world.services.caseworkers.remove(Subject.of_bsn(Bsn(MURAT))) == 2
    assert await world.services.caseworkers.remove(Subject.of_bsn(Bsn(MURAT))) == 0
    for grant_id in (shared, alone):
        with pytest.raises(NotFound):
            await world.ids(murat, through=grant_id)
    assert len(await world.ids(anna, through=shared)) == 1
    (view,) = await world.services.granting.grants_of(jaylano)
    assert [helper.name for helper in view.helpers] == [anna.label]


async def test_a_grant_to_a_person_stays_when_they_leave_an_organisation(
    world: World, jaylano: Person, murat: Person
) -> None:
    await world.deliver(JAYLANO)
    private = await world.person(MURAT, "Murat Yildiz")
    grant_id = await world.grant(jaylano, private, scope())
    assert await world.services.caseworkers.remove(Subject.of_bsn(Bsn(MURAT))) == 0
    assert len(await world.ids(private, through=grant_id)) == 1


async def test_the_citizen_ends_it_for_one(world: World, jaylano: Person, murat: Person, anna: Person) -> None:
    await world.deliver(JAYLANO)
    grant_id = await joined(world, jaylano, murat, anna)
    (view,) = await world.services.granting.grants_of(jaylano)
    left = await world.services.granting.remove_helper(jaylano, grant_id, view.helpers[1].ref)
    assert (left.state, [helper.name for helper in left.helpers]) == (State.ACTIVE, [murat.label])
    with pytest.raises(NotFound):
        await world.ids(anna, through=grant_id)
    with pytest.raises(NotFound):
        await world.services.granting.remove_helper(jaylano, grant_id, view.helpers[1].ref)
    ended = await world.services.granting.remove_helper(jaylano, grant_id, view.helpers[0].ref)
    assert ended.state is State.REVOKED


async def test_a_stop_ends_it_for_all(world: World, jaylano: Person, murat: Person, anna: Person) -> None:
    await world.deliver(JAYLANO)
    grant_id = await joined(world, jaylano, murat, anna)
    await world.services.granting.stop(jaylano, grant_id)
    for caseworker in (murat, anna):
        with pytest.raises(NotFound):
            await world.ids(caseworker, through=grant_id)
        assert [client.grant_id for client in await world.services.helping.closed_to(caseworker)] == [grant_id]


async def test_only_colleagues_are_let_in(
    world: World, jaylano: Person, murat: Person, karin: Person, eve: Person
) -> None:
    grant_id = await world.grant(jaylano, murat, scope())
    with pytest.raises(Forbidden):
        await world.services.caseworkers.ask(eve)
    other = await world.services.caseworkers.ask(karin)
    with pytest.raises(CodeRefused):
        await world.services.caseworkers.let_in(murat, other.code, [grant_id])
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)


async def test_nobody_lets_anyone_into_what_they_do_not_hold(
    world: World, jaylano: Person, eve: Person, murat: Person, anna: Person
) -> None:
    """All or nothing: with one grant that is not theirs, none is shared."""
    own, others = await world.grant(jaylano, murat, scope()), await world.grant(jaylano, eve, scope())
    asked = await world.services.caseworkers.ask(anna)
    with pytest.raises(NotFound):
        await world.services.caseworkers.let_in(murat, asked.code, [own, others])
    for grant_id in (own, others):
        with pytest.raises(NotFound):
            await world.ids(anna, through=grant_id)


async def test_a_grant_held_privately_is_not_shared_with_colleagues(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    private = await world.person(MURAT, "Murat Yildiz")
    grant_id = await world.grant(jaylano, private, scope())
    asked = await world.services.caseworkers.ask(anna)
    with pytest.raises(NotFound):
        await world.services.caseworkers.let_in(murat, asked.code, [grant_id])


async def test_a_code_lets_in_once(world: World, jaylano: Person, murat: Person, anna: Person) -> None:
    grant_id = await world.grant(jaylano, murat, scope())
    asked = await world.services.caseworkers.ask(anna)
    await world.services.caseworkers.let_in(murat, asked.code, [])
    with pytest.raises(CodeRefused):
        await world.services.caseworkers.let_in(murat, asked.code, [grant_id])
