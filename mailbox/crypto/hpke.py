"""Sealing to a public key: HPKE (RFC 9180), base mode, X-Wing + HKDF-SHA256 + AES-256-GCM (SPEC.md 3).

X-Wing is ML-KEM-768 with X25519: public keys and ciphertexts lie in the same stolen database for as long as
anyone keeps it, so the key exchange must outlive a quantum computer.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHAKE256, Hash
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from mailbox.domain.errors import SealBroken

PublicKey = MLKEM768X25519PublicKey
PrivateKey = MLKEM768X25519PrivateKey

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 1216
SEALED_MORE: Final = 1136
"""Bytes of a sealed text beyond the text: 1120 of encapsulation, 16 of tag."""
_MLKEM_PUBLIC, _MLKEM_SEED = 1184, 64
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def private_key(seed: bytes) -> PrivateKey:
    """The key pair of a 32-byte seed (draft-connolly-cfrg-xwing-kem §5.2, expandDecapsulationKey)."""
    mlkem, x25519 = _expand(seed)
    return MLKEM768X25519PrivateKey(mlkem, x25519)


def public_bytes(seed: bytes) -> bytes:
    """The 1216-byte public key of a seed: ML-KEM-768's, then X25519's."""
    mlkem, x25519 = _expand(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def public_key(raw: bytes) -> PublicKey:
    """Loads a public key. Keep it: loading costs a fifth of sealing.

    Raises:
        SealBroken: not a public key.
    """
    if len(raw) != PUBLIC_BYTES:
        raise SealBroken
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])
        return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:]))
    except ValueError as exc:
        raise SealBroken from exc


def seal(key: PublicKey, info: bytes, plaintext: bytes) -> bytes:
    """Single-shot HPKE: 1120 bytes of encapsulation, then the ciphertext with its tag.

    Raises:
        SealBroken: the public key is one that must not be used (all zeros).
    """
    try:
        return _SUITE.encrypt(plaintext, key, info)
    except ValueError as exc:
        raise SealBroken from exc


def unseal(key: PrivateKey, info: bytes, sealed: bytes) -> bytes:
    """The inverse of `seal`.

    Raises:
        SealBroken: another key or context, or any bit changed.
    """
    try:
        return _SUITE.decrypt(sealed, key, info)
    except (InvalidTag, ValueError) as exc:
        raise SealBroken from exc


def _expand(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED_BYTES:
        raise SealBroken
    shake = Hash(SHAKE256(96))
    shake.update(seed)
    expanded = shake.finalize()
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:]),
    )
