"""Identifiers. What is personal masks its repr; what is opaque is 16 raw bytes, shown as a UUID."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from mailbox.domain.errors import InvalidIdentifier

MailboxId = NewType("MailboxId", bytes)
"""16 random bytes: the mailbox of a person, citizen or helper."""
LetterId = NewType("LetterId", bytes)
"""16 bytes, a keyed hash of (sender, sender's reference): the idempotency key is the identity."""
GrantId = NewType("GrantId", bytes)
"""16 random bytes."""
DraftId = NewType("DraftId", bytes)
"""16 random bytes: answers that a citizen has not given yet."""
AppId = NewType("AppId", bytes)
"""16 random bytes: an app of others. Public."""
Cents = NewType("Cents", int)
"""Euro cents."""

ID_BYTES = 16
_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_OIN = re.compile(r"[0-9]{20}")
_NINE_DIGITS = re.compile(r"[0-9]{9}")


@dataclass(frozen=True, slots=True, repr=False)
class Bsn:
    """A citizen service number: nine ASCII digits that pass the elfproef.

    Raises:
        InvalidIdentifier: other characters, another length, all zeros or a failing elfproef.
    """

    value: str

    def __post_init__(self) -> None:
        digits = self.value
        if not _NINE_DIGITS.fullmatch(digits) or digits == "0" * 9 or not _passes_elfproef(digits):
            raise InvalidIdentifier

    def __repr__(self) -> str:
        return "Bsn(*********)"

    __str__ = __repr__


def _passes_elfproef(digits: str) -> bool:
    return sum(w * int(d) for w, d in zip(_BSN_WEIGHTS, digits, strict=True)) % 11 == 0


@dataclass(frozen=True, slots=True)
class Oin:
    """An organisation identification number (OIN-Stelsel): 20 digits. Public.

    Raises:
        InvalidIdentifier: not 20 ASCII digits, or all zeros.
    """

    value: str

    def __post_init__(self) -> None:
        if not _OIN.fullmatch(self.value) or self.value == "0" * 20:
            raise InvalidIdentifier

    def __str__(self) -> str:
        return self.value


def id_text(raw: bytes) -> str:
    """The UUID notation of an opaque id: the form it has in URLs and JSON."""
    return str(UUID(bytes=raw))


def id_from_text(text: str) -> bytes:
    """The 16 bytes behind the UUID notation of `id_text`, in exactly that form.

    Raises:
        InvalidIdentifier: anything else, other spellings of a UUID included.
    """
    try:
        parsed = UUID(text)
    except ValueError:
        raise InvalidIdentifier from None
    if str(parsed) != text:
        raise InvalidIdentifier
    return parsed.bytes
