"""Whether a piece of the access log is whole: each entry names the commit of the one below it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mailbox.domain.sealed import SealedLogEntry
from mailbox.services.log_entries import OpenedEntry

FIRST_COMMIT: Final = bytes(32)
"""What the first entry of a mailbox names as its predecessor."""


class Chain:
    """Follows entries from new to old. `intact` turns False, and stays so, at the first gap or broken seal.

    `first`: the place that the first entry must have; None takes it from the entry itself.
    """

    def __init__(self, first: int | None) -> None:
        self.intact = True
        self._expected = first
        self._prev: bytes | None = None

    def follow(self, entries: Iterable[tuple[SealedLogEntry, OpenedEntry | None]]) -> None:
        """Rows as they were stored, each with what it opened to (None: its seal is broken)."""
        for row, entry in entries:
            fits = self._expected in {None, row.seq} and self._prev in {None, row.commit}
            self.intact = self.intact and entry is not None and fits
            self._expected = row.seq - 1
            self._prev = entry.prev if entry else None

    def end(self) -> None:
        """Below this there is nothing: the last entry must have been the first of the mailbox."""
        if self._expected is None:
            return
        self.intact = self.intact and self._expected == -1 and self._prev in {None, FIRST_COMMIT}
