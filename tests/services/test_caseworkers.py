"""Colleagues: who joins has keys of their own and is in the citizen's sight; who leaves holds nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib

import pytest

from consent import State
from mailbox.domain.apps import AppScope
from mailbox.domain.errors import CodeRefused, Forbidden, NotFound
from mailbox.domain.identifiers import Bsn, GrantId
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.app_access import AppQuestion
from mailbox.services.caseworkers import Joining, Left, Shareable
from mailbox.services.client_rows import ClientQuery
from mailbox.services.log_entries import Act, Role
from mailbox.services.scope_news import TOLD_MS
from tests.services.conftest import JAYLANO, KARIN, SAMIRA, Tamper
from tests.world import DAY_MS, NOW_MS, World, scope

MURAT, ANNA = "999990068", "999990081"
DESK = "Schuldhulp Demostad"
BACK = "https://app.example/terug"
MANY = (
    "999991000", "999991012", "999991024", "999991036", "999991048", "999991061",
    "999991073", "999991085", "999991097", "999991103", "999991115", "999991127",
)  # fmt: skip
"""More than are shared in one transaction."""


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


async def leaves(world: World, bsn: str) -> Left:
    return await world.services.caseworkers.remove(Subject.of_bsn(Bsn(bsn)))


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


async def test_who_is_taken_off_while_others_go_on_reads_that_it_ended(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    grant_id = await joined(world, jaylano, murat, anna)
    (view,) = await world.services.granting.grants_of(jaylano)
    await world.services.granting.remove_helper(jaylano, grant_id, view.helpers[0].ref)
    (closed,) = await world.services.helping.closed_to(murat)
    assert (closed.grant_id, closed.name, closed.stopped_ms) == (grant_id, jaylano.name, NOW_MS)
    (row,) = (await world.services.client_list.page(murat, ClientQuery())).rows
    assert (row.name, row.stopped_ms, row.is_open) == (jaylano.name, NOW_MS, False)
    with pytest.raises(NotFound):
        await world.ids(murat, through=grant_id)
    assert list(await world.services.helping.closed_to(anna)) == []
    await world.services.granting.stop(jaylano, grant_id, quiet=True)
    assert [one.stopped_ms for one in await world.services.helping.closed_to(murat)] == [NOW_MS]
    world.clock.ms += TOLD_MS
    assert (await world.services.client_list.page(murat, ClientQuery())).rows == ()
    await world.services.helping.forget_closed()
    async with world.services.store.read() as tx:
        assert list(await tx.grants.held_by(murat.mailbox_id)) == []


async def test_who_comes_back_after_that_is_open_again(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await joined(world, jaylano, murat, anna)
    (view,) = await world.services.granting.grants_of(jaylano)
    await world.services.granting.remove_helper(jaylano, grant_id, view.helpers[1].ref)
    asked = await world.services.caseworkers.ask(anna)
    await world.services.caseworkers.let_in(murat, asked.code, [grant_id])
    assert await world.ids(anna, through=grant_id) == {letter_id}
    assert list(await world.services.helping.closed_to(anna)) == []
    await world.services.helping.give_back(anna, grant_id)
    assert (await world.services.client_list.page(anna, ClientQuery())).rows == ()


async def test_who_leaves_the_organisation_loses_all_of_it_at_once(
    world: World, jaylano: Person, eve: Person, murat: Person, anna: Person
) -> None:
    await world.deliver(JAYLANO)
    shared = await joined(world, jaylano, murat, anna)
    alone = await world.grant(eve, murat, scope())
    assert await leaves(world, MURAT) == Left(grants=2, appointments=0)
    assert await leaves(world, MURAT) == Left(grants=0, appointments=0)
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
    assert await leaves(world, MURAT) == Left(grants=0, appointments=0)
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


async def test_the_citizen_sees_since_when_and_by_whose_act(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    grant_id = await world.grant(jaylano, murat, scope())
    asked = await world.services.caseworkers.ask(anna)
    world.clock.ms += DAY_MS
    await world.services.caseworkers.let_in(murat, asked.code, [grant_id])
    (view,) = await world.services.granting.grants_of(jaylano)
    assert [(one.name, one.since_ms, one.let_in_by) for one in view.helpers] == [
        (murat.label, NOW_MS, None),
        (anna.label, NOW_MS + DAY_MS, murat.label),
    ]
    assert view.who == f"Murat Yildiz en Anna Visser ({DESK})"


async def test_a_large_team_is_named_by_its_organisation(world: World, jaylano: Person, murat: Person) -> None:
    grant_id = await world.grant(jaylano, murat, scope())
    for bsn in (ANNA, "999990093", "999990111"):
        asked = await world.services.caseworkers.ask(await world.person(bsn, f"Collega {bsn[-3:]}", DESK))
        await world.services.caseworkers.let_in(murat, asked.code, [grant_id])
    (view,) = await world.services.granting.grants_of(jaylano)
    assert view.who == f"{DESK} (4 mensen)"


async def test_behind_a_code_are_the_colleague_and_the_clients_they_do_not_help_yet(
    world: World, jaylano: Person, eve: Person, murat: Person, anna: Person
) -> None:
    await joined(world, jaylano, murat, anna)
    zoe = await world.person("999990093", "Zoë Zand")
    hers, eves = await world.grant(zoe, murat, scope()), await world.grant(eve, murat, scope())
    paused = await world.person("999990111", "Bas Pauze")
    await world.services.granting.pause(paused, await world.grant(paused, murat, scope()))
    await world.grant(paused, await world.person(MURAT, "Murat Yildiz"), scope())
    asked = await world.services.caseworkers.ask(anna)
    assert await world.services.caseworkers.look(murat, asked.code) == Joining(
        newcomer=anna,
        clients=(Shareable(grant_id=eves, name="Eve Vreemd"), Shareable(grant_id=hers, name="Zoë Zand")),
    )


async def test_who_was_let_in_may_let_in_the_next(world: World, jaylano: Person, murat: Person, anna: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await joined(world, jaylano, murat, anna)
    third = await world.person("999990093", "Derde Collega", DESK)
    asked = await world.services.caseworkers.ask(third)
    await world.services.caseworkers.let_in(anna, asked.code, [grant_id])
    await leaves(world, MURAT)
    assert await world.ids(third, through=grant_id) == {letter_id}


async def test_many_are_shared_in_pieces_and_once(world: World, murat: Person, anna: Person) -> None:
    citizens = [await world.person(bsn, f"Cliënt {bsn[-3:]}") for bsn in MANY]
    grants = [await world.grant(citizen, murat, scope()) for citizen in citizens]
    code = (await world.services.caseworkers.ask(anna)).code
    await world.services.caseworkers.let_in(murat, code, [*grants, *grants])
    assert {client.grant_id for client in await world.services.helping.clients_of(anna)} == set(grants)


async def test_what_someone_who_left_asked_for_is_withdrawn_and_they_are_logged_out(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    grant_id = await world.grant(jaylano, murat, scope())
    to_colleague = await world.services.caseworkers.ask(anna)
    to_citizen = await world.services.asking.ask(anna, scope(), "Samen kijken")
    token = await world.services.sessions.login(
        Identity(subject=Subject.of_bsn(Bsn(ANNA)), name="Anna Visser", organisation=DESK)
    )
    await leaves(world, ANNA)
    assert await world.services.sessions.person(token) is None
    with pytest.raises(CodeRefused):
        await world.services.caseworkers.let_in(murat, to_colleague.code, [grant_id])
    with pytest.raises(CodeRefused):
        await world.services.asking.agree(jaylano, to_citizen.code, scope())


async def test_who_left_does_not_even_keep_the_names_of_former_clients(
    world: World, jaylano: Person, murat: Person
) -> None:
    grant_id = await world.grant(jaylano, murat, scope())
    await world.services.granting.stop(jaylano, grant_id)
    assert len(await world.services.helping.closed_to(murat)) == 1
    await leaves(world, MURAT)
    assert list(await world.services.helping.closed_to(murat)) == []


async def test_letting_in_and_leaving_at_the_same_time_ends_with_nothing_held(
    world: World, murat: Person, anna: Person
) -> None:
    citizens = [await world.person(bsn, f"Cliënt {bsn[-3:]}") for bsn in MANY]
    grants = [await world.grant(citizen, murat, scope()) for citizen in citizens]
    code = (await world.services.caseworkers.ask(anna)).code
    outcomes = await asyncio.gather(
        world.services.caseworkers.let_in(murat, code, grants), leaves(world, ANNA), return_exceptions=True
    )
    assert [outcome for outcome in outcomes if not isinstance(outcome, (Person, Left, CodeRefused))] == []
    assert list(await world.services.helping.clients_of(anna)) == []


async def test_the_log_names_who_left_and_not_who_stayed(
    world: World, jaylano: Person, murat: Person, anna: Person
) -> None:
    grant_id = await joined(world, jaylano, murat, anna)
    await leaves(world, ANNA)
    line = (await world.services.log_book.entries(jaylano)).lines[0]
    assert (line.role, line.action, line.details["helper"]) == (Role.SERVICE, Act.LEFT, anna.label)
    await world.services.helping.give_back(murat, grant_id)
    line = (await world.services.log_book.entries(jaylano)).lines[0]
    assert (line.role, line.action, line.details["helper"]) == (Role.HELPER, Act.STOPPED, murat.label)


async def test_a_grant_that_was_put_back_is_not_shared(
    world: World, jaylano: Person, murat: Person, anna: Person, tamper: Tamper
) -> None:
    """Someone with the database's password undoes a stop; a colleague must not make it whole again."""
    grant_id = await world.grant(jaylano, murat, scope())
    async with world.services.store.read() as tx:
        before = await tx.grants.get(jaylano.mailbox_id, grant_id)
        (held,) = await tx.grants.held_by(murat.mailbox_id)
    assert before is not None
    await world.services.granting.stop(jaylano, grant_id)
    await tamper(
        "UPDATE consent_grant SET state = 'active', scope_box = :box WHERE mailbox_id = :owner AND grant_id = :id",
        box=before.scope_box,
        owner=jaylano.mailbox_id,
        id=grant_id,
    )
    await tamper("UPDATE held_grant SET blob = :blob WHERE ref = :ref", blob=held.blob, ref=held.ref)
    code = (await world.services.caseworkers.ask(anna)).code
    assert (await world.services.caseworkers.look(murat, code)).clients == ()
    with pytest.raises(NotFound):
        await world.services.caseworkers.let_in(murat, code, [grant_id])


