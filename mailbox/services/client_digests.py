"""How people's post stands, as far as grants cover it: opened once, and remembered while the letters stay the same."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from consent import Action
from mailbox.crypto import GrantSecret, OpenGrant, Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import Cursor, KeyCount, SealedSummary
from mailbox.services.access import Access, Passage
from mailbox.services.client_holds import PEOPLE, HeldClient
from mailbox.services.client_memory import ClientMemory, Digest
from mailbox.services.client_rows import ClientPost
from mailbox.services.metadata import metadata_of
from mailbox.services.open_dates import asked_by, local_day
from mailbox.services.pieces import pieces

_LETTERS: Final = 500
_OPENED: Final = 20
"""People whose letters are opened in one transaction: a long one keeps the database from tidying up."""
_ALWAYS_MS: Final = 2**62
_NO_KEYS: Final = KeyCount(letters=0, read=0)
_Open = tuple[HeldClient, Passage]


class ClientDigests:
    """Counts and dates of each one's letters. What is outside the grant is not counted."""

    def __init__(self, *, store: Store, sealer: Sealer, clock: Clock, memory: ClientMemory) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._memory = memory

    async def with_post(self, helper: Person, people: Sequence[HeldClient]) -> list[HeldClient]:
        """The same people in the same order; who is open with how their post stands."""
        wanted = [(one, one.passage) for one in people if one.passage is not None and one.digest is None]
        known = await self._remembered(wanted)
        for some in pieces([pair for pair in wanted if pair[0].secret.grant_id not in known], _OPENED):
            async with self._store.read() as tx:
                for one, passage in some:
                    known[one.secret.grant_id] = await self._read(tx, helper, one, passage)
        return [known.get(one.secret.grant_id, one) for one in people]

    async def _remembered(self, people: Sequence[_Open]) -> dict[GrantId, HeldClient]:
        found: dict[GrantId, HeldClient] = {}
        for some in pieces(people, PEOPLE):
            async with self._store.read() as tx:
                counts = await tx.grants.count_keys({one.secret.mailbox_id for one, _ in some})
            for one, passage in some:
                grant_id, now_ms = one.secret.grant_id, self._clock.now_ms()
                count = counts.get(grant_id, _NO_KEYS)
                digest = self._memory.get(grant_id, passage.record.scope_box, keys=count.letters, now_ms=now_ms)
                if digest is not None:
                    found[grant_id] = _with(one, digest, max(0, digest.letters - count.read), local_day(now_ms))
        return found

    async def _read(self, tx: Transaction, helper: Person, one: HeldClient, passage: Passage) -> HeldClient:
        """Opens the letters, and remembers what they come down to."""
        now_ms = self._clock.now_ms()
        rows = await _all_rows(tx, one.secret)
        published = [row for row in rows if row.publish_ms <= now_ms]
        access = _access(helper, one.secret, passage)
        letters = await asyncio.to_thread(self._opened, access, published, now_ms)
        digest = Digest(
            letters=len(letters),
            asked=asked_by(letters),
            keys=len(rows),
            from_ms=max((row.publish_ms for row in published), default=0),
            until_ms=min((row.publish_ms for row in rows if row.publish_ms > now_ms), default=_ALWAYS_MS),
        )
        if len(letters) == len(published):  # else what is read of them cannot be told from a count
            self._memory.put(one.secret.grant_id, passage.record.scope_box, digest, now_ms=now_ms)
        new = sum(letter.read_ms is None for letter in letters)
        return _with(one, digest, new, local_day(now_ms))

    def _opened(self, access: Access, rows: Sequence[SealedSummary], now_ms: int) -> list[LetterMetadata]:
        """A row that does not open is not counted."""
        found: list[LetterMetadata] = []
        for row in rows:
            try:
                letter = metadata_of(row, access.letter_key(row.letter_id, row.key), self._sealer)
            except SealBroken:
                continue
            if access.allows(letter, Action.LIST, now_ms):
                found.append(letter)
        return found


async def _all_rows(tx: Transaction, secret: GrantSecret) -> list[SealedSummary]:
    """What has a key for this grant, published or not."""
    found: list[SealedSummary] = []
    before: Cursor | None = None
    while True:
        rows = await tx.letters.page(
            secret.mailbox_id, secret.grant_id, visible_at_ms=_ALWAYS_MS, before=before, limit=_LETTERS
        )
        found += rows
        if len(rows) < _LETTERS:
            return found
        before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)


def _access(helper: Person, secret: GrantSecret, passage: Passage) -> Access:
    return Access(
        reader=helper,
        owner=secret.citizen_name,
        mailbox_id=secret.mailbox_id,
        recipient_id=secret.grant_id,
        keys=OpenGrant(secret),
        passage=passage,
    )


def _with(one: HeldClient, digest: Digest, new: int, today: date) -> HeldClient:
    """New is what the citizen has not opened: that changes while the letters stay the same."""
    dates = digest.asked.on(today)
    days = (dates.first - today).days if dates.first else None
    post = ClientPost(new=new, passed=dates.passed, first=dates.first, days=days)
    return replace(one, digest=digest, row=replace(one.row, post=post))
