"""Writing a look before anything of it is shown: one way for all that shows letters, one's own or through a grant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.services.access import Access, Gate
from mailbox.services.grant_use import GrantUses
from mailbox.services.holds import Holds
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.opening_reasons import details_of
from mailbox.services.settled import check_unmoved
from mailbox.services.watch_alerts import WatchAlerts

_NONE: Final[Mapping[LetterId, date]] = MappingProxyType({})


class Looks:
    """Writes what a reader is about to see."""

    def __init__(
        self, *, store: Store, sealer: Sealer, gate: Gate, clock: Clock, alerts: WatchAlerts | None = None
    ) -> None:
        """`alerts`: for what opens letters; None where this service sends no messages."""
        self._store = store
        self._sealer = sealer
        self._gate = gate
        self._clock = clock
        self._uses = GrantUses(sealer)
        self._alerts = alerts
        self._holds = Holds(sealer)

    async def write(
        self,
        access: Access,
        act: Act,
        letters: Sequence[LetterId],
        *,
        opened: Mapping[LetterId, date] = _NONE,
        also: Callable[[Transaction, int], Awaitable[None]] | None = None,
    ) -> None:
        """One look. `opened`: of which the text or a file is shown, with their dates.

        `also`: what is written in the same transaction, given the time of the look.

        Raises:
            NotFound: the grant does not stand any more in this transaction.
            ScopeMoved: it covers something else.
        """
        grant = access.passage.record if access.passage else None
        look = Look(
            actor=access.reader.label,
            role=Role.HELPER if grant else Role.CITIZEN,
            act=act,
            letters=tuple(letters),
            grant_id=grant.grant_id if grant else None,
            details=details_of(access.reason),
        )
        async with self._store.write() as tx:
            await tx.mailboxes.lock(access.mailbox_id)
            now_ms = self._clock.now_ms()  # after the wait: it may have ended meanwhile
            await self._check(tx, access, now_ms)
            await write_entry(
                tx, look, mailbox_id=access.mailbox_id, reader=access.reader, sealer=self._sealer, at_ms=now_ms
            )
            if grant is not None:
                noticed = await self._uses.count(tx, grant, access.reader, opened, now_ms)
                if noticed and self._alerts is not None:
                    await self._alerts.plan(tx, access.mailbox_id, now_ms)
                await self._answer(tx, grant.grant_id, access.reader)
            if also is not None:
                await also(tx, now_ms)
        if grant is not None:
            self._uses.committed(grant.grant_id, opened, now_ms)

    async def _answer(self, tx: Transaction, grant_id: GrantId, helper: Person) -> None:
        """Who was asked to look along did."""
        await tx.grants.answer(helper.mailbox_id, self._holds.ref(grant_id, helper.mailbox_id))

    async def _check(self, tx: Transaction, access: Access, now_ms: int) -> None:
        """Whether a grant still stands, and covers what it did."""
        passage = access.passage
        if passage is not None:
            grant_id = passage.record.grant_id
            check_unmoved(passage, await self._gate.standing(tx, access.mailbox_id, grant_id, access.reader, now_ms))
