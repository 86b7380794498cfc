"""Whom a helper may see now, and who was closed to them lately: what they hold, against the grants as they stand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consent import Basis, ends_soon, told_to_helper
from mailbox.crypto import GrantSecret, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import GrantRecord, HeldGrant, MailboxDirectory
from mailbox.services.access import Gate, Passage
from mailbox.services.client_digest import Digest
from mailbox.services.client_rows import ClientRow
from mailbox.services.closed_grants import closed_to
from mailbox.services.grant_terms import terms_of
from mailbox.services.pieces import pieces
from mailbox.services.scope_news import scope_news

PEOPLE: Final = 250
"""People looked up in one transaction: others get a turn in between."""
_Directories = Mapping[MailboxId, MailboxDirectory]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldClient:
    """One hold of a helper, opened. `passage` None: not open now. `digest`: what the letters come down to, if asked.

    `first_letter`: whose date is the first one of the row.
    """

    held: HeldGrant
    secret: GrantSecret
    row: ClientRow
    passage: Passage | None = None
    digest: Digest | None = None
    first_letter: LetterId | None = None


class ClientHolds:
    """What one helper holds. Many at once: a few queries for all, and no work of keys on the event loop."""

    def __init__(self, *, store: Store, sealer: Sealer, gate: Gate, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = gate
        self._clock = clock

    async def held_by(self, helper: Person) -> list[tuple[HeldGrant, GrantSecret]]:
        """What the helper holds, opened."""
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, helper)
            holds = await tx.grants.held_by(helper.mailbox_id)
        opened, to_file = await asyncio.to_thread(_opened, own, holds)
        if to_file:
            async with self._store.write() as tx:
                await tx.grants.refile(to_file)
        return opened

    async def people(self, helper: Person, holds: Sequence[tuple[HeldGrant, GrantSecret]]) -> list[HeldClient]:
        """Who is open now, or was closed lately."""
        found: list[HeldClient] = []
        for some in pieces(holds, PEOPLE):
            async with self._store.read() as tx:
                directories = await tx.mailboxes.directories_of({secret.mailbox_id for _, secret in some})
                standing = await asyncio.to_thread(self._standing, helper, some, directories)
                open_now = {one.secret.grant_id for one in standing}
                shut = [hold for hold in some if hold[1].grant_id not in open_now]
                found += [*standing, *await self._closed(tx, helper, shut)]
        return found

    def _standing(
        self, helper: Person, holds: Sequence[tuple[HeldGrant, GrantSecret]], directories: _Directories
    ) -> list[HeldClient]:
        found: list[HeldClient] = []
        for held, secret in holds:
            with contextlib.suppress(NotFound):
                passage = self.passage(helper, secret, directories)
                row = self._open_row(held, secret, passage)
                found.append(HeldClient(held=held, secret=secret, row=row, passage=passage))
        return found

    def passage(self, helper: Person, secret: GrantSecret, directories: _Directories) -> Passage:
        """The grant behind a hold, if it stands for this helper now. Raises NotFound."""
        if not secret.has_key:
            raise NotFound
        directory = directories.get(secret.mailbox_id)
        return self._gate.passage(directory, secret.grant_id, helper, self._clock.now_ms())

    def _open_row(self, held: HeldGrant, secret: GrantSecret, passage: Passage) -> ClientRow:
        scope, given_ms, now_ms = passage.terms.scope, passage.record.created_ms, self._clock.now_ms()
        return ClientRow(
            grant_id=secret.grant_id,
            name=secret.citizen_name,
            favourite=held.favourite,
            scope=told_to_helper(scope),
            called_ms=held.called_ms,
            ends_soon=ends_soon(given_ms=given_ms, until_ms=scope.until_ms, now_ms=now_ms),
            news=scope_news(passage.terms, told_version=held.told_version, now_ms=now_ms),
            appointed_ms=given_ms if passage.terms.basis is Basis.COURT else None,
            reference=passage.terms.reference,
        )

    async def _closed(
        self, tx: Transaction, helper: Person, holds: Sequence[tuple[HeldGrant, GrantSecret]]
    ) -> list[HeldClient]:
        records = await tx.grants.of_mailboxes({secret.mailbox_id for _, secret in holds})
        rows = [(held, secret, self._closed_row(helper, held, secret, records)) for held, secret in holds]
        return [HeldClient(held=held, secret=secret, row=row) for held, secret, row in rows if row is not None]

    def _closed_row(
        self, helper: Person, held: HeldGrant, secret: GrantSecret, records: Mapping[GrantId, GrantRecord]
    ) -> ClientRow | None:
        """Paused, or stopped not long ago. Who reads this cannot tell a pause from a quiet stop."""
        record = records.get(secret.grant_id)
        if record is None:
            return None
        try:
            terms = terms_of(record, self._sealer)
        except SealBroken:
            return None
        closed = closed_to(terms, helper.mailbox_id, self._clock.now_ms())
        if closed is None:
            return None
        return ClientRow(
            grant_id=secret.grant_id,
            name=secret.citizen_name,
            favourite=held.favourite,
            stopped_ms=closed.stopped_ms,
            lapsed=closed.lapsed,
        )


def _opened(
    own: OpenMailbox, holds: Sequence[HeldGrant]
) -> tuple[list[tuple[HeldGrant, GrantSecret]], list[tuple[HeldGrant, bytes]]]:
    """One row that was tampered with must not hide the others. What was given is to be filed: it opens faster then."""
    found: list[tuple[HeldGrant, GrantSecret]] = []
    to_file: list[tuple[HeldGrant, bytes]] = []
    for held in holds:
        try:
            found.append((held, own.filed_hold(held.ref, held.blob)))
        except SealBroken:
            with contextlib.suppress(SealBroken):
                secret = own.held(held.ref, held.blob)
                found.append((held, secret))
                to_file.append((held, own.hold(held.ref, secret)))
    return found, to_file
