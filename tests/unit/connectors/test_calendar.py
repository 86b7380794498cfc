"""Golden dates of the Algemene termijnenwet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from connectors.calendar import EQUALISED, holidays, last_day, objection_until, working_day

YEAR_2026 = {
    "2026-01-01",  # Nieuwjaarsdag
    "2026-01-02",  # equalised
    "2026-04-03",  # Goede Vrijdag
    "2026-04-06",  # tweede paasdag
    "2026-04-27",  # Koningsdag
    "2026-05-05",  # Bevrijdingsdag, every year
    "2026-05-14",  # Hemelvaartsdag
    "2026-05-15",  # equalised
    "2026-05-25",  # tweede pinksterdag
    "2026-12-25",
    "2026-12-26",
}


@pytest.mark.parametrize(
    ("decided", "until"),
    [
        ("2026-10-01", "2026-11-12"),
        ("2026-11-13", "2026-12-28"),  # 25 December is a Friday
        ("2026-11-20", "2027-01-04"),  # 1 January is a Friday
        ("2026-11-14", "2026-12-28"),
        ("2026-04-02", "2026-05-18"),  # Hemelvaart, the equalised Friday, a weekend
        ("2026-03-24", "2026-05-06"),  # 5 May
    ],
)
def test_last_day_to_object(decided: str, until: str) -> None:
    assert date.fromisoformat(until) == objection_until(date.fromisoformat(decided))


def test_holidays_of_a_year() -> None:
    assert {day.isoformat() for day in holidays(2026)} == YEAR_2026


@pytest.mark.parametrize(("year", "day"), [(2025, "2025-04-26"), (2026, "2026-04-27"), (2031, "2031-04-26")])
def test_the_kings_day_is_no_sunday(year: int, day: str) -> None:
    assert [day] == [found.isoformat() for found in holidays(year) if found.month == 4 and found.day in {26, 27}]


@pytest.mark.parametrize(
    ("year", "second_easter_day"),
    [(2000, "2000-04-24"), (2008, "2008-03-24"), (2024, "2024-04-01"), (2025, "2025-04-21"), (2038, "2038-04-26")],
)
def test_easter_early_and_late(year: int, second_easter_day: str) -> None:
    assert date.fromisoformat(second_easter_day) in holidays(year)


def test_equalised_days_are_those_of_the_decrees() -> None:
    before = {"2023-04-28", "2023-05-19", "2024-05-10", "2024-12-27", "2025-05-30"}
    expected = before | {"2026-01-02", "2026-05-15", "2027-05-07", "2028-04-28", "2028-05-26"}
    assert {day.isoformat() for day in EQUALISED} == expected
    assert all(day in holidays(day.year) for day in EQUALISED)


def test_a_working_day_stays() -> None:
    assert working_day(date(2026, 11, 24)) == date(2026, 11, 24)


def test_a_term_never_ends_on_a_weekend_or_holiday_nor_early() -> None:
    for number in range(1500):
        start = date(2025, 1, 1) + timedelta(days=number)
        end = last_day(start, 14)
        assert end.weekday() < 5
        assert end not in holidays(end.year)
        assert 14 <= (end - start).days <= 19  # 5 to 9 May 2027: Bevrijdingsdag, Hemelvaart, equalised, weekend
