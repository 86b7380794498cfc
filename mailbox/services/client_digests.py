"""How people's post stands, as far as grants cover it.

A letter is opened once: what all of a person's letters come down to is kept beside the helper's hold, sealed for the
helper alone, and counts while the letters stay the same. It is gone with the hold, and with every change of the grant.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from consent import Action
from mailbox.crypto import GrantSecret, OpenGrant, OpenMailbox, Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.local_time import local_day
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import Cursor, SealedSummary
from mailbox.services.access import Access, Gate, Passage
from mailbox.services.client_digest import Digest, terms_hash
from mailbox.services.client_holds import PEOPLE, HeldClient
from mailbox.services.client_rows import ClientPost
from mailbox.services.metadata import metadata_of
from mailbox.services.open_dates import KeptDates, asked_by
from mailbox.services.pieces import pieces

_LETTERS: Final = 500
_OPENED: Final = 20
"""People whose letters are opened in one transaction: a long one keeps the database from tidying up."""
_ALWAYS_MS: Final = 2**62
_Open = tuple[HeldClient, Passage]


class ClientDigests:
    """Counts and dates of each one's letters. What is outside the grant is not counted."""

    def __init__(self, *, store: Store, sealer: Sealer, gate: Gate, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = gate
        self._clock = clock

    async def with_post(self, helper: Person, people: Sequence[HeldClient]) -> list[HeldClient]:
        """The same people in the same order; who is open with how their post stands."""
        wanted = [(one, one.passage) for one in people if one.passage is not None and one.digest is None]
        known: dict[GrantId, HeldClient] = {}
        for some in pieces(wanted, PEOPLE):
            known |= await self._kept(helper, some)
        for some in pieces([pair for pair in wanted if pair[0].secret.grant_id not in known], _OPENED):
            known |= await self._fresh(helper, some)
        return [known.get(one.secret.grant_id, one) for one in people]

    async def _kept(self, helper: Person, people: Sequence[_Open]) -> dict[GrantId, HeldClient]:
        """Those whose post was opened before, and stands as it did."""
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, helper)
            counts = await tx.grants.count_keys({one.secret.mailbox_id for one, _ in people})
        return await asyncio.to_thread(self._still, own, people, counts)

    def _still(
        self, own: OpenMailbox, people: Sequence[_Open], counts: Mapping[GrantId, int]
    ) -> dict[GrantId, HeldClient]:
        found: dict[GrantId, HeldClient] = {}
        now_ms = self._clock.now_ms()
        for one, passage in people:
            count, digest = counts.get(one.secret.grant_id, 0), _noted(own, one)
            if digest is not None and digest.holds(passage.record.scope_box, keys=count, now_ms=now_ms):
                found[one.secret.grant_id] = _with(one, digest, local_day(now_ms))
        return found

    async def _fresh(self, helper: Person, people: Sequence[_Open]) -> dict[GrantId, HeldClient]:
        """Opens their letters, and keeps what they come down to."""
        async with self._store.read() as tx:
            read = [await self._read(tx, helper, one, passage) for one, passage in people]
        await self._keep(helper, [one for one, is_whole in read if is_whole])
        return {one.secret.grant_id: one for one, _ in read}

    async def _keep(self, helper: Person, people: Sequence[HeldClient]) -> None:
        """For the next time. Not of a grant that was changed meanwhile: what it covered then is nobody's to keep."""
        mailboxes = {one.secret.mailbox_id for one in people}
        async with self._store.write() as tx:
            await tx.mailboxes.lock_all(mailboxes)
            own = await self._gate.unlock(tx, helper)
            records = await tx.grants.of_mailboxes(mailboxes)
            notes = {
                one.held.ref: own.note(one.held.ref, one.digest.to_json())
                for one in people
                if one.digest and one.digest.terms == terms_hash(records[one.secret.grant_id].scope_box)
            }
            await tx.grants.keep_notes(helper.mailbox_id, notes)

    async def _read(
        self, tx: Transaction, helper: Person, one: HeldClient, passage: Passage
    ) -> tuple[HeldClient, bool]:
        """Opens the letters. False: not each of them opened, so what is read of them cannot be told from a count."""
        now_ms = self._clock.now_ms()
        today = local_day(now_ms)
        rows = await _all_rows(tx, one.secret)
        published = [row for row in rows if row.publish_ms <= now_ms]
        access = _access(helper, one.secret, passage)
        letters = await asyncio.to_thread(self._opened, access, published, now_ms)
        digest = Digest(
            letters=len(letters),
            keys=len(rows),
            from_ms=max((row.publish_ms for row in published), default=0),
            until_ms=min((row.publish_ms for row in rows if row.publish_ms > now_ms), default=_ALWAYS_MS),
            terms=terms_hash(passage.record.scope_box),
            dates=KeptDates.from_json(asked_by(letters, today).to_json()),
        )
        return _with(one, digest, today), len(letters) == len(published)

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


def _noted(own: OpenMailbox, one: HeldClient) -> Digest | None:
    if one.held.note is None:
        return None
    try:
        return Digest.from_json(own.noted(one.held.ref, one.held.note))
    except SealBroken:
        return None


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


def _with(one: HeldClient, digest: Digest, today: date) -> HeldClient:
    dates = digest.dates.on(today)
    days = (dates.first - today).days if dates.first else None
    post = ClientPost(passed=dates.passed, first=dates.first, days=days)
    return replace(one, digest=digest, first_letter=dates.first_letter, row=replace(one.row, post=post))
