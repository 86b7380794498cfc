"""Where a citizen wants to be reached: an address that was shown to be theirs, and what they want to hear of."""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mailbox.crypto import Keyholder, OpenMailbox, Sealer, WorkerSealer
from mailbox.domain.alerts import ADDRESS_LENGTH, Delivery, EmailAddress, Message, Wishes
from mailbox.domain.errors import CodeRefused, MailboxError, NotFound, SealBroken, TooManyAttempts
from mailbox.domain.identifiers import ID_BYTES, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Channel, Clock, Store, Transaction
from mailbox.domain.sealed import ContactCheck, SealedContact
from mailbox.services.access import Gate
from mailbox.services.alert_plans import open_wishes, seal_wishes
from mailbox.services.alert_texts import CODE_SUBJECT, MOVED_SUBJECT, code_text, moved_text
from mailbox.services.invitation_codes import guessed_too_often
from mailbox.services.live_grants import LiveGrants
from mailbox.services.log_entries import Act, Look, Role, write_entry

CONTACT: Final = "contact"
_ASKED: Final = "contact-asked"
CODE_MS: Final = 30 * 60_000
"""Half an hour: mail may be slow, and a code that lies about is of use to another."""
CODE_DIGITS: Final = 6
_ATTEMPTS: Final = 5


class NotSent(MailboxError):
    """Wij kunnen nu geen e-mail sturen. Probeer het over een kwartier opnieuw."""

    code = "tijdelijk-niet-beschikbaar"


class NothingAsked(CodeRefused):
    """Er wacht geen adres meer op een code."""


