"""How often somebody may have messages sent: each costs money, and disturbs whoever the address really is of.

Agencies are not counted here: what they write goes out together, and at most every few hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.alerts import Address
from mailbox.domain.errors import TooManyAttempts
from mailbox.domain.identifiers import MailboxId
from mailbox.domain.ports import Transaction

CODES_OF_PERSON: Final = 20
"""In a day, to all addresses that somebody types."""
CODES_TO_ADDRESS: Final = 5
"""In a day, whoever asks for them: a family may share a telephone, and nobody is kept awake by ours."""
MOVES: Final = 10
"""In a day: messages that an address is not used any more. Apart: who used up the codes does not move unseen."""
_DAY_MS: Final = 86_400_000


class TooManyCodes(TooManyAttempts):
    """Er zijn vandaag te veel codes verstuurd. Probeer het morgen opnieuw."""


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """Counts under tags of one day, which nobody can compare with those of another."""

    sealer: Sealer

    async def code(self, tx: Transaction, mailbox_id: MailboxId, address: Address, *, now_ms: int) -> None:
        """A code is to go to this address. Raises TooManyCodes: not today."""
        asked = await self._count(tx, "code-of", mailbox_id, now_ms)
        sent = await self._count(tx, "code-to", address.value.lower().encode(), now_ms)
        if asked > CODES_OF_PERSON or sent > CODES_TO_ADDRESS:
            raise TooManyCodes

    async def may_tell_of_move(self, tx: Transaction, mailbox_id: MailboxId, *, now_ms: int) -> bool:
        return await self._count(tx, "moved-of", mailbox_id, now_ms) <= MOVES

    async def forget_old(self, tx: Transaction, *, now_ms: int) -> None:
        """For the worker: what was counted before today."""
        await tx.message_counts.forget(before_day=now_ms // _DAY_MS)

    async def _count(self, tx: Transaction, what: str, whose: bytes, now_ms: int) -> int:
        day = now_ms // _DAY_MS
        return await tx.message_counts.add(self.sealer.tag(what, day.to_bytes(4), whose), day=day)
