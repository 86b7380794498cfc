"""The code that takes an invitation to a helper another way: on paper, by phone, across the table."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random
from typing import Final

from mailbox.crypto import GrantSecret, Sealer
from mailbox.domain.people import Person
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import Invitation

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L or U: what is written by hand must be read by another."""
_LOCATOR: Final = 4
_SECRET: Final = 8
"""39 bits, five attempts: one guess in 10^11 succeeds."""
_GROUP: Final = 4
INVITATION_MS: Final = 7 * 86_400_000
"""A code is valid for a week: time to hand over a note, not to lie about."""
ATTEMPTS_PER_CODE: Final = 5
ATTEMPTS_PER_HOUR: Final = 10
"""Wrong codes one person may enter in an hour, over all codes."""
_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True, repr=False)
class InvitationCode:
    """Twelve characters in groups of four: four find the invitation, eight open it."""

    characters: str

    @property
    def locator(self) -> str:
        return self.characters[:_LOCATOR]

    @property
    def secret(self) -> str:
        return self.characters[_LOCATOR:]

    def tag(self, sealer: Sealer) -> bytes:
        """By what the invitation is found: a keyed hash of the locator."""
        return sealer.tag("invitation-locator", self.locator.encode())

    @classmethod
    def new(cls, source: Random) -> InvitationCode:
        """A fresh code; `source` must be unpredictable (random.SystemRandom) outside tests."""
        return cls("".join(source.choice(ALPHABET) for _ in range(_LOCATOR + _SECRET)))

    @classmethod
    def parse(cls, text: str) -> InvitationCode | None:
        """What someone typed: spaces, dashes and case do not matter. None when it cannot be a code."""
        characters = "".join(text.split()).replace("-", "").upper()
        if len(characters) != _LOCATOR + _SECRET or not set(characters) <= set(ALPHABET):
            return None
        return cls(characters)

    def __str__(self) -> str:
        groups = range(0, len(self.characters), _GROUP)
        return "-".join(self.characters[start : start + _GROUP] for start in groups)

    def __repr__(self) -> str:
        return "InvitationCode(***)"


async def invite(tx: Transaction, sealer: Sealer, secret: GrantSecret, now_ms: int) -> InvitationCode:
    """Keeps what opens this grant under a fresh code, which is kept nowhere."""
    code = InvitationCode.new(secrets.SystemRandom())
    while await tx.grants.invitation(code.tag(sealer)) is not None:
        code = InvitationCode.new(secrets.SystemRandom())
    await tx.grants.add_invitation(
        Invitation(
            locator_tag=code.tag(sealer),
            mailbox_id=secret.mailbox_id,
            grant_id=secret.grant_id,
            secret_box=sealer.seal_invitation(code.secret, secret),
            expires_ms=now_ms + INVITATION_MS,
            attempts_left=ATTEMPTS_PER_CODE,
        )
    )
    return code


async def guessed_too_often(tx: Transaction, person: Person, now_ms: int) -> bool:
    """Whether this person entered as many wrong codes in the last hour as anyone may."""
    return await tx.sessions.count_attempts(person.mailbox_id, since_ms=now_ms - _HOUR_MS) >= ATTEMPTS_PER_HOUR
