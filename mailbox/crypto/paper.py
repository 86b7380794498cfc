"""A signed receipt as text for a QR code, whole, and back (SPEC.md 10.4)."""

from __future__ import annotations

import base64
import zlib
from typing import Final

from mailbox.crypto.receipts import NotAReceipt

PAPER: Final = "MO1:"
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Of base45 (RFC 9285): what the alphanumeric mode of a QR code holds in five and a half bits each."""
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_LONGEST: Final = 4296
"""Characters in the largest QR code there is (ISO/IEC 18004, version 40-L)."""
_MOST_BYTES: Final = 1 << 20
"""Of what a code may unfold to: longer is no receipt of ours."""


def to_paper(receipt: str) -> str:
    """The text of a compact JWS that `OpenMailbox.sign` made. It may be too long for a QR code."""
    header, payload, signature = (_bytes(part) for part in receipt.split("."))
    return PAPER + _base45(zlib.compress(b"\n".join((header, payload, signature)), 9))


def from_paper(text: str) -> str:
    """The compact JWS behind a text that begins with `PAPER`; whether it is true is not looked at.

    Raises:
        NotAReceipt: not such a text.
    """
    if not text.startswith(PAPER) or len(text) > _LONGEST:
        raise NotAReceipt
    unfolding = zlib.decompressobj()
    try:
        raw = unfolding.decompress(_from_base45(text.removeprefix(PAPER)), _MOST_BYTES)
    except zlib.error:
        raise NotAReceipt from None
    parts = raw.split(b"\n", 2)
    if not unfolding.eof or unfolding.unused_data or len(parts) != len(("header", "payload", "signature")):
        raise NotAReceipt
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _base45(raw: bytes) -> str:
    """Two bytes as three characters, one left over as two."""
    told = []
    for place in range(0, len(raw), 2):
        pair = raw[place : place + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, value = divmod(number, 45)
            told.append(_ALPHABET[value])
    return "".join(told)


def _from_base45(text: str) -> bytes:
    raw = b""
    for place in range(0, len(text), 3):
        try:
            values = [_VALUES[character] for character in text[place : place + 3]]
            number = sum(value * 45**power for power, value in enumerate(values))
            raw += number.to_bytes(len(values) - 1, "big")
        except (KeyError, OverflowError):
            raise NotAReceipt from None
    return raw
