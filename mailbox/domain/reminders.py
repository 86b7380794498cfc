"""When to remind somebody of a date: some days before it, by day. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from mailbox.domain.claims.tasks import PAY
from mailbox.domain.law.calendar import day_off
from mailbox.domain.local_time import AMSTERDAM, local, local_day

DAYS_BEFORE: Final = (14, 7, 2)
_AT: Final = time(9)
_FIRST_HOUR, _LAST_HOUR = 8, 20
_TO_BE_CREDITED: Final = 2
"""Working days that money is on its way at most: a bank has one (BW 7:537), and one to spare."""
_ONE: Final = timedelta(days=1)
_DAYS_KNOWN: Final = 1024
"""Years of days: every letter that comes in asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Date:
    """Something to do before a day is over. `kind`: of the term, on the wire."""

    kind: str
    by: date


def reminders_ms(due: Date, *, after_ms: int) -> Iterator[int]:
    """The instants (UTC ms) to remind of this date, of those that come more than a day after `after_ms`."""
    last = day_to_act(due)
    for days in DAYS_BEFORE:
        at_ms = morning_ms(last - timedelta(days=days))
        if at_ms > after_ms + _ONE // timedelta(milliseconds=1):
            yield at_ms


@lru_cache(maxsize=_DAYS_KNOWN)
def day_to_act(due: Date) -> date:
    """The last day on which it is in time: money is on its way for a while."""
    return _before_working_days(due.by, _TO_BE_CREDITED) if due.kind == PAY else due.by


def is_daytime(now_ms: int) -> bool:
    """Whether somebody may be reminded now."""
    return _FIRST_HOUR <= local(now_ms).hour < _LAST_HOUR


def next_morning_ms(now_ms: int) -> int:
    """The first nine o'clock after now."""
    day = local_day(now_ms)
    return next(at_ms for at_ms in (morning_ms(day), morning_ms(day + _ONE)) if at_ms > now_ms)


def is_past(by: date, now_ms: int) -> bool:
    """Whether the day is over: who is reminded then can only be frightened."""
    return local_day(now_ms) > by


@lru_cache(maxsize=_DAYS_KNOWN)
def morning_ms(day: date) -> int:
    """Nine o'clock in the Netherlands, in UTC ms."""
    return int(datetime.combine(day, _AT, AMSTERDAM).timestamp() * 1000)


def _before_working_days(day: date, number: int) -> date:
    while number:
        day -= _ONE
        number -= day_off(day) is None
    return day
