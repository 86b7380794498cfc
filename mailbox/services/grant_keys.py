"""The keys of a grant: to every letter that its scope covers, and to no other.

A long mailbox takes a while. Letters are opened and sealed a piece at a time, beside the event loop, and as far as
possible before the mailbox is locked: meanwhile others read, and letters come in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from consent import Coverage, Scope, coverage
from mailbox.crypto import GrantRecipient, KeyLevel, OpenMailbox, Sealer
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import Cursor, GrantRecord, SealedKey, SealedSummary
from mailbox.services.filing import filed
from mailbox.services.metadata import facts_in, metadata_of

_PIECE: Final = 250
_ALWAYS_MS: Final = 2**62
_KEY_LEVELS: Final = {Coverage.METADATA: KeyLevel.META, Coverage.FULL: KeyLevel.FULL}


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLetters:
    """A citizen's letters, opened. `covered`: newest first. `filed`: keys of all, to replace those that are stored."""

    covered: Sequence[LetterMetadata]
    filed: Sequence[SealedKey]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyKeys:
    """Keys that were sealed before the mailbox was locked. `seen`: the letters that were there then."""

    grant_id: GrantId
    scope: Scope
    keys: Sequence[SealedKey]
    seen: frozenset[LetterId]


class GrantKeys:
    """The caller owns the transaction; for `reseal` it holds the lock on the mailbox."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def letters(self, tx: Transaction, mailbox: OpenMailbox, scope: Scope, *, visible_at_ms: int) -> OwnLetters:
        """Which of the citizen's published letters the scope covers."""
        covered: list[LetterMetadata] = []
        filed: list[SealedKey] = []
        async for rows in _pieces(tx, mailbox, visible_at_ms=visible_at_ms):
            some = await asyncio.to_thread(self._opened, mailbox, rows, scope)
            covered += some.covered
            filed += some.filed
        return OwnLetters(covered=covered, filed=filed)

    async def make_ready(self, tx: Transaction, mailbox: OpenMailbox, record: GrantRecord, scope: Scope) -> ReadyKeys:
        """Seals what is there now, for `reseal` to store. Those not yet published are covered too."""
        recipient = self._sealer.grant_recipient(record)
        keys: list[SealedKey] = []
        seen: set[LetterId] = set()
        async for rows in _pieces(tx, mailbox, visible_at_ms=_ALWAYS_MS):
            keys += await asyncio.to_thread(self._sealed, mailbox, rows, scope, recipient)
            seen.update(row.letter_id for row in rows)
        return ReadyKeys(grant_id=record.grant_id, scope=scope, keys=keys, seen=frozenset(seen))

    async def reseal(
        self,
        tx: Transaction,
        mailbox: OpenMailbox,
        record: GrantRecord,
        scope: Scope,
        ready: ReadyKeys | None = None,
    ) -> int:
        """Keys to all letters that the scope covers, and to no other. Returns how many.

        `ready`: as far as it was done before; what came in since is done now.
        """
        if ready is None or (ready.grant_id, ready.scope) != (record.grant_id, scope):
            ready = await self.make_ready(tx, mailbox, record, scope)
        late = await _not_in(tx, mailbox, ready.seen)
        keys = [*ready.keys, *self._sealed(mailbox, late, scope, self._sealer.grant_recipient(record))]
        await tx.letters.remove_keys(record.mailbox_id, record.grant_id)
        await tx.letters.add_keys(record.mailbox_id, keys)
        return len(keys)

    def _opened(self, mailbox: OpenMailbox, rows: Sequence[SealedSummary], scope: Scope) -> OwnLetters:
        opened = [(row, mailbox.letter_key(row.letter_id, row.key)) for row in rows]
        letters = (metadata_of(row, key, self._sealer) for row, key in opened)
        covered = [letter for letter in letters if coverage(scope, letter.facts) is not Coverage.NONE]
        return OwnLetters(covered=covered, filed=filed(mailbox, opened))

    def _sealed(
        self, mailbox: OpenMailbox, rows: Sequence[SealedSummary], scope: Scope, recipient: GrantRecipient
    ) -> list[SealedKey]:
        found: list[SealedKey] = []
        for row in rows:
            key = mailbox.letter_key(row.letter_id, row.key)
            covered = coverage(scope, facts_in(row, key, self._sealer))
            if covered is not Coverage.NONE:
                found.append(key.seal_for(recipient, _KEY_LEVELS[covered]))
        return found


async def _pieces(
    tx: Transaction, mailbox: OpenMailbox, *, visible_at_ms: int
) -> AsyncIterator[Sequence[SealedSummary]]:
    own = MailboxId(mailbox.mailbox_id)
    before: Cursor | None = None
    while True:
        rows = await tx.letters.page(own, own, visible_at_ms=visible_at_ms, before=before, limit=_PIECE)
        yield rows
        if len(rows) < _PIECE:
            return
        before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)


async def _not_in(tx: Transaction, mailbox: OpenMailbox, seen: frozenset[LetterId]) -> list[SealedSummary]:
    """The letters that came in since, which are few."""
    own = MailboxId(mailbox.mailbox_id)
    late = [letter_id for letter_id in await tx.letters.ids(own) if letter_id not in seen]
    found = [await tx.letters.get(own, own, letter_id, visible_at_ms=_ALWAYS_MS) for letter_id in late]
    return [letter.summary for letter in found if letter is not None]
