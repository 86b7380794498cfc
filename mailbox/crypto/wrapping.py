"""Wrapping keys under keys: AES-SIV (RFC 5297), deterministic, bound to where the blob belongs (SPEC.md 4)."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from mailbox.domain.errors import SealBroken


def derive(key: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-SHA512(key, label): a key for one purpose from a key that is random already."""
    return HKDFExpand(algorithm=SHA512(), length=length, info=label).derive(key)


def wrap(key: bytes, plaintext: bytes, context: Sequence[bytes]) -> bytes:
    """`tag16 | ciphertext` under a 64-byte key; the context is authenticated, part by part."""
    return AESSIV(key).encrypt(plaintext, list(context))


def unwrap(key: bytes, blob: bytes, context: Sequence[bytes]) -> bytes:
    """The inverse of `wrap`.

    Raises:
        SealBroken: another key or context, or any bit changed.
    """
    try:
        return AESSIV(key).decrypt(blob, list(context))
    except (InvalidTag, ValueError) as exc:
        raise SealBroken from exc
