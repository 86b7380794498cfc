"""Telling a citizen at once, by day and by night, that somebody who looks along does so in an unusual way."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from mailbox.crypto import Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import MailboxId
from mailbox.domain.ports import Transaction
from mailbox.services.alert_plans import AlertPlans, open_wishes

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchAlerts:
    """Plans the message for who wants it. Who, and what they saw, is for the log alone."""

    sealer: Sealer
    plans: AlertPlans

    async def plan(self, tx: Transaction, mailbox_id: MailboxId, now_ms: int) -> None:
        """In the transaction of the look. It does not wait until a message that went out before is some hours old."""
        if await self._is_wanted(tx, mailbox_id):
            await tx.alerts.lock(mailbox_id)
            await tx.alerts.plan([self.plans.of_watching(mailbox_id, due_ms=now_ms)])
            await tx.alerts.hurry(mailbox_id)

    async def _is_wanted(self, tx: Transaction, mailbox_id: MailboxId) -> bool:
        """Not by wishes that somebody else wrote: the look is logged whatever they say."""
        contact = await tx.alerts.contact(mailbox_id)
        if contact is None:
            return False
        try:
            return open_wishes(self.sealer, mailbox_id, contact.wishes_box).watching
        except SealBroken:
            _log.error("wishes_tampered", mailbox=mailbox_id.hex())
            return False
