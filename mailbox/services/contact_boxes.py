"""Where somebody is reached, as it is kept: the chosen address for the worker, and all of them for the citizen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mailbox.crypto import OpenMailbox, Sealer, WorkerOpener, WorkerSealer
from mailbox.domain.alerts import ADDRESS_LENGTH, NUMBER_LENGTH, Address, Addresses, address_of
from mailbox.domain.errors import InvalidIdentifier, NotFound, SealBroken
from mailbox.domain.identifiers import MailboxId
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import ContactCheck, SealedContact

CONTACT: Final = "contact"
_ASKED: Final = "contact-asked"
_OWN_LENGTH: Final = ADDRESS_LENGTH + 1 + NUMBER_LENGTH


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactBoxes:
    """Seals addresses. `worker`: None where nothing is sent, and so no address is kept."""

    sealer: Sealer
    worker: WorkerSealer | None

    async def contact(
        self, tx: Transaction, mailbox_id: MailboxId, addresses: Addresses, *, wishes_box: bytes
    ) -> SealedContact:
        """Raises NotFound."""
        if self.worker is None:
            raise NotFound
        return SealedContact(
            mailbox_id=mailbox_id,
            address_box=self.worker.seal(CONTACT, (mailbox_id,), addresses.chosen.value.encode()),
            own_box=await self.own(tx, mailbox_id, addresses),
            wishes_box=wishes_box,
        )

    async def own(self, tx: Transaction, mailbox_id: MailboxId, addresses: Addresses) -> bytes:
        """For the citizen, the chosen address first. Raises NotFound."""
        values = (addresses.chosen, addresses.other)
        return await self._sealed(tx, mailbox_id, CONTACT, "\n".join(one.value for one in values if one))

    async def asked(self, tx: Transaction, mailbox_id: MailboxId, address: Address) -> bytes:
        """Of an address that waits for its code, for the citizen. Raises NotFound."""
        return await self._sealed(tx, mailbox_id, _ASKED, address.value)

    async def _sealed(self, tx: Transaction, mailbox_id: MailboxId, purpose: str, text: str) -> bytes:
        directory = await tx.mailboxes.directory_of(mailbox_id)
        if directory is None:
            raise NotFound
        padded = text.ljust(_OWN_LENGTH).encode()  # so that the box has one size
        return self.sealer.seal_message(self.sealer.recipient(directory), purpose, (), padded)


def open_contact(own: OpenMailbox, kept: SealedContact) -> Addresses:
    """Raises SealBroken."""
    chosen, _, other = own.open_message(CONTACT, (), kept.own_box).decode().rstrip().partition("\n")
    return Addresses(chosen=address_of(chosen), other=address_of(other) if other else None)


def readable_contact(own: OpenMailbox, kept: SealedContact) -> Addresses | None:
    """None where it does not open: who wants to hear nothing more must not be kept by that."""
    try:
        return open_contact(own, kept)
    except SealBroken:
        return None


def open_asked(own: OpenMailbox, check: ContactCheck) -> Address:
    """Raises SealBroken."""
    return address_of(own.open_message(_ASKED, (), check.own_box).decode().rstrip())


def open_for_worker(opener: WorkerOpener, contact: SealedContact) -> Address:
    """Raises SealBroken, also for what is no address."""
    text = opener.open(CONTACT, (contact.mailbox_id,), contact.address_box)
    try:
        return address_of(text.decode())
    except (InvalidIdentifier, ValueError) as exc:
        raise SealBroken from exc
