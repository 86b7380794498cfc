"""An attack to test against: one AES-GCM ciphertext that is valid under two keys (Dodis et al., CRYPTO 2018; 4.1).

GCM's tag is a polynomial in a key-dependent point. With one block free, a linear equation over GF(2^128) makes the
tags of two keys equal.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

_REDUCTION = 0xE1 << 120
_ONE = 1 << 127


def two_key_ciphertext(first: bytes, second: bytes, tail: bytes) -> bytes:
    """`ciphertext32 | tag16` that both keys accept under a zero nonce; its second block is `tail`."""
    (h1, mask1), (h2, mask2) = _point(first), _point(second)
    last, lengths = _number(tail), 32 * 8
    difference = _times(last, _power(h1, 2) ^ _power(h2, 2)) ^ _times(lengths, h1 ^ h2) ^ mask1 ^ mask2
    free = _times(difference, _inverse(_power(h1, 3) ^ _power(h2, 3)))
    tag = _times(free, _power(h1, 3)) ^ _times(last, _power(h1, 2)) ^ _times(lengths, h1) ^ mask1
    return _bytes(free) + tail + _bytes(tag)


def keystream_block(key: bytes, block: int) -> bytes:
    """The mask of ciphertext block `block`, from 0, under a zero nonce."""
    return _aes(key, bytes(12) + (block + 2).to_bytes(4, "big"))


def _point(key: bytes) -> tuple[int, int]:
    return _number(_aes(key, bytes(16))), _number(_aes(key, bytes(15) + b"\x01"))


def _aes(key: bytes, block: bytes) -> bytes:
    return Cipher(AES(key), ECB()).encryptor().update(block)  # noqa: S305 - one block, the core of GCM


def _times(a: int, b: int) -> int:
    """Multiplication of NIST SP 800-38D section 6.3: the first bit is the lowest power."""
    product = 0
    for bit in range(128):
        if a >> (127 - bit) & 1:
            product ^= b
        b = b >> 1 ^ (_REDUCTION if b & 1 else 0)
    return product


def _power(a: int, exponent: int) -> int:
    result = _ONE
    for bit in f"{exponent:b}":
        result = _times(result, result)
        if bit == "1":
            result = _times(result, a)
    return result


def _inverse(a: int) -> int:
    return _power(a, 2**128 - 2)


def _number(block: bytes) -> int:
    return int.from_bytes(block, "big")


def _bytes(number: int) -> bytes:
    return number.to_bytes(16, "big")
