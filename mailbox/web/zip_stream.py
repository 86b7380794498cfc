"""A zip file that leaves while it is made: nothing of it is kept, not in memory and not on disk. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_OWNER_ONLY: Final = 0o600


class ZipStream:
    """Each call returns the bytes that come next. A file that was cut off does not open: its end is missing."""

    def __init__(self, made: datetime) -> None:
        """`made`: local time, which is all that a zip knows."""
        self._out = _Out()
        self._zip = ZipFile(self._out, "w")
        self._made = made.timetuple()[:6]

    def add(self, name: str, content: bytes, *, pack: bool = True) -> bytes:
        """One file. `pack` False: for what does not get smaller."""
        info = ZipInfo(name, self._made)
        info.external_attr = _OWNER_ONLY << 16
        self._zip.writestr(info, content, ZIP_DEFLATED if pack else ZIP_STORED)
        return self._out.taken()

    def end(self) -> bytes:
        """The list of what is in it."""
        self._zip.close()
        return self._out.taken()


class _Out:
    """What a zip is written to. It cannot go back, so `zipfile` writes sizes behind each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """What was written is taken later."""

    def taken(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken
