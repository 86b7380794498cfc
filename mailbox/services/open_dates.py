"""What letters still ask, and by when: one rule for the timeline and for the list of people that one helps. Pure."""

from __future__ import annotations

from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mailbox.domain.claims.claims import Folded, folded
from mailbox.domain.claims.said import Said, Word
from mailbox.domain.claims.tasks import PAY, Task, tasks_of
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.local_time import local_day

_BEFORE_ALL: Final = LetterId(b"")
_DAYS, _LAST = 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDates:
    """`passed`: what was asked by a day before today, where nothing came after. `first`: the first day from today."""

    passed: int
    first: date | None
    first_letter: LetterId | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What letters ask: `days` from `since` on, and of `last` what counts as missed once it passed. Both in order."""

    since: date
    days: tuple[Task, ...]
    last: tuple[Task, ...]

    def coming(self, today: date) -> Sequence[Task]:
        """From today on, the first day first."""
        return self.days[_place(self.days, today) :]

    def missed(self, today: date) -> Sequence[Task]:
        """Before today, the first day first."""
        return self.last[: _place(self.last, today)]

    def without(self, said: Said) -> Asked:
        """Without the payments that the citizen says they made."""
        return Asked(
            since=self.since,
            days=tuple(task for task in self.days if not _is_paid(task, said)),
            last=tuple(task for task in self.last if not _is_paid(task, said)),
        )

    def to_json(self) -> list[Any]:
        """For what is kept: short, so that it takes as much room for many letters as for few."""
        days, last = set(self.days), set(self.last)
        told = [[*_told(task), (task in days) * _DAYS + (task in last) * _LAST] for task in sorted(days | last)]
        return [self.since.toordinal(), told]

    @classmethod
    def from_json(cls, data: list[Any]) -> Asked:
        """The inverse of `to_json`."""
        since, told = data
        tasks = [(_task(*one), which) for *one, which in told]
        return cls(
            since=date.fromordinal(since),
            days=tuple(task for task, which in tasks if which & _DAYS),
            last=tuple(task for task, which in tasks if which & _LAST),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptDates:
    """`Asked` in the form that is kept of it: how it stands is told of many people at once, so no task is made for it.

    `told`: in the order of days, what `Asked.to_json` says of each task.
    """

    since: date
    told: Sequence[list[Any]]

    def on(self, today: date) -> OpenDates:
        """How that stands today."""
        place = bisect_left(self.told, [today.toordinal()])
        first = next((one for one in self.told[place:] if one[-1] & _DAYS), None)
        return OpenDates(
            passed=sum(1 for one in self.told[:place] if one[-1] & _LAST),
            first=date.fromordinal(first[0]) if first else None,
            first_letter=_letter_id(first[1]) if first else None,
        )

    def asked(self) -> Asked:
        """With each task made, for who shows them."""
        return Asked.from_json(self.to_json())

    def to_json(self) -> list[Any]:
        """As of `Asked`."""
        return [self.since.toordinal(), self.told]

    @classmethod
    def from_json(cls, data: list[Any]) -> KeptDates:
        """The inverse, for what either of the two gave."""
        since, told = data
        return cls(since=date.fromordinal(since), told=told)


def asked_by(letters: Sequence[LetterMetadata], since: date) -> Asked:
    """Over letters of one person."""
    return asked_in(folded(letters), since)


def asked_now(letters: Sequence[LetterMetadata], now_ms: int) -> Asked:
    """Over letters of one person. Each that is published later asks for itself: it takes nothing from others yet."""
    today = local_day(now_ms)
    seen = [letter for letter in letters if letter.publish_ms <= now_ms]
    alone = [asked_by([letter], today) for letter in letters if letter.publish_ms > now_ms]
    every = [asked_by(seen, today), *alone]
    return Asked(
        since=today,
        days=tuple(sorted(task for asked in every for task in asked.days)),
        last=tuple(sorted(task for asked in every for task in asked.last)),
    )


def asked_in(folds: Iterable[Folded], since: date) -> Asked:
    """Over the matters of one person."""
    matters = [tasks_of(matter, debts) for matter, debts in folds]
    days = sorted(task for matter in matters for task in matter.asked if task.by >= since)
    last = sorted(task for matter in matters for task in matter.last)
    return Asked(since=since, days=tuple(days), last=tuple(last))


def _is_paid(task: Task, said: Said) -> bool:
    return task.kind == PAY and (task.letter_id, Word.PAID) in said.words


def _place(tasks: Sequence[Task], today: date) -> int:
    return bisect_left(tasks, Task(by=today, letter_id=_BEFORE_ALL, kind=""))


def _told(task: Task) -> list[Any]:
    letter_id = b64encode(task.letter_id).rstrip(b"=").decode()
    return [task.by.toordinal(), letter_id, 0 if task.kind == PAY else task.kind]


def _task(day: int, letter_id: str, kind: str | int) -> Task:
    return Task(by=date.fromordinal(day), letter_id=_letter_id(letter_id), kind=PAY if kind == 0 else str(kind))


def _letter_id(told: str) -> LetterId:
    return LetterId(b64decode(told + "=="))
