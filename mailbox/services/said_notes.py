"""What a citizen said of their debts, as it is kept. Pure."""

from __future__ import annotations

import json

from mailbox.domain.claims.said import Said, Word
from mailbox.domain.identifiers import LetterId


def said_json(said: Said) -> bytes:
    """For the citizen's own note."""
    told = [[letter.hex(), word, at_ms] for (letter, word), at_ms in said.words.items()]
    return json.dumps(told, separators=(",", ":")).encode()


def said_from(raw: bytes) -> Said:
    """The inverse of `said_json`."""
    words = {(LetterId(bytes.fromhex(letter)), Word(word)): at_ms for letter, word, at_ms in json.loads(raw)}
    return Said(words=words)
