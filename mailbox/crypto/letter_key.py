"""The key of one letter: sealed to a recipient, filed by its citizen, and opening the letter's boxes (SPEC.md 6)."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final, TypeAlias

from mailbox.crypto import hpke
from mailbox.crypto.box import open_box, seal_box
from mailbox.crypto.encoding import pae
from mailbox.crypto.key_run import SealingRun
from mailbox.crypto.wrapping import WrappingKey, derive, unwrap, wrap
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.sealed import SealedKey

SEALED: Final = b"S"
IN_RUN: Final = b"R"
FILED: Final = b"F"
_HEAD: Final = 2
_KEY: Final = 32
Opening: TypeAlias = Callable[[bytes, bytes], bytes]
"""(info, sealed) to what was sealed. Raises SealBroken."""


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

    form, kind = SEALED, b"C"

    @property
    def recipient_id(self) -> bytes:
        return self.mailbox_id

    def seal(self, info: bytes, material: bytes) -> bytes:
        """By itself: of a citizen's own letters no key is ever kept at the door."""
        return hpke.seal(self.key, info, material)


@dataclass(frozen=True, repr=False)
class GrantRecipient:
    """A grant whose public key was verified; what is sealed with one of these is in the same run."""

    mailbox_id: MailboxId
    grant_id: GrantId
    key: hpke.PublicKey

    form, kind = IN_RUN, b"G"

    @property
    def recipient_id(self) -> bytes:
        return self.grant_id

    def seal(self, info: bytes, material: bytes) -> bytes:
        """In a run."""
        return self._run.seal(info, material)

    @cached_property
    def _run(self) -> SealingRun:
        return SealingRun(self.key, run_info(self.mailbox_id, self.grant_id))


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
        return SealedKey(
            letter_id=self.letter_id,
            recipient_id=recipient.recipient_id,
            blob=recipient.form + bytes([level]) + recipient.seal(info, material),
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
    forms: Mapping[bytes, Opening],
    mailbox_id: MailboxId,
    letter_id: LetterId,
    recipient: tuple[bytes, bytes],
    blob: bytes,
) -> LetterKey:
    """Opens the sealed forms that this recipient (kind, id) takes. Raises SealBroken."""
    level = _level(blob, forms)
    material = forms[blob[:1]](_info(mailbox_id, letter_id, *recipient, level), blob[_HEAD:])
    return _letter_key(mailbox_id, letter_id, level, material)


def unfiled(filing_key: WrappingKey, mailbox_id: MailboxId, letter_id: LetterId, blob: bytes) -> LetterKey:
    """Opens the filed form. Raises SealBroken."""
    level = _level(blob, {FILED})
    material = unwrap(filing_key, blob[_HEAD:], _filing_context(mailbox_id, letter_id, level))
    return _letter_key(mailbox_id, letter_id, level, material)


def _letter_key(mailbox_id: MailboxId, letter_id: LetterId, level: KeyLevel, material: bytes) -> LetterKey:
    if len(material) != _KEY:
        raise SealBroken
    return LetterKey(mailbox_id, letter_id, level, material)


def _level(blob: bytes, forms: Container[bytes]) -> KeyLevel:
    if blob[:1] not in forms or len(blob) <= _HEAD or blob[1] not in (KeyLevel.FULL, KeyLevel.META):
        raise SealBroken
    return KeyLevel(blob[1])


def _info(mailbox_id: MailboxId, letter_id: LetterId, kind: bytes, recipient_id: bytes, level: KeyLevel) -> bytes:
    return pae(b"mo/v1/letter-key", mailbox_id, letter_id, kind, recipient_id, bytes([level]))


def run_info(mailbox_id: MailboxId, grant_id: GrantId) -> bytes:
    """Binds the start of a run to its grant."""
    return pae(b"mo/v1/key-run", mailbox_id, grant_id)


def _filing_context(mailbox_id: MailboxId, letter_id: LetterId, level: KeyLevel) -> list[bytes]:
    return [mailbox_id, letter_id, mailbox_id, bytes([level])]
