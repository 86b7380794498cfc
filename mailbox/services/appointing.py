"""Helpers appointed by a court: bewind (BW 1:431), curatele (BW 1:378), mentorschap (BW 1:450).

Not the citizen's consent, and shown as such: an operator registers the decision, and only an operator ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from consent import LIVE, Basis, Event, Purpose, Scope, State
from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, ScopeRefused, SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Identity, Person, Subject
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import GrantRecord
from mailbox.services.access import Gate
from mailbox.services.batching import Lane
from mailbox.services.broken_grants import name_to_leave, sound_terms
from mailbox.services.directory import AddressBook
from mailbox.services.grant_ledger import LAPSING, OF_COURT, By, Drawn, GrantLedger
from mailbox.services.grant_terms import Terms
from mailbox.services.log_entries import Act, Role

MAX_MS: Final = 5 * 366 * 86_400_000
"""A measure is looked at anew within five years (BW 1:447a, 1:385 lid 2, 1:460 lid 2); then it is registered again."""
_PAGE: Final = 500
_REFERENCE_LENGTH: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Appointment:
    """A court's decision: over whom, who acts, what it covers (`scope.purpose` names the measure), and its number."""

    citizen: Subject
    citizen_name: str
    helper: Identity
    scope: Scope
    reference: str

    def __repr__(self) -> str:
        return "Appointment(***)"


@dataclass(frozen=True, kw_only=True, slots=True)
class InForce:
    """An appointment as the operator may see it: nobody's name is in it. `organisation`: of who was appointed."""

    grant_id: GrantId
    purpose: Purpose
    reference: str
    organisation: str | None
    until_ms: int


