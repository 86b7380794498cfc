"""The days that a term does not end on: weekends and recognised holidays (Algemene termijnenwet art. 1 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

_ONE: Final = timedelta(days=1)
_SATURDAY: Final = 5


class DayOff(StrEnum):
    """Why a day is not a working day."""

    SATURDAY = "zaterdag"
    SUNDAY = "zondag"
    NEW_YEAR = "nieuwjaarsdag"
    GOOD_FRIDAY = "goede-vrijdag"
    EASTER_MONDAY = "tweede-paasdag"
    KINGS_DAY = "koningsdag"
    LIBERATION_DAY = "bevrijdingsdag"
    ASCENSION_DAY = "hemelvaartsdag"
    WHIT_MONDAY = "tweede-pinksterdag"
    CHRISTMAS_DAY = "eerste-kerstdag"
    BOXING_DAY = "tweede-kerstdag"
    EQUALISED = "gelijkgesteld"


EQUALISED: Final = frozenset(
    {
        # Besluit gelijkstelling of 28 April 2023, 19 May 2023, 10 May 2024, 27 December 2024 and 30 May 2025
        date(2023, 4, 28),
        date(2023, 5, 19),
        date(2024, 5, 10),
        date(2024, 12, 27),
        date(2025, 5, 30),
        # Besluit gelijkstelling of 2 January 2026, 15 May 2026, 7 May 2027, 28 April 2028 and 26 May 2028
        date(2026, 1, 2),
        date(2026, 5, 15),
        date(2027, 5, 7),
        date(2028, 4, 28),
        date(2028, 5, 26),
    }
)
"""Days made equal to holidays by royal decree (art. 3 lid 3). A decree tells three years; what comes is not known."""

_BY_EASTER: Final = {
    -2: DayOff.GOOD_FRIDAY,  # art. 3 lid 2
    1: DayOff.EASTER_MONDAY,
    39: DayOff.ASCENSION_DAY,
    50: DayOff.WHIT_MONDAY,
}
_FIXED: Final = {
    (1, 1): DayOff.NEW_YEAR,
    (5, 5): DayOff.LIBERATION_DAY,  # every year, and not only when most have the day off
    (12, 25): DayOff.CHRISTMAS_DAY,
    (12, 26): DayOff.BOXING_DAY,
}


def day_off(day: date) -> DayOff | None:
    """Why this is no working day; None when it is one. A holiday in a weekend is called a holiday."""
    if (holiday := _holidays(day.year).get(day)) is not None:
        return holiday
    if day.weekday() < _SATURDAY:
        return None
    return DayOff.SATURDAY if day.weekday() == _SATURDAY else DayOff.SUNDAY


def working_day(day: date) -> date:
    """This day, or the first working day after it."""
    while day_off(day) is not None:
        day += _ONE
    return day


@cache
def _holidays(year: int) -> Mapping[date, DayOff]:
    easter = _easter(year)
    return {
        **{day: DayOff.EQUALISED for day in EQUALISED if day.year == year},
        _kings_day(year): DayOff.KINGS_DAY,
        **{date(year, *month_day): name for month_day, name in _FIXED.items()},
        **{easter + timedelta(days=days): name for days, name in _BY_EASTER.items()},
    }


def _kings_day(year: int) -> date:
    """27 April, or the day before when that is a Sunday."""
    day = date(year, 4, 27)
    return day - _ONE if day.weekday() == _SATURDAY + 1 else day


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by Gauss's rule as Lichtenberg completed it."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    cycle = year % 19
    seed = (19 * cycle + moon) % 30
    limit = (seed + cycle // 11) // 29
    full_moon = 21 + seed - limit
    first_sunday = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + 7 - (full_moon - first_sunday) % 7 - 1)
