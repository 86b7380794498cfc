"""What is withdrawn, paid or asked anew ends what was planned: from when it can be seen on, in whichever order it came.

Of each: the citizen's reminders, and the helper who is asked when a bill is still to be paid.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from mailbox.domain.identifiers import GrantId
from mailbox.domain.ladder import Ladder
from mailbox.domain.people import Person
from mailbox.services.alerting import REST_MS
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO, KARIN
from tests.services.test_ladder import CALLED
from tests.services.test_reminders import AFTER, PAID, REMINDED, bill
from tests.world import DAY_MS, NOW_MS, UWV, World, scope

ALL = (["12-31", "01-07", "01-12"], ["01-09"])
"""The days of what a bill for 18 January asks: of the reminders, and of the helper."""
NONE: tuple[list[str], list[str]] = ([], [])
THIRD = "3000056789012345"
NOTE: dict[str, Any] = {
    "termijnen": None,
    "betaling": None,
    "rechtsmiddel": None,
    "bedragen": None,
    "aard": "mededeling",
    "reactieVerwacht": False,
}
ENDINGS: dict[str, dict[str, Any]] = {
    "paid": {"bedragen": PAID, "termijnen": None},
    "asked again": {**AFTER["asked again"], "termijnen": None, "betaling": None},
    "withdrawn": {**NOTE, "relatie": {"trektIn": "REKENING"}},
    "replaced": {**NOTE, "relatie": {"vervangt": "REKENING"}},
}
SEEN = "2027-01-08T08:00:00Z"
SEEN_MS = int(datetime.fromisoformat(SEEN).timestamp() * 1000)
"""After two of the reminders, before the third and before the helper is asked."""


@pytest.fixture
async def citizen(wired: World, office: PostOffice) -> Person:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person)
    return person


@pytest.fixture(autouse=True)
async def grant_id(wired: World, office: PostOffice, citizen: Person) -> GrantId:
    """Of the helper whom the citizen chose."""
    helper = await wired.person(KARIN, "Karin Bos")
    await reached(wired, office, helper, "karin@voorbeeld.example")
    given = await wired.grant(citizen, helper, scope())
    await wired.services.ladders.choose(citizen, Ladder(helper=given, helper_days=14))
    return given


async def asked(world: World, office: PostOffice) -> tuple[list[str], list[str]]:
    """The days on which the citizen was reminded, and on which the helper was asked of a letter that lay open."""
    found: tuple[list[str], list[str]] = [], []
    for letter_id in await world.ids(await world.person(JAYLANO, "Jaylano Meerman")):
        await world.services.reading.letter(await world.person(JAYLANO, "Jaylano Meerman"), letter_id)
    await work(world)
    world.clock.ms = NOW_MS + 34 * DAY_MS
    for _ in range(22):
        world.clock.ms += DAY_MS
        office.forget()
        climbed = await world.services.climbing.climb_due()
        await work(world)
        assert climbed == sum(CALLED in message.text for message in office.arrived)
        for text in (message.text for message in office.arrived):
            day = datetime.fromtimestamp(world.clock.ms / 1000).astimezone().strftime("%m-%d")
            found[0].extend([day] * (REMINDED in text))
            found[1].extend([day] * (CALLED in text))
    return found


async def test_a_bill_asks_until_it_is_paid(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    assert await asked(wired, office) == ALL


@pytest.mark.parametrize("changes", ENDINGS.values(), ids=ENDINGS)
async def test_what_cannot_be_seen_yet_ends_nothing_before_it_can(
    wired: World, office: PostOffice, changes: dict[str, Any]
) -> None:
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    await wired.deliver(JAYLANO, publicatietijdstip=SEEN, **changes)
    assert await asked(wired, office) == (ALL[0][:2], [])


@pytest.mark.parametrize("changes", ENDINGS.values(), ids=ENDINGS)
async def test_what_ends_a_bill_does_so_also_before_that_came(
    wired: World, office: PostOffice, changes: dict[str, Any]
) -> None:
    await wired.deliver(JAYLANO, dagtekening="2026-11-20", **changes)
    wired.clock.ms += REST_MS
    await wired.deliver(JAYLANO, kenmerk="REKENING", dagtekening="2026-11-02", **bill(soort="betalen"))
    assert await asked(wired, office) == NONE


@pytest.mark.parametrize("name", ["paid", "asked again"])
async def test_a_bill_of_after_that_asks_anew(wired: World, office: PostOffice, name: str) -> None:
    await wired.deliver(JAYLANO, dagtekening="2026-11-02", **ENDINGS[name])
    await wired.deliver(JAYLANO, dagtekening="2026-11-20", **bill(soort="betalen"))
    assert await asked(wired, office) == ALL


async def test_a_bill_that_is_withdrawn_takes_its_reminder_with_it(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, kenmerk="BESLUIT")
    wired.clock.ms += REST_MS
    await wired.deliver(JAYLANO, **AFTER["asked again"], **bill(soort="betalen"))
    wired.clock.ms += 1_000
    await wired.deliver(JAYLANO, **NOTE, relatie={"trektIn": "BESLUIT"})
    assert await asked(wired, office) == NONE


async def test_a_bill_that_is_withdrawn_leaves_another_with_the_same_reference(
    wired: World, office: PostOffice
) -> None:
    await wired.deliver(JAYLANO, kenmerk="BESLUIT", **bill(soort="betalen"))
    await wired.deliver(JAYLANO, **bill(soort="betalen"))
    await wired.deliver(JAYLANO, **NOTE, relatie={"trektIn": "BESLUIT"})
    assert await asked(wired, office) == ALL


async def test_a_reminder_that_is_withdrawn_gives_the_bill_back(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill(soort="betalen"))
    again = bill(soort="betalen", uiterlijk="2027-01-25")
    await wired.deliver(JAYLANO, kenmerk="AANMANING", **AFTER["asked again"], **again)
    await wired.deliver(JAYLANO, **NOTE, relatie={"trektIn": "AANMANING"})
    assert await asked(wired, office) == ALL


@pytest.mark.parametrize(("reference", "expected"), [(THIRD, ALL), ("5000056789012345", NONE), (None, NONE)])
async def test_what_is_paid_is_the_bill_with_its_reference_or_all_of_the_case(
    wired: World, office: PostOffice, reference: str | None, expected: object
) -> None:
    await wired.deliver(JAYLANO, **bill(soort="betalen"))
    paying = {**wired.letter(JAYLANO)["betaling"], "betalingskenmerk": reference}
    betaling = {name: value for name, value in paying.items() if value}
    await wired.deliver(JAYLANO, termijnen=None, bedragen=PAID, betaling=betaling)
    assert await asked(wired, office) == expected


async def test_a_bill_without_a_reference_is_paid_with_any_of_its_case(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, **bill(soort="betalen"), betaling=None)
    await wired.deliver(JAYLANO, termijnen=None, bedragen=PAID)
    assert await asked(wired, office) == NONE


@pytest.mark.parametrize("changes", ENDINGS.values(), ids=ENDINGS)
async def test_who_was_asked_just_before_hears_nothing_of_it_after(
    wired: World, office: PostOffice, changes: dict[str, Any]
) -> None:
    """Between the rung and the message it is asked again."""
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    await work(wired)
    wired.clock.ms = SEEN_MS + DAY_MS
    assert await wired.services.climbing.climb_due()
    await wired.deliver(JAYLANO, **changes)
    office.forget()
    await work(wired)
    assert [message for message in office.arrived if CALLED in message.text] == []


async def test_letters_to_somebody_else_end_nothing(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    for changes in (ENDINGS["paid"], ENDINGS["withdrawn"]):
        await wired.deliver(KARIN, **changes)
    assert await asked(wired, office) == ALL


@pytest.mark.parametrize("changes", ENDINGS.values(), ids=ENDINGS)
async def test_letters_of_another_body_end_nothing(wired: World, office: PostOffice, changes: dict[str, Any]) -> None:
    """Not with the reference of the bill, nor with that of its payment or its case."""
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    await wired.deliver(JAYLANO, afzender=UWV.value, **changes)
    assert await asked(wired, office) == ALL
