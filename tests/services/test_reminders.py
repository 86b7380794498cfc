"""Reminders of a date: by day, together, and never of what was paid, withdrawn, asked again or is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbox.domain.alerts import Delivery, Wishes
from mailbox.domain.claims.said import Word
from mailbox.domain.people import Person
from mailbox.services.alerting import REST_MS
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO
from tests.world import DAY_MS, NOW_MS, UWV, World

HOUR_MS = 3_600_000
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
REMINDED = "U moet binnenkort iets doen"
BY = "2027-01-18"


@pytest.fixture
async def citizen(wired: World, office: PostOffice) -> Person:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person)
    return person


def bill(**changes: Any) -> dict[str, Any]:
    """A letter that is answered or paid by a day."""
    term = {"soort": changes.pop("soort", "antwoorden"), "uiterlijk": changes.pop("uiterlijk", BY)}
    return {"termijnen": [{**term, "grondslag": "Awb 4:5", "gevolg": "Anders niets."}], **changes}


async def reminded(world: World, office: PostOffice, *, first: str = "2026-12-29", days: int = 28) -> list[str]:
    """The days and hours in Amsterdam at which somebody was reminded, with a worker a few times a day."""
    found = []
    await work(world)
    start = datetime.fromisoformat(first).replace(tzinfo=AMSTERDAM)
    for moment in (start + timedelta(days=day, hours=hour) for day in range(days) for hour in (3, 8, 9, 16)):
        world.clock.ms = int(moment.timestamp() * 1000)
        before = len(office.arrived)
        await work(world)
        if any(REMINDED in message.text for message in office.arrived[before:]):
            found.append(moment.strftime("%m-%d %H"))
    return found


@pytest.mark.usefixtures("citizen")
async def test_fourteen_seven_and_two_days_before(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill())
    assert await reminded(wired, office) == ["01-04 09", "01-11 09", "01-16 09"]
    assert len(office.arrived) == 4
    assert "uiterlijk" not in "".join(message.text for message in office.arrived)


async def test_reading_does_not_end_it_and_the_day_is_told_to_who_wants_that(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.services.contacts.choose(citizen, Wishes(with_date=True))
    letter_id = await wired.deliver(JAYLANO, **bill())
    await wired.services.reading.letter(citizen, letter_id)
    assert await reminded(wired, office) == ["01-04 09", "01-11 09", "01-16 09"]
    assert "vraagt iets van u uiterlijk 18 januari 2027" in office.arrived[-1].text


@pytest.mark.usefixtures("citizen")
async def test_of_all_that_a_letter_asks_and_of_nothing_for_who_disagrees(wired: World, office: PostOffice) -> None:
    first, second = bill(uiterlijk="2027-01-11")["termijnen"][0], bill(soort="betalen")["termijnen"][0]
    right = {**first, "soort": "bezwaar", "uiterlijk": "2027-01-22"}
    await wired.deliver(JAYLANO, termijnen=[second, right, first])
    assert await reminded(wired, office, first="2026-12-27") == [
        "12-28 09",
        "12-31 09",
        "01-04 09",
        "01-07 09",
        "01-09 09",
        "01-12 09",
    ]


@pytest.mark.usefixtures("citizen")
async def test_of_the_day_that_stands_beside_the_account(wired: World, office: PostOffice) -> None:
    beside = {"iban": "NL02ABNA0123456789", "tenNameVan": "CJIB", "uiterlijk": BY}
    await wired.deliver(JAYLANO, termijnen=None, betaling=beside)
    assert await reminded(wired, office) == ["12-31 09", "01-07 09", "01-12 09"]
    await wired.deliver(JAYLANO, termijnen=None, betaling=beside, bedragen=PAID)
    assert await reminded(wired, office) == []


@pytest.mark.usefixtures("citizen")
async def test_a_term_to_pay_counts_more_than_the_day_beside_the_account(wired: World, office: PostOffice) -> None:
    beside = {"iban": "NL02ABNA0123456789", "tenNameVan": "CJIB", "uiterlijk": "2027-01-11"}
    await wired.deliver(JAYLANO, **bill(soort="betalen"), betaling=beside)
    assert await reminded(wired, office) == ["12-31 09", "01-07 09", "01-12 09"]


@pytest.mark.usefixtures("citizen")
async def test_what_is_due_on_one_day_is_one_message(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill())
    await wired.deliver(JAYLANO, **bill(afzender=UWV.value))
    assert len(await reminded(wired, office)) == 3
    assert office.arrived[-1].text.count("Van:") == 2


async def test_who_says_to_have_paid_is_reminded_no_more_of_that(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    paid = await wired.deliver(JAYLANO, **bill(soort="betalen"))
    await wired.deliver(JAYLANO, **bill(soort="betalen", afzender=UWV.value))
    await work(wired)
    await wired.services.paying.say(citizen, paid, Word.PAID, is_so=True)
    assert await reminded(wired, office) == ["12-31 09", "01-07 09", "01-12 09"]
    assert ["CJIB" in message.text for message in office.arrived[-3:]] == [False] * 3
    async with wired.services.store.read() as tx:
        assert [one for one in await tx.alerts.of_letter(citizen.mailbox_id, paid) if one.sent_ms] != []


async def test_that_one_paid_ends_no_message_of_new_post_and_no_reminder_to_answer(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    letter_id = await wired.deliver(JAYLANO, **bill())
    await wired.services.paying.say(citizen, letter_id, Word.PAID, is_so=True)
    assert await reminded(wired, office) == ["01-04 09", "01-11 09", "01-16 09"]
    assert len(office.arrived) == 4


async def test_who_takes_back_that_it_is_paid_is_reminded_again(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    letter_id = await wired.deliver(JAYLANO, **bill(soort="betalen"))
    for is_so in (True, False):
        await wired.services.paying.say(citizen, letter_id, Word.PAID, is_so=is_so)
    assert await reminded(wired, office) == ["12-31 09", "01-07 09", "01-12 09"]


async def test_that_one_paid_said_on_a_page_of_before_leaves_the_letter_that_came_since(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    first = await wired.deliver(JAYLANO, **bill(soort="betalen"))
    wired.clock.ms += 1_000
    second = await wired.deliver(JAYLANO, **bill(soort="betalen", **AFTER["asked again"]), rechtsmiddel=None)
    await wired.services.paying.say(citizen, first, Word.PAID, is_so=True)
    assert len(await reminded(wired, office, first="2026-12-29", days=4)) == 1
    await wired.services.paying.say(citizen, second, Word.PAID, is_so=True)
    assert await reminded(wired, office, first="2027-01-02") == []


PAID = {"totaal": 10900, "hoofdsom": 10900, "betaald": 10900, "richting": "betalen"}
AFTER: dict[str, dict[str, Any]] = {
    "paid": {"bedragen": PAID},
    "asked again": {"aard": "aanmaning", "berichtsoort": "cjib_wahv_aanmaning1"},
    "withdrawn": {"relatie": {"trektIn": "REKENING"}, "zaakkenmerk": "ANDERE ZAAK"},
    "replaced": {"relatie": {"vervangt": "REKENING"}, "zaakkenmerk": None},
}


@pytest.mark.usefixtures("citizen")
@pytest.mark.parametrize("changes", AFTER.values(), ids=AFTER)
async def test_a_letter_that_settles_the_matter_ends_it(
    wired: World, office: PostOffice, changes: dict[str, Any]
) -> None:
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    await wired.deliver(JAYLANO, **{"termijnen": None, **changes})
    assert await reminded(wired, office) == []


@pytest.mark.usefixtures("citizen")
@pytest.mark.parametrize(
    "changes",
    [
        {"zaakkenmerk": "ANDERE ZAAK", "bedragen": PAID},
        {"bedragen": {**PAID, "betaald": 10899}},
        {"bedragen": {**PAID, "richting": "ontvangen"}},
        {"afzender": UWV.value, "bedragen": PAID},
        {"afzender": UWV.value, "relatie": {"trektIn": "REKENING"}},
    ],
    ids=["another matter", "not all", "the other way", "another sender", "another sender withdraws"],
)
async def test_another_letter_does_not(wired: World, office: PostOffice, changes: dict[str, Any]) -> None:
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    await wired.deliver(JAYLANO, **{"termijnen": None, **changes})
    assert len(await reminded(wired, office)) == 3


@pytest.mark.usefixtures("citizen")
async def test_of_a_bill_that_is_paid_already_nobody_is_reminded(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill(soort="betalen"), bedragen=PAID)
    assert await reminded(wired, office) == []


@pytest.mark.usefixtures("citizen")
async def test_what_is_paid_is_still_to_be_answered(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill())
    await wired.deliver(JAYLANO, termijnen=None, bedragen=PAID)
    assert len(await reminded(wired, office)) == 3


@pytest.mark.usefixtures("citizen")
async def test_a_reminder_that_asks_again_has_dates_of_its_own(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill(soort="betalen"))
    await wired.deliver(JAYLANO, **bill(soort="betalen", uiterlijk="2027-01-25", **AFTER["asked again"]))
    assert await reminded(wired, office) == ["01-07 09", "01-14 09", "01-19 09"]


async def test_who_wants_none_gets_none(wired: World, office: PostOffice, citizen: Person) -> None:
    await wired.deliver(JAYLANO, **bill())
    await wired.services.contacts.choose(citizen, Wishes(reminders=False))
    await wired.deliver(JAYLANO, **bill())
    assert await reminded(wired, office) == []
    assert len(office.arrived) == 1


@pytest.mark.usefixtures("citizen")
async def test_after_a_night_without_mail_it_is_for_the_morning(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill())
    await work(wired)
    wired.clock.ms = int(datetime(2027, 1, 4, 8, tzinfo=UTC).timestamp() * 1000)
    office.answers += [Delivery.LATER] * 4
    for _ in range(4):
        await work(wired)
        wired.clock.ms += 4 * HOUR_MS
    assert office.answers == [Delivery.LATER]  # at night nothing was tried
    office.answers.clear()
    assert await reminded(wired, office, first="2027-01-05", days=2) == ["01-05 09"]


@pytest.mark.usefixtures("citizen")
async def test_of_a_day_that_is_over_nobody_is_reminded(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill())
    await work(wired)
    wired.clock.ms = NOW_MS + 56 * DAY_MS
    assert await work(wired) == 0
    wired.clock.ms += REST_MS
    assert await work(wired) == 0
    assert len(office.tried) == 1
