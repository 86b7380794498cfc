"""Bytes with one reading: pre-authentication encoding and padding (SPEC.md 1)."""

from __future__ import annotations

from typing import Final

from mailbox.domain.errors import SealBroken

_END: Final = b"\x80"


def pae(*parts: bytes) -> bytes:
    """PASETO's pre-authentication encoding: count and lengths as little-endian 64 bits, then the parts."""
    return len(parts).to_bytes(8, "little") + b"".join(len(part).to_bytes(8, "little") + part for part in parts)


def pad(plaintext: bytes) -> bytes:
    """Ends with 0x80 and zeros up to the next Padmé length, so that a size says little (12 % more at most)."""
    return plaintext + _END + bytes(_padme(len(plaintext) + 1) - len(plaintext) - 1)


def unpad(padded: bytes) -> bytes:
    """The inverse of `pad`.

    Raises:
        SealBroken: no end mark, or another length than `pad` gives.
    """
    plaintext = padded.rstrip(b"\0")
    if not plaintext.endswith(_END) or len(padded) != _padme(len(plaintext)):
        raise SealBroken
    return plaintext[:-1]


def _padme(length: int) -> int:
    """The Padmé length: only the top bits of a length stay, half as many as it has bits (PURBs, 2019)."""
    if length < 2:  # noqa: PLR2004 - one byte has no bits to clear
        return length
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask
