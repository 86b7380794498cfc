"""Letters about one matter, as far as they are in sight: which one counts now, and with what amount it began. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from mailbox.domain.claims.tasks import RIGHTS
from mailbox.domain.identifiers import Oin
from mailbox.domain.letters import Deadline, LetterMetadata

_Matter = tuple[Oin, str]


class Matters:
    """The letters on a page by matter: the sender with its own case number (zaakkenmerk)."""

    def __init__(self, letters: Iterable[LetterMetadata]) -> None:
        self._matters: dict[_Matter, list[LetterMetadata]] = {}
        for letter in sorted(letters, key=lambda one: one.publish_ms):
            if letter.case is not None:
                self._matters.setdefault((letter.agency, letter.case), []).append(letter)

    def is_overtaken(self, letter: LetterMetadata) -> bool:
        """Whether a later letter about the same matter is there."""
        return any(other.publish_ms > letter.publish_ms for other in self._of(letter))

    def tasks(self, letter: LetterMetadata) -> list[Deadline]:
        """What this letter asks and no later letter asks again: a reminder takes the place of its bill."""
        again = {
            deadline.kind
            for other in self._of(letter)
            if other.publish_ms > letter.publish_ms
            for deadline in open_tasks(other)
        }
        return [deadline for deadline in open_tasks(letter) if deadline.kind not in again]

    def began_with(self, letter: LetterMetadata) -> LetterMetadata | None:
        """The first bill of the matter, when this letter is the last about it and asks more."""
        bills = [other for other in self._of(letter) if _asks_money(other)]
        if not bills or self.is_overtaken(letter) or letter.amounts is None or not letter.amounts.to_pay:
            return None
        first = bills[0]
        grown = first.amounts is not None and first.amounts.total < letter.amounts.total
        return first if grown else None

    def _of(self, letter: LetterMetadata) -> Sequence[LetterMetadata]:
        return self._matters.get((letter.agency, letter.case), ()) if letter.case is not None else ()


def open_tasks(letter: LetterMetadata) -> list[Deadline]:
    """What the letter asks and, by its own word, is not done: a bill that it calls paid asks nothing."""
    paid = letter.amounts is not None and letter.amounts.open <= 0
    return [
        deadline
        for deadline in letter.deadlines
        if deadline.kind not in RIGHTS and not (paid and deadline.kind == "betalen")
    ]


def last_missed(letter: LetterMetadata, today: date) -> Deadline | None:
    """The latest thing that the letter asked by a day that has passed."""
    return max((due for due in open_tasks(letter) if due.by < today), key=lambda due: due.by, default=None)


def _asks_money(letter: LetterMetadata) -> bool:
    return letter.amounts is not None and letter.amounts.to_pay and any(d.kind == "betalen" for d in letter.deadlines)
