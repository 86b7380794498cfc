"""What a helper does with grants: take one up with its code, refuse it, give it back; and whose post they may see."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from consent import Event, Scope, State, told_to_helper
from mailbox.crypto import GrantSecret, Keyholder, Sealer
from mailbox.domain.errors import CodeRefused, ScopeRefused, SealBroken, TooManyAttempts
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import HeldGrant
from mailbox.services.access import Gate
from mailbox.services.closed_grants import closed_to
from mailbox.services.grant_ledger import By, GrantLedger
from mailbox.services.grant_terms import Terms, may_give_back
from mailbox.services.invitation_codes import InvitationCode, guessed_too_often
from mailbox.services.log_entries import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Someone whose post a helper may see."""

    grant_id: GrantId
    name: str
    scope: Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedClient:
    """Someone whose post a helper cannot see now. `stopped_ms` is None when the citizen does not say why.

    `lapsed`: no longer valid, and nobody's choice.
    """

    grant_id: GrantId
    name: str
    stopped_ms: int | None
    lapsed: bool = False


class Helping:
    """The helper's side of grants."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._ledger = GrantLedger(sealer)
        self._clock = clock

    async def accept(self, helper: Person, code: str) -> Client:
        """Takes up an offer with its code.

        Raises:
            CodeRefused: wrong, used, expired, stopped, tried too often, one's own, or given at a desk by oneself.
            TooManyAttempts: this person entered too many wrong codes in the last hour.
        """
        async with self._store.write() as tx:
            client = await self._accept(tx, helper, InvitationCode.parse(code), self._clock.now_ms())
        # Refused only now: what was counted against the code and the person must stay counted.
        if isinstance(client, Exception):
            raise client
        return client

    async def give_back(self, helper: Person, grant_id: GrantId) -> None:
        """The helper's own end of a grant; colleagues go on.

        Raises:
            NotFound: they hold no such grant, or it does not stand now: a pause must look like a quiet stop.
            ScopeRefused: a court appointed them, and nobody else.
        """
        async with self._store.write() as tx:
            own = await self._gate.unlock(tx, helper)
            secret = await self._ledger.holds.open(tx, own, helper, grant_id)
            await tx.mailboxes.lock(secret.mailbox_id)
            passage = await self._gate.standing(tx, secret.mailbox_id, grant_id, helper, self._clock.now_ms())
            if not may_give_back(passage.terms):
                raise ScopeRefused("Een rechter heeft u aangesteld. Alleen de rechter kan u ontslaan.")
            by = self._by(helper)
            await self._ledger.leave(tx, passage.record, helper.mailbox_id, by, name=helper.label)

    async def clients_of(self, helper: Person) -> Sequence[Client]:
        """Whose post the helper may see now, by name."""
        now_ms = self._clock.now_ms()
        found = await self._held(helper)
        open_now = [
            Client(grant_id=secret.grant_id, name=secret.citizen_name, scope=told_to_helper(terms.scope))
            for secret, terms in found
            if terms.state is State.ACTIVE and helper.mailbox_id in terms.helpers and now_ms < terms.scope.until_ms
        ]
        return sorted(open_now, key=lambda client: client.name.casefold())

    async def closed_to(self, helper: Person) -> Sequence[ClosedClient]:
        """Whose post is paused or was stopped lately, by name. A pause and a quiet stop look alike."""
        now_ms = self._clock.now_ms()
        closed = [
            ClosedClient(
                grant_id=secret.grant_id,
                name=secret.citizen_name,
                stopped_ms=found.stopped_ms,
                lapsed=found.lapsed,
            )
            for secret, terms in await self._held(helper)
            if (found := closed_to(terms, helper.mailbox_id, now_ms))
        ]
        return sorted(closed, key=lambda client: client.name.casefold())

    async def forget_closed(self) -> None:
        """For the worker: whose post it was goes from who held it, as soon as they are not told of it any more."""
        async with self._store.write() as tx:
            await tx.grants.forget_names(now_ms=self._clock.now_ms())

    async def _held(self, helper: Person) -> list[tuple[GrantSecret, Terms]]:
        """What the helper holds, with the grants as they stand. What was tampered with is left out."""
        found: list[tuple[GrantSecret, Terms]] = []
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, helper)
            for held in await tx.grants.held_by(helper.mailbox_id):
                secret = own.held(held.ref, held.blob)
                record = await tx.grants.get(secret.mailbox_id, secret.grant_id)
                if record is not None:
                    with contextlib.suppress(SealBroken):
                        found.append((secret, self._ledger.terms(record)))
        return found

    async def _accept(
        self, tx: Transaction, helper: Person, code: InvitationCode | None, now_ms: int
    ) -> Client | CodeRefused | TooManyAttempts:
        await self._lock(tx, helper, code)
        if await guessed_too_often(tx, helper, now_ms):
            return TooManyAttempts()
        secret = await self._secret_behind(tx, code, now_ms) if code else None
        if secret is None or await self._is_giver(tx, secret, helper):
            await tx.sessions.add_attempt(helper.mailbox_id, at_ms=now_ms)
            return CodeRefused()
        return await self._take_up(tx, helper, secret, now_ms)

    async def _lock(self, tx: Transaction, helper: Person, code: InvitationCode | None) -> None:
        """One try at a time of this person, and at this code: those that begin together must all be counted."""
        invitation = await tx.grants.invitation(code.tag(self._sealer)) if code else None
        await tx.mailboxes.lock_all({helper.mailbox_id, invitation.mailbox_id if invitation else helper.mailbox_id})

    async def _secret_behind(self, tx: Transaction, code: InvitationCode, now_ms: int) -> GrantSecret | None:
        """The secret of an open invitation, if the code is right; a wrong code costs it an attempt."""
        invitation = await tx.grants.invitation(code.tag(self._sealer))
        if invitation is None or invitation.attempts_left <= 0 or now_ms >= invitation.expires_ms:
            return None
        try:
            return self._sealer.open_invitation(
                invitation.grant_id, invitation.mailbox_id, code.secret, invitation.secret_box
            )
        except SealBroken:
            await tx.grants.spend_attempt(invitation.locator_tag)
            return None

    async def _is_giver(self, tx: Transaction, secret: GrantSecret, helper: Person) -> bool:
        """Whether they gave it: their own post, or as the employee at a desk. Neither takes up what they gave."""
        if secret.mailbox_id == helper.mailbox_id:
            return True
        record = await tx.grants.get(secret.mailbox_id, secret.grant_id)
        return record is not None and self._ledger.terms(record).given_by == helper.mailbox_id

    async def _take_up(self, tx: Transaction, helper: Person, secret: GrantSecret, now_ms: int) -> Client | CodeRefused:
        record = await tx.grants.get(secret.mailbox_id, secret.grant_id)
        if record is None:
            return CodeRefused()
        terms = self._ledger.terms(record)
        if terms.state is not State.OFFERED or now_ms >= terms.scope.until_ms:
            return CodeRefused()
        own = await self._gate.unlock(tx, helper)
        ref = self._ledger.holds.ref(secret.grant_id, helper.mailbox_id)
        await self._ledger.change(
            tx,
            record,
            Event.ACCEPT,
            self._by(helper),
            notes_box=await self._ledger.named(tx, record, helper, since_ms=now_ms),
            helpers=(helper.mailbox_id,),
            organisation=helper.organisation,
        )
        blob = own.hold(ref, secret)
        await tx.grants.hold(HeldGrant(holder_id=helper.mailbox_id, ref=ref, blob=blob, told_version=terms.version))
        return Client(grant_id=secret.grant_id, name=secret.citizen_name, scope=told_to_helper(terms.scope))

    def _by(self, helper: Person) -> By:
        return By(role=Role.HELPER, person=helper, at_ms=self._clock.now_ms())
