"""How a citizen keeps an eye on who looks along: saying again that it is right, and seeing what was noticed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consent import LIVE, Basis, State, asks_again
from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import GrantNotice, GrantRecord
from mailbox.services.access import Gate
from mailbox.services.broken_grants import own_grants
from mailbox.services.grant_ledger import By, GrantLedger
from mailbox.services.grant_views import GrantView
from mailbox.services.log_entries import Role
from mailbox.services.scope_news import TOLD_MS

_NOTHING: Final = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """Newest first: grants that are live, what was unusual and not seen yet, and the grants that this is about.

    Also what a court's decision ended in the last month. A broken grant is left out: it is told with the others.
    """

    grants: Sequence[GrantView]
    notices: Sequence[GrantNotice]


class Oversight:
    """The citizen's own eye on their grants."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._ledger = GrantLedger(sealer)
        self._clock = clock

    async def confirm(self, citizen: Person, shown: Mapping[GrantId, int]) -> int:
        """The citizen says that it is right who sees their post. Each grant has an entry in the log that proves it.

        `shown`: the version of each grant as it was shown. What changed since is not confirmed: it was not seen.
        Nothing happens while nothing has to be asked, so a second click finds it done. Returns how many were confirmed.
        """
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            views, now_ms = await self._views(tx, citizen), self._clock.now_ms()
            if not is_asked(views, now_ms):
                return _NOTHING
            wanted = [one for one in views if looks_now(one, now_ms) and shown.get(one.grant_id) == one.version]
            for view in wanted:
                await self._confirm(tx, citizen, view)
        return len(wanted)

    async def watched(self, citizen: Person) -> Watched:
        """What every look at one's own post also shows. Grants that ended are not opened for it, however many."""
        async with self._store.read() as tx:
            notices = await tx.grants.unseen(citizen.mailbox_id)
            about = {notice.grant_id for notice in notices}
            records = await tx.grants.of_mailbox(citizen.mailbox_id)
            wanted = [one for one in records if one.state in LIVE or one.grant_id in about or self._is_court_news(one)]
            if not wanted:
                return Watched(grants=(), notices=())
            mailbox = await self._gate.unlock(tx, citizen)
        grants = own_grants(mailbox, wanted, self._ledger.terms)
        return Watched(grants=grants.sound, notices=notices)

    def _is_court_news(self, record: GrantRecord) -> bool:
        """Whether a grant ended lately by a court's decision, or was one."""
        if record.changed_ms <= self._clock.now_ms() - TOLD_MS:
            return False
        try:
            terms = self._ledger.terms(record)
        except SealBroken:  # what became of a grant that ended must not hide one's own post
            return False
        return terms.lapsed or terms.basis is Basis.COURT

    async def saw(self, citizen: Person, *, until_ms: int) -> None:
        """The citizen saw what was noticed, up to and including this instant."""
        async with self._store.write() as tx:
            await tx.grants.saw(citizen.mailbox_id, until_ms=until_ms)

    async def _views(self, tx: Transaction, citizen: Person) -> Sequence[GrantView]:
        mailbox = await self._gate.unlock(tx, citizen)
        records = await tx.grants.of_mailbox(citizen.mailbox_id)
        return own_grants(mailbox, records, self._ledger.terms).sound

    async def _confirm(self, tx: Transaction, citizen: Person, view: GrantView) -> None:
        record = await self._ledger.get(tx, citizen.mailbox_id, view.grant_id)
        by = By(role=Role.CITIZEN, person=citizen, at_ms=self._clock.now_ms())
        await self._ledger.agree_again(tx, record, by, {"helper": view.who, "scope": view.scope.to_json()})


def is_asked(grants: Sequence[GrantView], now_ms: int) -> bool:
    """Whether to ask the citizen if it is still right. Of all who look now, one that is due is enough."""
    return any(looks_now(one, now_ms) and asks_again(agreed_ms=one.agreed_ms, now_ms=now_ms) for one in grants)


def looks_now(grant: GrantView, now_ms: int) -> bool:
    """Whether somebody sees post through it at this moment."""
    return grant.state is State.ACTIVE and now_ms < grant.scope.until_ms
