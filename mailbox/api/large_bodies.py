"""Turns for large requests: a letter is held in about five forms until it is durable, so few large ones at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mailbox.domain.errors import TemporarilyUnavailable

LARGE: Final = 1024 * 1024
"""Bytes from which a request, or a line of a bulk, needs a turn, and is worked on beside the event loop."""


class Turn:
    """May be taken once; who has it goes on having it until it is given back."""

    def __init__(self, free: asyncio.Semaphore, seconds: float) -> None:
        self._free = free
        self._seconds = seconds
        self._taken = False

    async def take(self) -> None:
        """Waits until it may.

        Raises:
            TemporarilyUnavailable: all turns were taken for too long; sending again is safe.
        """
        if self._taken:
            return
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise TemporarilyUnavailable from None
        self._taken = True

    def give_back(self) -> None:
        if self._taken:
            self._taken = False
            self._free.release()


class LargeBodies:
    """As many turns as fit in memory, for one process. Who waits longer than `seconds` is sent away."""

    def __init__(self, turns: int, *, seconds: float) -> None:
        self._free = asyncio.Semaphore(turns)
        self._seconds = seconds

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """A turn that was not taken yet. It is given back at the end."""
        turn = Turn(self._free, self._seconds)
        try:
            yield turn
        finally:
            turn.give_back()
