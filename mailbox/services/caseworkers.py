"""People of one organisation who help together. Who joins gets keys of their own; who leaves loses them at once."""

from __future__ import annotations

from collections.abc import Sequence

from consent import LIVE, Event
from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import Forbidden, NotFound
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person, Subject
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.services.access import Gate
from mailbox.services.batching import Lane
from mailbox.services.coded_requests import Asked, CodedRequests, Question
from mailbox.services.directory import AddressBook
from mailbox.services.grant_ledger import By, GrantLedger
from mailbox.services.log_entries import Act, Role


class Caseworkers:
    """Colleagues."""

    def __init__(
        self, *, store: Store, sealer: Sealer, keyholder: Keyholder, addresses: AddressBook, clock: Clock
    ) -> None:
        self._store = store
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
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

    async def let_in(self, caseworker: Person, code: str, grants: Sequence[GrantId]) -> Person:
        """Gives the colleague behind the code a hold on each of these grants; each citizen sees that in their log.

        Grants that the colleague holds already are passed over.

        Raises:
            CodeRefused: wrong, used, expired, tried too often, one's own, or of another organisation.
            TooManyAttempts: this person entered too many wrong codes in the last hour.
            NotFound: one of the grants is not held by this caseworker, or not for the organisation.
        """
        async with self._store.write() as tx:
            found = await self._requests.look(
                tx,
                caseworker,
                code,
                self._clock.now_ms(),
                fits=lambda question: question.asker.organisation == caseworker.organisation,
            )
            if isinstance(found, Question):
                for grant_id in sorted(set(grants)):
                    await self._share(tx, caseworker, found.asker, grant_id)
                await self._requests.answered(tx, code)
                return found.asker
        raise found

    async def remove(self, subject: Subject) -> int:
        """For the operator: a caseworker left the organisation. They hold nothing for it any more. Returns how many."""
        address = await self._addresses.find(subject, Lane.SINGLE)
        person = Person(mailbox_id=address.mailbox_id, name="")
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, person)
            held = [own.held(hold.ref, hold.blob) for hold in await tx.grants.held_by(person.mailbox_id)]
        removed = 0
        for secret in held:
            async with self._store.write() as tx:
                await tx.mailboxes.lock(secret.mailbox_id)
                record = await self._ledger.get(tx, secret.mailbox_id, secret.grant_id)
                terms = self._ledger.terms(record)
                if terms.organisation is not None and record.state in LIVE and person.mailbox_id in terms.helpers:
                    await self._ledger.leave(tx, record, person.mailbox_id, self._by(Role.SERVICE, None))
                    removed += 1
        return removed

    async def _share(self, tx: Transaction, caseworker: Person, newcomer: Person, grant_id: GrantId) -> None:
        own = await self._gate.unlock(tx, caseworker)
        secret = await self._ledger.holds.open(tx, own, caseworker, grant_id)
        await tx.mailboxes.lock(secret.mailbox_id)
        record = await self._ledger.get(tx, secret.mailbox_id, grant_id)
        terms = self._ledger.terms(record)
        if caseworker.mailbox_id not in terms.helpers or terms.organisation != caseworker.organisation:
            raise NotFound
        if newcomer.mailbox_id in terms.helpers:
            return
        await self._ledger.change(
            tx,
            record,
            Event.CHANGE,
            self._by(Role.HELPER, caseworker),
            act=Act.JOINED,
            details={"helper": newcomer.label},
            notes_box=await self._ledger.named(tx, record, newcomer),
            helpers=(*terms.helpers, newcomer.mailbox_id),
        )
        await self._ledger.holds.give(tx, newcomer.mailbox_id, secret, told_version=terms.version)

    def _by(self, role: Role, person: Person | None) -> By:
        return By(role=role, person=person, at_ms=self._clock.now_ms())
