"""Planning what people are told of grants: once each, for whom gave an address and wants to hear of it."""

from __future__ import annotations

from typing import Final

import structlog

from consent import State, asks_again, ends_soon
from mailbox.crypto import Sealer, WorkerSealer
from mailbox.domain.alerts import AlertFacts
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import GrantRecord
from mailbox.services.alert_plans import open_wishes, planned_alert
from mailbox.services.grant_ledger import GrantLedger
from mailbox.services.grant_news import GrantNews, News

_PAGE: Final = 500

_log = structlog.get_logger()


class GrantAlerts:
    """The worker's side. Any number of workers may do this at once: what is planned twice is the same row."""

    def __init__(self, *, store: Store, sealer: Sealer, worker: WorkerSealer | None, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._worker = worker
        self._ledger = GrantLedger(sealer)
        self._news = GrantNews(sealer)
        self._clock = clock

    async def plan_due(self) -> int:
        """Plans what is to be told now. Returns how much that was. Where nothing is sent, nothing is planned."""
        planned = 0
        after: tuple[MailboxId, GrantId] | None = None
        while self._worker is not None:
            async with self._store.read() as tx:
                records = await tx.grants.live(after=after, limit=_PAGE)
            for mailbox_id in dict.fromkeys(one.mailbox_id for one in records if self._may_be_news(one)):
                planned += await self._plan(self._worker, mailbox_id)
            if len(records) < _PAGE:
                break
            after = (records[-1].mailbox_id, records[-1].grant_id)
        return planned

    def _may_be_news(self, record: GrantRecord) -> bool:
        """A first look, at one row: most grants are no news at all."""
        now_ms = self._clock.now_ms()
        try:
            terms = self._ledger.terms(record)
        except SealBroken:  # the job that ends grants says so
            return False
        if terms.state is not State.ACTIVE:
            return False
        agreed_ms = record.created_ms if terms.agreed_ms is None else terms.agreed_ms
        ends = ends_soon(given_ms=record.created_ms, until_ms=terms.scope.until_ms, now_ms=now_ms)
        return ends or asks_again(agreed_ms=agreed_ms, now_ms=now_ms)

    async def _plan(self, worker: WorkerSealer, mailbox_id: MailboxId) -> int:
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            news = [one for one in await self._news.of_citizen(tx, mailbox_id, now_ms) if await self._is_due(tx, one)]
        for one in news:
            facts = AlertFacts(kind=one.kind, end=one.end)
            alert = planned_alert(worker, one.receiver, one.alert_id, facts, due_ms=now_ms)
            async with self._store.write() as tx:
                await tx.alerts.lock(one.receiver)
                await tx.alerts.plan_once(alert)
        return len(news)

    async def _is_due(self, tx: Transaction, news: News) -> bool:
        """Not told before, to somebody who can be told and wants it."""
        contact = await tx.alerts.contact(news.receiver)
        if contact is None or await tx.alerts.is_planned(news.receiver, news.alert_id):
            return False
        try:
            return open_wishes(self._sealer, news.receiver, contact.wishes_box).grants
        except SealBroken:
            _log.error("wishes_tampered", mailbox=news.receiver.hex())
            return False