class Appointing:
    """The operator's side of grants."""

    def __init__(
        self, *, store: Store, sealer: Sealer, keyholder: Keyholder, addresses: AddressBook, clock: Clock
    ) -> None:
        self._store = store
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._ledger = GrantLedger(sealer)
        self._addresses = addresses
        self._clock = clock

    async def register(self, appointment: Appointment) -> GrantId:
        """A grant that is in force at once. Under bewind and curatele the citizen's own grants lapse with it.

        Raises:
            ScopeRefused: no measure of a court, no reference, an end that has passed or lies over five years ahead, the
                citizen as their own helper, or what is in force already.
        """
        by = self._by()
        _check(appointment, by.at_ms)
        citizen = await self._person(appointment.citizen, appointment.citizen_name)
        helper = replace(
            await self._person(appointment.helper.subject, appointment.helper.name),
            organisation=appointment.helper.organisation,
        )
        scope, reference = appointment.scope, appointment.reference.strip()
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            drawn = await self._ledger.draw_up(tx, mailbox, citizen, helper.label, scope=scope, now_ms=by.at_ms)
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            await self._check_new(tx, citizen, helper, reference)
            if scope.purpose in LAPSING:
                await self._lapse(tx, mailbox, citizen, by)
            return await self._appoint(tx, mailbox, drawn, helper, by=by, reference=reference)

    async def end(self, citizen: Subject, citizen_name: str, reference: str) -> int:
        """Ends what was registered under this reference. Returns how many grants. Raises NotFound when none."""
        person, by = await self._person(citizen, citizen_name), self._by()
        details = {"reference": reference.strip()}
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            found = await self._under(tx, person, **details)
            for record, _ in found:
                await self._ledger.change(tx, record, Event.STOP, by, details=details, leaves=person.name)
        if not found:
            raise NotFound
        return len(found)

    async def in_force(self) -> Sequence[InForce]:
        """All that is registered and has not ended, by reference. What was tampered with is left out."""
        found: list[InForce] = []
        after: tuple[MailboxId, GrantId] | None = None
        while True:
            async with self._store.read() as tx:
                records = await tx.grants.live(after=after, limit=_PAGE)
            found += filter(None, map(self._in_force, records))
            if len(records) < _PAGE:
                return sorted(found, key=lambda one: (one.reference, one.grant_id))
            after = (records[-1].mailbox_id, records[-1].grant_id)

    def _in_force(self, record: GrantRecord) -> InForce | None:
        try:
            terms = self._ledger.terms(record)
        except SealBroken:
            return None
        if terms.reference is None or self._clock.now_ms() >= terms.scope.until_ms:
            return None
        return InForce(
            grant_id=record.grant_id,
            purpose=terms.scope.purpose,
            reference=terms.reference,
            organisation=terms.organisation,
            until_ms=terms.scope.until_ms,
        )

    async def _under(self, tx: Transaction, citizen: Person, reference: str) -> list[tuple[GrantRecord, Terms]]:
        """What has not ended of a decision."""
        live = [record for record in await tx.grants.of_mailbox(citizen.mailbox_id) if record.state in LIVE]
        found = [(record, sound_terms(record, self._ledger.terms)) for record in live]
        return [(record, terms) for record, terms in found if terms and terms.reference == reference]

    async def _check_new(self, tx: Transaction, citizen: Person, helper: Person, reference: str) -> None:
        for _, terms in await self._under(tx, citizen, reference):
            if helper.mailbox_id in terms.helpers and self._clock.now_ms() < terms.scope.until_ms:
                raise ScopeRefused("Deze aanstelling staat er al. Beëindig die eerst, als er iets verandert.")

    async def _appoint(  # noqa: PLR0913 - a decision has this many sides
        self, tx: Transaction, mailbox: OpenMailbox, drawn: Drawn, helper: Person, *, by: By, reference: str
    ) -> GrantId:
        named = replace(drawn.record, notes_box=await self._ledger.named(tx, drawn.record, helper, since_ms=by.at_ms))
        terms = Terms(
            state=State.ACTIVE,
            version=1,
            scope=drawn.ready.scope,
            basis=Basis.COURT,
            helpers=(helper.mailbox_id,),
            organisation=helper.organisation,
            reference=reference,
        )
        details = {"helper": helper.label, "reference": reference}
        record = await self._ledger.begin(tx, named, terms, by, act=Act.APPOINTED, details=details)
        await self._ledger.keys.reseal(tx, mailbox, record, drawn.ready.scope, drawn.ready)
        await self._ledger.holds.give(tx, helper.mailbox_id, drawn.secret, told_version=terms.version)
        return record.grant_id

    async def _lapse(self, tx: Transaction, mailbox: OpenMailbox, citizen: Person, by: By) -> None:
        """What the citizen gave ends: who is under bewind or curatele gives no power of attorney (BW 1:381, 1:438).

        Helpers read that it is not valid any more, and not why. A pause keeps looking like a quiet stop.
        """
        for record in await tx.grants.of_mailbox(citizen.mailbox_id):
            terms = sound_terms(record, self._ledger.terms) if record.state in LIVE else None
            if terms and terms.basis is not Basis.COURT:
                quiet, leaves = record.state is State.PAUSED, name_to_leave(mailbox, record, citizen)
                await self._ledger.change(
                    tx, record, Event.EXPIRE, by, act=Act.LAPSED, leaves=leaves, lapsed=True, quiet=quiet
                )

    async def _person(self, subject: Subject, name: str) -> Person:
        address = await self._addresses.find(subject, Lane.SINGLE)
        return Person(mailbox_id=address.mailbox_id, name=name)

    def _by(self) -> By:
        return By(role=Role.SERVICE, person=None, at_ms=self._clock.now_ms())


def _check(appointment: Appointment, now_ms: int) -> None:
    if appointment.scope.purpose not in OF_COURT:
        raise ScopeRefused("Noem de maatregel: bewind, curatele of mentorschap.")
    if not 0 < len(appointment.reference.strip()) <= _REFERENCE_LENGTH:
        raise ScopeRefused("Noem het nummer van de beschikking.")
    if not now_ms < appointment.scope.until_ms <= now_ms + MAX_MS:
        raise ScopeRefused("Kies een einddatum binnen vijf jaar.")
    if appointment.citizen == appointment.helper.subject:
        raise ScopeRefused("Niemand is zijn eigen bewindvoerder.")
