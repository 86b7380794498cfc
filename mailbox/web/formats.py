"""Dates, times and money as people in the Netherlands read them. Pure; `today` is an argument."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_LOCALE: Final = "nl"
_SOON_DAYS: Final = 7
_KILO: Final = 1000
_IBAN_GROUP: Final = 4
_REMEMBERED: Final = 4096
"""Amounts and days whose words are remembered: to make them anew is most of the work of a long list."""


def local(at_ms: int) -> datetime:
    """An instant (UTC milliseconds) as a time in Amsterdam."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(AMSTERDAM)


def day(value: date | int) -> str:
    """5 december 2026. Takes a date, or an instant in UTC milliseconds."""
    return _day(_date(value))


def day_month(value: date | int) -> str:
    """5 december: under a heading that has the year."""
    return str(format_date(_date(value), "d MMMM", locale=_LOCALE))


def day_iso(value: date | int) -> str:
    """2026-12-05, for the machine's half of a date."""
    return _date(value).isoformat()


def month(at_ms: int) -> str:
    """December 2026: the heading above the letters of a month."""
    return str(format_date(_date(at_ms), "MMMM y", locale=_LOCALE)).capitalize()


def clock_time(at_ms: int) -> str:
    """14.05 uur."""
    return f"{local(at_ms):%H.%M} uur"


def moment(at: datetime) -> str:
    """Dinsdag 1 december 2026, 9.00 uur."""
    there = at.astimezone(AMSTERDAM)
    return f"{format_date(there.date(), 'EEEE d MMMM y', locale=_LOCALE)}, {there.hour}.{there:%M} uur"


def ending(until_ms: int, now_ms: int) -> str:
    """How soon something ends, with its last day: over 5 dagen (29 november 2026)."""
    days = (_date(until_ms - 1) - _date(now_ms)).days
    near = {0: "vandaag", 1: "morgen"}.get(days, f"over {days} dagen")
    return f"{near} ({until(until_ms)})"


def listed(names: Sequence[str]) -> str:
    """Anna, Bert en Carla."""
    return " en ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def until(until_ms: int) -> str:
    """The last day of something that ends at an instant: the end itself does not count."""
    return day(until_ms - 1)


@lru_cache(maxsize=_REMEMBERED)
def money(cents: int) -> str:
    """€ 112,40 with a space that does not break."""
    return str(format_currency(cents / 100, "EUR", locale=_LOCALE))


def unbroken(text: str) -> str:
    """With a space that does not break between the euro sign and its amount."""
    return text.replace("€ ", "€\N{NO-BREAK SPACE}")


def nearness(by: date, today: date) -> str:
    """How near a day is, in words, when it is within a week; else nothing."""
    days = (by - today).days
    if days == 0:
        return "vandaag"
    if 0 < days <= _SOON_DAYS:
        return f"nog {days} {'dag' if days == 1 else 'dagen'}"
    return ""


def one_line(text: str) -> str:
    """Without line breaks and other control characters."""
    return "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)


def iban(value: str) -> str:
    """NL91 ABNA 0417 1643 00: as on a bank card."""
    return grouped(value)


def grouped(value: str) -> str:
    """In groups of four, to copy; a spreadsheet does not take it for a number and round it."""
    return " ".join(value[start : start + _IBAN_GROUP] for start in range(0, len(value), _IBAN_GROUP))


def size(number: int) -> str:
    """120 kB, 1,2 MB: as file managers say it."""
    if number < _KILO * _KILO:
        return f"{max(1, round(number / _KILO))} kB"
    return f"{number / _KILO / _KILO:.1f} MB".replace(".", ",")


def end_of_day_ms(last: date) -> int:
    """The instant (UTC milliseconds) at which a day in Amsterdam is over."""
    return int(datetime.combine(last + timedelta(days=1), time(), AMSTERDAM).timestamp() * 1000)


@lru_cache(maxsize=_REMEMBERED)
def _day(value: date) -> str:
    return str(format_date(value, "d MMMM y", locale=_LOCALE))


def _date(value: date | int) -> date:
    return local(value).date() if isinstance(value, int) else value
