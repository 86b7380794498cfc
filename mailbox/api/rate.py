"""How many letters an agency may send, or ask after, each second: a token bucket for each, in each process."""

from __future__ import annotations

import asyncio
import math
from typing import Final

from mailbox.api.problems import TooManyRequests
from mailbox.domain.identifiers import Oin
from mailbox.domain.ports import Clock

_BURST_SECONDS: Final = 2


class RateLimit:
    """Each agency may save up for two seconds."""

    def __init__(self, per_second: int, clock: Clock) -> None:
        self._per_second = per_second
        self._clock = clock
        self._buckets: dict[Oin, tuple[float, int]] = {}

    def take(self, oin: Oin) -> None:
        """One letter. Raises TooManyRequests."""
        wait = self._wait_for(oin, 1)
        if wait > 0:
            raise TooManyRequests(math.ceil(wait))

    async def pace(self, oin: Oin, letters: int) -> None:
        """Several letters of a bulk: waits until they may."""
        while (wait := self._wait_for(oin, letters)) > 0:  # noqa: ASYNC110 - time passes; nobody signals it
            await asyncio.sleep(wait)

    def _wait_for(self, oin: Oin, letters: int) -> float:
        """Takes the letters and answers 0, or leaves all and answers the seconds until there are enough.

        More letters than can be saved up are taken from a full bucket, which then owes the rest.
        """
        now_ms = self._clock.now_ms()
        full = float(self._per_second * _BURST_SECONDS)
        saved, at_ms = self._buckets.get(oin, (full, now_ms))
        saved = min(full, saved + max(0, now_ms - at_ms) / 1000 * self._per_second)
        needed = min(float(letters), full)
        if saved >= needed:
            self._buckets[oin] = (saved - letters, now_ms)
            return 0
        self._buckets[oin] = (saved, now_ms)
        return (needed - saved) / self._per_second
