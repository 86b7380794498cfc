"""Attachments: base64 that is base64, bytes that are what they are called, and no more than agreed."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.faults import Fault, pointer

_MAGIC: Final = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bytes an attachment, and all attachments of a letter together, may have when decoded."""

    attachment_bytes: int = 25 * _MEBIBYTE
    letter_bytes: int = 40 * _MEBIBYTE


def decode_attachments(bericht: Mapping[str, Any]) -> list[bytes]:
    """The bytes of a checked bericht's attachments, in order."""
    return [binascii.a2b_base64(item["inhoud"], strict_mode=True) for item in bericht.get("bijlagen", ())]


def attachment_faults(bericht: Mapping[str, Any], limits: Limits) -> Iterator[Fault]:
    """What is wrong with the bytes of the attachments whose text has the form of base64."""
    total = 0
    for number, item in enumerate(bericht["bijlagen"]):
        text = None if item is None else item.get("inhoud")
        if text is None:
            continue
        place = pointer(["bijlagen", number, "inhoud"])
        content = _decoded(text)
        if content is None:
            yield Fault(pointer=place, code="base64", message="Dit is geen base64 (RFC 4648, paragraaf 4).")
            continue
        total += len(content)
        if len(content) > limits.attachment_bytes:
            yield Fault(pointer=place, code="te-groot", message=_at_most("Een bijlage mag", limits.attachment_bytes))
        if not content.startswith(_MAGIC.get(item.get("mediaType"), b"")):
            yield Fault(pointer=place, code="ander-bestand", message="De inhoud past niet bij het mediaType.")
    if total > limits.letter_bytes:
        yield Fault(
            pointer="/bijlagen", code="te-groot", message=_at_most("Alle bijlagen samen mogen", limits.letter_bytes)
        )


def _decoded(text: str) -> bytes | None:
    """The bytes, when this is the one way to write them (RFC 4648 §3.5)."""
    try:
        content = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None
    whole = (len(content) - 1) // 3
    tail = binascii.b2a_base64(content[whole * 3 :], newline=False).decode()
    return content if text[whole * 4 :] == tail else None


def _at_most(what: str, number: int) -> str:
    size = f"{number / _MEBIBYTE:g}".replace(".", ",")
    return f"{what} hoogstens {size} MiB zijn."
