"""Messages about who looks along: that it ends soon, and whether it is still right. Once each, and with no name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from structlog.testing import LogCapture

from consent import DEFAULT_DAYS, EVERY, Purpose
from consent.telling import WARNING_MS
from mailbox.domain.alerts import PhoneNumber, Way, Wishes
from mailbox.domain.identifiers import Bsn, GrantId
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.appointing import Appointment
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO, KARIN, SAMIRA, Tamper
from tests.world import DAY_MS, World, scope

TO_CITIZEN = "Iemand die met u meekijkt in Mijnoverzicht, kan dat binnenkort niet meer."
TO_HELPER = "Binnenkort kunt u bij iemand die u helpt, niet meer meekijken."
QUESTION = "Kijk wie er mag meekijken met uw post. Klopt het nog?"
PERSONAL = ("Karin", "Bos", "Buurthuis", "Jaylano", "Meerman", "hulp", "CJIB", "boete", "http", "www.", "2026", "2027")
DAYS = 90
SOON_MS = DAYS * DAY_MS - WARNING_MS


@pytest.fixture
async def citizen(wired: World, office: PostOffice) -> Person:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person, "burger@voorbeeld.example")
    return person


@pytest.fixture
async def helper(wired: World, office: PostOffice) -> Person:
    person = await wired.person(KARIN, "Karin Bos", "Buurthuis De Brug")
    await reached(wired, office, person, "helper@voorbeeld.example")
    return person


@pytest.fixture
async def grant_id(wired: World, citizen: Person, helper: Person) -> GrantId:
    return await wired.grant(citizen, helper, scope(days=DAYS))


async def told(world: World, office: PostOffice) -> list[tuple[str, str]]:
    """What arrives when the worker plans and sends: to whom, and what it begins with."""
    office.forget()
    await world.services.grant_alerts.plan_due()
    await work(world)
    return sorted((message.to.value.partition("@")[0], message.text.split("\n\n")[1]) for message in office.arrived)


def begins(told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(who, next(one for one in (TO_CITIZEN, TO_HELPER, QUESTION) if text.startswith(one))) for who, text in told]


BOTH = [("burger", TO_CITIZEN), ("helper", TO_HELPER)]


async def test_two_weeks_before_the_end_both_hear_it_once(wired: World, office: PostOffice, grant_id: GrantId) -> None:
    wired.clock.ms += SOON_MS - 1
    assert await told(wired, office) == []
    wired.clock.ms += 1
    assert begins(await told(wired, office)) == BOTH
    for _ in range(13):
        wired.clock.ms += DAY_MS
        assert await told(wired, office) == []


async def test_the_message_names_nobody_and_nothing(wired: World, office: PostOffice, grant_id: GrantId) -> None:
    wired.clock.ms += SOON_MS
    assert len(await told(wired, office)) == 2
    for message in office.arrived:
        assert message.subject == "Er is iets voor u in Mijnoverzicht"
        assert [word for word in PERSONAL if word in message.text] == []


async def test_by_text_message_as_well(wired: World, office: PostOffice, citizen: Person, grant_id: GrantId) -> None:
    await reached(wired, office, citizen, PhoneNumber("+31612345678"))
    wired.clock.ms += SOON_MS
    await wired.services.grant_alerts.plan_due()
    await work(wired)
    (message,) = [one for one in office.arrived if one.to.way is Way.SMS]
    assert message.text.startswith("Kijk bij Meekijken: iemand kan binnenkort niet meer meekijken.")


async def test_at_night_it_waits_for_the_morning(wired: World, office: PostOffice, grant_id: GrantId) -> None:
    wired.clock.ms += SOON_MS
    day = datetime.fromtimestamp(wired.clock.ms / 1000, UTC)
    wired.clock.ms = int(day.replace(hour=1, minute=30).timestamp() * 1000) + DAY_MS
    assert await told(wired, office) == []
    wired.clock.ms += 9 * 3_600_000
    assert begins(await told(wired, office)) == BOTH


async def test_many_workers_tell_it_once(wired: World, office: PostOffice, grant_id: GrantId) -> None:
    wired.clock.ms += SOON_MS
    await asyncio.gather(*(wired.services.grant_alerts.plan_due() for _ in range(8)))
    await asyncio.gather(*(work(wired) for _ in range(4)))
    assert len(office.arrived) == 2


async def test_who_gives_an_address_in_those_weeks_hears_it_then(wired: World, office: PostOffice) -> None:
    samira, karin = await wired.person(SAMIRA, "Samira Bouali"), await wired.person(KARIN, "Karin Bos")
    await wired.grant(samira, karin, scope(days=DAYS))
    wired.clock.ms += SOON_MS
    assert await told(wired, office) == []
    async with wired.services.store.read() as tx:
        assert await tx.alerts.due(samira.mailbox_id, now_ms=wired.clock.ms) == []
    await reached(wired, office, samira, "burger@voorbeeld.example")
    assert begins(await told(wired, office)) == BOTH[:1]


async def test_of_a_day_or_two_nobody_is_warned(
    wired: World, office: PostOffice, citizen: Person, helper: Person
) -> None:
    await wired.grant(citizen, helper, scope(days=2))
    assert await told(wired, office) == []


async def stop(world: World, citizen: Person, grant_id: GrantId) -> None:
    await world.services.granting.stop(citizen, grant_id)


async def stop_quietly(world: World, citizen: Person, grant_id: GrantId) -> None:
    await world.services.granting.stop(citizen, grant_id, quiet=True)


async def pause(world: World, citizen: Person, grant_id: GrantId) -> None:
    await world.services.granting.pause(citizen, grant_id)


async def renew(world: World, citizen: Person, grant_id: GrantId) -> None:
    await world.services.granting.renew(citizen, grant_id, world.clock.ms + 100 * DAY_MS)


Act = Callable[[World, Person, GrantId], Awaitable[None]]


@pytest.mark.parametrize("act", [stop, stop_quietly, pause, renew])
@pytest.mark.parametrize("planned", [False, True])
async def test_what_was_stopped_paused_or_renewed_is_told_to_nobody(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId, act: Act, *, planned: bool
) -> None:
    """Also when the message was waiting already. A quiet stop is a silence like that of a pause."""
    wired.clock.ms += SOON_MS
    if planned:
        assert await wired.services.grant_alerts.plan_due() == 2
    await act(wired, citizen, grant_id)
    assert await told(wired, office) == []
    wired.clock.ms += DAY_MS
    assert await told(wired, office) == []


async def test_of_a_new_end_both_hear_again(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    wired.clock.ms += SOON_MS
    await told(wired, office)
    await renew(wired, citizen, grant_id)
    wired.clock.ms += 87 * DAY_MS
    assert begins(await told(wired, office)) == BOTH


async def test_a_helper_who_was_taken_off_hears_nothing(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId
) -> None:
    wired.clock.ms += SOON_MS
    await wired.services.grant_alerts.plan_due()
    await wired.services.helping.give_back(helper, grant_id)
    assert await told(wired, office) == []


async def test_who_does_not_want_it_does_not_get_it(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId
) -> None:
    wired.clock.ms += SOON_MS
    await wired.services.contacts.choose(citizen, Wishes(grants=False))
    await wired.services.grant_alerts.plan_due()
    await wired.services.contacts.choose(helper, Wishes(grants=False))
    assert await told(wired, office) == []
    await wired.services.contacts.choose(helper, Wishes())
    assert begins(await told(wired, office)) == BOTH[1:]


async def long(wired: World, citizen: Person, helper: Person) -> GrantId:
    return await wired.grant(citizen, helper, scope(days=300))


async def test_after_three_months_the_citizen_is_asked_once_for_all(
    wired: World, office: PostOffice, citizen: Person, helper: Person
) -> None:
    await long(wired, citizen, helper)
    wired.clock.ms += 3 * DAY_MS
    await long(wired, citizen, helper)
    wired.clock.ms += (DEFAULT_DAYS - 3) * DAY_MS - 1
    assert await told(wired, office) == []
    wired.clock.ms += 1
    assert begins(await told(wired, office)) == [("burger", QUESTION)]
    assert [word for word in PERSONAL if word in office.arrived[0].text] == []
    for _ in range(10):
        wired.clock.ms += DAY_MS
        assert await told(wired, office) == []


async def test_who_answered_is_asked_three_months_later(
    wired: World, office: PostOffice, citizen: Person, helper: Person
) -> None:
    grant_id = await long(wired, citizen, helper)
    wired.clock.ms += DEFAULT_DAYS * DAY_MS
    assert await wired.services.grant_alerts.plan_due() == 1
    assert await wired.services.oversight.confirm(citizen, {grant_id: 2}) == 1
    assert await told(wired, office) == []
    wired.clock.ms += DEFAULT_DAYS * DAY_MS
    assert begins(await told(wired, office)) == [("burger", QUESTION)]


@pytest.mark.parametrize("act", [stop, stop_quietly, pause])
async def test_of_who_sees_nothing_nobody_is_asked(
    wired: World, office: PostOffice, citizen: Person, helper: Person, act: Act
) -> None:
    grant_id = await long(wired, citizen, helper)
    wired.clock.ms += DEFAULT_DAYS * DAY_MS
    await wired.services.grant_alerts.plan_due()
    await act(wired, citizen, grant_id)
    assert await told(wired, office) == []


async def test_what_a_court_decided_is_told_to_who_was_appointed_alone(
    wired: World, office: PostOffice, citizen: Person, helper: Person
) -> None:
    appointed = Appointment(
        citizen=Subject.of_bsn(Bsn(JAYLANO)),
        citizen_name=citizen.name,
        helper=Identity(subject=Subject.of_bsn(Bsn(KARIN)), name=helper.name, organisation=helper.organisation),
        scope=scope(EVERY, EVERY, purpose=Purpose.ADMINISTRATION, days=120),
        reference="12345678 BM VERZ 26-101",
    )
    await wired.services.appointing.register(appointed)
    wired.clock.ms += 105 * DAY_MS
    assert await told(wired, office) == []
    wired.clock.ms += DAY_MS
    assert begins(await told(wired, office)) == BOTH[1:]


async def test_of_grants_that_are_not_ours_nobody_is_told(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId, tamper: Tamper, log_output: LogCapture
) -> None:
    wired.clock.ms += SOON_MS
    await tamper("UPDATE mailbox SET grants_mac = :mac WHERE mailbox_id = :own", mac=bytes(32), own=citizen.mailbox_id)
    assert await told(wired, office) == []
    assert "directory_tampered" in [entry["event"] for entry in log_output.entries]


async def test_the_row_of_a_helper_does_not_say_whom_they_help(
    wired: World, helper: Person, grant_id: GrantId, citizen: Person
) -> None:
    wired.clock.ms += SOON_MS
    await wired.services.grant_alerts.plan_due()
    async with wired.services.store.read() as tx:
        (alert,) = await tx.alerts.due(helper.mailbox_id, now_ms=wired.clock.ms)
    row = alert.alert_id + alert.box
    assert row.find(citizen.mailbox_id) == row.find(grant_id) == -1
    assert (alert.letter_id, alert.bundle, alert.bill) == (None, None, None)
