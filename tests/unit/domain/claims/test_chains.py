"""The five chains of letters, told letter by letter: what one owes, what was added, what comes, what can be done.

The amounts are from the law's text: Wahv art. 23 and 25; Kostenwet art. 2 to 4; Awb art. 4:113.
"""

from __future__ import annotations

from datetime import date

import pytest

from mailbox.domain.claims.claims import Claim, claims_of, coming, open_remedies
from mailbox.domain.claims.debts import Debt
from tests.opened import opened
from tests.unit.connectors.stories import matter, story

START = date(2026, 3, 2)
Told = list[tuple[str, int, int, str, int | None]]
"""Of each debt: how it stands, what is open, what was added, the last day, and what it becomes after that."""


def after(number: int, agency: str, name: str, *more: tuple[str, str]) -> tuple[Claim, date]:
    """The one claim after so many letters, and the day of the last."""
    letters = [letter for part in ((agency, name), *more) for letter in story(*part, matter(START))]
    (claim,) = claims_of(opened(letters[:number]))
    return claim, date.fromisoformat(letters[number - 1]["dagtekening"])


def told(claim: Claim, today: date) -> Told:
    return [
        (debt.state, debt.open, debt.added, debt.due.isoformat() if debt.due else "", _next(debt, today))
        for debt in claim.debts
    ]


def _next(debt: Debt, today: date) -> int | None:
    found = coming(debt, today)
    return found.steps[0].sums.open if found else None


@pytest.mark.parametrize(
    ("number", "state", "is_open", "added", "due", "becomes"),
    [
        (1, "open", 109_00, 0, "2026-04-28", 159_00),
        (2, "herinnerd", 159_00, 50_00, "2026-06-01", 309_00),
        (3, "opnieuw-herinnerd", 309_00, 200_00, "2026-07-06", 309_00),
        (4, "beslag", 309_00, 200_00, "2026-07-06", None),
    ],
)
def test_a_fine_grows(number: int, state: str, is_open: int, added: int, due: str, becomes: int | None) -> None:
    claim, today = after(number, "cjib", "unpaid_fine")
    assert told(claim, today) == [(state, is_open, added, due, becomes)]


@pytest.mark.parametrize(
    ("number", "state", "is_open", "added", "due", "becomes"),
    [
        (3, "open", 1_240_00, 0, "2025-11-03", None),  # the amounts of 2025 are not known
        (5, "regeling", 1_240_00, 0, "2026-08-24", 1_240_00),
        (6, "herinnerd", 1_262_00, 22_00, "2026-09-22", 1_448_00),
        (7, "dwangbevel", 1_448_00, 208_00, "2026-10-27", 1_526_00),
        (8, "beslag", 1_526_00, 286_00, "2026-10-27", None),
    ],
)
def test_an_allowance_is_collected_as_a_tax(
    number: int, state: str, is_open: int, added: int, due: str, becomes: int | None
) -> None:
    claim, today = after(number, "belastingdienst", "allowance_reclaimed")
    assert told(claim, today) == [(state, is_open, added, due, becomes)]
    assert len(claim.letters) == number


@pytest.mark.parametrize(
    ("number", "state", "is_open", "added", "becomes", "by"),
    [
        (2, "open", 622_00, 0, 622_00, "duo"),
        (3, "herinnerd", 622_00, 0, 642_00, "duo"),
        (4, "opnieuw-herinnerd", 642_00, 20_00, 642_00, "duo"),
        (5, "dwangbevel", 642_00, 20_00, 642_00, "cjib"),
    ],
)
def test_a_debt_that_another_body_takes_over_stays_one(
    number: int, state: str, is_open: int, added: int, becomes: int, by: str
) -> None:
    """The study debt itself is not asked, and is no bill."""
    claim, today = after(number, "duo", "too_much_received", ("cjib", "student_debt"))
    assert [(one[0], one[1], one[2], one[4]) for one in told(claim, today)] == [(state, is_open, added, becomes)]
    assert claim.open == is_open
    assert {"duo": "00000099000000005000", "cjib": "00000099000000004000"}[by] == claim.agency.value


def test_a_reclaim_and_its_fine_are_two_debts_of_one_claim() -> None:
    claim, today = after(5, "uwv", "income_not_reported")
    both = [("open", 1_840_00, 0, "2026-06-15", 1_860_00), ("open", 460_00, 0, "2026-06-15", 480_00)]
    assert (told(claim, today), claim.open, len(claim.letters)) == (both, 2_300_00, 5)
    claim, today = after(6, "uwv", "income_not_reported")
    assert told(claim, today) == [("herinnerd", 1_860_00, 20_00, "2026-07-06", 1_860_00), both[1]]
    assert (claim.open, claim.due) == (2_320_00, date(2026, 6, 15))


def test_an_objection_must_be_against_the_decision_behind_the_others() -> None:
    claim, today = after(5, "uwv", "income_not_reported")
    first, *others = open_remedies(claim, today)
    assert (first.letter.kind, first.remedy.by.isoformat()) == ("uwv_herziening", "2026-06-15")
    assert [one.kind for one in first.rests_here] == ["uwv_terugvordering", "uwv_boete"]
    assert [(one.letter.kind, one.rests_here) for one in others] == [("uwv_terugvordering", ()), ("uwv_boete", ())]


def test_of_two_decisions_the_last_is_the_one_behind() -> None:
    """The supplement was suspended first; what must be paid back follows from the decision after that."""
    claim, today = after(4, "svb", "supplement_checked")
    remedies = [(one.letter.reference[-1], one.remedy.by.isoformat(), len(one.rests_here)) for one in
                open_remedies(claim, today)]  # fmt: skip
    assert remedies == [("2", "2026-05-19", 0), ("3", "2026-06-09", 1), ("4", "2026-06-12", 0)]
    assert told(claim, today) == [("open", 486_30, 0, "2026-06-12", 506_30)]
    claim, today = after(5, "svb", "supplement_checked")
    assert told(claim, today) == [("herinnerd", 506_30, 20_00, "2026-07-03", 506_30)]
    assert open_remedies(claim, today) == []


def test_a_remedy_closes_after_its_last_day() -> None:
    claim, _ = after(1, "cjib", "unpaid_fine")
    days = [date(2026, 4, 13), date(2026, 4, 14)]
    assert [[one.remedy.kind for one in open_remedies(claim, day)] for day in days] == [["administratief_beroep"], []]


def test_a_plan_that_is_missed_stops_and_then_goes_on_where_collecting_was() -> None:
    claim, today = after(2, "cjib", "fine_in_parts")
    assert told(claim, today) == [("regeling", 289_00, 0, "2026-05-01", 289_00)]
    found = coming(claim.debts[0], today)
    assert found is not None
    assert [one.sums.open for one in found.steps[:3]] == [289_00, 429_00, 849_00]


def test_after_the_last_day_what_comes_is_by_the_law_of_today() -> None:
    claim, _ = after(3, "belastingdienst", "allowance_reclaimed")
    (debt,) = claim.debts
    late = coming(debt, date(2026, 2, 1))
    assert late is not None
    assert (late.after, late.steps[0].sums.open) == (date(2025, 11, 4), 1_262_00)


def test_a_summons_to_the_judge_takes_nothing_yet() -> None:
    claim, today = after(5, "cjib", "unpaid_fine_to_court")
    assert told(claim, today) == [("dwangbevel", 309_00, 200_00, "2026-08-10", 309_00)]
