"""Before saying yes: which letters would a helper see now?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from consent import Scope
from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.services.access import Gate
from mailbox.services.grant_keys import GrantKeys
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.pieces import pieces

_FILED: Final = 500
"""Keys that are filed in one transaction: letters that come in go in between."""


class Previewing:
    """The citizen looks at their own letters."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._keys = GrantKeys(sealer)
        self._clock = clock

    async def letters(self, citizen: Person, scope: Scope) -> Sequence[LetterMetadata]:
        """The letters that a helper with this scope sees now, newest first. Logged as a look at one's own post.

        Every letter was opened for it. Their keys are filed, so that giving, which follows, takes less than half.
        """
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            letters = await self._keys.letters(tx, mailbox, scope, visible_at_ms=now_ms)
        if letters.covered:
            await self._log(citizen, [letter.letter_id for letter in letters.covered], now_ms)
        for some in pieces(letters.filed, _FILED):
            async with self._store.write() as tx:
                await tx.letters.replace_keys(citizen.mailbox_id, some)
        return letters.covered

    async def _log(self, citizen: Person, letters: Sequence[LetterId], now_ms: int) -> None:
        look = Look(actor=citizen.label, role=Role.CITIZEN, act=Act.LIST, letters=tuple(letters))
        own = citizen.mailbox_id
        async with self._store.write() as tx:
            await tx.mailboxes.lock(own)
            await write_entry(tx, look, mailbox_id=own, reader=citizen, sealer=self._sealer, at_ms=now_ms)