async def test_what_is_broken_keeps_nothing_else_with_who_leaves(
    world: World, jaylano: Person, eve: Person, murat: Person, tamper: Tamper
) -> None:
    """One grant is gone, one has terms that were edited, one is of a mailbox that was tampered with; one is sound."""
    samira = await world.person(SAMIRA, "Samira Haddad")
    karin = await world.person(KARIN, "Karin Bos")
    gone, edited, broken, sound = [await world.grant(who, murat, scope()) for who in (jaylano, eve, samira, karin)]
    lost = "DELETE FROM consent_grant WHERE mailbox_id = :own AND grant_id = :id"
    await tamper(lost, own=jaylano.mailbox_id, id=gone)
    changed = "UPDATE consent_grant SET scope_box = :box WHERE mailbox_id = :own AND grant_id = :id"
    await tamper(changed, box=b"box", own=eve.mailbox_id, id=edited)
    await tamper(
        "UPDATE mailbox_epoch SET directory_mac = :mac WHERE mailbox_id = :own", mac=bytes(32), own=samira.mailbox_id
    )
    assert await leaves(world, MURAT) == Left(grants=1, appointments=0)
    async with world.services.store.read() as tx:
        assert list(await tx.grants.held_by(murat.mailbox_id)) == []
    for grant_id in (gone, edited, broken, sound):
        with pytest.raises(NotFound):
            await world.ids(murat, through=grant_id)


async def test_who_left_acts_through_no_app(world: World, murat: Person) -> None:
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    app = await world.services.apps.add("Werkbank", [BACK], None)
    question = AppQuestion(app=app, return_address=BACK, scopes=frozenset(AppScope), challenge=challenge)
    used, unused = [await world.services.app_access.allow(murat, question) for _ in range(2)]
    token = await world.services.app_access.redeem(app, used, BACK, verifier)
    assert token is not None
    assert await world.services.app_access.caller(token.jti) is not None
    await leaves(world, MURAT)
    assert await world.services.app_access.caller(token.jti) is None
    assert await world.services.app_access.redeem(app, unused, BACK, verifier) is None
