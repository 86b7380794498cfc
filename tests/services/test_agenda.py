"""What lies ahead: each day once, from letters that still count, and logged before it is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mailbox.domain.claims.said import Word
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.access_log import LogQuery
from mailbox.services.agenda import Ahead
from mailbox.services.log_entries import Act
from mailbox.web.agenda_view import calendar_days
from tests.services.conftest import JAYLANO, Tamper
from tests.world import World


def term(kind: str, by: str) -> dict[str, str]:
    return {"soort": kind, "uiterlijk": by, "grondslag": "Awb art. 6:7", "gevolg": "Daarna kan het niet meer."}


async def letter(world: World, number: int, *terms: dict[str, str], **changes: Any) -> LetterId:
    """A letter of a matter of its own, with these terms; one that must be paid says the same day beside the account."""
    return await world.deliver(JAYLANO, **{"zaakkenmerk": f"ZAAK {number}", "termijnen": list(terms), **changes})


async def ahead(world: World, citizen: Person) -> list[tuple[str, str, LetterId]]:
    made = await world.services.agenda.ahead(citizen)
    return days(made.what)


def days(what: Ahead) -> list[tuple[str, str, LetterId]]:
    return [(str(one.deadline.by), one.deadline.kind, one.letter.letter_id) for one in what.days]


async def test_days_come_in_order_and_what_has_passed_is_not_there(world: World, jaylano: Person) -> None:
    late = await letter(world, 1, term("betalen", "2026-12-28"), term("beroep", "2026-12-11"))
    await letter(world, 2, term("betalen", "2026-11-23"))
    soon = await letter(world, 3, term("betalen", "2026-11-24"))
    assert await ahead(world, jaylano) == [
        ("2026-11-24", "betalen", soon),
        ("2026-12-11", "beroep", late),
        ("2026-12-28", "betalen", late),
    ]


async def test_a_reminder_takes_the_place_of_its_bill_and_what_is_withdrawn_asks_nothing(
    world: World, jaylano: Person
) -> None:
    await letter(world, 1, term("betalen", "2026-12-28"))
    world.clock.ms += 1000
    reminds = {"berichtsoort": "cjib_wahv_aanmaning1", "aard": "aanmaning"}
    again = await letter(world, 1, term("betalen", "2026-12-29"), **reminds)
    await letter(world, 2, term("betalen", "2026-12-28"), term("beroep", "2026-12-11"), kenmerk="WEG")
    gone: dict[str, Any] = {"bedragen": None, "betaling": None, "rechtsmiddel": None, "termijnen": None}
    await world.deliver(JAYLANO, zaakkenmerk="ZAAK 2", relatie={"trektIn": "WEG"}, aard="mededeling", **gone)
    assert await ahead(world, jaylano) == [("2026-12-29", "betalen", again)]


async def test_what_is_told_of_is_logged_first(world: World, jaylano: Person, tamper: Tamper) -> None:
    bill = await letter(world, 1, term("betalen", "2026-12-28"))
    made = await world.services.agenda.take(jaylano)
    assert [claim.due for claim in made.what.claims] == [date(2026, 12, 28)]
    page = await world.services.log_book.entries(jaylano, LogQuery())
    assert [(line.action, [one.letter_id for one in line.letters]) for line in page.lines] == [(Act.EXPORTED, [bill])]
    await tamper("ALTER TABLE access_log RENAME TO gone")
    with pytest.raises(Exception, match=r"SQLITE_ERROR|42P01"):
        await world.services.agenda.ahead(jaylano)


async def test_nothing_ahead_is_no_look(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO, bedragen=None, betaling=None, termijnen=[term("betalen", "2026-01-05")])
    assert await ahead(world, jaylano) == []
    assert (await world.services.log_book.entries(jaylano, LogQuery())).lines == ()


async def test_what_the_citizen_says_is_paid_has_no_day_and_stays_open(world: World, jaylano: Person) -> None:
    bill = await letter(world, 1, term("betalen", "2026-12-28"), term("beroep", "2026-12-11"))
    await world.services.paying.say(jaylano, bill, Word.PAID, is_so=True)
    made = await world.services.agenda.ahead(jaylano)
    assert [day for day, _, _ in days(made.what)] == ["2026-12-11"]
    assert [claim.open for claim in made.what.claims] == [109_00]


async def test_two_days_of_one_kind_in_a_letter_are_two_events(world: World, jaylano: Person) -> None:
    terms = [term("antwoorden", "2027-01-18"), term("antwoorden", "2027-02-18")]
    nothing: dict[str, Any] = {"bedragen": None, "betaling": None, "rechtsmiddel": None, "aard": "mededeling"}
    await letter(world, 1, *terms, **nothing)
    made = await world.services.agenda.take(jaylano)
    assert len({day.key for day in calendar_days(made.what.days, {}, is_full=False)}) == len(terms)
