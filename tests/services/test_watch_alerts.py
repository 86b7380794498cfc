"""A citizen hears at once that a helper reads in an unusual way, and the message says nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from structlog.testing import LogCapture

from mailbox.domain.alerts import Delivery, Wishes
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.domain.unusual import AT_NIGHT, MANY
from mailbox.services.log_entries import Act
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO, KARIN, SAMIRA, Tamper
from tests.world import CJIB, UWV, World, scope

PERSONAL = ("Karin", "Bos", "Buurthuis", "Jaylano", "CJIB", "http", "www.", str(MANY), str(AT_NIGHT))


@pytest.fixture
async def citizen(wired: World, office: PostOffice, letters: list[LetterId]) -> Person:
    """Reached only after the letters came, so that nothing is told of them."""
    assert len(letters) > MANY
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person)
    return person


@pytest.fixture
async def helper(wired: World) -> Person:
    return await wired.person(KARIN, "Karin Bos", "Buurthuis De Brug")


@pytest.fixture
async def letters(wired: World) -> list[LetterId]:
    some = [(wired.letter(JAYLANO), ()) for _ in range(MANY + 1)]
    results = await wired.services.receiving.receive_many(CJIB, some)
    return [one.letter_id for one in results if not isinstance(one, Exception)]


@pytest.fixture
async def grant_id(wired: World, citizen: Person, helper: Person) -> GrantId:
    return await wired.grant(citizen, helper, scope())


async def read(world: World, helper: Person, grant_id: GrantId, letters: list[LetterId]) -> None:
    for letter_id in letters:
        await world.services.reading.letter(helper, letter_id, through=grant_id)


async def test_one_letter_too_many_is_told_once_and_without_names(
    wired: World, office: PostOffice, helper: Person, grant_id: GrantId, letters: list[LetterId]
) -> None:
    await read(wired, helper, grant_id, letters[:MANY])
    assert await work(wired) == 0
    await read(wired, helper, grant_id, letters)
    assert await work(wired) == 1
    (message,) = office.arrived
    assert message.subject == "Er is iets voor u in Mijnoverzicht"
    assert "iets ongewoons gezien bij wie met u meekijkt" in message.text
    assert [word for word in PERSONAL if word in f"{message.subject} {message.text}"] == []
    await read(wired, helper, grant_id, letters)
    assert await work(wired) == 0


async def test_at_night_it_waits_for_no_morning(
    wired: World, office: PostOffice, helper: Person, grant_id: GrantId, letters: list[LetterId]
) -> None:
    wired.clock.ms = int(datetime(2026, 11, 25, 2, 30, tzinfo=UTC).timestamp() * 1000)
    await read(wired, helper, grant_id, letters[:AT_NIGHT])
    assert await work(wired) == 1


async def test_soon_after_another_message_as_well(
    wired: World, office: PostOffice, helper: Person, grant_id: GrantId, letters: list[LetterId]
) -> None:
    await wired.deliver(JAYLANO)
    assert await work(wired) == 1
    wired.clock.ms += 60_000
    await read(wired, helper, grant_id, letters)
    assert await work(wired) == 1
    await wired.deliver(JAYLANO, afzender=UWV.value)
    wired.clock.ms += 60_000
    assert await work(wired) == 0


async def test_while_another_message_is_on_its_way_as_well(
    wired: World, office: PostOffice, helper: Person, grant_id: GrantId, letters: list[LetterId]
) -> None:
    await wired.deliver(JAYLANO)
    office.open.clear()
    busy = asyncio.create_task(work(wired))
    await office.calls.get()
    await read(wired, helper, grant_id, letters)
    office.open.set()
    assert await busy == 2
    assert [message.text.count("ongewoon") for message in office.arrived] == [0, 1]


async def test_a_mail_server_that_is_down_is_not_asked_without_end(
    wired: World, office: PostOffice, helper: Person, grant_id: GrantId, letters: list[LetterId]
) -> None:
    office.answers += [Delivery.LATER] * 9
    await read(wired, helper, grant_id, letters)
    assert await work(wired) == 0
    assert len(office.tried) == 1


async def test_who_does_not_want_it_does_not_get_it(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId, letters: list[LetterId]
) -> None:
    await wired.services.contacts.choose(citizen, Wishes(watching=False))
    await read(wired, helper, grant_id, letters)
    await wired.services.contacts.choose(citizen, Wishes())
    assert await work(wired) == 0


async def test_who_wants_it_no_more_does_not_get_it(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId, letters: list[LetterId]
) -> None:
    await read(wired, helper, grant_id, letters)
    await wired.services.contacts.choose(citizen, Wishes(watching=False))
    assert await work(wired) == 0


async def test_without_an_address_nothing_is_planned(wired: World, helper: Person) -> None:
    samira = await wired.person(SAMIRA, "Samira Bouali")
    theirs = [await wired.deliver(SAMIRA) for _ in range(MANY + 1)]
    await read(wired, helper, await wired.grant(samira, helper, scope()), theirs)
    async with wired.services.store.read() as tx:
        assert await tx.alerts.due(samira.mailbox_id, now_ms=wired.clock.ms) == []


async def test_the_look_is_logged_whatever_the_wishes_say(
    wired: World,
    citizen: Person,
    helper: Person,
    grant_id: GrantId,
    letters: list[LetterId],
    tamper: Tamper,
    log_output: LogCapture,
) -> None:
    await tamper("UPDATE contact SET wishes_box = :box", box=b"nothing that was sealed")
    await read(wired, helper, grant_id, letters)
    lines = (await wired.services.log_book.entries(citizen, limit=500)).lines
    assert sum(line.action is Act.READ for line in lines) == len(letters)
    assert sum(line.action is Act.NOTICED for line in lines) == 1
    assert [entry["event"] for entry in log_output.entries] == ["wishes_tampered"]
