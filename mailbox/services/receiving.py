"""A letter comes in: address it, seal it, store it, and only then say so (202)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from consent import Coverage, coverage
from mailbox.crypto import GrantRecipient, KeyLevel, Sealer
from mailbox.domain.errors import (
    AlreadyStored,
    MailboxError,
    NotYourOin,
    ReferenceReused,
    TemporarilyUnavailable,
)
from mailbox.domain.identifiers import Bsn, LetterId, Oin
from mailbox.domain.letters import LetterParts, fingerprint, publication_ms, split
from mailbox.domain.people import Subject
from mailbox.domain.ports import Clock, ObjectStore, Store, Transaction
from mailbox.domain.sealed import BillMark, Ending, SealedAlert, SealedLetter, Submission
from mailbox.services.alert_plans import AlertPlans, Telling, telling_of
from mailbox.services.batching import Batcher, Lane
from mailbox.services.date_remarks import remarks_on, seal_remarks
from mailbox.services.directory import Address, AddressBook
from mailbox.services.ladder_plans import steps_of_letter
from mailbox.services.matter_tags import MatterTags

_ATTEMPTS: Final = 8
"""Times a letter is sealed anew because grants changed under it, or a commit lost a race."""
_LARGE: Final = 1024 * 1024
"""Bytes of attachments that take more than a millisecond to seal."""
_KEY_LEVELS: Final = {Coverage.METADATA: KeyLevel.META, Coverage.FULL: KeyLevel.FULL}


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A letter is durable. `known`: it already was, and this was a resend of the same content."""

    letter_id: LetterId
    known: bool
    received_ms: int
    publish_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Incoming:
    """A letter on its way to the seal; sealed again, as it is, when grants change meanwhile."""

    agency: Oin
    letter_id: LetterId
    content_tag: bytes
    parts: LetterParts
    publish_ms: int | None
    remarks_box: bytes | None
    telling: Telling


class _Stale(Exception):
    """The grants of this mailbox changed between sealing and commit."""


class Receiving:
    """The way in. Holds no key that opens a letter."""

    def __init__(  # noqa: PLR0913 - the parts that it is made of
        self,
        *,
        store: Store,
        objects: ObjectStore,
        sealer: Sealer,
        clock: Clock,
        addresses: AddressBook,
        plans: AlertPlans | None = None,
    ) -> None:
        """`plans`: of what to tell the citizen; None where this service sends no messages."""
        self._store = store
        self._objects = objects
        self._sealer = sealer
        self._clock = clock
        self._addresses = addresses
        self._plans = plans
        self._commits: Batcher[SealedLetter, Receipt] = Batcher(self._commit)

    async def start(self) -> None:
        """Begins to take letters in."""
        self._addresses.start()
        self._commits.start()

    async def stop(self) -> None:
        """Takes no more letters in; what has no answer yet is refused."""
        await self._addresses.stop()
        await self._commits.stop()

    async def receive(
        self, agency: Oin, bericht: Mapping[str, Any], attachments: Sequence[bytes], *, lane: Lane = Lane.SINGLE
    ) -> Receipt:
        """Takes in one checked bericht with its decoded attachments; returns when it is durable.

        Raises:
            NotYourOin: the letter names another sender than `agency`.
            ReferenceReused: same sender and reference, other content.
            DirectoryTampered: the recipient's public key in the store is not ours.
            TemporarilyUnavailable: not stored; sending again is safe.
        """
        if bericht["afzender"] != agency.value:
            raise NotYourOin
        subject = Subject.of_bsn(Bsn(bericht["ontvanger"]["waarde"]))
        letter = self._incoming(agency, bericht, attachments)
        for _ in range(_ATTEMPTS):
            address = await self._addresses.find(subject, lane)
            sealed = await self._sealed(letter, address)
            await self._put_attachments(sealed)
            try:
                return await self._commits.submit(sealed, lane)
            except _Stale:
                self._addresses.forget(subject)
        raise TemporarilyUnavailable

    async def receive_many(
        self, agency: Oin, letters: Sequence[tuple[Mapping[str, Any], Sequence[bytes]]]
    ) -> Sequence[Receipt | MailboxError]:
        """Takes in several letters in the mass lane; one result each, in order. One bad letter spoils no other."""
        return await asyncio.gather(
            *(_outcome(self.receive(agency, bericht, files, lane=Lane.MASS)) for bericht, files in letters)
        )

    def _incoming(self, agency: Oin, bericht: Mapping[str, Any], attachments: Sequence[bytes]) -> _Incoming:
        letter_id, parts = self._sealer.letter_id(agency, bericht["kenmerk"]), split(bericht, attachments)
        now_ms = self._clock.now_ms()
        remarks = remarks_on(bericht, received_ms=now_ms)
        return _Incoming(
            agency=agency,
            letter_id=letter_id,
            content_tag=self._sealer.content_tag(letter_id, fingerprint(bericht, parts)),
            parts=parts,
            publish_ms=publication_ms(bericht),
            remarks_box=seal_remarks(remarks, letter_id, self._sealer),
            telling=telling_of(bericht, self._sealer, received_ms=now_ms),
        )

    async def _sealed(self, letter: _Incoming, address: Address) -> SealedLetter:
        """Beside the event loop where it takes long: others must not wait for one large letter."""
        large = sum(map(len, letter.parts.attachments)) > _LARGE
        return await asyncio.to_thread(self._seal, letter, address) if large else self._seal(letter, address)

    def _seal(self, letter: _Incoming, address: Address) -> SealedLetter:
        now_ms, letter_id, parts = self._clock.now_ms(), letter.letter_id, letter.parts
        sealed = self._sealer.seal_letter(
            address.recipient,
            letter_id,
            meta=self._sealer.signed_metadata(address.mailbox_id, letter_id, parts.meta),
            body=parts.body,
            attachments=parts.attachments,
            grants=_recipients(address, parts, now_ms=now_ms),
        )
        publish_ms = now_ms if letter.publish_ms is None else letter.publish_ms
        seen_ms = max(now_ms, publish_ms)
        telling, tags = letter.telling, MatterTags(self._sealer, address.mailbox_id)
        bill = telling.bill(tags, letter_id)
        return SealedLetter(
            mailbox_id=address.mailbox_id,
            letter_id=letter_id,
            grant_generation=address.grant_generation,
            received_ms=now_ms,
            publish_ms=publish_ms,
            meta_box=sealed.meta_box,
            body_box=sealed.body_box,
            attachments=sealed.attachments,
            keys=sealed.keys,
            owner_tag=self._sealer.owner_tag(letter.agency, letter_id),
            content_tag=letter.content_tag,
            remarks_box=letter.remarks_box,
            alerts=self._alerts(letter, address, due_ms=seen_ms, bill=bill),
            steps=steps_of_letter(address.mailbox_id, letter_id, telling, address.ladder, due_ms=seen_ms, bill=bill),
            endings=_endings(letter, tags, from_ms=seen_ms),
            bill_tag=_begun(telling, bill),
        )

    def _alerts(
        self, letter: _Incoming, address: Address, *, due_ms: int, bill: BillMark | None
    ) -> tuple[SealedAlert, ...]:
        if self._plans is None or address.wishes is None:
            return ()
        return self._plans.of_letter(
            address.mailbox_id, letter.letter_id, letter.telling, address.wishes, due_ms=due_ms, bill=bill
        )

    async def _put_attachments(self, letter: SealedLetter) -> None:
        """Before the commit that names them. Objects of a letter that is not stored are cleared up later."""
        for attachment in letter.attachments:
            await self._objects.put(attachment.object_name, attachment.box)

    async def _commit(self, letters: Sequence[SealedLetter]) -> Sequence[Receipt | Exception]:
        """One transaction for all that wait. A lost race with another process is tried again."""
        for _ in range(_ATTEMPTS):
            try:
                async with self._store.write() as tx:
                    return await _store_letters(tx, letters)
            except AlreadyStored:
                continue
        raise TemporarilyUnavailable


