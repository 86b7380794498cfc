"""Grants end while nobody asks: past their end, or offered and never taken up."""

from __future__ import annotations

from typing import Final

import structlog

from consent import LIVE, Event, State
from mailbox.crypto import Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import GrantRecord
from mailbox.services.grant_ledger import By, GrantLedger
from mailbox.services.invitation_codes import INVITATION_MS
from mailbox.services.log_entries import Role

_PAGE: Final = 500

_log = structlog.get_logger()


class GrantEndings:
    """The worker's side of grants. Any number of workers may do this at once."""

    def __init__(self, *, store: Store, sealer: Sealer, clock: Clock) -> None:
        self._store = store
        self._ledger = GrantLedger(sealer)
        self._clock = clock

    async def end_expired(self) -> int:
        """Ends live grants past their end, and offers nobody took up. Returns how many.

        What is ended stays ended, also when the clock is set back.
        """
        ended = 0
        after: tuple[MailboxId, GrantId] | None = None
        while True:
            async with self._store.read() as tx:
                records = await tx.grants.live(after=after, limit=_PAGE)
            for record in filter(self._is_over, records):
                ended += await self._ended(record)
            if len(records) < _PAGE:
                return ended
            after = (records[-1].mailbox_id, records[-1].grant_id)

    async def _ended(self, record: GrantRecord) -> bool:
        """Whether it was. One in a mailbox that was tampered with opens nothing, and must not keep others from it."""
        try:
            return await self._end(record.mailbox_id, record.grant_id)
        except SealBroken as exc:
            _log.error("grant_not_ended", grant=record.grant_id.hex(), kind=type(exc).__name__)
            return False

    async def _end(self, mailbox_id: MailboxId, grant_id: GrantId) -> bool:
        async with self._store.write() as tx:
            await tx.mailboxes.lock(mailbox_id)
            current = await tx.grants.get(mailbox_id, grant_id)
            if current is None or current.state not in LIVE or not self._is_over(current):
                return False
            by = By(role=Role.SERVICE, person=None, at_ms=self._clock.now_ms())
            await self._ledger.change(tx, current, Event.EXPIRE, by)
            return True

    def _is_over(self, record: GrantRecord) -> bool:
        try:
            now_ms, terms = self._clock.now_ms(), self._ledger.terms(record)
        except SealBroken:  # opens nothing any more, and must not keep others from ending
            _log.error("grant_tampered", grant=record.grant_id.hex())
            return False
        if now_ms >= terms.scope.until_ms:
            return True
        return terms.state is State.OFFERED and now_ms >= record.created_ms + INVITATION_MS
