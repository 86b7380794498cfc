"""What a citizen owes, over all senders: the overview, and one claim with its letters.

What all letters come to is kept for the citizen alone, under the key of their own notes, and counts until a letter
comes. The look is logged before anything is shown: of the overview the letters that the amounts are from.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailbox.crypto import Keyholder, LetterKey, OpenMailbox, Sealer
from mailbox.domain.claims.claims import Claim, claims_of
from mailbox.domain.claims.lines import ClaimLine, lines_of
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import Cursor, SealedSummary
from mailbox.services.access import Gate
from mailbox.services.filing import filed
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.metadata import metadata_of
from mailbox.services.money_digest import MoneyDigest

_CHUNK: Final = 100
_REF: Final = b"betalen"
_ALWAYS_MS: Final = 2**62
_Opened = list[tuple[SealedSummary, LetterKey]]
_Letter = tuple[SealedSummary, LetterKey, LetterMetadata]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    """The overview, and what there is to keep of it."""

    digest: MoneyDigest
    note: bytes | None
    opened: _Opened


class Paying:
    """A citizen's own claims."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def overview(self, citizen: Person) -> tuple[ClaimLine, ...]:
        """All claims of the citizen's own post that is published, in order of their first letter."""
        own, kept = await self._kept(citizen)
        claims = kept.digest.claims
        await self._log(citizen, own, [bill.letter_id for claim in claims for bill in claim.bills], kept)
        return claims

    async def claim(self, citizen: Person, letter_id: LetterId) -> Claim:
        """The claim that this letter is in.

        Raises:
            NotFound: unknown, not published, not theirs, or a letter without a claim.
        """
        own, kept = await self._kept(citizen)
        line = next((line for line in kept.digest.claims if letter_id in line.letters), None)
        if line is None:
            raise NotFound
        letters = await self._letters(own, line.letters)
        await self._log(citizen, own, line.letters, kept)
        return next(claim for claim in claims_of(letters) if claim.debts)

    async def _kept(self, citizen: Person) -> tuple[OpenMailbox, _Kept]:
        """What was kept, or made anew. Letters that come meanwhile make it be made anew the next time."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, citizen)
            keys = await tx.letters.count(own.mailbox_id)
            note = await tx.mailboxes.money_note(own.mailbox_id)
            digest = _noted(own, note)
            if digest is not None and digest.holds(keys=keys, now_ms=now_ms):
                return own, _Kept(digest=digest, note=None, opened=[])
            return own, await self._fresh(tx, own, keys, now_ms)

    async def _fresh(self, tx: Transaction, own: OpenMailbox, keys: int, now_ms: int) -> _Kept:
        """Opens every letter, also those that are not published yet: they say how long this holds."""
        opened: _Opened = []
        letters: list[LetterMetadata] = []
        until_ms = _ALWAYS_MS
        async for row, key, letter in self._all(tx, own):
            opened.append((row, key))
            if letter.publish_ms > now_ms or row.publish_ms > now_ms:
                until_ms = min(until_ms, max(letter.publish_ms, row.publish_ms))
            else:
                letters.append(letter)
        claims = await asyncio.to_thread(lambda: lines_of(claims_of(letters)))
        digest = MoneyDigest(keys=keys, from_ms=now_ms, until_ms=until_ms, claims=claims)
        return _Kept(digest=digest, note=own.note(_REF, digest.to_json()), opened=opened)

    async def _all(self, tx: Transaction, own: OpenMailbox) -> AsyncIterator[_Letter]:
        """Every letter, newest first; between chunks others get their turn."""
        before: Cursor | None = None
        while True:
            rows = await tx.letters.page(
                own.mailbox_id, own.mailbox_id, visible_at_ms=_ALWAYS_MS, before=before, limit=_CHUNK
            )
            for row in rows:
                key = own.letter_key(row.letter_id, row.key)
                yield row, key, metadata_of(row, key, self._sealer)
            if len(rows) < _CHUNK:
                return
            before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)
            await asyncio.sleep(0)

    async def _letters(self, own: OpenMailbox, letter_ids: Sequence[LetterId]) -> list[LetterMetadata]:
        now_ms = self._clock.now_ms()
        found: list[LetterMetadata] = []
        async with self._store.read() as tx:
            for letter_id in letter_ids:
                sealed = await tx.letters.get(own.mailbox_id, own.mailbox_id, letter_id, visible_at_ms=now_ms)
                if sealed is None:
                    raise NotFound
                key = own.letter_key(letter_id, sealed.summary.key)
                found.append(metadata_of(sealed.summary, key, self._sealer))
        return found

    async def _log(self, citizen: Person, own: OpenMailbox, letters: Sequence[LetterId], kept: _Kept) -> None:
        """Writes the look, if there was anything to see, and keeps what was made."""
        look = Look(actor=citizen.label, role=Role.CITIZEN, act=Act.LIST, letters=tuple(letters))
        async with self._store.write() as tx:
            await tx.mailboxes.lock(own.mailbox_id)
            if letters:
                await write_entry(
                    tx,
                    look,
                    mailbox_id=own.mailbox_id,
                    reader=citizen,
                    sealer=self._sealer,
                    at_ms=self._clock.now_ms(),
                )
            if kept.note is not None:
                await tx.mailboxes.keep_money_note(own.mailbox_id, kept.note)
                await tx.letters.replace_keys(own.mailbox_id, filed(own, kept.opened))


def _noted(own: OpenMailbox, note: bytes | None) -> MoneyDigest | None:
    """What was kept; None where there is nothing that can be read."""
    if note is None:
        return None
    try:
        return MoneyDigest.from_json(own.noted(_REF, note))
    except SealBroken:
        return None