async def _store_letters(tx: Transaction, letters: Sequence[SealedLetter]) -> Sequence[Receipt | Exception]:
    known = dict(await tx.letters.submissions([letter.letter_id for letter in letters]))
    generations = await tx.mailboxes.grant_generations(list({letter.mailbox_id for letter in letters}))
    outcomes: list[Receipt | Exception] = []
    new: list[SealedLetter] = []
    for letter in letters:
        before = known.get(letter.letter_id)
        if before is not None:
            same = before.content_tag == letter.content_tag
            outcomes.append(_receipt(before, known=True) if same else ReferenceReused())
        elif generations.get(letter.mailbox_id) != letter.grant_generation:
            outcomes.append(_Stale())
        else:
            new.append(letter)
            known[letter.letter_id] = submission = _submission(letter)
            outcomes.append(_receipt(submission, known=False))
    await tx.letters.add(new)
    await _tell(tx, new)
    return outcomes


async def _tell(tx: Transaction, letters: Sequence[SealedLetter]) -> None:
    """Plans what to tell of these letters, and what is told no more because of them."""
    await tx.alerts.lock_all({letter.mailbox_id for letter in letters if letter.alerts})
    await tx.alerts.plan([alert for letter in letters for alert in letter.alerts])
    await tx.ladders.plan([step for letter in letters for step in letter.steps])
    await tx.endings.add([ending for letter in letters for ending in letter.endings])


def _endings(letter: _Incoming, tags: MatterTags, *, from_ms: int) -> tuple[Ending, ...]:
    """What nobody hears of any more: also of who chose nothing its sender could."""
    telling, own = letter.telling, tags.mailbox_id
    ended = {*telling.replaces, *(tags.settled_by(telling.at) if telling.settles else ())}
    place = telling.at.place(letter.letter_id)
    return tuple(
        Ending(mailbox_id=own, tag=tag, letter_id=letter.letter_id, place=place, from_ms=from_ms) for tag in ended
    )


def _begun(telling: Telling, bill: BillMark | None) -> bytes | None:
    """Only a reference tells which letters follow this bill, and not another of the case."""
    if bill is None or telling.settles or telling.at.payment is None:
        return None
    return bill.bill_tag


def _submission(letter: SealedLetter) -> Submission:
    return Submission(
        letter_id=letter.letter_id,
        mailbox_id=letter.mailbox_id,
        owner_tag=letter.owner_tag,
        content_tag=letter.content_tag,
        received_ms=letter.received_ms,
        publish_ms=letter.publish_ms,
        remarks_box=letter.remarks_box,
    )


def _recipients(address: Address, parts: LetterParts, *, now_ms: int) -> list[tuple[GrantRecipient, KeyLevel]]:
    running = (grant for grant in address.grants if now_ms < grant.scope.until_ms)
    levels = ((grant.recipient, coverage(grant.scope, parts.facts)) for grant in running)
    return [(recipient, _KEY_LEVELS[level]) for recipient, level in levels if level is not Coverage.NONE]


def _receipt(stored: Submission, *, known: bool) -> Receipt:
    return Receipt(
        letter_id=stored.letter_id, known=known, received_ms=stored.received_ms, publish_ms=stored.publish_ms
    )


async def _outcome(receiving: Awaitable[Receipt]) -> Receipt | MailboxError:
    try:
        return await receiving
    except MailboxError as exc:
        return exc
