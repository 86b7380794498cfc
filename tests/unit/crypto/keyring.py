"""Makers for the tests of keys and seals: an operator's key in memory's reach, and mailboxes with everything open."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from consent import State
from mailbox.crypto import (
    FileKek,
    GrantRecipient,
    Keyholder,
    KeyLevel,
    NewGrant,
    OpenMailbox,
    Recipient,
    SealedParts,
    Sealer,
)
from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.people import Subject
from mailbox.domain.sealed import GrantRecord, MailboxDirectory, MailboxKeys, MailboxRecord

BSNS = ("999990019", "999990020", "999990032", "999990044")
META, BODY, FILE = b'{"onderwerp":"Uw aanslag"}', b"Geachte heer, mevrouw,", b"%PDF-1.7 bijlage"


def subject(number: int = 0) -> Subject:
    return Subject(kind="bsn", value=BSNS[number])


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """One operator: both halves of the keys."""

    kek: FileKek
    sealer: Sealer
    keyholder: Keyholder


@dataclass(frozen=True, kw_only=True, slots=True)
class Citizen:
    """A mailbox as stored, as the door sees it and as its citizen opens it."""

    record: MailboxRecord
    recipient: Recipient
    open: OpenMailbox

    @property
    def mailbox_id(self) -> MailboxId:
        return self.record.mailbox_id


def operator(folder: Path) -> Operator:
    kek = FileKek(folder / "kek.json")
    return Operator(kek=kek, sealer=Sealer(kek), keyholder=Keyholder(kek))


@cache
def shared_operator() -> Operator:
    """One for all examples of the property tests; its file stays in a fresh temporary folder."""
    return operator(Path(tempfile.mkdtemp(prefix="kek-")))


def citizen(by: Operator, number: int = 0) -> Citizen:
    record = by.sealer.new_mailbox(subject(number), now_ms=0)
    return Citizen(
        record=record, recipient=by.sealer.recipient(directory(record)), open=by.keyholder.unlock(keys(record))
    )


@cache
def shared_citizen(number: int = 0) -> Citizen:
    return citizen(shared_operator(), number)


def directory(record: MailboxRecord) -> MailboxDirectory:
    return MailboxDirectory(
        mailbox_id=record.mailbox_id,
        subject_box=record.subject_box,
        epoch=record.epoch.epoch,
        public=record.epoch.public,
        directory_mac=record.epoch.directory_mac,
        grant_generation=0,
        grants=(),
        grants_mac=None,
    )


def keys(record: MailboxRecord) -> MailboxKeys:
    return MailboxKeys(mailbox_id=record.mailbox_id, keyslot=record.keyslot, epochs=(record.epoch,))


def grant_record(pair: NewGrant) -> GrantRecord:
    return GrantRecord(
        mailbox_id=pair.secret.mailbox_id,
        grant_id=pair.secret.grant_id,
        state=State.OFFERED,
        public=pair.public,
        directory_mac=pair.directory_mac,
        scope_box=b"",
        notes_box=b"",
        created_ms=0,
        changed_ms=0,
    )


def grant(by: Operator, of: Citizen) -> tuple[NewGrant, GrantRecipient]:
    pair = of.open.new_grant("N. Iemand")
    return pair, by.sealer.grant_recipient(grant_record(pair))


def letter_id(number: int = 0) -> LetterId:
    return LetterId(number.to_bytes(16, "big"))


def sealed(
    by: Operator, to: Citizen, number: int = 0, *grants: tuple[GrantRecipient, KeyLevel], meta: bytes = META
) -> SealedParts:
    """A letter with two attachments."""
    return by.sealer.seal_letter(
        to.recipient, letter_id(number), meta=meta, body=BODY, attachments=(FILE, FILE + b"2"), grants=grants
    )


def flipped(blob: bytes, bit: int) -> bytes:
    """The blob with one bit changed; bits count from the front, modulo its length."""
    changed = bytearray(blob)
    changed[bit // 8 % len(blob)] ^= 1 << bit % 8
    return bytes(changed)


def with_public(record: MailboxRecord, public: bytes) -> MailboxRecord:
    return replace(record, epoch=replace(record.epoch, public=public))
