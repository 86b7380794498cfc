"""What comes back later counts as what is refused at once, for the address that it was sent to and for no other."""

from __future__ import annotations

import asyncio

import pytest

from mailbox.domain.alerts import EmailAddress
from mailbox.domain.people import Person
from mailbox.services.alerting import REST_MS
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO, SAMIRA
from tests.world import CJIB, World


@pytest.fixture
async def citizen(wired: World, office: PostOffice) -> Person:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person)
    return person


async def told(world: World, office: PostOffice) -> bytes:
    """A letter is told; the key of that message."""
    await world.deliver(JAYLANO)
    await work(world)
    return office.arrived[-1].key


async def refused_ms(world: World, person: Person) -> int | None:
    return (await world.services.contacts.show(person)).refused_ms


async def test_an_address_that_turns_out_to_be_none_is_shown_until_the_next_message(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    key, first_ms = await told(wired, office), wired.clock.ms
    for known in (True, False, False):
        assert await wired.services.bounces.no_such_address(key) is known
        wired.clock.ms += REST_MS
    assert await refused_ms(wired, citizen) == first_ms
    await told(wired, office)
    assert await refused_ms(wired, citizen) is None


async def test_what_the_address_of_before_sends_back_is_not_held_against_the_new_one(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    key = await told(wired, office)
    await reached(wired, office, citizen, "nieuw@voorbeeld.example")
    await wired.services.bounces.no_such_address(key)
    assert await refused_ms(wired, citizen) is None


async def test_a_sender_hears_that_its_notification_came_back_after_all(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    letter_id = await wired.deliver(JAYLANO)
    await work(wired)
    wired.clock.ms += 60_000
    await wired.services.bounces.no_such_address(office.arrived[-1].key)
    events = (await wired.services.letter_statuses.of(CJIB, letter_id)).events
    assert [event.kind for event in events][-2:] == ["kennisgeving-verzonden", "kennisgeving-mislukt"]


async def test_nobody_else_is_touched_and_a_key_that_nobody_knows_does_nothing(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    samira = await wired.person(SAMIRA, "Samira Bouali")
    await reached(wired, office, samira, "samira@voorbeeld.example")
    key = await told(wired, office)
    await wired.services.bounces.no_such_address(bytes(16))
    assert await refused_ms(wired, citizen) is None
    await wired.services.bounces.no_such_address(key)
    assert await refused_ms(wired, citizen) is not None
    assert await refused_ms(wired, samira) is None


async def test_what_comes_back_before_the_worker_is_done_with_it_is_not_forgotten(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO)
    office.open.clear()
    busy = asyncio.create_task(work(wired))
    message = await office.calls.get()
    await wired.services.bounces.no_such_address(message.key)
    office.open.set()
    assert await busy == 1
    assert await refused_ms(wired, citizen) == wired.clock.ms


async def test_a_code_that_comes_back_says_nothing_of_the_address_that_works(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await told(wired, office)
    await wired.services.contacts.ask(citizen, EmailAddress("typefout@voorbeeld.example"))
    await wired.services.bounces.no_such_address(office.arrived[-1].key)
    assert await refused_ms(wired, citizen) is None
