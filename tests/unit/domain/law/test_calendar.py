"""The days that a term does not end on, written out."""

from __future__ import annotations

from datetime import date

import pytest

from mailbox.domain.law.calendar import EQUALISED, DayOff, day_off, working_day
from tests.unit.domain.law.written_out import HOLIDAYS


def test_the_days_of_2026_have_their_names() -> None:
    days = {date.fromordinal(n): day_off(date.fromordinal(n)) for n in range(739617, 739617 + 365)}
    named = {day.isoformat(): why for day, why in days.items() if why not in {None, DayOff.SATURDAY, DayOff.SUNDAY}}
    assert named == {
        "2026-01-01": DayOff.NEW_YEAR,
        "2026-01-02": DayOff.EQUALISED,
        "2026-04-03": DayOff.GOOD_FRIDAY,
        "2026-04-06": DayOff.EASTER_MONDAY,
        "2026-04-27": DayOff.KINGS_DAY,
        "2026-05-05": DayOff.LIBERATION_DAY,
        "2026-05-14": DayOff.ASCENSION_DAY,
        "2026-05-15": DayOff.EQUALISED,
        "2026-05-25": DayOff.WHIT_MONDAY,
        "2026-12-25": DayOff.CHRISTMAS_DAY,
        "2026-12-26": DayOff.BOXING_DAY,
    }


def test_a_weekend_is_called_by_its_day() -> None:
    assert [day_off(date(2026, 11, day)) for day in (27, 28, 29, 30)] == [None, DayOff.SATURDAY, DayOff.SUNDAY, None]


@pytest.mark.parametrize(("year", "day"), [(2025, 26), (2026, 27), (2031, 26)])
def test_the_kings_day_is_no_sunday(year: int, day: int) -> None:
    found = [d for d in (26, 27) if day_off(date(year, 4, d)) is DayOff.KINGS_DAY]
    assert found == [day]


def test_equalised_days_are_weekdays_of_the_years_of_the_decrees() -> None:
    assert {day.year for day in EQUALISED} == set(range(2023, 2029))
    assert all(day.weekday() < 5 for day in EQUALISED)


def test_the_next_working_day_skips_all_that_is_off() -> None:
    assert working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert working_day(date(2026, 5, 14)) == date(2026, 5, 18)
    assert working_day(date(2026, 11, 24)) == date(2026, 11, 24)


def test_every_holiday_of_seven_years_is_one_that_is_written_out() -> None:
    days = [date.fromordinal(n) for n in range(date(2024, 1, 1).toordinal(), date(2031, 1, 1).toordinal())]
    weekend = {DayOff.SATURDAY, DayOff.SUNDAY}
    assert {day for day in days if day_off(day) not in {None, *weekend}} == HOLIDAYS
