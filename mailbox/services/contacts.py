"""Where a citizen wants to be reached: an address that was shown to be theirs, and what they want to hear of."""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from mailbox.crypto import Keyholder, Sealer, WorkerSealer
from mailbox.domain.alerts import Address, Addresses, Delivery, Message, Way, Wishes
from mailbox.domain.errors import CodeRefused, MailboxError, NotFound, TooManyAttempts
from mailbox.domain.identifiers import ID_BYTES
from mailbox.domain.people import Person
from mailbox.domain.ports import Channel, Clock, Store, Transaction
from mailbox.domain.sealed import ContactCheck, SealedContact
from mailbox.services.access import Gate
from mailbox.services.alert_plans import open_wishes, seal_wishes
from mailbox.services.alert_texts import CODE_SUBJECT, MOVED_SUBJECT, code_text, moved_text
from mailbox.services.contact_boxes import ContactBoxes, open_asked, open_contact, readable_contact
from mailbox.services.invitation_codes import guessed_too_often
from mailbox.services.live_grants import LiveGrants
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.message_limits import MessageLimits

CODE_MS: Final = 30 * 60_000
"""Half an hour: mail may be slow, and a code that lies about is of use to another."""
CODE_DIGITS: Final = 6
_ATTEMPTS: Final = 5


class NotSent(MailboxError):
    """Wij kunnen nu geen bericht sturen. Probeer het over een kwartier opnieuw."""

    code = "tijdelijk-niet-beschikbaar"


class NothingAsked(CodeRefused):
    """Er wacht geen adres meer op een code."""


