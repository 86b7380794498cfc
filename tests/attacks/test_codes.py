"""Invitation codes under attack: guessed at by many at once, taken up by two, and with a clock that goes back."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from stdnum.nl import bsn

from consent import State
from mailbox.crypto import FileKek, GrantSecret, Keyholder, Sealer
from mailbox.domain.errors import CodeRefused, NotFound, TooManyAttempts
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft, Offer
from mailbox.services.helping import Helping
from mailbox.services.invitation_codes import ATTEMPTS_PER_CODE, ATTEMPTS_PER_HOUR, INVITATION_MS
from tests.services.conftest import JAYLANO
from tests.world import DAY_MS, World, scope

GUESSERS = 30
NOBODYS = "AAAA-AAAA-AAAA"


BSNS = [f"99999{tail}" for tail in range(1000, 1200) if bsn.is_valid(f"99999{tail}")][:10]


class CountingSealer(Sealer):
    """Counts how often a code was really tried."""

    guesses = 0

    def open_invitation(self, grant_id: GrantId, mailbox_id: MailboxId, code: str, box: bytes) -> GrantSecret:
        self.guesses += 1
        return super().open_invitation(grant_id, mailbox_id, code, box)


async def offered(world: World, citizen: Person, *, days: int = 90) -> Offer:
    return await world.services.granting.offer(citizen, GrantDraft(helper_note="hulp", scope=scope(days=days)))


def wrong(code: str) -> str:
    """The code with another last character: finds the invitation and does not open it."""
    return code[:-1] + ("A" if code[-1] != "A" else "B")


async def outcomes(world: World, tries: list[tuple[Person, str]]) -> Counter[str]:
    """How all these end that begin at once."""
    helping = world.services.helping
    results = await asyncio.gather(*(helping.accept(who, code) for who, code in tries), return_exceptions=True)
    return Counter(type(result).__name__ for result in results)


async def test_one_person_guessing_at_once_gets_no_more_guesses(world: World, eve: Person) -> None:
    found = await outcomes(world, [(eve, NOBODYS)] * GUESSERS)
    assert found == {"CodeRefused": ATTEMPTS_PER_HOUR, "TooManyAttempts": GUESSERS - ATTEMPTS_PER_HOUR}


async def test_many_people_guessing_at_once_get_no_more_guesses_at_one_code(world: World, jaylano: Person) -> None:
    kek = FileKek(world.kek_file)
    services, sealer = world.services, CountingSealer(kek)
    counted = Helping(store=services.store, sealer=sealer, keyholder=Keyholder(kek), clock=world.clock)
    offer = await offered(world, jaylano)
    guessers = [await world.person(number, "Eve Vreemd") for number in BSNS]
    guesses = [counted.accept(guesser, wrong(offer.code)) for guesser in guessers]
    found = await asyncio.gather(*guesses, return_exceptions=True)
    assert [type(outcome) for outcome in found] == [CodeRefused] * len(BSNS)
    assert sealer.guesses == ATTEMPTS_PER_CODE


async def test_a_code_taken_up_by_many_at_once_lets_one_in(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO)
    offer = await offered(world, jaylano)
    people = [await world.person(number, "Eve Vreemd") for number in BSNS]
    assert await outcomes(world, [(person, offer.code) for person in people]) == {"Client": 1, "CodeRefused": 9}
    clients = [await world.services.helping.clients_of(person) for person in people]
    assert sorted(map(len, clients)) == [0] * 9 + [1]
    inside = [person for person, found in zip(people, clients, strict=True) if found]
    for person in people:
        if person not in inside:
            with pytest.raises(NotFound):
                await world.ids(person, through=offer.grant_id)


async def test_two_who_invite_each_other_and_take_up_at_once_both_get_in(
    world: World, jaylano: Person, karin: Person
) -> None:
    for _ in range(5):
        from_jaylano, from_karin = await offered(world, jaylano), await offered(world, karin)
        found = await outcomes(world, [(karin, from_jaylano.code), (jaylano, from_karin.code)])
        assert found == {"Client": 2}


async def test_a_stop_at_the_moment_of_taking_up_ends_as_a_stop(world: World, jaylano: Person, karin: Person) -> None:
    for _ in range(10):
        offer = await offered(world, jaylano)
        granting = world.services.granting
        await asyncio.gather(
            world.services.helping.accept(karin, offer.code),
            granting.stop(jaylano, offer.grant_id),
            return_exceptions=True,
        )
        assert await world.services.helping.clients_of(karin) == []
        with pytest.raises(NotFound):
            await world.ids(karin, through=offer.grant_id)
    assert {view.state for view in await granting.grants_of(jaylano)} == {State.REVOKED}


async def test_a_code_that_is_over_stays_over_when_the_clock_steps_back(
    world: World, jaylano: Person, karin: Person
) -> None:
    offer = await offered(world, jaylano)
    world.clock.ms += INVITATION_MS
    assert await world.services.grant_endings.end_expired() == 1
    world.clock.ms -= DAY_MS
    with pytest.raises(CodeRefused):
        await world.services.helping.accept(karin, offer.code)


async def test_a_clock_that_steps_back_gives_no_new_guesses(world: World, eve: Person) -> None:
    for _ in range(ATTEMPTS_PER_HOUR):
        with pytest.raises(CodeRefused):
            await world.services.helping.accept(eve, NOBODYS)
    world.clock.ms -= DAY_MS
    with pytest.raises(TooManyAttempts):
        await world.services.helping.accept(eve, NOBODYS)


async def test_a_grant_that_ended_before_it_was_taken_up_is_refused(
    world: World, jaylano: Person, karin: Person
) -> None:
    """Its code lives for a week, the grant for a day: nobody may be told that they are in."""
    offer = await offered(world, jaylano, days=1)
    world.clock.ms += DAY_MS
    with pytest.raises(CodeRefused):
        await world.services.helping.accept(karin, offer.code)


async def test_a_right_code_of_someone_else_does_not_tell_that_it_is_right(
    world: World, jaylano: Person, eve: Person
) -> None:
    """One's own code and a wrong one are refused alike, and both are counted."""
    offer = await offered(world, jaylano)
    for _ in range(ATTEMPTS_PER_HOUR):
        with pytest.raises(CodeRefused):
            await world.services.helping.accept(jaylano, offer.code)
    with pytest.raises(TooManyAttempts):
        await world.services.helping.accept(jaylano, offer.code)
