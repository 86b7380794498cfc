"""A citizen's own letter keys, filed: what was sealed to their public key opens much faster the next time."""

from __future__ import annotations

from collections.abc import Iterable

from mailbox.crypto import LetterKey, OpenMailbox
from mailbox.domain.sealed import SealedKey, SealedSummary


def filed(mailbox: OpenMailbox, opened: Iterable[tuple[SealedSummary, LetterKey]]) -> list[SealedKey]:
    """The keys among these that were not filed yet, to replace those that are stored."""
    return [
        SealedKey(letter_id=row.letter_id, recipient_id=mailbox.mailbox_id, blob=mailbox.filed(row.letter_id, key))
        for row, key in opened
        if row.key[:1] == b"S"
    ]
