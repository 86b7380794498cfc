"""How a term runs: from the day after its start, for so long, to a working day where the law says so.

Algemene termijnenwet (ATW, text of 10 October 2010): a term that ends on a Saturday, Sunday or recognised holiday ends
on the next working day (art. 1 lid 1); one of three days or more holds two working days at least (art. 2). Not for
terms of more than 90 days, twelve weeks or three months, or of years (art. 4), nor where another law sets it aside.
Terms that are counted backwards do not move (art. 1 lid 2); no rule here has one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from mailbox.domain.law.calendar import DayOff, day_off

_ONE: Final = timedelta(days=1)
_TWO_WORKING_DAYS_FROM: Final = 3
_WEEK: Final = 7
_YEAR: Final = 12


class Unit(Enum):
    """What a term is counted in, with the longest that the ATW moves (art. 4)."""

    DAYS = 90
    WEEKS = 12
    MONTHS = 3
    YEARS = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """So many days, weeks, months or years."""

    number: int
    unit: Unit

    def after(self, start: date) -> date:
        """The last day of this period, which begins the day after `start`.

        Months end on the day of the month that the start has, or on the last day of a shorter month.
        """
        if self.unit in {Unit.DAYS, Unit.WEEKS}:
            return start + timedelta(days=self.number * (1 if self.unit is Unit.DAYS else _WEEK))
        months = start.month - 1 + self.number * (_YEAR if self.unit is Unit.YEARS else 1)
        year, month = start.year + months // _YEAR, months % _YEAR + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))

    @property
    def is_moved(self) -> bool:
        """Whether the ATW moves the end of a term of this length (art. 4)."""
        return self.number <= self.unit.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """Before a day of the year: the last day is the one before it, the first time after the start."""

    month: int
    day: int

    def after(self, start: date) -> date:
        """The last day before the next such day."""
        last = date(start.year, self.month, self.day) - _ONE
        return last if last > start else date(start.year + 1, self.month, self.day) - _ONE

    @property
    def is_moved(self) -> bool:
        """A date is no term that ends on it: it stays."""
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A part of a term: where it ends by counting, why it cannot end there (if so), and where it ends."""

    counted: date
    off: DayOff | None
    last: date


def run(start: date, parts: tuple[Period | Before, ...], *, moves: bool) -> tuple[Step, ...]:
    """The parts of a term, one after the other. `moves`: whether the ATW applies."""
    steps: list[Step] = []
    for part in parts:
        counted = part.after(start)
        last = _moved(start, counted) if moves and part.is_moved else counted
        steps.append(Step(counted=counted, off=day_off(counted), last=last))
        start = last
    return tuple(steps)


def _moved(start: date, last: date) -> date:
    """The end by ATW art. 1 and 2 of a term from the day after `start` to `last`."""
    needed = 2 if (last - start).days >= _TWO_WORKING_DAYS_FROM else 0
    while day_off(last) is not None or _working_days(start, last, needed) < needed:
        last += _ONE
    return last


def _working_days(start: date, last: date, enough: int) -> int:
    """Working days after `start` up to and including `last`, counted from the end and no further than enough."""
    found = 0
    while last > start and found < enough:
        found += day_off(last) is None
        last -= _ONE
    return found
