"""The door's side of the keys: seal, tag, look up. Nothing here opens what a citizen reads."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from mailbox.crypto import hpke
from mailbox.crypto.box import open_box, seal_box
from mailbox.crypto.encoding import le64, pad, pae
from mailbox.crypto.grant_secret import GrantSecret
from mailbox.crypto.kek import KekWriter
from mailbox.crypto.letter_key import GrantRecipient, KeyLevel, LetterKey, Recipient
from mailbox.crypto.wrapping import WrappingKey, wrap, wrapping_key
from mailbox.domain.errors import DirectoryTampered, SealBroken
from mailbox.domain.identifiers import ID_BYTES, GrantId, LetterId, MailboxId, Oin
from mailbox.domain.people import Subject
from mailbox.domain.sealed import (
    GrantRecord,
    Keyslot,
    MailboxDirectory,
    MailboxEpoch,
    MailboxRecord,
    SealedAttachment,
    SealedKey,
    SealedLogEntry,
)

MESSAGE: Final = b"M"
HOLD: Final = "held-grant"
SLOT: Final = "server"
_KEY: Final = 32
_FIRST_EPOCH: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedParts:
    """A sealed letter's boxes and keys; the mailbox's own key comes first."""

    meta_box: bytes
    body_box: bytes
    attachments: tuple[SealedAttachment, ...]
    keys: tuple[SealedKey, ...]


class DirectoryEntry(Protocol):
    """A public key with the MAC that says it is ours."""

    @property
    def public(self) -> bytes: ...
    @property
    def directory_mac(self) -> bytes: ...


class Sealer:
    """Seals for mailboxes and grants; knows the operator's keyed hashes."""

    def __init__(self, kek: KekWriter) -> None:
        self._kek = kek

    def subject_tag(self, subject: Subject) -> bytes:
        """By what a mailbox is found: a keyed hash of the BSN or pseudonym, 32 bytes."""
        return self._kek.mac("subject-index", pae(b"mo/v1/" + subject.kind.encode(), subject.value.encode()))

    def letter_id(self, agency: Oin, reference: str) -> LetterId:
        """The id of a sender's letter (decision 0003)."""
        return LetterId(self._kek.mac("letter-id", pae(agency.value.encode(), reference.encode()))[:ID_BYTES])

    def owner_tag(self, agency: Oin, letter_id: LetterId) -> bytes:
        """Says who sent a letter to who asks, without naming anyone in the store."""
        return self._kek.mac("owner", pae(agency.value.encode(), letter_id))

    def content_tag(self, letter_id: LetterId, content: bytes) -> bytes:
        """Tells a resend from a reused reference."""
        return self._kek.mac("content", pae(letter_id, hashlib.sha512(content).digest()))

    def tag(self, purpose: str, *parts: bytes) -> bytes:
        """A keyed hash for any other index: 32 bytes."""
        return self._kek.mac(f"tag/{purpose}", pae(*parts))

    def new_mailbox(self, subject: Subject, *, now_ms: int) -> MailboxRecord:
        """A mailbox with fresh keys, wrapped and forgotten here."""
        mailbox_id = MailboxId(os.urandom(ID_BYTES))
        root, seed = os.urandom(_KEY), os.urandom(hpke.SEED_BYTES)
        version, blob = self._kek.wrap(root, crk_context(mailbox_id, SLOT))
        public = hpke.public_bytes(seed)
        epoch = MailboxEpoch(
            epoch=_FIRST_EPOCH,
            public=public,
            directory_mac=self._directory_mac("mailbox", mailbox_id, _FIRST_EPOCH, public),
            seed_wrap=wrap(root_wrapping_key(root), seed, seed_context(mailbox_id, _FIRST_EPOCH)),
        )
        return MailboxRecord(
            mailbox_id=mailbox_id,
            subject_tag=self.subject_tag(subject),
            subject_box=self.seal_operator("subject", (mailbox_id,), _subject_text(subject)),
            keyslot=Keyslot(kind=SLOT, kek_version=version, blob=blob),
            epoch=epoch,
            created_ms=now_ms,
        )

    def check_subject(self, subject: Subject, mailbox_id: MailboxId, subject_box: bytes) -> None:
        """Whose mailbox is it? A row says it by a tag, which someone could move; the box inside cannot be moved.

        Raises:
            DirectoryTampered: another person's.
        """
        with _no_other_error():
            owner = self.open_operator("subject", (mailbox_id,), subject_box)
        if not hmac.compare_digest(owner, _subject_text(subject)):
            raise DirectoryTampered

    def recipient(self, directory: MailboxDirectory) -> Recipient:
        """A mailbox that may be sealed to.

        Raises:
            DirectoryTampered: its public key is not one that we wrote.
        """
        key = self._verified(directory, "mailbox", directory.mailbox_id, directory.epoch)
        return Recipient(directory.mailbox_id, directory.epoch, key)

    def grant_recipient(self, grant: GrantRecord) -> GrantRecipient:
        """A grant that may be sealed to.

        Raises:
            DirectoryTampered: its public key is not one that we wrote.
        """
        key = self._verified(grant, "grant", grant.mailbox_id + grant.grant_id, 0)
        return GrantRecipient(grant.mailbox_id, grant.grant_id, key)

    def grants_mac(self, mailbox_id: MailboxId, generation: int, grants: Sequence[GrantRecord]) -> bytes:
        """Proof of which grants are live in this generation, and on what terms. In any order of the grants."""
        each = sorted(pae(grant.grant_id, hashlib.sha256(grant.scope_box).digest()) for grant in grants)
        return self._kek.mac("grants", pae(mailbox_id, le64(generation), *each))

    def check_grants(self, directory: MailboxDirectory) -> None:
        """Are these the grants of this generation? A row of an ended one may have been put back.

        Raises:
            DirectoryTampered: others.
        """
        if directory.grants_mac is None and not directory.grants:
            return
        with _no_other_error():
            mac = self.grants_mac(directory.mailbox_id, directory.grant_generation, directory.grants)
        if not hmac.compare_digest(mac, directory.grants_mac or b""):
            raise DirectoryTampered

    def grant_mac(self, mailbox_id: MailboxId, grant_id: GrantId, public: bytes) -> bytes:
        """The directory MAC of a grant's public key."""
        return self._directory_mac("grant", mailbox_id + grant_id, 0, public)

    def seal_letter(  # noqa: PLR0913 - a letter has this many parts
        self,
        recipient: Recipient,
        letter_id: LetterId,
        *,
        meta: bytes,
        body: bytes,
        attachments: Sequence[bytes],
        grants: Sequence[tuple[GrantRecipient, KeyLevel]],
    ) -> SealedParts:
        """Seals a letter under a fresh key, and that key to the mailbox and to each grant."""
        key = LetterKey(recipient.mailbox_id, letter_id, KeyLevel.FULL, os.urandom(_KEY))
        return SealedParts(
            meta_box=key.seal_field("meta", meta),
            body_box=key.seal_field("body", body),
            attachments=tuple(_attachment(key, number, content) for number, content in enumerate(attachments)),
            keys=(
                key.seal_for(recipient, KeyLevel.FULL),
                *(key.seal_for(grant, level) for grant, level in grants),
            ),
        )

    def signed_metadata(self, mailbox_id: MailboxId, letter_id: LetterId, meta: bytes) -> bytes:
        """Metadata that says that it came in through the door: `mac32 | meta`. To a public key anyone seals."""
        return self._metadata_mac(mailbox_id, letter_id, meta) + meta

    def checked_metadata(self, mailbox_id: MailboxId, letter_id: LetterId, signed: bytes) -> bytes:
        """The metadata inside. Raises SealBroken: made by someone else, or for another letter."""
        mac, meta = signed[:_KEY], signed[_KEY:]
        if not hmac.compare_digest(mac, self._metadata_mac(mailbox_id, letter_id, meta)):
            raise SealBroken
        return meta

    def seal_message(self, recipient: Recipient, purpose: str, context: tuple[bytes, ...], plaintext: bytes) -> bytes:
        """A message that only the citizen of this mailbox opens: `M | epoch le32 | HPKE(mac32 | plaintext)`."""
        info = message_info(purpose, recipient.mailbox_id, context)
        signed = self.message_mac(info, plaintext) + plaintext
        return MESSAGE + recipient.epoch.to_bytes(4, "little") + hpke.seal(recipient.key, info, pad(signed))

    def message_mac(self, info: bytes, plaintext: bytes) -> bytes:
        """Says that a message is ours: to a public key, who reads the table could seal as well."""
        return self._kek.mac("message", pae(info, plaintext))

    def log_entry(
        self, recipient: Recipient, *, head: tuple[int, bytes] | None, at_ms: int, body: bytes
    ) -> SealedLogEntry:
        """The next entry of a mailbox's access log, chained to its head (seq, commit); None for the first."""
        seq, prev = (0, bytes(_KEY)) if head is None else (head[0] + 1, head[1])
        payload = le64(seq) + prev + os.urandom(_KEY) + body
        return SealedLogEntry(
            mailbox_id=recipient.mailbox_id,
            seq=seq,
            at_ms=at_ms,
            commit=log_commit(payload),
            sealed=self.seal_message(recipient, "log", (le64(seq),), payload),
        )

    def seal_operator(self, purpose: str, ids: tuple[bytes, ...], plaintext: bytes) -> bytes:
        """A box that the service itself opens: for what the door or a session must know."""
        return seal_box(self._operator_key(purpose, ids), _operator_aad(purpose, ids), plaintext)

    def open_operator(self, purpose: str, ids: tuple[bytes, ...], box: bytes) -> bytes:
        """Raises SealBroken."""
        return open_box(self._operator_key(purpose, ids), _operator_aad(purpose, ids), box)

    def seal_invitation(self, code: str, secret: GrantSecret) -> bytes:
        """A grant's secret that waits for who brings the code; the operator's key alone does not open it."""
        ids = (secret.mailbox_id, secret.grant_id, code.encode())
        return seal_box(self._operator_key("invitation", ids), _invitation_aad(ids), secret.to_bytes())

    def seal_hold(self, holder: Recipient, ref: bytes, secret: GrantSecret) -> bytes:
        """A grant's secret, or only whose post it was, for a helper who is not here. `OpenMailbox.held` opens it.

        With a key or without one, and whatever the name: 1445 bytes (for a name of up to 191 bytes).
        """
        return self.seal_message(holder, HOLD, (ref,), secret.to_padded())

    def open_invitation(self, grant_id: GrantId, mailbox_id: MailboxId, code: str, box: bytes) -> GrantSecret:
        """Raises SealBroken: wrong code, or another invitation's box."""
        ids = (mailbox_id, grant_id, code.encode())
        return GrantSecret.from_bytes(open_box(self._operator_key("invitation", ids), _invitation_aad(ids), box))

    def _metadata_mac(self, mailbox_id: MailboxId, letter_id: LetterId, meta: bytes) -> bytes:
        return self._kek.mac("letter", pae(mailbox_id, letter_id, meta))

    def _operator_key(self, purpose: str, ids: tuple[bytes, ...]) -> bytes:
        return self._kek.mac(f"operator/{purpose}", pae(*ids))

    def _directory_mac(self, kind: str, owner: bytes, epoch: int, public: bytes) -> bytes:
        message = pae(b"mo/v1/dir", owner, kind.encode(), le64(epoch), public)
        return self._kek.mac("directory", message)

    def _verified(self, entry: DirectoryEntry, kind: str, owner: bytes, epoch: int) -> hpke.PublicKey:
        with _no_other_error():
            expected = self._directory_mac(kind, owner, epoch, entry.public)
        if not hmac.compare_digest(expected, entry.directory_mac):
            raise DirectoryTampered
        return hpke.public_key(entry.public)


