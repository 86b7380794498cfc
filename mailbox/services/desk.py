"""At a counter: a person without means to log in says yes to help, or stops it, and an employee does it for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.errors import Forbidden, ScopeRefused
from mailbox.domain.people import Document, Person, Subject
from mailbox.domain.ports import Clock, Store
from mailbox.services.batching import Lane
from mailbox.services.contacts import Reach, reach_of
from mailbox.services.directory import AddressBook
from mailbox.services.granting import AtDesk, GrantDraft, Granting, Offer
from mailbox.services.log_entries import Act, Look, Role, write_entry

REASON_LENGTH: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class CounterVisit:
    """Who is at the counter, what they showed, and why they do not do it themselves."""

    subject: Subject
    name: str
    document: Document
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reachable:
    """Whether somebody hears from us, and when they were last here; None: never."""

    reach: Reach
    last_seen_ms: int | None


class Desk:
    """What an employee may do for someone at the counter: give a grant, and stop what was given. They see no post.

    What they learn, and all that they do, is in the citizen's log: also what was refused, or changed nothing.
    """

    def __init__(
        self, *, granting: Granting, addresses: AddressBook, store: Store, sealer: Sealer, clock: Clock
    ) -> None:
        self._granting = granting
        self._addresses = addresses
        self._store = store
        self._sealer = sealer
        self._clock = clock

    async def give(self, employee: Person, visit: CounterVisit, draft: GrantDraft) -> Offer:
        """An offer in this person's name, for a paper with the code on it. The employee cannot take it up.

        Raises:
            Forbidden: not an employee at a desk, or for themselves.
            ScopeRefused: no name, no reason, or as `Granting.offer`.
        """
        citizen, at = await self._citizen(employee, visit), _at(employee, visit)
        try:
            return await self._granting.offer(citizen, draft, at=at)
        except ScopeRefused:  # tells of a court's decision: nobody asks for that unseen
            await self._log(citizen, at, Act.TRIED, {"helper": draft.helper_note.strip()})
            raise

    async def stop_all(self, employee: Person, visit: CounterVisit) -> None:
        """Ends all grants that this person can end. Not told how many: that is not for the desk to know.

        Raises:
            Forbidden: as `give`.
            ScopeRefused: no name, or no reason.
        """
        citizen, at = await self._citizen(employee, visit), _at(employee, visit)
        await self._log(citizen, at, Act.STOPPING, {})
        await self._granting.stop_all(citizen, at=at)

    async def reach(self, employee: Person, visit: CounterVisit) -> Reachable:
        """Whether this person hears from us. No address is told, and no post. Raises as `stop_all`."""
        citizen, at = await self._citizen(employee, visit), _at(employee, visit)
        await self._log(citizen, at, Act.REACH, {})
        async with self._store.read() as tx:
            contact = await tx.alerts.contact(citizen.mailbox_id)
            last_ms = await tx.sessions.last_seen(citizen.mailbox_id)
        return Reachable(reach=reach_of(contact), last_seen_ms=last_ms)

    async def _citizen(self, employee: Person, visit: CounterVisit) -> Person:
        if not employee.desk or employee.organisation is None:
            raise Forbidden
        if not visit.name.strip():
            raise ScopeRefused("Vul de naam in van de persoon aan de balie.")
        if not 0 < len(visit.reason.strip()) <= REASON_LENGTH:
            raise ScopeRefused("Vul in waarom u dit voor deze persoon doet.")
        address = await self._addresses.find(visit.subject, Lane.SINGLE)
        if address.mailbox_id == employee.mailbox_id:
            raise Forbidden("U kunt dit niet voor uzelf doen. Vraag een collega.")
        return Person(mailbox_id=address.mailbox_id, name=visit.name.strip())

    async def _log(self, citizen: Person, at: AtDesk, act: Act, details: Mapping[str, str]) -> None:
        look = Look(actor=at.employee.label, role=Role.DESK, act=act, details={**details, **at.details})
        mailbox_id, now_ms = citizen.mailbox_id, self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.mailboxes.lock(mailbox_id)
            await write_entry(tx, look, mailbox_id=mailbox_id, reader=at.employee, sealer=self._sealer, at_ms=now_ms)


def _at(employee: Person, visit: CounterVisit) -> AtDesk:
    return AtDesk(employee=employee, document=visit.document, reason=visit.reason)
