"""The key of one letter: sealed to a recipient, filed by its citizen, and opening the letter's boxes (SPEC.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from mailbox.crypto import hpke
from mailbox.crypto.box import open_box, seal_box
from mailbox.crypto.encoding import pae
from mailbox.crypto.wrapping import WrappingKey, derive, unwrap, wrap
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.sealed import SealedKey

SEALED: Final = b"S"
FILED: Final = b"F"
_HEAD: Final = 2
_KEY: Final = 32


class KeyLevel(IntEnum):
    """What a letter key opens: everything, or the metadata only."""

    FULL = 1
    META = 2


@dataclass(frozen=True, slots=True, repr=False)
class Recipient:
    """A mailbox whose public key was verified; keeps the loaded key."""

    mailbox_id: MailboxId
    epoch: int
    key: hpke.PublicKey

    kind = b"C"

    @property
    def recipient_id(self) -> bytes:
        return self.mailbox_id


@dataclass(frozen=True, slots=True, repr=False)
class GrantRecipient:
    """A grant whose public key was verified."""

    mailbox_id: MailboxId
    grant_id: GrantId
    key: hpke.PublicKey

    kind = b"G"

    @property
    def recipient_id(self) -> bytes:
        return self.grant_id


@dataclass(frozen=True, slots=True, repr=False)
class LetterKey:
    """An opened letter key. `material`: the DEK for FULL, the metadata key for META; 32 bytes."""

    mailbox_id: MailboxId
    letter_id: LetterId
    level: KeyLevel
    material: bytes

    def seal_field(self, field: str, plaintext: bytes) -> bytes:
        """The box of one field of this letter: `meta`, `body` or `att/<n>`."""
        return seal_box(self._field_key(field), self._aad(field), plaintext)

    def open_meta(self, box: bytes) -> bytes:
        """Raises SealBroken."""
        return self._open("meta", box)

    def open_body(self, box: bytes) -> bytes:
        """Raises SealBroken, also for a metadata key: it cannot derive the key of the body."""
        return self._open("body", box)

    def open_attachment(self, number: int, box: bytes) -> bytes:
        """Raises SealBroken, also for a metadata key."""
        return self._open(f"att/{number}", box)

    def seal_for(self, recipient: Recipient | GrantRecipient, level: KeyLevel) -> SealedKey:
        """This key, or its metadata half, sealed to a recipient of the same mailbox.

        Raises:
            SealBroken: another mailbox's recipient, or more asked than this key has.
        """
        if recipient.mailbox_id != self.mailbox_id:
            raise SealBroken
        material = self._meta_key() if level is KeyLevel.META else self._full()
        info = _info(self.mailbox_id, self.letter_id, recipient.kind, recipient.recipient_id, level)
        sealed = hpke.seal(recipient.key, info, material)
        return SealedKey(
            letter_id=self.letter_id,
            recipient_id=recipient.recipient_id,
            blob=SEALED + bytes([level]) + sealed,
        )

    def filed(self, filing_key: WrappingKey) -> bytes:
        """The citizen's own form: no public-key work at the next opening."""
        wrapped = wrap(filing_key, self.material, _filing_context(self.mailbox_id, self.letter_id, self.level))
        return FILED + bytes([self.level]) + wrapped

    def _open(self, field: str, box: bytes) -> bytes:
        return open_box(self._field_key(field), self._aad(field), box)

    def _field_key(self, field: str) -> bytes:
        return self._meta_key() if field == "meta" else derive(self._full(), b"mo/v1/dek/body", _KEY)

    def _meta_key(self) -> bytes:
        if self.level is KeyLevel.META:
            return self.material
        return derive(self.material, b"mo/v1/dek/meta", _KEY)

    def _full(self) -> bytes:
        if self.level is not KeyLevel.FULL:
            raise SealBroken
        return self.material

    def _aad(self, field: str) -> bytes:
        return pae(b"mo/v1/field", self.mailbox_id, self.letter_id, field.encode())


def unsealed(
    key: hpke.PrivateKey, mailbox_id: MailboxId, letter_id: LetterId, recipient: tuple[bytes, bytes], blob: bytes
) -> LetterKey:
    """Opens the sealed form. `recipient`: (kind, id). Raises SealBroken."""
    level = _level(blob, SEALED)
    material = hpke.unseal(key, _info(mailbox_id, letter_id, *recipient, level), blob[_HEAD:])
    return _letter_key(mailbox_id, letter_id, level, material)


def unfiled(filing_key: WrappingKey, mailbox_id: MailboxId, letter_id: LetterId, blob: bytes) -> LetterKey:
    """Opens the filed form. Raises SealBroken."""
    level = _level(blob, FILED)
    material = unwrap(filing_key, blob[_HEAD:], _filing_context(mailbox_id, letter_id, level))
    return _letter_key(mailbox_id, letter_id, level, material)


def _letter_key(mailbox_id: MailboxId, letter_id: LetterId, level: KeyLevel, material: bytes) -> LetterKey:
    if len(material) != _KEY:
        raise SealBroken
    return LetterKey(mailbox_id, letter_id, level, material)


def _level(blob: bytes, form: bytes) -> KeyLevel:
    if blob[:1] != form or len(blob) <= _HEAD or blob[1] not in (KeyLevel.FULL, KeyLevel.META):
        raise SealBroken
    return KeyLevel(blob[1])


def _info(mailbox_id: MailboxId, letter_id: LetterId, kind: bytes, recipient_id: bytes, level: KeyLevel) -> bytes:
    return pae(b"mo/v1/letter-key", mailbox_id, letter_id, kind, recipient_id, bytes([level]))


def _filing_context(mailbox_id: MailboxId, letter_id: LetterId, level: KeyLevel) -> list[bytes]:
    return [mailbox_id, letter_id, mailbox_id, bytes([level])]
