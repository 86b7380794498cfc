"""Whom a citizen wants to look along when they do not look themselves, and whether that still holds.

Asked when it comes to that, and again before a message leaves: a grant may have ended since, and a letter been opened.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from consent import Action, State
from mailbox.crypto import Sealer
from mailbox.domain.alerts import Call
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.ladder import Ladder
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import MailboxDirectory
from mailbox.services.grant_terms import Terms, terms_of
from mailbox.services.ladder_plans import open_ladder

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Who are asked, through which grant. All helpers of an organisation."""

    grant_id: GrantId
    helpers: tuple[MailboxId, ...]


class HelperCalls:
    """Asks the grant and the keys: nobody hears of a letter that they may not see."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def ladder(self, tx: Transaction, mailbox_id: MailboxId) -> Ladder:
        """As the citizen chose it; one that somebody else wrote does nothing."""
        box = await tx.ladders.get(mailbox_id)
        try:
            return open_ladder(self._sealer, mailbox_id, box) if box is not None else Ladder()
        except SealBroken:
            _log.error("ladder_tampered", mailbox=mailbox_id.hex())
            return Ladder()

    async def asked(self, tx: Transaction, call: Call, now_ms: int) -> Asked | None:
        """Who are asked now; None: nobody."""
        grant_id = (await self.ladder(tx, call.mailbox_id)).helper
        if grant_id is None or not await self._counts(tx, call, grant_id, now_ms):
            return None
        terms = self._terms(await tx.mailboxes.directory_of(call.mailbox_id), grant_id)
        if terms is None or not _may_be_asked(terms, now_ms):
            return None
        return Asked(grant_id=grant_id, helpers=terms.helpers)

    async def stands(self, tx: Transaction, helper_id: MailboxId, call: Call | None, now_ms: int) -> bool:
        """Whether this helper is still asked."""
        if call is None or await self._ended(tx, call, now_ms):
            return False
        asked = await self.asked(tx, call, now_ms)
        return asked is not None and helper_id in asked.helpers

    async def _ended(self, tx: Transaction, call: Call, now_ms: int) -> bool:
        taken = await tx.ladders.taken(call.mailbox_id, call.letter_id, now_ms=now_ms)
        return any(step.ended for step in taken)

    async def _counts(self, tx: Transaction, call: Call, grant_id: GrantId, now_ms: int) -> bool:
        """Whether the grant has a key to the letter, and the citizen did not look: their own row alone says so."""
        own, letters = call.mailbox_id, [call.letter_id]
        if not await tx.letters.some(own, grant_id, letters, visible_at_ms=now_ms):
            return False
        found = await tx.letters.some(own, own, letters, visible_at_ms=now_ms)
        return not call.unread or all(letter.read_ms is None for letter in found.values())

    def _terms(self, directory: MailboxDirectory | None, grant_id: GrantId) -> Terms | None:
        record = next((grant for grant in directory.grants if grant.grant_id == grant_id), None) if directory else None
        if directory is None or record is None:
            return None
        try:
            self._sealer.check_grants(directory)
            return terms_of(record, self._sealer)
        except SealBroken:
            _log.error("directory_tampered", mailbox=directory.mailbox_id.hex())
            return None


def _may_be_asked(terms: Terms, now_ms: int) -> bool:
    return terms.state is State.ACTIVE and Action.ALERT in terms.scope.actions and now_ms < terms.scope.until_ms
