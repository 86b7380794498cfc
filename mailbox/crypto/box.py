"""The box: authenticated encryption under a key of its own, which it also commits to (SPEC.md 2).

AES-GCM alone opens one ciphertext under two keys if someone makes it so. Here the key is derived together with a
commitment that is compared first. The derived key is used once, so the nonce is fixed.
"""

from __future__ import annotations

import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mailbox.crypto.encoding import pad, unpad
from mailbox.domain.errors import SealBroken

VERSION: Final = b"\x01"
_SALT, _COMMIT, _TAG = 32, 32, 16
_HEAD: Final = 1 + _SALT + _COMMIT
_NONCE: Final = bytes(12)


def seal_box(key: bytes, aad: bytes, plaintext: bytes, *, least: int = 0) -> bytes:
    """`01 | salt32 | commit32 | AES-256-GCM(padded plaintext)`. `key`: 32 bytes; `least`: as in `pad`."""
    return _seal(key, aad, plaintext, os.urandom(_SALT), least=least)


def open_box(key: bytes, aad: bytes, box: bytes, *, least: int = 0) -> bytes:
    """What `seal_box` sealed under the same key and context, with the same `least`.

    Raises:
        SealBroken: another key or context, another version, or any bit changed.
    """
    if len(box) < _HEAD + _TAG or box[:1] != VERSION:
        raise SealBroken
    salt, commit = box[1 : 1 + _SALT], box[1 + _SALT : _HEAD]
    box_key, expected = _derive(key, salt, aad)
    if not hmac.compare_digest(commit, expected):
        raise SealBroken
    try:
        return unpad(AESGCM(box_key).decrypt(_NONCE, box[_HEAD:], None), least=least)
    except InvalidTag as exc:
        raise SealBroken from exc


def _seal(key: bytes, aad: bytes, plaintext: bytes, salt: bytes, *, least: int = 0) -> bytes:
    box_key, commit = _derive(key, salt, aad)
    return VERSION + salt + commit + AESGCM(box_key).encrypt(_NONCE, pad(plaintext, least=least), None)


def _derive(key: bytes, salt: bytes, aad: bytes) -> tuple[bytes, bytes]:
    both = HKDF(algorithm=SHA512(), length=64, salt=salt, info=aad).derive(key)
    return both[:32], both[32:]
