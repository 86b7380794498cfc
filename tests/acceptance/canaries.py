"""Text that occurs nowhere by chance, and a search for it in whatever way it may have been written."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

CANARY = "zqKanarieXv"
_MOST_UNPACKED = 64 * 2**20


def spellings(text: str) -> set[bytes]:
    """How this text may stand in a file: plain, wide, hexadecimal, base64 at any offset, in a URL."""
    raw = text.encode()
    wide = {text.encode("utf-16-le"), text.encode("utf-16-be")}
    return {raw, *wide, raw.hex().encode(), raw.hex().upper().encode(), quote(text).encode(), *_base64(raw)}


def _base64(raw: bytes) -> Iterator[bytes]:
    """The part of it that does not depend on what stands before and after."""
    for before in range(3):
        start = -(-before * 8 // 6)
        coded = base64.b64encode(bytes(before) + raw).rstrip(b"=")
        yield coded[start : (before + len(raw)) * 8 // 6]


def finder(texts: Iterable[str]) -> re.Pattern[bytes]:
    """Finds any spelling of any of these texts."""
    return re.compile(b"|".join(re.escape(spelling) for text in texts for spelling in sorted(spellings(text))))


def files_with(pattern: re.Pattern[bytes], folders: Iterable[Path]) -> list[str]:
    """The files in which it occurs, also inside compressed data."""
    files = [(folder, file) for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    return [str(file.relative_to(folder)) for folder, file in files if _holds(pattern, file)]


def _holds(pattern: re.Pattern[bytes], file: Path) -> bool:
    try:
        content = file.read_bytes()
    except FileNotFoundError:  # a running database replaces some of its files
        return False
    return any(pattern.search(data) for data in _forms(content))


def _forms(data: bytes) -> Iterator[bytes]:
    """A file as it is and, when it is compressed as a whole, what was in it."""
    yield data
    for bits in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16, -zlib.MAX_WBITS):
        try:
            yield zlib.decompressobj(bits).decompress(data, _MOST_UNPACKED)
        except zlib.error:
            continue
