"""What a sender hears of the message to the citizen: that it went or did not, and nothing of why or of reading."""

from __future__ import annotations

import pytest

from mailbox.domain.alerts import Delivery, Way, Wishes
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.alerting import LAW_MS, REST_MS
from mailbox.services.marking import Mark
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO
from tests.services.test_reminders import bill
from tests.world import CJIB, DAY_MS, NOW_MS, UWV, World

MINUTE_MS = 60_000
SENT, FAILED, NONE = "kennisgeving-verzonden", "kennisgeving-mislukt", "geen-kennisgeving"


@pytest.fixture
async def citizen(wired: World, office: PostOffice) -> Person:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person)
    return person


async def told(world: World, letter_id: LetterId) -> list[tuple[str, int]]:
    """What the sender hears after that the letter is available."""
    events = [(event.kind, event.at_ms) for event in (await world.services.letter_statuses.of(CJIB, letter_id)).events]
    kinds = [kind for kind, _ in events]
    return list(events[kinds.index("beschikbaar") + 1 :]) if "beschikbaar" in kinds else []


@pytest.mark.usefixtures("citizen")
async def test_a_message_that_went_out(wired: World) -> None:
    letter_id = await wired.deliver(JAYLANO)
    assert await told(wired, letter_id) == []
    wired.clock.ms += MINUTE_MS
    await work(wired)
    assert await told(wired, letter_id) == [(SENT, NOW_MS + MINUTE_MS)]
    assert (await wired.services.letter_statuses.of(CJIB, letter_id)).state == "beschikbaar"
    wired.clock.ms += 9 * DAY_MS
    assert await told(wired, letter_id) == [(SENT, NOW_MS + MINUTE_MS)]


@pytest.mark.usefixtures("citizen")
async def test_only_who_sent_the_letter_hears_of_it(wired: World) -> None:
    letter_id = await wired.deliver(JAYLANO)
    await work(wired)
    with pytest.raises(NotFound):
        await wired.services.letter_statuses.of(UWV, letter_id)


@pytest.mark.usefixtures("citizen")
async def test_a_reminder_is_between_us_and_the_citizen(wired: World, office: PostOffice) -> None:
    letter_id = await wired.deliver(JAYLANO, **bill(uiterlijk="2026-12-09"))
    await work(wired)
    wired.clock.ms += 10 * DAY_MS
    await work(wired)
    assert len(office.arrived) == 2
    assert await told(wired, letter_id) == [(SENT, NOW_MS)]


@pytest.mark.usefixtures("citizen")
async def test_an_address_that_refuses_since_the_first_time(wired: World, office: PostOffice) -> None:
    letter_id = await wired.deliver(JAYLANO)
    for later_ms in (0, REST_MS):
        wired.clock.ms = NOW_MS + later_ms
        office.answers.append(Delivery.REFUSED)
        await work(wired)
        assert await told(wired, letter_id) == [(FAILED, NOW_MS)]
        await wired.deliver(JAYLANO)
    wired.clock.ms += REST_MS
    await work(wired)
    assert await told(wired, letter_id) == [(FAILED, NOW_MS), (SENT, NOW_MS + 2 * REST_MS)]


@pytest.mark.usefixtures("citizen")
async def test_what_was_refused_stays_known_once_the_letter_was_read(wired: World, office: PostOffice) -> None:
    office.answers.append(Delivery.REFUSED)
    letter_id = await wired.deliver(JAYLANO)
    await work(wired)
    await wired.services.marking.mark(await wired.person(JAYLANO, "Jaylano Meerman"), [letter_id], Mark.READ)
    wired.clock.ms += REST_MS
    await wired.deliver(JAYLANO)
    await work(wired)
    assert await told(wired, letter_id) == [(FAILED, NOW_MS)]


async def test_nobody_to_tell_and_nobody_who_wants_it_look_alike(wired: World, office: PostOffice) -> None:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    unreached = await wired.deliver(JAYLANO)
    await reached(wired, office, person)
    await wired.services.contacts.choose(person, Wishes(new_post=False))
    unwanted = await wired.deliver(JAYLANO, **bill())
    assert await told(wired, unreached) == await told(wired, unwanted) == [(NONE, NOW_MS)]
    await work(wired)
    assert await told(wired, unreached) == await told(wired, unwanted) == [(NONE, NOW_MS)]


@pytest.mark.usefixtures("citizen")
async def test_before_the_letter_can_be_seen_nothing_is_said(wired: World) -> None:
    letter_id = await wired.deliver(JAYLANO, publicatietijdstip="2026-11-25T12:00:00Z")
    assert await told(wired, letter_id) == []


@pytest.mark.parametrize("how", ["read", "nothing wanted", "address gone", "withdrawn"])
async def test_a_sender_does_not_learn_when_somebody_read_it(wired: World, citizen: Person, how: str) -> None:
    """Who read it is told of it no more; the sender cannot tell that from the other reasons, nor from waiting."""
    letter_id = await wired.deliver(JAYLANO, kenmerk="DEZE")
    match how:
        case "read":
            await wired.services.reading.letter(citizen, letter_id)
        case "nothing wanted":
            await wired.services.contacts.choose(citizen, Wishes(new_post=False))
        case "address gone":
            await wired.services.contacts.remove(citizen, Way.EMAIL)
        case "withdrawn":
            await wired.deliver(JAYLANO, relatie={"trektIn": "DEZE"})
    await work(wired)
    wired.clock.ms = NOW_MS + LAW_MS - 1
    assert await told(wired, letter_id) == []
    wired.clock.ms += 1
    assert await told(wired, letter_id) == [(NONE, NOW_MS + LAW_MS)]


@pytest.mark.usefixtures("citizen")
async def test_what_went_out_after_the_time_of_the_law_is_both(wired: World, office: PostOffice) -> None:
    letter_id = await wired.deliver(JAYLANO)
    office.answers.append(Delivery.LATER)
    await work(wired)
    wired.clock.ms += LAW_MS + MINUTE_MS
    await work(wired)
    assert await told(wired, letter_id) == [(NONE, NOW_MS + LAW_MS), (SENT, NOW_MS + LAW_MS + MINUTE_MS)]


async def test_what_is_not_to_be_told_any_more_keeps_nothing_of_the_letter(wired: World, citizen: Person) -> None:
    letter_id = await wired.deliver(JAYLANO)
    await wired.services.reading.letter(citizen, letter_id)
    await work(wired)
    async with wired.services.store.read() as tx:
        (kept,) = await tx.alerts.of_letter(citizen.mailbox_id, letter_id)
    assert (kept.muted, kept.box, kept.sent_ms) == (True, b"", None)
