"""Sealed rows for tests. What is in the boxes does not matter to a store."""

from __future__ import annotations

import os
from dataclasses import replace

from consent import State
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.ports import Store
from mailbox.domain.sealed import (
    GrantRecord,
    Invitation,
    Keyslot,
    MailboxEpoch,
    MailboxRecord,
    SealedAttachment,
    SealedKey,
    SealedLetter,
    SealedLogEntry,
    SessionRecord,
)


def an_id(number: int) -> bytes:
    """16 bytes that sort like the number."""
    return number.to_bytes(16, "big")


def a_mailbox(number: int = 1, *, tag: bytes | None = None) -> MailboxRecord:
    return MailboxRecord(
        mailbox_id=MailboxId(an_id(number)),
        subject_tag=tag or b"tag" + an_id(number),
        subject_box=os.urandom(90),
        keyslot=Keyslot(kind="server", kek_version=1, blob=os.urandom(60)),
        epoch=MailboxEpoch(epoch=1, public=os.urandom(1216), directory_mac=os.urandom(32), seed_wrap=os.urandom(48)),
        created_ms=1_000,
    )


def a_letter(mailbox_id: MailboxId, number: int = 1, *, publish_ms: int = 5_000) -> SealedLetter:
    """A letter with a key for the mailbox itself, and no attachments."""
    letter_id = LetterId(an_id(number))
    return SealedLetter(
        mailbox_id=mailbox_id,
        letter_id=letter_id,
        grant_generation=0,
        received_ms=4_000,
        publish_ms=publish_ms,
        meta_box=os.urandom(200),
        body_box=os.urandom(800),
        attachments=(),
        keys=(SealedKey(letter_id=letter_id, recipient_id=mailbox_id, blob=os.urandom(1169)),),
        owner_tag=os.urandom(32),
        content_tag=os.urandom(32),
    )


def with_attachments(letter: SealedLetter, *names: str) -> SealedLetter:
    attached = [
        SealedAttachment(number=number, object_name=name, box=b"kept elsewhere") for number, name in enumerate(names)
    ]
    return replace(letter, attachments=tuple(attached))


def with_key_for(letter: SealedLetter, recipient_id: bytes) -> SealedLetter:
    key = SealedKey(letter_id=letter.letter_id, recipient_id=recipient_id, blob=os.urandom(1169))
    return replace(letter, keys=(*letter.keys, key))


def a_grant(
    mailbox_id: MailboxId, number: int = 1, *, state: State = State.ACTIVE, created_ms: int = 2_000
) -> GrantRecord:
    return GrantRecord(
        mailbox_id=mailbox_id,
        grant_id=GrantId(an_id(number)),
        state=state,
        public=os.urandom(1216),
        directory_mac=os.urandom(32),
        scope_box=os.urandom(300),
        notes_box=os.urandom(100),
        created_ms=created_ms,
        changed_ms=created_ms,
    )


def an_invitation(grant: GrantRecord, *, locator: bytes = b"locator", attempts_left: int = 5) -> Invitation:
    return Invitation(
        locator_tag=locator,
        mailbox_id=grant.mailbox_id,
        grant_id=grant.grant_id,
        secret_box=os.urandom(80),
        expires_ms=9_000,
        attempts_left=attempts_left,
    )


def an_entry(mailbox_id: MailboxId, seq: int) -> SealedLogEntry:
    return SealedLogEntry(
        mailbox_id=mailbox_id, seq=seq, at_ms=6_000 + seq, commit=os.urandom(32), sealed=os.urandom(150)
    )


def a_session(
    mailbox_id: MailboxId, tag: bytes = b"session", *, created_ms: int = 7_000, last_seen_ms: int = 7_000
) -> SessionRecord:
    return SessionRecord(
        tag=tag,
        mailbox_id=mailbox_id,
        person_box=os.urandom(70),
        device_box=os.urandom(40),
        created_ms=created_ms,
        last_seen_ms=last_seen_ms,
    )


async def stored_mailbox(store: Store, number: int = 1) -> MailboxId:
    """A mailbox that is in the store, for tests about something else."""
    record = a_mailbox(number)
    async with store.write() as tx:
        await tx.mailboxes.add([record])
    return record.mailbox_id


async def stored_letters(store: Store, *letters: SealedLetter) -> None:
    async with store.write() as tx:
        await tx.letters.add(letters)


async def stored_grant(store: Store, grant: GrantRecord) -> None:
    async with store.write() as tx:
        await tx.grants.add(grant)
