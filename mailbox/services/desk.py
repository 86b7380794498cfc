"""At a counter: a person without means to log in says yes to help, and an employee does it for them."""

from __future__ import annotations

from typing import Final

from mailbox.domain.errors import Forbidden, ScopeRefused
from mailbox.domain.people import Person, Subject
from mailbox.services.batching import Lane
from mailbox.services.directory import AddressBook
from mailbox.services.granting import AtDesk, GrantDraft, Granting, Offer

REASON_LENGTH: Final = 300


class Desk:
    """What an employee may do for someone at the counter: give a grant. They see no post."""

    def __init__(self, *, granting: Granting, addresses: AddressBook) -> None:
        self._granting = granting
        self._addresses = addresses

    async def give(self, employee: Person, subject: Subject, name: str, draft: GrantDraft, reason: str) -> Offer:
        """An offer in this person's name, for a paper with the code on it.

        Raises:
            Forbidden: not an employee at a desk, or for themselves.
            ScopeRefused: no name, no reason, or as `Granting.offer`.
        """
        if not employee.desk or employee.organisation is None:
            raise Forbidden
        if not name.strip():
            raise ScopeRefused("Vul de naam in van de persoon aan de balie.")
        if not 0 < len(reason.strip()) <= REASON_LENGTH:
            raise ScopeRefused("Vul in waarom u dit voor deze persoon doet.")
        address = await self._addresses.find(subject, Lane.SINGLE)
        if address.mailbox_id == employee.mailbox_id:
            raise Forbidden
        citizen = Person(mailbox_id=address.mailbox_id, name=name.strip())
        return await self._granting.offer(citizen, draft, at=AtDesk(employee=employee, reason=reason))
