"""Dates by law: what a sender computes before it prints a term.

Terms end on a working day (Algemene termijnenwet art. 1 and 3) unless that law is set aside, as it is for payment
terms of tax assessments (IW 1990 art. 9 lid 10) and of recovered allowances (Awir art. 28 lid 3).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

WEEK: Final = 7
OBJECTION_DAYS: Final = 6 * WEEK
"""Awb art. 6:7 and 6:8: six weeks from the day after the decision is made known."""
_SATURDAY: Final = 5
EQUALISED: Final = frozenset(
    {
        *(date(2023, 4, 28), date(2023, 5, 19), date(2024, 5, 10), date(2024, 12, 27), date(2025, 5, 30)),
        *(date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28), date(2028, 5, 26)),
    }
)
"""Days made equal to holidays by royal decree (Algemene termijnenwet art. 3 lid 3): two decrees, three years each."""


def last_day(start: date, days: int) -> date:
    """The last day of a term of so many days after `start`, moved to a working day."""
    return working_day(start + timedelta(days=days))


def objection_until(decided: date) -> date:
    """The last day to object to, or appeal against, a decision made known on `decided`."""
    return last_day(decided, OBJECTION_DAYS)


def working_day(day: date) -> date:
    """This day, or the first one after it that is no Saturday, Sunday or recognised holiday."""
    while day.weekday() >= _SATURDAY or day in holidays(day.year):
        day += timedelta(days=1)
    return day


@cache
def holidays(year: int) -> frozenset[date]:
    """Recognised and equalised holidays of a year (Algemene termijnenwet art. 3)."""
    easter = _easter(year)
    moving = {easter + timedelta(days=days) for days in (-2, 1, 39, 50)}
    fixed = {date(year, 1, 1), _kings_day(year), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}
    return frozenset(moving | fixed | {day for day in EQUALISED if day.year == year})


def _kings_day(year: int) -> date:
    """27 April, or the day before when that is a Sunday."""
    day = date(year, 4, 27)
    return day - timedelta(days=1) if day.weekday() == _SATURDAY + 1 else day


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