@contextmanager
def _no_other_error() -> Iterator[None]:
    """A row that does not even have the form of one is a row that someone changed."""
    try:
        yield
    except SealBroken as exc:
        raise DirectoryTampered from exc


def _subject_text(subject: Subject) -> bytes:
    return pae(subject.kind.encode(), subject.value.encode())


def root_wrapping_key(root: bytes) -> WrappingKey:
    """SWK: what a person's own keys are wrapped under."""
    return wrapping_key(root, b"mo/v1/crk/wrap")


def crk_context(mailbox_id: MailboxId, slot: str) -> bytes:
    """Binds a wrapped root key to its mailbox and slot."""
    return pae(b"mo/v1/crk", mailbox_id, slot.encode())


def seed_context(mailbox_id: MailboxId, epoch: int) -> list[bytes]:
    """Binds a wrapped mailbox seed to its mailbox and epoch."""
    return [b"mo/v1/seed", mailbox_id, le64(epoch)]


def message_info(purpose: str, mailbox_id: MailboxId, context: tuple[bytes, ...]) -> bytes:
    """Binds a message to its purpose, mailbox and place."""
    return pae(b"mo/v1/message", purpose.encode(), mailbox_id, *context)


def log_commit(payload: bytes) -> bytes:
    """What chains the log: hiding, because the payload holds a nonce."""
    return hashlib.sha256(b"mo/v1/log\0" + payload).digest()


def _attachment(key: LetterKey, number: int, content: bytes) -> SealedAttachment:
    return SealedAttachment(
        number=number, object_name=os.urandom(16).hex(), box=key.seal_field(f"att/{number}", content)
    )


def _operator_aad(purpose: str, ids: tuple[bytes, ...]) -> bytes:
    return pae(b"mo/v1/operator", purpose.encode(), *ids)


def _invitation_aad(ids: tuple[bytes, ...]) -> bytes:
    """Without the code: what is authenticated in the clear must not help to guess it."""
    return pae(b"mo/v1/operator", b"invitation", *ids[:2])
