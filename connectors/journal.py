"""What was accepted, on disk: a run that was interrupted goes on where it was. Nothing in it but references."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class JournalInUse(OSError):
    """Another run writes in this journal."""


class Journal:
    """An append-only file of accepted references, a line each. A torn last line is not counted.

    One journal for one agency at one server: what is in it is not sent again, wherever it went.

    Raises:
        JournalInUse: another run has it open.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise JournalInUse("another run writes in this journal") from None
        self._file.seek(0)
        whole = self._file.read()
        complete = whole[: whole.rfind(b"\n") + 1]
        self._accepted = set(complete.decode(errors="replace").splitlines())
        self._file.truncate(len(complete))

    def __contains__(self, reference: str) -> bool:
        return reference in self._accepted

    def add(self, references: Iterable[str]) -> None:
        """Durable when this returns."""
        new = [reference for reference in references if reference not in self._accepted]
        if new:
            self._file.write("".join(f"{reference}\n" for reference in new).encode())
            self._file.flush()
            os.fsync(self._file.fileno())
            self._accepted.update(new)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._file.close()
