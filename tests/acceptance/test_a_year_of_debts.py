"""A year of five debts that nobody pays, day by day: the page of money beside a table written from the law.

The letters of chains a to e of LETTERS 8 come through the service as their days come; every day the page is read, and
says what the table says: what it is, how much, by when, how near, and what comes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.agency import AGENCIES
from connectors.matter import Matter
from connectors.residents import JAYLANO
from mailbox.domain.identifiers import LetterId, Oin
from mailbox.domain.people import Person
from mailbox.store import Database, FolderObjects
from mailbox.web.claim_view import ClaimView, DebtView, claim_view
from mailbox.web.letter_view import letter_view
from mailbox.web.paying_view import MoneyView, money_view
from tests.acceptance.year_by_law import BILLS, REMEDIES, TOTALS, Told
from tests.world import World
from tests.world import world as make_world

STORIES = (
    ("cjib", "unpaid_fine", date(2026, 10, 30)),
    ("belastingdienst", "allowance_reclaimed", date(2026, 7, 6)),
    ("duo", "too_much_received", date(2026, 8, 3)),
    ("cjib", "student_debt", date(2026, 8, 3)),
    ("uwv", "income_not_reported", date(2026, 7, 20)),
    ("svb", "supplement_checked", date(2026, 9, 29)),
)
_TAKEN = "Beslag of inhouding"
DAYS = [date(2026, 7, 1) + timedelta(days=number) for number in range(365)]
NAMES = {agency.sender.oin: agency.sender.name for agency in AGENCIES.values()}
Row = tuple[str, str, str, str, str]


@pytest.fixture
async def world(store: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with make_world(store, FolderObjects(tmp_path / "objects"), tmp_path / "kek.json") as made:
        made.clock.ms = _noon(DAYS[0])  # before anybody looks at it: time goes forward only
        yield made


async def test_every_day_of_a_year_the_page_says_what_the_law_says(world: World) -> None:
    citizen, year = await _citizen(world), _Year(world)
    for day in DAYS:
        await year.becomes(day)
        view = money_view(await world.services.paying.overview(citizen), NAMES, day)
        assert (day, _rows(view)) == (day, sorted(_by_law(day)))
        assert (day, view.total, view.bodies) == (day, *_total_by_law(day))
    assert year.letters == []


async def test_every_date_and_every_step_names_its_article(world: World) -> None:
    citizen, year = await _citizen(world), _Year(world)
    for told in sorted((told for bill in BILLS for told in bill), key=lambda told: told.came):
        day = date.fromisoformat(told.came)
        await year.becomes(day)
        assert (day, _articles(told)) in [(day, one) async for one in _shown_articles(world, citizen, day)]


async def test_what_can_be_done_ends_on_the_day_that_the_law_says(world: World) -> None:
    citizen, year = await _citizen(world), _Year(world)
    for since, story, remedies in sorted(REMEDIES):
        day = date.fromisoformat(since)
        await year.becomes(day)
        one = await world.services.paying.claim(citizen, year.began[story])
        claim = claim_view(one.claim, one.said, NAMES, day)
        assert (day, story, tuple((one.title, str(one.by)) for one in claim.remedies)) == (day, story, remedies)


class _Year:
    """Brings each letter when its day has come. `began`: the first letter of each story."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.letters = sorted(_letters(), key=lambda pair: pair[1]["dagtekening"])
        self.began: dict[str, LetterId] = {}

    async def becomes(self, day: date) -> None:
        self._world.clock.ms = _noon(day)
        while self.letters and self.letters[0][1]["dagtekening"] <= day.isoformat():
            story, letter = self.letters.pop(0)
            receipt = await self._world.services.receiving.receive(Oin(letter["afzender"]), letter, ())
            self.began.setdefault(story, receipt.letter_id)


def _noon(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 11, tzinfo=UTC).timestamp() * 1000)


def _letters() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, (agency, story, start) in enumerate(STORIES):
        same = number - 1 if story == "student_debt" else number  # the CJIB goes on with DUO's matter
        matter = Matter(resident=JAYLANO, start=start, number=same)
        for letter in AGENCIES[agency].matter(story, matter, pdf=False):
            yield story, letter


async def _citizen(world: World) -> Person:
    return await world.person(JAYLANO.bsn, JAYLANO.name)


def _rows(view: MoneyView) -> list[Row]:
    return sorted(
        (group.title, row.state, row.task, str(row.by), row.becomes) for group in view.groups for row in group.rows
    )


def _by_law(day: date) -> Iterator[Row]:
    for bill in BILLS:
        told = max((told for told in bill if told.came <= day.isoformat()), key=lambda told: told.came, default=None)
        if told is not None:
            passed = told.passed <= day.isoformat()
            by = str(None) if told.state == _TAKEN else told.by  # nobody pays by a day what is taken from them
            yield _group(told, day.isoformat()), told.state, _task(told), by, _then(told, passed=passed)


def _group(told: Told, day: str) -> str:
    titles = ((told.passed, "De datum is voorbij"), (told.week, "Binnen een week"), (told.month, "Binnen een maand"))
    return next((title for since, title in titles if since and since <= day), "Later")


def _task(told: Told) -> str:
    if told.state == "Betalingsregeling":
        return f"Betaal uw regeling. Er staat nog {_euros(told.cents)} open"
    return f"Er staat nog {_euros(told.cents)} open" if told.state == _TAKEN else f"Betaal {_euros(told.cents)}"


def _then(told: Told, *, passed: bool) -> str:
    if isinstance(told.then, int):
        amount = _euros(told.then)
        return f"Het kan nu {amount} worden." if passed else f"Betaalt u niet op tijd? Dan wordt het {amount}."
    return told.then if passed or not told.then else f"Betaalt u niet op tijd? {told.then}"


def _total_by_law(day: date) -> tuple[str, int]:
    _, cents, bodies = [total for total in TOTALS if total[0] <= day.isoformat()][-1]
    return _euros(cents), bodies


def _articles(told: Told) -> tuple[str, str, str, str]:
    then = _euros(told.then) if isinstance(told.then, int) else told.then
    return told.state, then, told.then_law, told.date_law


async def _shown_articles(world: World, citizen: Person, day: date) -> AsyncIterator[tuple[str, str, str, str]]:
    """Of each bill: its state, what comes with its article, and the article of its last letter's day to pay."""
    for line in (await world.services.paying.overview(citizen)).claims:
        one = await world.services.paying.claim(citizen, line.letters[0])
        claim = claim_view(one.claim, one.said, NAMES, day)
        for debt in line.bills:
            opened = await world.services.reading.letter(citizen, debt.letter_id)
            view = letter_view(opened, NAMES, day, through_grant=False)
            reasons = [term.why for term in view.terms if term.label == "Betalen" and term.why]
            assert not any(text.startswith("Wij komen uit op") for why in reasons for text in why.sentences)
            shown = _debt(claim, view.metadata.subject)
            first = shown.steps[0] if shown.steps else None
            yield (
                shown.state,
                (first.amount or first.what) if first else "",
                first.law if first else "",
                "".join(why.law for why in reasons),
            )


def _debt(claim: ClaimView, subject: str) -> DebtView:
    return next(debt for debt in claim.debts if debt.title.replace("\N{NO-BREAK SPACE}", " ") == subject)


def _euros(cents: int) -> str:
    """€ 1.240,00, with a space that does not break."""
    return f"€\N{NO-BREAK SPACE}{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
