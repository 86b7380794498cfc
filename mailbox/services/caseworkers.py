"""People of one organisation who help together. Who joins gets keys of their own; who leaves loses them at once."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from consent import LIVE, Basis, Event
from mailbox.crypto import GrantSecret, Keyholder, Sealer
from mailbox.domain.errors import CodeRefused, Forbidden, NotFound, SealBroken, TooManyAttempts
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person, Subject
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import GrantRecord
from mailbox.services.access import Gate
from mailbox.services.batching import Lane
from mailbox.services.client_holds import ClientHolds
from mailbox.services.coded_requests import Asked, CodedRequests, Question
from mailbox.services.directory import AddressBook
from mailbox.services.grant_ledger import By, GrantLedger
from mailbox.services.grant_terms import Terms
from mailbox.services.grant_views import open_notes
from mailbox.services.log_entries import Act, Role
from mailbox.services.pieces import pieces

_AT_ONCE: Final = 10
"""Grants shared in one transaction: others who write get their turn in between."""

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shareable:
    """Someone whom a caseworker helps for the organisation, and a colleague does not yet."""

    grant_id: GrantId
    name: str


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Joining:
    """A colleague who asks to look along, and with whom that can be, by name."""

    newcomer: Person
    clients: tuple[Shareable, ...]

    def __repr__(self) -> str:
        return "Joining(***)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What somebody who left helped with: how many grants, and of these how many ended that rest on a court."""

    grants: int
    appointments: int


