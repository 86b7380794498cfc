"""What was accepted, on disk: a run that was interrupted goes on where it was. Nothing in it but references."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class Journal:
    """An append-only file of accepted references, a line each. A torn last line is not counted."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.read_bytes() if path.exists() else b""
        complete = whole[: whole.rfind(b"\n") + 1]
        self._accepted = set(complete.decode().split())
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(len(complete))
        self._file.seek(0, os.SEEK_END)

    def __contains__(self, reference: str) -> bool:
        return reference in self._accepted

    def add(self, references: Iterable[str]) -> None:
        """Durable when this returns."""
        new = [reference for reference in references if reference not in self._accepted]
        if new:
            self._accepted.update(new)
            self._file.write("".join(f"{reference}\n" for reference in new).encode())
            self._file.flush()
            os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._file.close()
