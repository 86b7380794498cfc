"""Whose mailbox is this, and who gets a key of each letter? Finds mailboxes for the door; makes them when new."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from consent import RECEIVING, Scope
from mailbox.crypto import GrantRecipient, Recipient, Sealer
from mailbox.domain.alerts import Wishes
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import MailboxId
from mailbox.domain.ladder import Ladder
from mailbox.domain.people import Subject
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import GrantRecord, MailboxDirectory
from mailbox.services.alert_plans import open_wishes
from mailbox.services.batching import Batcher, Lane
from mailbox.services.grant_terms import terms_of
from mailbox.services.ladder_plans import open_ladder

CACHED: Final = 2048
"""Mailboxes remembered: 7 KB each. Staleness is harmless: a commit checks the grant generation."""

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """A grant that receives keys, verified, with the scope that says of which letters."""

    recipient: GrantRecipient
    scope: Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A verified mailbox: where to seal to, and which grants receive keys in this generation.

    `wishes`: what the citizen wants messages of; None without an address to send them to. `ladder`: what is to
    happen when they do not look; None: nothing.
    """

    mailbox_id: MailboxId
    grant_generation: int
    recipient: Recipient
    grants: tuple[Covered, ...]
    wishes: Wishes | None = None
    ladder: Ladder | None = None


class AddressBook:
    """Finds the address of a subject; lookups that come together are one query."""

    def __init__(self, *, store: Store, sealer: Sealer, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._known: OrderedDict[bytes, Address] = OrderedDict()
        self._lookups: Batcher[tuple[bytes, Subject], Address] = Batcher(self._look_up)

    def start(self) -> None:
        self._lookups.start()

    async def stop(self) -> None:
        await self._lookups.stop()

    async def find(self, subject: Subject, lane: Lane) -> Address:
        """The address of this subject's mailbox; an unknown subject gets a latent mailbox.

        Raises:
            DirectoryTampered: the stored public key is not one that we wrote, or the mailbox is another's.
        """
        tag = self._sealer.subject_tag(subject)
        known = self._known.get(tag)
        if known is not None:
            self._known.move_to_end(tag)
            return known
        return await self._lookups.submit((tag, subject), lane)

    def forget(self, subject: Subject) -> None:
        """What was known is out of date: the next `find` reads again."""
        self._known.pop(self._sealer.subject_tag(subject), None)

    async def _look_up(self, wanted: Sequence[tuple[bytes, Subject]]) -> Sequence[Address | Exception]:
        subjects = dict(wanted)
        async with self._store.read() as tx:
            found = dict(await tx.mailboxes.with_tags(list(subjects)))
        new = {tag: subject for tag, subject in wanted if tag not in found}
        if new:
            records = [self._sealer.new_mailbox(subject, now_ms=self._clock.now_ms()) for subject in new.values()]
            async with self._store.write() as tx:
                await tx.mailboxes.add(records)
                found.update(await tx.mailboxes.with_tags(list(new)))
        addresses = {tag: self._verified(subjects[tag], directory) for tag, directory in found.items()}
        self._remember(addresses)
        return [addresses[tag] for tag, _ in wanted]

    def _remember(self, addresses: dict[bytes, Address | Exception]) -> None:
        for tag, address in addresses.items():
            if isinstance(address, Address):
                self._known[tag] = address
        while len(self._known) > CACHED:
            self._known.popitem(last=False)

    def _verified(self, subject: Subject, directory: MailboxDirectory) -> Address | Exception:
        """Of this subject, with keys of ours. Whoever logs in gets the mailbox that is found here, so it is asked."""
        try:
            self._sealer.check_subject(subject, directory.mailbox_id, directory.subject_box)
            return verified(directory, self._sealer)
        except SealBroken as exc:
            _log.error("directory_tampered", mailbox=directory.mailbox_id.hex())
            return exc


def verified(directory: MailboxDirectory, sealer: Sealer) -> Address:
    """Checks the directory MAC of a mailbox and of each of its live grants, and that they are the live ones.

    Raises:
        DirectoryTampered: one of the public keys is not one that we wrote, or a grant was put back or taken away.
    """
    sealer.check_grants(directory)
    return Address(
        mailbox_id=directory.mailbox_id,
        grant_generation=directory.grant_generation,
        recipient=sealer.recipient(directory),
        grants=tuple(_covered(grant, sealer) for grant in directory.grants if grant.state in RECEIVING),
        wishes=_wishes(directory, sealer),
        ladder=_ladder(directory, sealer),
    )


def _wishes(directory: MailboxDirectory, sealer: Sealer) -> Wishes | None:
    """Wishes that somebody else wrote are none: a letter comes in whatever they say."""
    if directory.wishes_box is None:
        return None
    try:
        return open_wishes(sealer, directory.mailbox_id, directory.wishes_box)
    except SealBroken:
        _log.error("wishes_tampered", mailbox=directory.mailbox_id.hex())
        return None


def _ladder(directory: MailboxDirectory, sealer: Sealer) -> Ladder | None:
    """As `_wishes`."""
    if directory.ladder_box is None:
        return None
    try:
        return open_ladder(sealer, directory.mailbox_id, directory.ladder_box)
    except SealBroken:
        _log.error("ladder_tampered", mailbox=directory.mailbox_id.hex())
        return None


def _covered(grant: GrantRecord, sealer: Sealer) -> Covered:
    return Covered(recipient=sealer.grant_recipient(grant), scope=terms_of(grant, sealer).scope)
