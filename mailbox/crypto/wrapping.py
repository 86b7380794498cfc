"""Wrapping keys under keys: AES-SIV (RFC 5297), deterministic, bound to where the blob belongs (SPEC.md 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from mailbox.domain.errors import SealBroken

WrappingKey = AESSIV
_WRAP_KEY: Final = 64


def derive(key: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-SHA512(key, label): a key for one purpose from a key that is random already."""
    return HKDFExpand(algorithm=SHA512(), length=length, info=label).derive(key)


def wrapping_key(key: bytes, label: bytes) -> WrappingKey:
    """A key that wraps, from a key that is random already. Keep it: making one costs more than a wrap."""
    return AESSIV(derive(key, label, _WRAP_KEY))


def wrap(key: WrappingKey, plaintext: bytes, context: Sequence[bytes]) -> bytes:
    """`tag16 | ciphertext`; the context is authenticated, part by part."""
    return key.encrypt(plaintext, list(context))


def unwrap(key: WrappingKey, blob: bytes, context: Sequence[bytes]) -> bytes:
    """The inverse of `wrap`.

    Raises:
        SealBroken: another key or context, or any bit changed.
    """
    try:
        return key.decrypt(blob, list(context))
    except (InvalidTag, ValueError) as exc:
        raise SealBroken from exc
