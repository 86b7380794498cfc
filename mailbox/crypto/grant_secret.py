"""The secret of a grant, as an invitation carries it and a helper holds it (SPEC.md 9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mailbox.crypto import hpke
from mailbox.crypto.encoding import pad, unpad
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import ID_BYTES, GrantId, MailboxId

_PADDED: Final = 256


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class GrantSecret:
    """What a helper holds: the grant's 32-byte seed, whose post it is about and their name."""

    grant_id: GrantId
    mailbox_id: MailboxId
    seed: bytes
    citizen_name: str

    @property
    def has_key(self) -> bool:
        """False for what is left to a helper of a grant that was stopped: whose post it was, and no more."""
        return any(self.seed)

    def without_key(self) -> GrantSecret:
        """Only whose post it was. As long as the secret itself."""
        return replace(self, seed=bytes(hpke.SEED_BYTES))

    def to_bytes(self) -> bytes:
        """`grant16 | mailbox16 | seed32 | name`."""
        return self.grant_id + self.mailbox_id + self.seed + self.citizen_name.encode()

    def to_padded(self) -> bytes:
        """As it is held: a stolen table does not tell the length of a name, nor whether there is a key."""
        return pad(self.to_bytes(), least=_PADDED)

    @classmethod
    def from_padded(cls, padded: bytes) -> GrantSecret:
        """The inverse of `to_padded`. Raises SealBroken."""
        return cls.from_bytes(unpad(padded, least=_PADDED))

    @classmethod
    def from_bytes(cls, raw: bytes) -> GrantSecret:
        """Raises SealBroken when it is too short or its name is no text."""
        if len(raw) < 2 * ID_BYTES + hpke.SEED_BYTES:
            raise SealBroken
        try:
            name = raw[64:].decode()
        except UnicodeDecodeError as exc:
            raise SealBroken from exc
        return cls(grant_id=GrantId(raw[:16]), mailbox_id=MailboxId(raw[16:32]), seed=raw[32:64], citizen_name=name)
