"""What apps put ready: nothing is given by it. The citizen sees it here, and says yes, changes it or throws it away.

So no app ever learns the code of an offer: that is made when the citizen says yes, on our own page.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from consent import Scope, is_within
from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import NotFound, NotPossibleNow, ScopeRefused
from mailbox.domain.identifiers import ID_BYTES, DraftId, GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.services.asking import TOO_MUCH, AskedFor
from mailbox.services.draft_boxes import Answers, Draft, DraftBoxes, Proposal
from mailbox.services.giving_rules import check_note, check_scope
from mailbox.services.grant_ledger import GrantLedger
from mailbox.services.grant_views import GrantView
from mailbox.services.log_entries import Act, Look, Role, write_entry

KEPT_MS: Final = 7 * 86_400_000
"""What nobody decides on is forgotten after a week, as a code is."""
MOST_WAITING: Final = 10
"""An app that fills the page keeps people from reading what they say yes to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A proposal that the citizen did not decide on. `grant_id`: what it changes; None for a new grant."""

    draft_id: DraftId
    proposal: Proposal
    until_ms: int
    grant_id: GrantId | None


class Proposals:
    """Of the person who is logged in. Another's is as unknown as none."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._boxes = DraftBoxes(sealer=sealer, keyholder=keyholder)
        self._ledger = GrantLedger(sealer)
        self._clock = clock

    async def put(self, citizen: Person, helper: str, scope: Scope) -> Waiting:
        """An app (`citizen.app`) puts a new grant ready. `helper`: as the citizen calls them.

        Raises:
            ScopeRefused: no word for the helper, or as the others.
            NotPossibleNow: as the others.
        """
        note = helper.strip()
        check_note(note)
        return await self._put(citizen, Proposal(app=citizen.app or "", helper=note, scope=scope), {})

    async def put_answer(self, citizen: Person, code: str, asked: AskedFor, scope: Scope) -> Waiting:
        """An app puts a yes ready to what a helper asked, or to less of it. Raises ScopeRefused, NotPossibleNow."""
        if not is_within(scope, asked.scope):
            raise ScopeRefused(TOO_MUCH)
        helper, app = asked.helper.label, citizen.app or ""
        proposal = Proposal(app=app, helper=helper, scope=scope, reason=asked.reason)
        return await self._put(citizen, proposal, {"vraag": [helper], "code": [code]})

    async def put_change(self, citizen: Person, grant: GrantView, scope: Scope) -> Waiting:
        """An app puts a change ready of a grant as it stands. Raises ScopeRefused, NotPossibleNow."""
        proposal = Proposal(app=citizen.app or "", helper=grant.who, scope=scope)
        return await self._put(citizen, proposal, {"versie": [str(grant.version)]}, grant.grant_id)

    async def _put(
        self, citizen: Person, proposal: Proposal, answers: Answers, grant_id: GrantId | None = None
    ) -> Waiting:
        """It is in the log.

        Raises:
            ScopeRefused: an end that has passed or lies over a year ahead, or a citizen who may not give.
            NotPossibleNow: too many wait already.
        """
        now_ms = self._clock.now_ms()
        check_scope(proposal.scope, now_ms)
        draft = Draft(
            draft_id=DraftId(os.urandom(ID_BYTES)),
            answers=answers,
            until_ms=now_ms + KEPT_MS,
            grant_id=grant_id,
            proposal=proposal,
            waits=True,
        )
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            await self._ledger.check_may_give(tx, citizen.mailbox_id, now_ms)
            if len(await self._boxes.proposed(tx, citizen, now_ms)) >= MOST_WAITING:
                raise NotPossibleNow("Er staat al te veel klaar. De burger moet eerst daarover beslissen.")
            await self._boxes.save(tx, citizen, draft)
            await self._log(tx, citizen, Act.PROPOSED, proposal, now_ms)
        return _waiting(draft)

    async def waiting(self, citizen: Person) -> Sequence[Waiting]:
        """All that waits for the citizen; what ends first comes first."""
        async with self._store.read() as tx:
            return [_waiting(draft) for draft in await self._boxes.proposed(tx, citizen, self._clock.now_ms())]

    async def get(self, citizen: Person, draft_id: DraftId) -> Waiting:
        """One that waits. Raises NotFound: no such one, also when the citizen decided."""
        async with self._store.read() as tx:
            return _waiting(await self._boxes.get(tx, citizen, draft_id, self._clock.now_ms()))

    async def decided(self, citizen: Person, draft_id: DraftId) -> None:
        """The citizen said yes: it waits no longer. Nothing to decide is no error: what was given stands."""
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            with suppress(NotFound):
                draft = await self._boxes.get(tx, citizen, draft_id, self._clock.now_ms())
                await self._boxes.save(tx, citizen, replace(draft, waits=False))

    async def discard(self, citizen: Person, draft_id: DraftId) -> None:
        """It is gone, and the log says so. Raises NotFound, as `get`."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            found = _waiting(await self._boxes.get(tx, citizen, draft_id, now_ms))
            await tx.drafts.remove(citizen.mailbox_id, draft_id)
            await self._log(tx, citizen, Act.DISCARDED, found.proposal, now_ms)

    async def _log(self, tx: Transaction, citizen: Person, act: Act, proposal: Proposal, now_ms: int) -> None:
        look = Look(
            actor=citizen.label,
            role=Role.CITIZEN,
            act=act,
            details={"helper": proposal.helper, "scope": proposal.scope.to_json(), "prepared_by": proposal.app},
        )
        own = citizen.mailbox_id
        await write_entry(tx, look, mailbox_id=own, reader=citizen, sealer=self._sealer, at_ms=now_ms)


def _waiting(draft: Draft) -> Waiting:
    """Raises NotFound: nothing that waits."""
    if draft.proposal is None or not draft.waits:
        raise NotFound
    return Waiting(draft_id=draft.draft_id, proposal=draft.proposal, until_ms=draft.until_ms, grant_id=draft.grant_id)
