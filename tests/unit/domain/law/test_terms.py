"""Terms beside a second computation, for every day of seven years; golden dates from the law's own cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from mailbox.domain.law.calendar import DayOff
from mailbox.domain.law.terms import Before, Period, Unit, run
from tests.unit.domain.law.written_out import days_after, months_after, moved

DAYS = [date.fromordinal(n) for n in range(date(2024, 1, 1).toordinal(), date(2030, 9, 1).toordinal())]
"""All of whose terms end within the years that are written out."""


def days(number: int) -> Period:
    return Period(number=number, unit=Unit.DAYS)


def weeks(number: int) -> Period:
    return Period(number=number, unit=Unit.WEEKS)


def months(number: int) -> Period:
    return Period(number=number, unit=Unit.MONTHS)


def last(start: date, *parts: Period | Before, moves: bool = True) -> date:
    return run(start, parts, moves=moves)[-1].last


@pytest.mark.parametrize(
    ("notified", "until"),
    [
        ("2026-10-01", "2026-11-12"),
        ("2026-11-13", "2026-12-28"),  # 25 December is a Friday
        ("2026-11-20", "2027-01-04"),  # 1 January is a Friday
        ("2026-11-14", "2026-12-28"),
        ("2026-04-02", "2026-05-18"),  # Ascension Day, the equalised Friday, a weekend
        ("2026-03-24", "2026-05-06"),  # 5 May
    ],
)
def test_golden_last_days_of_six_weeks(notified: str, until: str) -> None:
    assert last(date.fromisoformat(notified), weeks(6)).isoformat() == until


@pytest.mark.parametrize("number", [1, 2, 3, 4, 14])
def test_terms_of_days_are_those_of_the_second_computation(number: int) -> None:
    assert wrong(days(number), number) == []


@pytest.mark.parametrize("number", [2, 4, 6])
def test_terms_of_weeks_are_those_of_the_second_computation(number: int) -> None:
    assert wrong(weeks(number), number * 7) == []


@pytest.mark.parametrize("number", [1, 2])
def test_terms_of_months_are_those_of_the_second_computation(number: int) -> None:
    found = ((day, last(day, months(number)), moved(day, months_after(day, number))) for day in DAYS)
    assert [row for row in found if row[1] != row[2]] == []


def wrong(part: Period, number: int) -> list[tuple[date, date, date]]:
    found: Iterator[tuple[date, date, date]] = (
        (day, last(day, part), moved(day, days_after(day, number))) for day in DAYS
    )
    return [row for row in found if row[1] != row[2]]


def test_parts_follow_each_other_each_to_a_working_day() -> None:
    """Wahv art. 23: two weeks after the six to appeal, wherever those end."""
    for day in DAYS:
        six = moved(day, days_after(day, 42))
        assert last(day, weeks(6), weeks(2)) == moved(six, days_after(six, 14))


@pytest.mark.parametrize(
    ("part", "ends"),
    [
        (days(91), "2026-08-29"),  # a Saturday
        (weeks(13), "2026-08-29"),
        (months(4), "2026-10-03"),  # of the third of June, below
        (Period(number=1, unit=Unit.YEARS), "2027-05-30"),
    ],
)
def test_long_terms_stay(part: Period, ends: str) -> None:
    """ATW art. 4: over 90 days, twelve weeks, three months; years."""
    start = date(2026, 6, 3) if part == months(4) else date(2026, 5, 30)
    assert last(start, part).isoformat() == ends


def test_a_short_term_holds_two_working_days() -> None:
    """ATW art. 2: three days from the Thursday before Easter; two days from it need not."""
    thursday = date(2026, 4, 2)
    assert last(thursday, days(3)) == date(2026, 4, 8)
    assert last(thursday, days(2)) == date(2026, 4, 7)


def test_where_the_law_is_set_aside_a_term_ends_on_a_sunday() -> None:
    assert last(date(2026, 10, 18), weeks(6), moves=False) == date(2026, 11, 29)
    assert last(date(2026, 10, 18), weeks(6)) == date(2026, 11, 30)


def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month() -> None:
    found = [last(date(2026, 12, day), months(2), moves=False).isoformat() for day in (27, 28, 29, 31)]
    assert found == ["2027-02-27", "2027-02-28", "2027-02-28", "2027-02-28"]
    assert last(date(2027, 12, 31), months(2), moves=False) == date(2028, 2, 29)


def test_before_a_day_ends_the_day_before_it_and_does_not_move() -> None:
    before_may = Before(month=5, day=1)
    assert last(date(2028, 3, 1), before_may) == date(2028, 4, 30)  # a Sunday
    assert last(date(2028, 4, 29), before_may) == date(2028, 4, 30)
    assert last(date(2028, 4, 30), before_may) == date(2029, 4, 30)
    assert last(date(2027, 12, 1), Before(month=3, day=1)) == date(2028, 2, 29)


def test_a_step_tells_where_counting_ends_and_why_it_moved() -> None:
    (step,) = run(date(2026, 11, 13), (weeks(6),), moves=True)
    assert (step.counted, step.off, step.last) == (date(2026, 12, 25), DayOff.CHRISTMAS_DAY, date(2026, 12, 28))
    (stays,) = run(date(2026, 11, 13), (weeks(6),), moves=False)
    assert (stays.off, stays.last - stays.counted) == (DayOff.CHRISTMAS_DAY, timedelta(0))
