"""What letters still ask, and by when: the same rules as the timeline's, for counting without showing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import Deadline, LetterMetadata

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_RIGHTS: Final = frozenset({"bezwaar", "beroep", "verzet"})
"""Only for who disagrees: nothing that one must do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDates:
    """`passed`: letters that asked something by a day before today, where nothing came after. `first`: from today."""

    passed: int
    first: date | None
    first_letter: LetterId | None


def local_day(now_ms: int) -> date:
    """The day in the Netherlands at an instant in UTC milliseconds."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(_AMSTERDAM).date()


def open_dates(letters: Sequence[LetterMetadata], today: date) -> OpenDates:
    """Over letters of one person. What a later letter replaces or withdraws (Awb 2:12) asks nothing."""
    gone = {
        (one.agency, one.related[kind]) for one in letters for kind in ("vervangt", "trektIn") if kind in one.related
    }
    standing = [letter for letter in letters if (letter.agency, letter.reference) not in gone]
    matters: dict[object, list[LetterMetadata]] = {}
    for letter in standing:
        matters.setdefault((letter.agency, letter.case) if letter.case else letter.letter_id, []).append(letter)
    coming = [(due.by, letter.letter_id) for matter in matters.values() for due, letter in _coming(matter, today)]
    first, first_letter = min(coming, default=(None, None))
    return OpenDates(
        passed=sum(_has_passed(matter, today) for matter in matters.values()), first=first, first_letter=first_letter
    )


def _coming(matter: Sequence[LetterMetadata], today: date) -> list[tuple[Deadline, LetterMetadata]]:
    """What is asked from today on, and not asked again by a later letter: a reminder takes the place of its bill."""
    found: list[tuple[Deadline, LetterMetadata]] = []
    for letter in matter:
        again = {due.kind for later in matter if later.publish_ms > letter.publish_ms for due in _tasks(later)}
        found += [(due, letter) for due in _tasks(letter) if due.by >= today and due.kind not in again]
    return found


def _has_passed(matter: Sequence[LetterMetadata], today: date) -> int:
    """How many of the last letters of a matter asked something by a day that has passed."""
    newest = max(letter.publish_ms for letter in matter)
    last = [letter for letter in matter if letter.publish_ms == newest]
    return sum(any(due.by < today for due in _tasks(letter)) for letter in last)


def _tasks(letter: LetterMetadata) -> list[Deadline]:
    """What the letter asks. A bill that it calls paid asks nothing."""
    paid = letter.amounts is not None and letter.amounts.open <= 0
    return [due for due in letter.deadlines if due.kind not in _RIGHTS and not (paid and due.kind == "betalen")]