class AddressRefused(MailboxError):
    """Dit adres neemt geen e-mail aan. Kijk of het klopt."""

    code = "ongeldig-verzoek"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Where somebody is reached. `waiting`: an address that waits for its code. `refused_ms`: since when mail fails."""

    address: EmailAddress | None
    wishes: Wishes
    waiting: EmailAddress | None
    refused_ms: int | None


class Reach(Enum):
    """Whether somebody hears from us. `REFUSED`: their address takes no mail any more."""

    REACHED = "bereikt"
    NO_ADDRESS = "geen-adres"
    REFUSED = "geweigerd"


def reach_of(contact: SealedContact | None) -> Reach:
    """Of somebody with this contact, or with none."""
    if contact is None:
        return Reach.NO_ADDRESS
    return Reach.REACHED if contact.refused_ms is None else Reach.REFUSED


class Contacts:
    """The contact of the person who is logged in."""

    def __init__(  # noqa: PLR0913 - the parts that it is made of
        self,
        *,
        store: Store,
        sealer: Sealer,
        keyholder: Keyholder,
        clock: Clock,
        code_clock: Clock,
        worker: WorkerSealer | None,
        channel: Channel | None,
    ) -> None:
        """`code_clock`: by what a code ends, also where days go by in seconds."""
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._live = LiveGrants(sealer)
        self._clock = clock
        self._code_clock = code_clock
        self._worker = worker
        self._channel = channel

    @property
    def is_possible(self) -> bool:
        """Whether this service sends messages at all."""
        return self._worker is not None and self._channel is not None

    async def show(self, person: Person) -> Contact:
        """What the person set, and what waits."""
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, person)
            kept = await tx.alerts.contact(person.mailbox_id)
            check = await self._check(tx, person)
        return Contact(
            address=_address(own, CONTACT, kept.own_box) if kept else None,
            wishes=open_wishes(self._sealer, person.mailbox_id, kept.wishes_box) if kept else Wishes(),
            waiting=_address(own, _ASKED, check.own_box) if check else None,
            refused_ms=kept.refused_ms if kept else None,
        )

    async def reach(self, person: Person) -> Reach:
        """Whether this person hears of new post, as far as we know."""
        async with self._store.read() as tx:
            return reach_of(await tx.alerts.contact(person.mailbox_id))

    async def ask(self, person: Person, address: EmailAddress) -> None:
        """Sends a code to this address. It is nobody's until the code comes back.

        Raises:
            TooManyAttempts: too many codes were asked, or entered wrong, in the last hour.
            AddressRefused: the address takes no mail.
            NotSent: no mail can be sent now.
        """
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        now_ms, ends_ms = self._clock.now_ms(), self._code_clock.now_ms() + CODE_MS
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            if await guessed_too_often(tx, person, now_ms):
                raise TooManyAttempts
            await tx.sessions.add_attempt(person.mailbox_id, at_ms=now_ms)  # each one is a message to somebody
            await tx.alerts.ask(
                ContactCheck(
                    mailbox_id=person.mailbox_id,
                    own_box=await self._own_box(tx, person.mailbox_id, _ASKED, address),
                    code_tag=self._code_tag(person, code),
                    expires_ms=ends_ms,
                    attempts_left=_ATTEMPTS,
                )
            )
        delivery = await self._send(person, address, CODE_SUBJECT, code_text(code))
        if delivery is Delivery.REFUSED:
            raise AddressRefused
        if delivery is not Delivery.SENT:
            raise NotSent

    async def confirm(self, person: Person, code: str) -> None:
        """The code came back: from now on messages go to that address.

        Raises:
            CodeRefused: wrong, too old, or tried too often.
            NothingAsked: no address waits, as after a second click.
            TooManyAttempts: too many wrong codes in the last hour.
        """
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            refused = await self._refused(tx, person, code)
            before = None if refused else await self._take_over(tx, person)
        if refused:
            raise refused  # after the commit: the attempt counts
        if before is not None:
            await self._send(person, before, MOVED_SUBJECT, moved_text())

    async def choose(self, person: Person, wishes: Wishes) -> None:
        """Raises NotFound: there is no address to send anything to."""
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            if await tx.alerts.contact(person.mailbox_id) is None:
                raise NotFound
            async with self._live.changing(tx, person.mailbox_id, gives=False):
                await tx.alerts.wish(person.mailbox_id, seal_wishes(self._sealer, person.mailbox_id, wishes))

    async def remove(self, person: Person) -> None:
        """Nothing is sent any more, and nothing waits. Removing twice is no error."""
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            await tx.alerts.answered(person.mailbox_id)
            kept = await tx.alerts.contact(person.mailbox_id)
            if kept is None:
                return
            own = await self._gate.unlock(tx, person)
            before = _readable(own, kept)
            async with self._live.changing(tx, person.mailbox_id, gives=False):
                await tx.alerts.remove(person.mailbox_id)
            await self._log(tx, person)
        if before is not None:
            await self._send(person, before, MOVED_SUBJECT, moved_text())

    async def forget_old(self) -> None:
        """For the worker: addresses whose code nobody entered."""
        async with self._store.write() as tx:
            await tx.alerts.forget_checks(before_ms=self._code_clock.now_ms())

    async def _refused(self, tx: Transaction, person: Person, code: str) -> MailboxError | None:
        """Why this code is none. Returned, because what is raised in the transaction would not count the attempt."""
        now_ms = self._clock.now_ms()
        if await guessed_too_often(tx, person, now_ms):
            return TooManyAttempts()
        if await tx.alerts.asked(person.mailbox_id) is None:
            return NothingAsked()  # there is nothing to guess: a second click is no attempt
        check = await self._check(tx, person)
        tag = self._code_tag(person, code)
        if check is not None and check.attempts_left > 0 and hmac.compare_digest(check.code_tag, tag):
            return None
        await tx.sessions.add_attempt(person.mailbox_id, at_ms=now_ms)
        await tx.alerts.spend_attempt(person.mailbox_id)
        return CodeRefused()

    async def _take_over(self, tx: Transaction, person: Person) -> EmailAddress | None:
        """Keeps the address that waited; the one that it takes the place of, if that is another."""
        own, check = await self._gate.unlock(tx, person), await tx.alerts.asked(person.mailbox_id)
        if check is None or self._worker is None:
            raise NotFound
        address, kept = _address(own, _ASKED, check.own_box), await tx.alerts.contact(person.mailbox_id)
        before = _readable(own, kept) if kept else None
        wishes = open_wishes(self._sealer, person.mailbox_id, kept.wishes_box) if kept else Wishes()
        contact = SealedContact(
            mailbox_id=person.mailbox_id,
            address_box=self._worker.seal(CONTACT, (person.mailbox_id,), address.value.encode()),
            own_box=await self._own_box(tx, person.mailbox_id, CONTACT, address),
            wishes_box=seal_wishes(self._sealer, person.mailbox_id, wishes),
        )
        async with self._live.changing(tx, person.mailbox_id, gives=False):
            await tx.alerts.keep(contact)
        await tx.alerts.answered(person.mailbox_id)
        await self._log(tx, person)
        return before if before != address else None

    async def _check(self, tx: Transaction, person: Person) -> ContactCheck | None:
        check = await tx.alerts.asked(person.mailbox_id)
        return check if check is not None and self._code_clock.now_ms() < check.expires_ms else None

    async def _own_box(self, tx: Transaction, mailbox_id: MailboxId, purpose: str, address: EmailAddress) -> bytes:
        directory = await tx.mailboxes.directory_of(mailbox_id)
        if directory is None:
            raise NotFound
        text = address.value.ljust(ADDRESS_LENGTH).encode()  # so that the box has one size
        return self._sealer.seal_message(self._sealer.recipient(directory), purpose, (), text)

    async def _log(self, tx: Transaction, person: Person) -> None:
        look = Look(actor=person.label, role=Role.CITIZEN, act=Act.ADDRESS)
        await write_entry(
            tx,
            look,
            mailbox_id=person.mailbox_id,
            reader=person,
            sealer=self._sealer,
            at_ms=self._clock.now_ms(),
        )

    async def _send(self, person: Person, to: EmailAddress, subject: str, text: str) -> Delivery:
        if self._channel is None:
            return Delivery.LATER
        message = Message(key=os.urandom(ID_BYTES), mailbox_id=person.mailbox_id, to=to, subject=subject, text=text)
        return await self._channel.send(message)

    def _code_tag(self, person: Person, code: str) -> bytes:
        """Of this code, for this person."""
        typed = "".join(code.split())
        return self._sealer.tag("contact-code", person.mailbox_id, typed.encode())


def _readable(own: OpenMailbox, kept: SealedContact) -> EmailAddress | None:
    """None where it does not open: who wants to hear nothing more must not be kept by that."""
    try:
        return _address(own, CONTACT, kept.own_box)
    except SealBroken:
        return None


def _address(own: OpenMailbox, purpose: str, box: bytes) -> EmailAddress:
    return EmailAddress(own.open_message(purpose, (), box).decode().rstrip())
