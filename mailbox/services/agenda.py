"""What lies ahead of somebody, from all their own letters: what is open, and every day that something is due.

For a page to print, and for a calendar. What a calendar shows when its owner is not here would have to open without
them: there is no such way, so there is a file and no feed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from consent import Action
from mailbox.domain.claims.claims import Claim, claims_of
from mailbox.domain.claims.debts import withdrawn
from mailbox.domain.claims.matters import matters_of
from mailbox.domain.claims.said import Said
from mailbox.domain.claims.tasks import RIGHTS, Task
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import Deadline, LetterMetadata
from mailbox.domain.local_time import local_day
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock
from mailbox.services.log_entries import Act
from mailbox.services.open_dates import asked_by
from mailbox.services.whole_post import Made, Making, WholePost


@dataclass(frozen=True, kw_only=True, slots=True)
class DueDay:
    """A day by which something is due, as its letter says it."""

    deadline: Deadline
    letter: LetterMetadata


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """Claims with something open, what must be paid first before the rest; and days from today on, in order.

    `said`: by the citizen. What they say is paid has no day.
    """

    claims: tuple[Claim, ...]
    days: tuple[DueDay, ...]
    said: Said


class Agenda:
    """A citizen's own."""

    def __init__(self, *, whole_post: WholePost, clock: Clock) -> None:
        self._whole_post = whole_post
        self._clock = clock

    async def ahead(self, citizen: Person) -> Made[Ahead]:
        """To look at. Raises as `WholePost.made`."""
        return await self._made(citizen, Act.LIST)

    async def take(self, citizen: Person) -> Made[Ahead]:
        """To keep elsewhere. Raises as `WholePost.made`."""
        return await self._made(citizen, Act.EXPORTED)

    async def _made(self, citizen: Person, act: Act) -> Made[Ahead]:
        today = local_day(self._clock.now_ms())
        making = Making(make=partial(_ahead, today), tells_of=_letters, act=act, action=Action.LIST)
        return await self._whole_post.made(citizen, making)


def _ahead(today: date, letters: Sequence[LetterMetadata], said: Said) -> Ahead:
    claims = sorted((claim for claim in claims_of(letters) if claim.unsettled), key=lambda claim: claim.due or date.max)
    days = sorted((*_tasks(letters, said, today), *_rights(letters, today)), key=_order)
    return Ahead(claims=tuple(claims), days=tuple(days), said=said)


def _tasks(letters: Sequence[LetterMetadata], said: Said, today: date) -> Iterator[DueDay]:
    """What is asked and not asked again later: as the timeline says it."""
    by_id = {letter.letter_id: letter for letter in letters}
    for task in asked_by(letters, today).without(said).days:
        letter = by_id[task.letter_id]
        yield DueDay(deadline=_deadline(task, letter), letter=letter)


def _deadline(task: Task, letter: LetterMetadata) -> Deadline:
    """As the letter says it; of a payment, the day may stand beside the account or in the letter before."""
    told = next((due for due in letter.deadlines if (due.kind, due.by) == (task.kind, task.by)), None)
    return told or Deadline(kind=task.kind, by=task.by, ground="", consequence="")


def _rights(letters: Sequence[LetterMetadata], today: date) -> Iterator[DueDay]:
    """The last days to disagree, with letters that still count."""
    for matter in matters_of(letters):
        gone = withdrawn(matter)
        for letter in matter:
            for due in letter.deadlines:
                if due.kind in RIGHTS and due.by >= today and (letter.agency, letter.reference) not in gone:
                    yield DueDay(deadline=due, letter=letter)


def _order(day: DueDay) -> tuple[date, bool, str]:
    return day.deadline.by, day.deadline.kind in RIGHTS, day.letter.reference


def _letters(ahead: Ahead) -> Sequence[LetterId]:
    bills = (letter for claim in ahead.claims for debt in claim.debts for letter in debt.letters)
    return tuple(dict.fromkeys(letter.letter_id for letter in (*bills, *(day.letter for day in ahead.days))))
