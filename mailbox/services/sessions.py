"""Login sessions, kept on the server. The browser has a random token; the store has only its keyed hash."""

from __future__ import annotations

import secrets
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.devices import Device
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Identity, Person, StatedReason
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import SessionRecord
from mailbox.services.batching import Lane
from mailbox.services.directory import AddressBook
from mailbox.services.opening_reasons import with_reason
from mailbox.services.session_boxes import open_person, seal_device, seal_person, session_tag

IDLE_MS: Final = 15 * 60_000
"""After a quarter of an hour without a page the session ends (UI: a shared computer at the library)."""
ABSOLUTE_MS: Final = 8 * 3_600_000
_ATTEMPTS_KEPT_MS: Final = 24 * 3_600_000
"""Longer than anything counts them."""
_TOUCH_EVERY_MS: Final = 30_000
"""Activity is noted at most this often, so that not every page costs a write."""


class Sessions:
    """Who is logged in."""

    def __init__(
        self, *, store: Store, sealer: Sealer, clock: Clock, post_clock: Clock, addresses: AddressBook
    ) -> None:
        """`post_clock`: by which letters come, and so by which somebody was here since, or not."""
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._post_clock = post_clock
        self._addresses = addresses

    async def login(self, identity: Identity, *, replaces: str | None = None, device: Device | None = None) -> str:
        """Starts a session and ends the one it replaces; returns its token (256 bits, URL-safe).

        Someone who never had post gets a mailbox now.
        """
        address = await self._addresses.find(identity.subject, Lane.SINGLE)
        token = secrets.token_urlsafe(32)
        tag, now_ms = session_tag(self._sealer, token), self._clock.now_ms()
        person = Person(
            mailbox_id=address.mailbox_id, name=identity.name, organisation=identity.organisation, desk=identity.desk
        )
        record = SessionRecord(
            tag=tag,
            mailbox_id=address.mailbox_id,
            person_box=seal_person(self._sealer, tag, person),
            device_box=seal_device(self._sealer, tag, address.mailbox_id, device),
            created_ms=now_ms,
            last_seen_ms=now_ms,
        )
        async with self._store.write() as tx:
            await tx.sessions.seen(address.mailbox_id, at_ms=self._post_clock.now_ms())  # first, as who locks a mailbox
            if replaces is not None:
                await tx.sessions.remove(session_tag(self._sealer, replaces))
            await tx.sessions.add(record)
        return token

    async def person(self, token: str) -> Person | None:
        """Who this token belongs to; None when it is unknown, idle too long or too old."""
        tag, now_ms = session_tag(self._sealer, token), self._clock.now_ms()
        async with self._store.read() as tx:
            record = await tx.sessions.get(tag)
        if record is None or not is_running(record, now_ms):
            return None
        if now_ms - record.last_seen_ms >= _TOUCH_EVERY_MS:
            async with self._store.write() as tx:
                await tx.sessions.seen(MailboxId(record.mailbox_id), at_ms=self._post_clock.now_ms())
                await tx.sessions.touch(tag, at_ms=now_ms)
        return open_person(self._sealer, record)

    async def keep_reason(self, token: str, person: Person, grant_id: GrantId, reason: StatedReason) -> None:
        """Why they open the post behind this grant, for as long as this session lasts.

        Raises:
            NotFound: the session ended meanwhile, or is another's.
        """
        tag = session_tag(self._sealer, token)
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)  # two tabs may say something at once
            record = await tx.sessions.get(tag)
            if record is None or record.mailbox_id != person.mailbox_id:
                raise NotFound
            kept = with_reason(open_person(self._sealer, record), grant_id, reason)
            await tx.sessions.reseal(tag, seal_person(self._sealer, tag, kept))

    async def logout(self, token: str) -> None:
        """Ends the session, if there is one, and what this person let apps do: who leaves a computer leaves it all."""
        tag = session_tag(self._sealer, token)
        async with self._store.write() as tx:
            record = await tx.sessions.get(tag)
            if record is not None:
                await tx.apps.withdraw_all(record.mailbox_id)
            await tx.sessions.remove(tag)

    async def end_old(self) -> None:
        """Removes what has ended by time, and wrong codes that are too old to count."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.sessions.forget_attempts(before_ms=self._post_clock.now_ms() - _ATTEMPTS_KEPT_MS)
            await tx.sessions.remove_before(created_ms=now_ms - ABSOLUTE_MS, last_seen_ms=now_ms - IDLE_MS)


def is_running(record: SessionRecord, now_ms: int) -> bool:
    """Whether it was used lately, and is not too old."""
    return now_ms - record.last_seen_ms < IDLE_MS and now_ms - record.created_ms < ABSOLUTE_MS
