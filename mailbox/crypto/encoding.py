"""Bytes with one reading: pre-authentication encoding and padding (SPEC.md 1)."""

from __future__ import annotations

from typing import Final

from mailbox.domain.errors import SealBroken

_END: Final = b"\x80"


def pae(*parts: bytes) -> bytes:
    """PASETO's pre-authentication encoding: count and lengths as little-endian 64 bits, then the parts."""
    pieces = [len(parts).to_bytes(8, "little")]
    for part in parts:  # not a generator: this is half the Python of opening a letter
        pieces += (len(part).to_bytes(8, "little"), part)
    return b"".join(pieces)


def le64(number: int) -> bytes:
    """A number that was stored, as eight bytes. Raises SealBroken for one that we never store."""
    if not 0 <= number < 1 << 64:
        raise SealBroken
    return number.to_bytes(8, "little")


def pad(plaintext: bytes, *, least: int = 0) -> bytes:
    """Ends with 0x80 and zeros up to the next Padmé length, so that a size says little (12 % more at most).

    `least`: bytes that the result has at least, so that the size of what is shorter says nothing.
    """
    marked = plaintext + _END
    return marked.ljust(max(least, _padme(len(marked))), b"\0")


def unpad(padded: bytes, *, least: int = 0) -> bytes:
    """The inverse of `pad` with the same `least`.

    Raises:
        SealBroken: no end mark, or another length than `pad` gives.
    """
    marked = padded.rstrip(b"\0")
    if not marked.endswith(_END) or len(padded) != max(least, _padme(len(marked))):
        raise SealBroken
    return marked[:-1]


def _padme(length: int) -> int:
    """The Padmé length: only the top bits of a length stay, half as many as it has bits (PURBs, 2019)."""
    if length < 2:  # noqa: PLR2004 - one byte has no bits to clear
        return length
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask
