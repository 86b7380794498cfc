"""What letters still ask, and by when: to pay the debts that are open, and what else nothing came after. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from mailbox.domain.claims.debts import Debt, State, withdrawn
from mailbox.domain.claims.matters import Matter
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import Deadline, LetterMetadata

PAY: Final = "betalen"
RIGHTS: Final = frozenset({"bezwaar", "beroep", "verzet"})
"""Only for who disagrees: nothing that one must do."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Task:
    """Something to do by a day, and the letter that asks it: of a payment, the latest about that debt."""

    by: date
    letter_id: LetterId
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterTasks:
    """`asked`: all that is asked, on any day. `last`: that which counts as missed once its day has passed."""

    asked: tuple[Task, ...]
    last: tuple[Task, ...]


def tasks_of(matter: Matter, debts: Sequence[Debt]) -> MatterTasks:
    """Of one matter with its debts.

    What a later letter replaces or withdraws (Awb 2:12) asks nothing, and no debt is asked twice.
    """
    gone = withdrawn(matter)
    in_debts = {letter.letter_id for debt in debts for letter in (*debt.gone, *debt.letters)}
    standing = [letter for letter in matter if (letter.agency, letter.reference) not in gone]
    payments = tuple(_payments(debts))
    others = {letter.letter_id: _others(letter, is_bill=letter.letter_id in in_debts) for letter in standing}
    return MatterTasks(
        asked=(*payments, *_asked_once(standing, others)),
        last=(*payments, *_of_newest(standing, others)),
    )


def _payments(debts: Sequence[Debt]) -> Iterator[Task]:
    """What is taken by itself (seizure) is not to be paid as well."""
    for debt in debts:
        if debt.due is not None and not debt.is_settled and debt.state is not State.SEIZURE:
            yield Task(by=debt.due, letter_id=debt.last.letter_id, kind=PAY)


def _others(letter: LetterMetadata, *, is_bill: bool) -> list[Deadline]:
    """What the letter asks beside the payment of a debt. A bill that it calls paid asks nothing."""
    told = is_bill or (letter.amounts is not None and letter.amounts.open <= 0)
    return [due for due in letter.deadlines if due.kind not in RIGHTS and not (told and due.kind == PAY)]


def _asked_once(letters: Sequence[LetterMetadata], others: Mapping[LetterId, Sequence[Deadline]]) -> Iterator[Task]:
    """What no later letter asks again: a reminder takes the place of what it reminds of."""
    again: set[str] = set()
    for _, group in groupby(sorted(letters, key=_published, reverse=True), key=_published):
        found = [(due, letter) for letter in group for due in others[letter.letter_id]]
        yield from (_task(due, letter) for due, letter in found if due.kind not in again)
        again |= {due.kind for due, _ in found}


def _of_newest(letters: Sequence[LetterMetadata], others: Mapping[LetterId, Sequence[Deadline]]) -> Iterator[Task]:
    """The first thing that each last letter asks: after the others something came."""
    newest = max(map(_published, letters), default=0)
    for letter in letters:
        if _published(letter) == newest and others[letter.letter_id]:
            yield _task(min(others[letter.letter_id], key=lambda due: due.by), letter)


def _published(letter: LetterMetadata) -> int:
    return letter.publish_ms


def _task(due: Deadline, letter: LetterMetadata) -> Task:
    return Task(by=due.by, letter_id=letter.letter_id, kind=due.kind)
