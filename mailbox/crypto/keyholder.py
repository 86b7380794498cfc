"""The reading side of the keys: unlocks a mailbox, opens what was sealed to it or to a grant."""

from __future__ import annotations

import contextlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from mailbox.crypto import hpke
from mailbox.crypto.box import open_box, seal_box
from mailbox.crypto.encoding import le64, pae, unpad
from mailbox.crypto.grant_secret import GrantSecret
from mailbox.crypto.kek import KekProvider
from mailbox.crypto.key_run import OpeningRuns
from mailbox.crypto.letter_key import FILED, IN_RUN, SEALED, LetterKey, Opening, run_info, unfiled, unsealed
from mailbox.crypto.sealer import (
    HOLD,
    MESSAGE,
    Sealer,
    crk_context,
    log_commit,
    message_info,
    root_wrapping_key,
    seed_context,
)
from mailbox.crypto.signing import signing_key
from mailbox.crypto.wrapping import WrappingKey, derive, unwrap, wrap, wrapping_key
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import ID_BYTES, GrantId, LetterId, MailboxId
from mailbox.domain.sealed import MailboxEpoch, MailboxKeys, SealedLogEntry

_HEAD: Final = 5
_MAC: Final = 32
_NOTE: Final = 1024
_SEQ, _COMMIT, _NONCE = 8, 32, 32


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPayload:
    """An opened entry of the access log: its place, the commit of its predecessor and the caller's JSON."""

    seq: int
    prev: bytes
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class NewGrant:
    """A fresh key pair of a grant, bound to it by the directory MAC."""

    public: bytes
    directory_mac: bytes
    secret: GrantSecret


class Keyholder:
    """Unlocks mailboxes. The only one with the half of the KEK that unwraps."""

    def __init__(self, kek: KekProvider) -> None:
        self._kek = kek
        self._sealer = Sealer(kek)

    def unlock(self, keys: MailboxKeys) -> OpenMailbox:
        """A mailbox, opened for one request.

        Raises:
            SealBroken: the stored keys are not this mailbox's, or the KEK version is gone.
        """
        if not keys.epochs:
            raise SealBroken
        slot = keys.keyslot
        root = self._kek.unwrap(slot.kek_version, slot.blob, crk_context(keys.mailbox_id, slot.kind))
        return OpenMailbox(keys, root, self._sealer)


