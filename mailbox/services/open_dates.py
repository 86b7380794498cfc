"""What letters still ask, and by when: the same rules as the timeline's, for counting without showing. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import Deadline, LetterMetadata

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_BEFORE_ALL: Final = LetterId(b"")
_RIGHTS: Final = frozenset({"bezwaar", "beroep", "verzet"})
"""Only for who disagrees: nothing that one must do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDates:
    """`passed`: letters that asked something by a day before today, where nothing came after. `first`: from today."""

    passed: int
    first: date | None
    first_letter: LetterId | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What letters ask, on any day from `since` on. `days`: by when, with the letter; not what is asked again later.

    `last`: of each last letter of a matter that asks something, the first day. Both in order. `passed`: how many of
    those days had passed by then.
    """

    since: date
    passed: int
    days: tuple[tuple[date, LetterId], ...]
    last: tuple[date, ...]

    def on(self, today: date) -> OpenDates:
        """How that stands today."""
        place = bisect_left(self.days, (today, _BEFORE_ALL))
        first, letter = self.days[place] if place < len(self.days) else (None, None)
        return OpenDates(passed=self.passed + bisect_left(self.last, today), first=first, first_letter=letter)


def local_day(now_ms: int) -> date:
    """The day in the Netherlands at an instant in UTC milliseconds."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(_AMSTERDAM).date()


def open_dates(letters: Sequence[LetterMetadata], today: date) -> OpenDates:
    """Over letters of one person."""
    return asked_by(letters, today).on(today)


def asked_by(letters: Sequence[LetterMetadata], since: date) -> Asked:
    """Over letters of one person. What a later letter replaces or withdraws (Awb 2:12) asks nothing."""
    gone = {
        (one.agency, one.related[kind]) for one in letters for kind in ("vervangt", "trektIn") if kind in one.related
    }
    standing = [letter for letter in letters if (letter.agency, letter.reference) not in gone]
    matters: dict[object, list[LetterMetadata]] = {}
    for letter in standing:
        matters.setdefault((letter.agency, letter.case) if letter.case else letter.letter_id, []).append(letter)
    days = sorted(asked for matter in matters.values() for asked in _asked_once(matter))
    last = sorted(first for matter in matters.values() for first in _first_of_last(matter))
    passed = bisect_left(last, since)
    coming = days[bisect_left(days, (since, _BEFORE_ALL)) :]
    return Asked(since=since, passed=passed, days=tuple(coming), last=tuple(last[passed:]))


def _asked_once(matter: Sequence[LetterMetadata]) -> list[tuple[date, LetterId]]:
    """What is asked, and not asked again by a later letter: a reminder takes the place of its bill."""
    found: list[tuple[date, LetterId]] = []
    for letter in matter:
        again = {due.kind for later in matter if later.publish_ms > letter.publish_ms for due in _tasks(later)}
        found += [(due.by, letter.letter_id) for due in _tasks(letter) if due.kind not in again]
    return found


def _first_of_last(matter: Sequence[LetterMetadata]) -> list[date]:
    """The first day of each of the last letters of a matter that ask something."""
    newest = max(letter.publish_ms for letter in matter)
    tasks = [_tasks(letter) for letter in matter if letter.publish_ms == newest]
    return [min(due.by for due in some) for some in tasks if some]


def _tasks(letter: LetterMetadata) -> list[Deadline]:
    """What the letter asks. A bill that it calls paid asks nothing."""
    paid = letter.amounts is not None and letter.amounts.open <= 0
    return [due for due in letter.deadlines if due.kind not in _RIGHTS and not (paid and due.kind == "betalen")]
