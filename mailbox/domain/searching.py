"""Words that somebody looks for, as people write them: with or without capitals and accents, in any order. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_ACCENTS: Final = re.compile("[\u0300-\u036f\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""Marks that stand apart from their letter after NFKD (Unicode: combining diacritical marks; Arabic vowel signs)."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for. All of it must be there, also as part of a longer word."""

    words: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Words:
        """As somebody types it."""
        return cls(frozenset(_plain(text).split()))

    def __bool__(self) -> bool:
        return bool(self.words)

    def missing_in(self, *texts: str) -> Words:
        """Those that are in none of these texts."""
        there = _plain("\n".join(texts))
        return Words(frozenset(word for word in self.words if word not in there))


def _plain(text: str) -> str:
    """Without capitals and accents (Unicode 3.13, caseless matching; NFKD)."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return text.casefold()