class OpenMailbox:
    """A person's own keys. Loads the costly private key only for what was sealed to it."""

    def __init__(self, keys: MailboxKeys, root: bytes, sealer: Sealer) -> None:
        self.mailbox_id = keys.mailbox_id
        self._own = root_wrapping_key(root)
        self._notes = derive(root, b"mo/v1/crk/note", 32)
        self._sealer = sealer
        self._signing = signing_key(root)
        self._epochs = {epoch.epoch: _Epoch(self.mailbox_id, epoch, self._own) for epoch in keys.epochs}

    def letter_key(self, letter_id: LetterId, blob: bytes) -> LetterKey:
        """The key to one own letter, filed or still sealed. Raises SealBroken."""
        for epoch in self._epochs.values():
            try:
                return epoch.letter_key(letter_id, blob)
            except SealBroken:
                continue
        raise SealBroken

    def filed(self, letter_id: LetterId, key: LetterKey) -> bytes:
        """The key in the form that opens fast next time. Raises SealBroken for another letter's key."""
        if (key.mailbox_id, key.letter_id) != (self.mailbox_id, letter_id):
            raise SealBroken
        return key.filed(self._newest.filing_key)

    def open_message(self, purpose: str, context: tuple[bytes, ...], sealed: bytes) -> bytes:
        """A message that we sealed to this mailbox. Raises SealBroken."""
        epoch = self._epochs.get(int.from_bytes(sealed[1:_HEAD], "little"))
        if sealed[:1] != MESSAGE or epoch is None:
            raise SealBroken
        info = message_info(purpose, self.mailbox_id, context)
        signed = unpad(hpke.unseal(epoch.private, info, sealed[_HEAD:]))
        mac, plaintext = signed[:_MAC], signed[_MAC:]
        if not hmac.compare_digest(mac, self._sealer.message_mac(info, plaintext)):
            raise SealBroken
        return plaintext

    def read_entry(self, entry: SealedLogEntry) -> LogPayload:
        """An entry of this mailbox's access log. Raises SealBroken when it is not what was written there."""
        place = le64(entry.seq)
        payload = self.open_message("log", (place,), entry.sealed)
        if payload[:_SEQ] != place or not hmac.compare_digest(entry.commit, log_commit(payload)):
            raise SealBroken
        return LogPayload(seq=entry.seq, prev=payload[_SEQ : _SEQ + _COMMIT], body=payload[_SEQ + _COMMIT + _NONCE :])

    def new_grant(self, citizen_name: str) -> NewGrant:
        """A grant on this mailbox, with keys of its own."""
        grant_id, seed = GrantId(os.urandom(ID_BYTES)), os.urandom(hpke.SEED_BYTES)
        public = hpke.public_bytes(seed)
        return NewGrant(
            public=public,
            directory_mac=self._sealer.grant_mac(self.mailbox_id, grant_id, public),
            secret=GrantSecret(grant_id=grant_id, mailbox_id=self.mailbox_id, seed=seed, citizen_name=citizen_name),
        )

    def hold(self, ref: bytes, secret: GrantSecret) -> bytes:
        """A grant's secret under this helper's own key, filed under `ref`. 272 bytes for a name of up to 191."""
        return wrap(self._own, secret.to_padded(), self._held_context(ref))

    def held(self, ref: bytes, blob: bytes) -> GrantSecret:
        """What `hold` filed or `Sealer.seal_hold` sealed; it may be without its key (`has_key`). Raises SealBroken."""
        with contextlib.suppress(SealBroken):
            return self.filed_hold(ref, blob)
        return GrantSecret.from_padded(self.open_message(HOLD, (ref,), blob))

    def filed_hold(self, ref: bytes, blob: bytes) -> GrantSecret:
        """As `held`, without public-key work. Raises SealBroken for what was given and never filed, as well."""
        with contextlib.suppress(SealBroken):
            return GrantSecret.from_padded(unwrap(self._own, blob, self._held_context(ref)))
        return GrantSecret.from_bytes(unwrap(self._own, blob, self._first_held_context(ref)))

    def note(self, ref: bytes, text: bytes) -> bytes:
        """A helper's own note beside what is held under `ref`, for `noted`. 1105 bytes for a text of up to 1023."""
        return seal_box(self._notes, self._note_aad(ref), text, least=_NOTE)

    def noted(self, ref: bytes, box: bytes) -> bytes:
        """Raises SealBroken."""
        return open_box(self._notes, self._note_aad(ref), box, least=_NOTE)

    def signing_key_id(self) -> str:
        """By what this person's signatures are known: the thumbprint of the public key (RFC 7638), base64url."""
        return self._signing.key_id

    def public_jwk(self) -> dict[str, str]:
        """The key to this person's signatures, for whoever wants to verify them (RFC 8037)."""
        return self._signing.public_jwk

    def sign(self, payload: bytes, *, typ: str) -> str:
        """A compact JWS by this person, which carries its public key. `verify_receipt` reads one of a receipt's typ."""
        return self._signing.sign(payload, typ=typ)

    def _held_context(self, ref: bytes) -> list[bytes]:
        return [*self._first_held_context(ref), b"padded"]

    def _first_held_context(self, ref: bytes) -> list[bytes]:
        """Of the form without padding, which is read and no longer made."""
        return [b"mo/v1/held", self.mailbox_id, ref]

    def _note_aad(self, ref: bytes) -> bytes:
        return pae(b"mo/v1/note", self.mailbox_id, ref)

    @property
    def _newest(self) -> _Epoch:
        return self._epochs[max(self._epochs)]


class _Epoch:
    """One key pair of a mailbox, unwrapped when it is needed."""

    def __init__(self, mailbox_id: MailboxId, epoch: MailboxEpoch, own: WrappingKey) -> None:
        self._mailbox_id = mailbox_id
        self._seed = unwrap(own, epoch.seed_wrap, seed_context(mailbox_id, epoch.epoch))

    @cached_property
    def private(self) -> hpke.PrivateKey:
        return hpke.private_key(self._seed)

    @cached_property
    def filing_key(self) -> WrappingKey:
        return wrapping_key(self._seed, b"mo/v1/mbx/file")

    @cached_property
    def _forms(self) -> Mapping[bytes, Opening]:
        return {SEALED: partial(hpke.unseal, self.private)}

    def letter_key(self, letter_id: LetterId, blob: bytes) -> LetterKey:
        if blob[:1] == FILED:
            return unfiled(self.filing_key, self._mailbox_id, letter_id, blob)
        return unsealed(self._forms, self._mailbox_id, letter_id, (b"C", self._mailbox_id), blob)


class OpenGrant:
    """A grant's own keys, as its helper holds them. Raises SealBroken for a secret that is without its key."""

    def __init__(self, secret: GrantSecret) -> None:
        if not secret.has_key:
            raise SealBroken
        self._secret = secret
        private, info = hpke.private_key(secret.seed), run_info(secret.mailbox_id, secret.grant_id)
        self._forms: Mapping[bytes, Opening] = {
            IN_RUN: OpeningRuns(private, info).open,
            SEALED: partial(hpke.unseal, private),
        }

    def letter_key(self, letter_id: LetterId, blob: bytes) -> LetterKey:
        """The key to one letter that was sealed to this grant. Raises SealBroken."""
        recipient = (b"G", self._secret.grant_id)
        return unsealed(self._forms, self._secret.mailbox_id, letter_id, recipient, blob)