class Caseworkers:
    """Colleagues."""

    def __init__(
        self, *, store: Store, sealer: Sealer, keyholder: Keyholder, addresses: AddressBook, clock: Clock
    ) -> None:
        self._store = store
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._holds = ClientHolds(store=store, sealer=sealer, gate=self._gate, clock=clock)
        self._ledger = GrantLedger(sealer)
        self._requests = CodedRequests(sealer, "colleague-request")
        self._addresses = addresses
        self._clock = clock

    async def ask(self, newcomer: Person) -> Asked:
        """A code that a colleague enters to let this caseworker in.

        Raises:
            Forbidden: logged in for no organisation.
        """
        if newcomer.organisation is None:
            raise Forbidden
        async with self._store.write() as tx:
            return await self._requests.ask(tx, newcomer, {}, self._clock.now_ms())

    async def look(self, caseworker: Person, code: str) -> Joining:
        """Who is behind a code, and whom they could help along.

        Raises:
            CodeRefused: wrong, used, expired, tried too often, one's own, or of another organisation.
            TooManyAttempts: this person entered too many wrong codes in the last hour.
        """
        newcomer = await self._newcomer(caseworker, code)
        return Joining(newcomer=newcomer, clients=await self._shareable(caseworker, newcomer))

    async def let_in(self, caseworker: Person, code: str, grants: Collection[GrantId]) -> Person:
        """Gives the colleague behind the code a hold on each of these grants; each citizen sees that in their log.

        Grants that the colleague holds already, or that end meanwhile, are passed over. The code is this caseworker's
        from the first of them on, and works until all is done.

        Raises:
            CodeRefused, TooManyAttempts: as `look`.
            NotFound: one of the grants is not held by this caseworker, or not for the organisation. None is shared.
        """
        newcomer = await self._newcomer(caseworker, code, use=True)
        held = {secret.grant_id: secret for secret, _ in await self._held(caseworker)}
        if not set(grants) <= held.keys():
            raise NotFound
        for some in pieces([held[grant_id] for grant_id in sorted(set(grants))], _AT_ONCE):
            await self._share_all(caseworker, newcomer, code, some)
        async with self._store.write() as tx:
            await self._requests.answered(tx, code)
        return newcomer

    async def remove(self, subject: Subject) -> Left:
        """For the operator: a caseworker left the organisation.

        They hold nothing for it any more, what they asked for is withdrawn, they are logged out, and so are their apps.
        """
        address = await self._addresses.find(subject, Lane.SINGLE)
        person = Person(mailbox_id=address.mailbox_id, name="")
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)  # nobody is letting them in now, and nobody can after this
            await tx.sessions.remove_of(person.mailbox_id)
            await tx.apps.withdraw_all(person.mailbox_id)
            await tx.drafts.withdraw(person.mailbox_id)
        held = [secret for _, secret in await self._holds.held_by(person)]
        left = [terms for secret in held if (terms := await self._take(person, secret))]
        alone = [terms for terms in left if terms.basis is Basis.COURT and len(terms.helpers) == 1]
        return Left(grants=len(left), appointments=len(alone))

    async def _newcomer(self, caseworker: Person, code: str, *, use: bool = False) -> Person:
        async with self._store.write() as tx:
            found = await self._question(tx, caseworker, code)
            if use and isinstance(found, Question):
                await self._requests.use(tx, caseworker, code)
        # Refused only now: what was counted against the code and the person must stay counted.
        if not isinstance(found, Question):
            raise found
        return found.asker

    async def _question(
        self, tx: Transaction, caseworker: Person, code: str
    ) -> Question | CodeRefused | TooManyAttempts:
        return await self._requests.look(
            tx,
            caseworker,
            code,
            self._clock.now_ms(),
            fits=lambda question: question.asker.organisation == caseworker.organisation,
        )

    async def _shareable(self, caseworker: Person, newcomer: Person) -> tuple[Shareable, ...]:
        found = [
            Shareable(grant_id=secret.grant_id, name=secret.citizen_name)
            for secret, terms in await self._held(caseworker)
            if newcomer.mailbox_id not in terms.helpers
        ]
        return tuple(sorted(found, key=lambda client: (client.name.casefold(), client.grant_id)))

    async def _held(self, caseworker: Person) -> list[tuple[GrantSecret, Terms]]:
        """What this caseworker holds for the organisation, and stands now."""
        people = await self._holds.people(caseworker, await self._holds.held_by(caseworker))
        return [
            (one.secret, one.passage.terms)
            for one in people
            if one.passage and one.passage.terms.organisation == caseworker.organisation
        ]

    async def _share_all(self, caseworker: Person, newcomer: Person, code: str, secrets: Sequence[GrantSecret]) -> None:
        helpers = {caseworker.mailbox_id, newcomer.mailbox_id}
        async with self._store.write() as tx:
            await tx.mailboxes.lock_all(helpers | {secret.mailbox_id for secret in secrets})
            found = await self._question(tx, caseworker, code)
            if not isinstance(found, Question):  # withdrawn since a moment ago: the newcomer left
                raise found
            for secret in secrets:
                with contextlib.suppress(NotFound):
                    await self._share(tx, caseworker, newcomer, secret)

    async def _share(self, tx: Transaction, caseworker: Person, newcomer: Person, secret: GrantSecret) -> None:
        by = self._by(Role.HELPER, caseworker)
        passage = await self._gate.standing(tx, secret.mailbox_id, secret.grant_id, caseworker, by.at_ms)
        record, terms = passage.record, passage.terms
        if newcomer.mailbox_id in terms.helpers or terms.organisation != caseworker.organisation:
            return
        await self._ledger.change(
            tx,
            record,
            Event.CHANGE,
            by,
            act=Act.JOINED,
            details={"helper": newcomer.label},
            notes_box=await self._ledger.named(tx, record, newcomer, since_ms=by.at_ms, let_in_by=caseworker.label),
            helpers=(*terms.helpers, newcomer.mailbox_id),
        )
        await self._ledger.holds.give(tx, newcomer.mailbox_id, secret, told_version=terms.version)

    async def _take(self, person: Person, secret: GrantSecret) -> Terms | None:
        """Takes one hold, if it was for an organisation; the terms as they were, if the person still helped.

        What was tampered with opens nothing any more, is taken too, and does not keep the others from ending.
        """
        try:
            return await self._leave(person, secret)
        except (NotFound, SealBroken) as exc:
            _log.error("grant_tampered", grant=secret.grant_id.hex(), kind=type(exc).__name__)
        async with self._store.write() as tx:
            await self._ledger.holds.take(tx, person.mailbox_id, secret.grant_id)
        return None

    async def _leave(self, person: Person, secret: GrantSecret) -> Terms | None:
        async with self._store.write() as tx:
            await tx.mailboxes.lock(secret.mailbox_id)
            record = await self._ledger.get(tx, secret.mailbox_id, secret.grant_id)
            terms = self._ledger.terms(record)
            if terms.organisation is None:
                return None
            name = await self._name(tx, record, person.mailbox_id)
            await self._ledger.leave(tx, record, person.mailbox_id, self._by(Role.SERVICE, None), name=name)
        return terms if terms.state in LIVE and person.mailbox_id in terms.helpers else None

    async def _name(self, tx: Transaction, record: GrantRecord, helper_id: MailboxId) -> str:
        """As the citizen knows this helper; empty when they do not."""
        citizen = await self._gate.unlock(tx, Person(mailbox_id=record.mailbox_id, name=""))
        ref = self._ledger.holds.ref(record.grant_id, helper_id).hex()
        return next((helper.name for helper in open_notes(citizen, record).helpers if helper.ref == ref), "")

    def _by(self, role: Role, person: Person | None) -> By:
        return By(role=role, person=person, at_ms=self._clock.now_ms())
