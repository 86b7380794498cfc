"""The worker's side of messages: what is due goes out once, together, and again only when it did not arrive.

Any number of workers may do this at once. A contact is one worker's alone while it is busy with it; a worker that died
is followed by another when that time is over, which sends the same message under the same id.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from mailbox.crypto import Sealer, WorkerOpener
from mailbox.domain.alerts import Address, AlertFacts, AlertKind, Delivery, Message, Way, Wishes
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import ID_BYTES
from mailbox.domain.ports import Channel, Clock, Store, Transaction
from mailbox.domain.reminders import is_daytime, is_past, next_morning_ms
from mailbox.domain.sealed import SealedAlert, SealedContact
from mailbox.services.agencies import AgencyRegister
from mailbox.services.alert_plans import open_facts, open_wishes
from mailbox.services.alert_proofs import SENT, proof_text
from mailbox.services.alert_texts import alert_subject, alert_text
from mailbox.services.contact_boxes import open_for_worker
from mailbox.services.grant_news import GrantNews
from mailbox.services.helper_calls import HelperCalls

REST_MS: Final = 6 * 3_600_000
"""After a message the next one waits: what comes meanwhile goes together, so nobody gets five in a day."""
LEASE_MS: Final = 10 * 60_000
"""Longer than a mail server can keep us waiting for one message."""
LAW_MS: Final = 48 * 3_600_000
"""Within which somebody is told that there is post (Awb art. 2:10 lid 1)."""
_FIRST_TRY_MS: Final = 60_000
_MOST_DOUBLED: Final = 8
_MOST_AGAIN: Final = 2
"""Times that a message goes out again of which nobody knows whether it arrived."""
_AT_ONCE: Final = 8
_BY_DAY: Final = frozenset(
    {AlertKind.REMINDER, AlertKind.CALLED, AlertKind.ENDING, AlertKind.HELP_ENDING, AlertKind.STILL_RIGHT}
)

_Opened = tuple[SealedAlert, AlertFacts]

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bundle:
    """What goes out together, and to whom. `message` None: there is nothing to tell now; for `rest_ms`, nothing is."""

    contact: SealedContact
    alerts: tuple[SealedAlert, ...] = ()
    facts: tuple[AlertFacts, ...] = ()
    message: Message | None = None
    rest_ms: int = 0


class Alerting:
    """Sends what is due."""

    def __init__(  # noqa: PLR0913 - the parts that it is made of
        self,
        *,
        store: Store,
        sealer: Sealer,
        opener: WorkerOpener,
        channel: Channel,
        agencies: AgencyRegister,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._opener = opener
        self._channel = channel
        self._agencies = agencies
        self._clock = clock
        self._calls = HelperCalls(sealer)
        self._grants = GrantNews(sealer)

    async def send_due(self, stop: asyncio.Event | None = None) -> int:
        """Sends until nothing is due, or until `stop`: then what is on its way is finished.

        Returns of how many letters people were told.
        Its line in the log is the operator's figure: `slowest_s`, from when somebody could be told until they were.
        """
        waited: list[int] = []
        while not (stop and stop.is_set()) and (bundles := await self._take()):
            for each in await asyncio.gather(*(self._serve(lease, bundle) for lease, bundle in bundles)):
                waited += each
        if waited:
            late = sum(ms > LAW_MS for ms in waited)
            _log.info("alerts_sent", letters=len(waited), slowest_s=max(waited) // 1000, over_48_hours=late)
        return len(waited)

    async def _take(self) -> list[tuple[bytes, _Bundle]]:
        """A few contacts, each with what is due. What a message holds is fixed before it leaves."""
        now_ms, lease = self._clock.now_ms(), os.urandom(ID_BYTES)
        names = await self._agencies.names()
        async with self._store.write() as tx:
            contacts = await tx.alerts.take(now_ms=now_ms, until_ms=now_ms + LEASE_MS, lease=lease, limit=_AT_ONCE)
            return [(lease, await self._bundle(tx, contact, names, now_ms)) for contact in contacts]

    async def _bundle(self, tx: Transaction, contact: SealedContact, names: Mapping[str, str], now_ms: int) -> _Bundle:
        """Of a contact that does not open nothing is lost: it may be for a key that comes back."""
        try:
            wishes = open_wishes(self._sealer, contact.mailbox_id, contact.wishes_box)
            to = open_for_worker(self._opener, contact)
        except SealBroken:  # written by somebody else, or for a key that is gone; it must not keep others waiting
            _log.error("contact_tampered", mailbox=contact.mailbox_id.hex())
            return _Bundle(contact=contact, rest_ms=REST_MS)
        due = await tx.alerts.due(contact.mailbox_id, now_ms=now_ms)
        opened = self._opened(due, wishes)
        wanted = [one for one in opened if await self._counts(tx, *one, wishes, now_ms)]
        if not is_daytime(now_ms):
            wanted, due = await self._put_off(tx, contact, wanted, due, now_ms)
        gone = {alert.alert_id for alert in due} - {alert.alert_id for alert, _ in wanted}
        await tx.alerts.not_told(contact.mailbox_id, sorted(gone))
        return await self._gathered(tx, contact, to, wanted, names)

    async def _gathered(
        self,
        tx: Transaction,
        contact: SealedContact,
        to: Address,
        wanted: Sequence[_Opened],
        names: Mapping[str, str],
    ) -> _Bundle:
        """A message that may have arrived already goes out again as it was; what came later waits for the next."""
        before = next((alert.bundle for alert, _ in wanted if alert.bundle is not None), None)
        going = [(alert, facts) for alert, facts in wanted if before is None or alert.bundle == before]
        if before is None:
            contact = replace(contact, unsure=0)
        key = before or os.urandom(ID_BYTES)
        alerts, facts = tuple(alert for alert, _ in going), tuple(facts for _, facts in going)
        if not alerts:
            return _Bundle(contact=contact)
        await tx.alerts.bundle(contact.mailbox_id, [alert.alert_id for alert in alerts], key)
        await tx.alerts.sending(contact.mailbox_id, key)
        message = Message(
            key=key,
            mailbox_id=contact.mailbox_id,
            to=to,
            subject=alert_subject(facts),
            text=alert_text(facts, names, to.way),
            again=before is not None,
        )
        return _Bundle(contact=contact, alerts=alerts, facts=facts, message=message)

    async def _counts(
        self, tx: Transaction, alert: SealedAlert, facts: AlertFacts, wishes: Wishes, now_ms: int
    ) -> bool:
        """New post is none once it was read. Of a date that is over nobody is reminded."""
        if alert.ended:
            return False
        match facts.kind:
            case AlertKind.NEW_POST:
                return wishes.new_post and not alert.read
            case AlertKind.REMINDER:
                return wishes.reminders and facts.by is not None and not is_past(facts.by, now_ms)
            case AlertKind.WATCHING:
                return wishes.watching
            case AlertKind.CALLED:
                return wishes.calls and await self._calls.stands(tx, alert.mailbox_id, facts.call, now_ms)
            case AlertKind.ENDING | AlertKind.HELP_ENDING | AlertKind.STILL_RIGHT:
                return wishes.grants and await self._grants.stands(tx, alert.mailbox_id, facts, now_ms)

    def _opened(self, due: Sequence[SealedAlert], wishes: Wishes) -> list[_Opened]:
        """What opens. Whether a message says the day is as the citizen wants it now."""
        opened = []
        for alert in due:
            try:
                facts = open_facts(self._opener, alert)
            except SealBroken:
                _log.error("alert_tampered", mailbox=alert.mailbox_id.hex())
            else:
                opened.append((alert, replace(facts, says_by=facts.says_by and wishes.with_date)))
        return opened

    async def _put_off(
        self,
        tx: Transaction,
        contact: SealedContact,
        wanted: list[_Opened],
        due: Sequence[SealedAlert],
        now_ms: int,
    ) -> tuple[list[_Opened], list[SealedAlert]]:
        """At night: what can wait is for the morning. Without that, what is wanted and what is due."""
        later = {alert.alert_id for alert, facts in wanted if facts.kind in _BY_DAY}
        await tx.alerts.postpone(contact.mailbox_id, sorted(later), due_ms=next_morning_ms(now_ms))
        return (
            [(alert, facts) for alert, facts in wanted if alert.alert_id not in later],
            [alert for alert in due if alert.alert_id not in later],
        )

    async def _serve(self, lease: bytes, bundle: _Bundle) -> list[int]:
        """How long each letter waited, in ms, of those that somebody was told of now."""
        delivery = Delivery.SENT if bundle.message is None else await self._channel.send(bundle.message)
        now_ms = self._clock.now_ms()
        contact, rest_ms = _afterwards(bundle, delivery, now_ms)
        async with self._store.write() as tx:
            if not await tx.alerts.release(contact, lease=lease, rest_until_ms=now_ms + rest_ms):
                return []
            going = [alert.alert_id for alert in bundle.alerts]
            if bundle.message and _is_done(bundle, delivery):
                await self._keep_proof(tx, bundle, delivery, bundle.message.to.way, now_ms)
            elif not _may_have_arrived(bundle, contact):
                await tx.alerts.bundle(contact.mailbox_id, going, None)
            if delivery is Delivery.REFUSED:
                await tx.alerts.refused(contact.mailbox_id, going, at_ms=now_ms)
            # What an address refused waits for another address, or for the next letter.
            await tx.alerts.schedule(contact.mailbox_id, after_ms=now_ms if delivery is Delivery.REFUSED else -1)
        return [now_ms - alert.due_ms for alert in bundle.alerts] if _is_done(bundle, delivery) else []

    async def _keep_proof(self, tx: Transaction, bundle: _Bundle, delivery: Delivery, way: Way, now_ms: int) -> None:
        """What was told, how and when, from now on for the citizen alone (Awb art. 2:22 and 2:25)."""
        directory = await tx.mailboxes.directory_of(bundle.contact.mailbox_id)
        for alert, facts in zip(bundle.alerts, bundle.facts, strict=True):
            box = alert.box
            if directory is not None:
                try:
                    citizen = self._sealer.recipient(directory)
                    text = proof_text(facts, delivery, way, at_ms=now_ms)
                    box = self._sealer.seal_message(citizen, SENT, (alert.alert_id,), text)
                except SealBroken:
                    _log.error("directory_tampered", mailbox=alert.mailbox_id.hex())
            await tx.alerts.told(alert, at_ms=now_ms, box=box)


def _is_done(bundle: _Bundle, delivery: Delivery) -> bool:
    """Sent, or sent so often that another time helps nobody: who got it each time must not get it without end."""
    return delivery is Delivery.SENT or (delivery is Delivery.UNKNOWN and bundle.contact.unsure >= _MOST_AGAIN)


def _may_have_arrived(bundle: _Bundle, after: SealedContact) -> bool:
    """Then it stays as it is: what another message would say as well, might be told twice."""
    return bool(after.unsure) or (bundle.message is not None and bundle.message.again)


def _afterwards(bundle: _Bundle, delivery: Delivery, now_ms: int) -> tuple[SealedContact, int]:
    """The contact as it stands after this, and how long it is left alone, in ms."""
    contact = bundle.contact
    if bundle.message is None:
        return contact, bundle.rest_ms
    if delivery is Delivery.REFUSED:
        return replace(contact, refused_ms=now_ms, tries=0, unsure=0), REST_MS
    if _is_done(bundle, delivery):
        return replace(contact, refused_ms=None, tries=0, unsure=0), REST_MS
    wait_ms = _FIRST_TRY_MS << min(contact.tries, _MOST_DOUBLED)
    unsure = contact.unsure + (delivery is Delivery.UNKNOWN)
    return replace(contact, tries=contact.tries + 1, unsure=unsure), wait_ms