class AddressRefused(MailboxError):
    """Wij kunnen hier geen bericht naartoe sturen. Kijk of het klopt."""

    code = "ongeldig-verzoek"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Where somebody is reached. `other`: an address of theirs that gets nothing now.

    `waiting`: one that waits for its code. `refused_ms`: since when messages to `address` fail.
    """

    address: Address | None
    other: Address | None
    wishes: Wishes
    waiting: Address | None
    refused_ms: int | None


class Reach(Enum):
    """Whether somebody hears from us. `REFUSED`: their address takes no messages any more."""

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
        self._boxes = ContactBoxes(sealer=sealer, worker=worker)
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._live = LiveGrants(sealer)
        self._limits = MessageLimits(sealer)
        self._clock = clock
        self._code_clock = code_clock
        self._channel = channel
        self.ways: Final = channel.ways if channel and worker else frozenset[Way]()

    @property
    def is_possible(self) -> bool:
        """Whether this service sends messages at all."""
        return bool(self.ways)

    async def show(self, person: Person) -> Contact:
        """What the person set, and what waits."""
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, person)
            kept = await tx.alerts.contact(person.mailbox_id)
            check = await self._check(tx, person)
        addresses = open_contact(own, kept) if kept else None
        return Contact(
            address=addresses.chosen if addresses else None,
            other=addresses.other if addresses else None,
            wishes=open_wishes(self._sealer, person.mailbox_id, kept.wishes_box) if kept else Wishes(),
            waiting=open_asked(own, check) if check else None,
            refused_ms=kept.refused_ms if kept else None,
        )

    async def reach(self, person: Person) -> Reach:
        """Whether this person hears of new post, as far as we know."""
        async with self._store.read() as tx:
            return reach_of(await tx.alerts.contact(person.mailbox_id))

    async def ask(self, person: Person, address: Address) -> None:
        """Sends a code to this address. It is nobody's until the code comes back.

        Raises:
            TooManyAttempts: too many codes were asked, or entered wrong, in the last hour; or asked today.
            AddressRefused: the address takes no messages.
            NotSent: nothing can be sent now.
            NotFound: this service sends nothing that way.
        """
        if address.way not in self.ways:
            raise NotFound
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        now_ms, real_ms = self._clock.now_ms(), self._code_clock.now_ms()
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            if await guessed_too_often(tx, person, now_ms):
                raise TooManyAttempts
            await tx.sessions.add_attempt(person.mailbox_id, at_ms=now_ms)  # each one is a message to somebody
            await self._limits.code(tx, person.mailbox_id, address, now_ms=real_ms)
            await tx.alerts.ask(
                ContactCheck(
                    mailbox_id=person.mailbox_id,
                    own_box=await self._boxes.asked(tx, person.mailbox_id, address),
                    code_tag=self._code_tag(person, code),
                    expires_ms=real_ms + CODE_MS,
                    attempts_left=_ATTEMPTS,
                )
            )
        delivery = await self._send(person, address, CODE_SUBJECT, code_text(code, address.way))
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
            before = None if refused else await self._to_tell(tx, person, await self._take_over(tx, person))
        if refused:
            raise refused  # after the commit: the attempt counts
        await self._tell_moved(person, before)

    async def choose(self, person: Person, wishes: Wishes, way: Way | None = None) -> None:
        """`way`: over which messages go from now on, if the person has an address for it; None: as they went.

        Raises NotFound: there is no address to send anything to.
        """
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            kept = await tx.alerts.contact(person.mailbox_id)
            if kept is None:
                raise NotFound
            wished = replace(kept, wishes_box=seal_wishes(self._sealer, person.mailbox_id, wishes))
            async with self._live.changing(tx, person.mailbox_id, gives=False):
                await tx.alerts.wish(person.mailbox_id, wished.wishes_box)
            before = await self._to_tell(tx, person, await self._move(tx, person, wished, way)) if way else None
        await self._tell_moved(person, before)

    async def remove(self, person: Person, way: Way) -> None:
        """Nothing goes to this address any more, and nothing waits. Without another one nothing is sent.

        Removing twice is no error.
        """
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            await tx.alerts.answered(person.mailbox_id)
            kept = await tx.alerts.contact(person.mailbox_id)
            before = await self._to_tell(tx, person, await self._take_away(tx, person, kept, way)) if kept else None
        await self._tell_moved(person, before)

    async def forget_old(self) -> None:
        """For the worker: addresses whose code nobody entered, and how many went out before today."""
        async with self._store.write() as tx:
            await tx.alerts.forget_checks(before_ms=self._code_clock.now_ms())
            await self._limits.forget_old(tx, now_ms=self._code_clock.now_ms())

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

    async def _take_over(self, tx: Transaction, person: Person) -> Address | None:
        """Keeps the address that waited, and sends there; the one that got the messages, if that is another."""
        own, check = await self._gate.unlock(tx, person), await tx.alerts.asked(person.mailbox_id)
        if check is None:
            raise NotFound
        address, kept = open_asked(own, check), await tx.alerts.contact(person.mailbox_id)
        had = readable_contact(own, kept) if kept else None
        now = had.choosing(address) if had else Addresses(chosen=address)
        wishes = open_wishes(self._sealer, person.mailbox_id, kept.wishes_box) if kept else Wishes()
        wishes_box = seal_wishes(self._sealer, person.mailbox_id, wishes)
        async with self._live.changing(tx, person.mailbox_id, gives=False):
            await tx.alerts.keep(await self._boxes.contact(tx, person.mailbox_id, now, wishes_box=wishes_box))
        await tx.alerts.answered(person.mailbox_id)
        await self._log(tx, person)
        return had.chosen if had and had.chosen != address else None

    async def _move(self, tx: Transaction, person: Person, kept: SealedContact, way: Way) -> Address | None:
        had = open_contact(await self._gate.unlock(tx, person), kept)
        address = had.over(way)
        if address is None or address == had.chosen:
            return None
        return await self._change(tx, person, kept, had, had.choosing(address))

    async def _take_away(self, tx: Transaction, person: Person, kept: SealedContact, way: Way) -> Address | None:
        """Where nothing opens everything goes."""
        had = readable_contact(await self._gate.unlock(tx, person), kept)
        if had is not None and had.over(way) is None:
            return None
        return await self._change(tx, person, kept, had, had.without(way) if had else None)

    async def _change(
        self, tx: Transaction, person: Person, kept: SealedContact, had: Addresses | None, now: Addresses | None
    ) -> Address | None:
        """The address that got the messages, if it gets none any more."""
        own, stays = person.mailbox_id, had is not None and now is not None and had.chosen == now.chosen
        async with self._live.changing(tx, own, gives=False):
            if now is None:
                await tx.alerts.remove(own)
            elif stays:  # what is on its way, and what was refused, stays as it is
                await tx.alerts.remember(own, await self._boxes.own(tx, own, now))
            else:
                await tx.alerts.keep(await self._boxes.contact(tx, own, now, wishes_box=kept.wishes_box))
        await self._log(tx, person)
        return had.chosen if had and not stays else None

    async def _check(self, tx: Transaction, person: Person) -> ContactCheck | None:
        check = await tx.alerts.asked(person.mailbox_id)
        return check if check is not None and self._code_clock.now_ms() < check.expires_ms else None

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

    async def _to_tell(self, tx: Transaction, person: Person, before: Address | None) -> Address | None:
        """Who changes to and fro without end does not have a message sent each time."""
        now_ms = self._code_clock.now_ms()
        if before is None or not await self._limits.may_tell_of_move(tx, person.mailbox_id, now_ms=now_ms):
            return None
        return before

    async def _tell_moved(self, person: Person, before: Address | None) -> None:
        if before is not None:
            await self._send(person, before, MOVED_SUBJECT, moved_text(before.way))

    async def _send(self, person: Person, to: Address, subject: str, text: str) -> Delivery:
        if self._channel is None:
            return Delivery.LATER
        message = Message(key=os.urandom(ID_BYTES), mailbox_id=person.mailbox_id, to=to, subject=subject, text=text)
        return await self._channel.send(message)

    def _code_tag(self, person: Person, code: str) -> bytes:
        """Of this code, for this person."""
        typed = "".join(code.split())
        return self._sealer.tag("contact-code", person.mailbox_id, typed.encode())
