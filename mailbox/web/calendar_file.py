"""A file for a calendar (iCalendar, RFC 5545): days, all day long, without an alarm. Pure.

Calendars lie at third parties, and at those one shares them with. So an event says who wrote and that it is the last
day, and no more unless one wants more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

_LINE: Final = 75
"""Octets of a line, without its end (§3.1)."""
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
"""§3.3.11."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarDay:
    """An event. `key`: the same each time for the same day, and for no other; it is not in the file as it is."""

    key: bytes
    day: date
    title: str
    more: str = ""


def calendar_file(days: Iterable[CalendarDay], *, made_ms: int) -> str:
    """The whole file. `made_ms`: UTC milliseconds."""
    stamp = datetime.fromtimestamp(made_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    return "".join(_folded(line) + "\r\n" for line in _lines(days, stamp))


def _lines(days: Iterable[CalendarDay], stamp: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Mijnoverzicht//Datums//NL", "CALSCALE:GREGORIAN")
    for day in days:
        yield "BEGIN:VEVENT"
        yield f"UID:{hashlib.sha256(b'mijnoverzicht datum ' + day.key).hexdigest()[:32]}@mijnoverzicht"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{day.day:%Y%m%d}"
        yield f"SUMMARY:{_text(day.title)}"
        if day.more:
            yield f"DESCRIPTION:{_text(day.more)}"
        yield from ("CLASS:PRIVATE", "TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def _text(value: str) -> str:
    """§3.3.11: no control characters but what is escaped."""
    return "".join(c for c in value.translate(_ESCAPED) if c >= " " and c != "\x7f")


def _folded(line: str) -> str:
    """§3.1: in lines of 75 octets at most, each but the first after a space. No character is cut in two."""
    parts, part, room = [], b"", _LINE
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > room:
            parts.append(part.decode())
            part, room = b"", _LINE - 1
        part += octets
    return "\r\n ".join([*parts, part.decode()])
