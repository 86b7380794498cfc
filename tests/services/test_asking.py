"""A helper asks; the citizen says yes, less, or no. Nobody is looked up: who has no code learns nothing."""

from __future__ import annotations

import asyncio

import pytest

from consent import EVERY, Action, Scope
from mailbox.crypto import FileKek, Sealer
from mailbox.domain.errors import CodeRefused, NotFound, ScopeRefused, TooManyAttempts
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.invitation_codes import ATTEMPTS_PER_CODE, ATTEMPTS_PER_HOUR, INVITATION_MS
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO, Tamper
from tests.world import World, scope

WIDE = scope(EVERY, EVERY)
WHY = "Voor uw aanvraag schuldhulp"


def wrong(code: str) -> str:
    return code[:-1] + ("3" if code.endswith("2") else "2")


async def test_the_citizen_sees_who_asks_what_and_why(world: World, jaylano: Person, karin: Person) -> None:
    asked = await world.services.asking.ask(karin, WIDE, f" {WHY} ")
    seen = await world.services.asking.look(jaylano, asked.code.lower().replace("-", " "))
    assert (seen.helper, seen.scope, seen.reason) == (karin, WIDE, WHY)
    assert seen.expires_ms == asked.expires_ms == world.clock.ms + INVITATION_MS


async def test_yes_lets_the_helper_look_at_once(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    grant_id = await world.services.asking.agree(jaylano, asked.code, WIDE)
    later = await world.deliver(JAYLANO)
    assert await world.ids(karin, through=grant_id) == {letter_id, later}
    assert [client.name for client in await world.services.helping.clients_of(karin)] == [jaylano.name]
    (view,) = await world.services.granting.grants_of(jaylano)
    assert (view.helper, view.scope) == (karin.label, WIDE)
    lines = (await world.services.log_book.entries(jaylano)).lines
    assert (lines[-1].role, lines[-1].action) == (Role.CITIZEN, Act.AGREED)


async def test_less_is_less(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    less = scope(actions=frozenset({Action.LIST}))
    grant_id = await world.services.asking.agree(jaylano, asked.code, less)
    assert (await world.services.reading.letter(karin, letter_id, through=grant_id)).text is None


@pytest.mark.parametrize(
    "more",
    [
        scope(EVERY),
        scope(topics=EVERY),
        scope(days=91),
        scope(actions=frozenset({Action.LIST, Action.READ, Action.DOWNLOAD})),
        scope(also=frozenset({id_text(bytes(16))})),
    ],
)
async def test_more_than_was_asked_is_not_given(world: World, jaylano: Person, karin: Person, more: Scope) -> None:
    asked = await world.services.asking.ask(karin, scope(actions=frozenset({Action.LIST, Action.READ})), WHY)
    with pytest.raises(ScopeRefused):
        await world.services.asking.agree(jaylano, asked.code, more)
    assert list(await world.services.granting.grants_of(jaylano)) == []
    assert (await world.services.asking.look(jaylano, asked.code)).helper == karin


async def test_no_leaves_nothing(world: World, jaylano: Person, karin: Person) -> None:
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    await world.services.asking.refuse(jaylano, asked.code)
    with pytest.raises(CodeRefused):
        await world.services.asking.agree(jaylano, asked.code, WIDE)
    assert list(await world.services.granting.grants_of(jaylano)) == []
    assert await world.services.helping.clients_of(karin) == []


async def test_a_question_is_answered_once(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    await world.services.asking.agree(jaylano, asked.code, WIDE)
    for attempt in (
        world.services.asking.agree(eve, asked.code, WIDE),
        world.services.asking.look(eve, asked.code),
        world.services.asking.look(karin, asked.code),
        world.services.asking.refuse(jaylano, asked.code),
    ):
        with pytest.raises(CodeRefused):
            await attempt


async def test_a_second_yes_finds_what_the_first_gave(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    """Also after a crash between the answer and the page that tells of it."""
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    grant_id = await world.services.asking.agree(jaylano, asked.code, scope())
    async with world.restarted() as again:
        assert (await again.services.asking.look(jaylano, asked.code)).given == grant_id
        assert await again.services.asking.agree(jaylano, asked.code, WIDE) == grant_id
        (view,) = await again.services.granting.grants_of(jaylano)
    assert (view.grant_id, view.scope) == (grant_id, scope())
    async with world.services.store.read() as tx:
        locator = Sealer(FileKek(world.kek_file)).tag("access-request-locator", asked.code[:4].encode())
        kept = await tx.drafts.asked(locator)
    assert kept is not None
    assert not any(secret in kept.box for secret in (grant_id, grant_id.hex().encode(), jaylano.mailbox_id))
    assert kept.used_by is None
    world.clock.ms += INVITATION_MS
    with pytest.raises(CodeRefused):
        await world.services.asking.look(jaylano, asked.code)


async def test_two_answers_at_once_give_one_grant(world: World, jaylano: Person, karin: Person) -> None:
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    given = await asyncio.gather(*(world.services.asking.agree(jaylano, asked.code, WIDE) for _ in range(4)))
    assert [view.grant_id for view in await world.services.granting.grants_of(jaylano)] == list(set(given))


async def test_nobody_answers_their_own_question(world: World, karin: Person) -> None:
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    with pytest.raises(CodeRefused):
        await world.services.asking.look(karin, asked.code)


async def test_a_question_ends_after_a_week(world: World, jaylano: Person, karin: Person) -> None:
    asked = await world.services.asking.ask(karin, scope(days=30), WHY)
    world.clock.ms += INVITATION_MS
    with pytest.raises(CodeRefused):
        await world.services.asking.look(jaylano, asked.code)
    world.clock.ms += 1
    await world.services.drafts.forget_old()
    world.clock.ms -= 2
    with pytest.raises(CodeRefused):
        await world.services.asking.look(jaylano, asked.code)


async def test_guesses_cost_the_question_its_attempts(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    for _ in range(ATTEMPTS_PER_CODE):
        with pytest.raises(CodeRefused):
            await world.services.asking.look(eve, wrong(asked.code))
    with pytest.raises(CodeRefused):
        await world.services.asking.look(jaylano, asked.code)


async def test_one_person_guesses_so_often_in_an_hour(world: World, eve: Person, karin: Person) -> None:
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    for _ in range(ATTEMPTS_PER_HOUR):
        with pytest.raises(CodeRefused):
            await world.services.asking.look(eve, "AAAA-AAAA-AAAA")
    with pytest.raises(TooManyAttempts):
        await world.services.asking.agree(eve, asked.code, WIDE)


async def test_a_question_moved_to_another_helper_does_not_open(
    world: World, jaylano: Person, karin: Person, eve: Person, tamper: Tamper
) -> None:
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    await tamper("UPDATE access_request SET helper_id = :eve", eve=eve.mailbox_id)
    with pytest.raises(CodeRefused):
        await world.services.asking.agree(jaylano, asked.code, WIDE)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
async def test_a_question_has_a_reason(world: World, karin: Person, reason: str) -> None:
    with pytest.raises(ScopeRefused):
        await world.services.asking.ask(karin, WIDE, reason)


async def test_stopping_what_was_asked_for_takes_its_key(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO)
    asked = await world.services.asking.ask(karin, WIDE, WHY)
    grant_id = await world.services.asking.agree(jaylano, asked.code, WIDE)
    await world.services.granting.stop(jaylano, grant_id)
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)
    assert [client.grant_id for client in await world.services.helping.closed_to(karin)] == [grant_id]
