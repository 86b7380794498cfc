"""What a citizen says of a debt: paid already, or not agreed with. Their own word, beside what letters say. Pure.

It changes no claim and no total: only the body that asks can do that, with a letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mailbox.domain.claims.lines import BillLine
from mailbox.domain.identifiers import LetterId


class Word(StrEnum):
    """What one can say."""

    PAID = "betaald"
    OBJECTED = "bezwaar"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidWord:
    """That one paid, and when that was said (UTC ms). `unseen`: the body wrote again since, and asks for it still."""

    at_ms: int
    unseen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Of which letter what was said, and when (UTC ms): of a payment, the latest letter about it at that time."""

    words: Mapping[tuple[LetterId, Word], int]

    def adding(self, letter_id: LetterId, word: Word, at_ms: int) -> Said:
        """With this said as well; who says it again said it the first time."""
        return Said(words={(letter_id, word): at_ms, **self.words})

    def without(self, letters: Iterable[LetterId], word: Word) -> Said:
        """With this taken back of all these letters."""
        gone = {(letter_id, word) for letter_id in letters}
        return Said(words={key: at_ms for key, at_ms in self.words.items() if key not in gone})

    def paid(self, bill: BillLine) -> PaidWord | None:
        """What was said of a bill, if it was. A later letter about it leaves that as it was, and asks again."""
        times = [self.words[letter, Word.PAID] for letter in bill.letters if (letter, Word.PAID) in self.words]
        if not times:
            return None
        now = self.words.get((bill.letter_id, Word.PAID))
        return PaidWord(at_ms=max(times) if now is None else now, unseen=now is None)

    def is_done(self, bill: BillLine) -> bool:
        """Whether the citizen need not be told of it: they say it is paid, and nobody wrote since."""
        return self.is_paid(bill.letter_id)

    def is_paid(self, latest: LetterId) -> bool:
        """As `is_done`, of the bill of which this is the latest letter."""
        return (latest, Word.PAID) in self.words

    def objected(self, letters: Iterable[LetterId]) -> Mapping[LetterId, int]:
        """With which of these letters the citizen does not agree, and since when."""
        key = Word.OBJECTED
        return {letter: self.words[letter, key] for letter in letters if (letter, key) in self.words}


NOTHING_SAID: Final = Said(words=MappingProxyType({}))
