"""How much somebody may ask each second: a token bucket for each, in each process."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Hashable
from typing import Final

from mailbox.api.problems import TooManyRequests
from mailbox.domain.ports import Clock

_BURST_SECONDS: Final = 2
_KEPT: Final = 4_096
"""Buckets from which those that are full again are taken away."""


class RateLimit:
    """Each caller may save up for two seconds."""

    def __init__(self, per_second: int, clock: Clock) -> None:
        self._per_second = per_second
        self._clock = clock
        self._buckets: dict[Hashable, tuple[float, int]] = {}
        self._clear_at = _KEPT

    def take(self, caller: Hashable) -> None:
        """One letter or request. Raises TooManyRequests."""
        wait = self._wait_for(caller, 1)
        if wait > 0:
            raise TooManyRequests(math.ceil(wait))

    async def pace(self, caller: Hashable, letters: int) -> None:
        """Several letters of a bulk: waits until they may."""
        while (wait := self._wait_for(caller, letters)) > 0:  # noqa: ASYNC110 - time passes; nobody signals it
            await asyncio.sleep(wait)

    def _wait_for(self, caller: Hashable, letters: int) -> float:
        """Takes the letters and answers 0, or leaves all and answers the seconds until there are enough.

        More letters than can be saved up are taken from a full bucket, which then owes the rest.
        """
        now_ms = self._clock.now_ms()
        full = float(self._per_second * _BURST_SECONDS)
        saved = self._saved(caller, now_ms)
        needed = min(float(letters), full)
        taken = letters if saved >= needed else 0
        self._buckets[caller] = (saved - taken, now_ms)
        self._clear(now_ms)
        return 0 if taken else (needed - saved) / self._per_second

    def _saved(self, caller: Hashable, now_ms: int) -> float:
        full = float(self._per_second * _BURST_SECONDS)
        saved, at_ms = self._buckets.get(caller, (full, now_ms))
        return min(full, saved + max(0, now_ms - at_ms) / 1000 * self._per_second)

    def _clear(self, now_ms: int) -> None:
        """Now and then: a bucket that is full again is as good as none."""
        if len(self._buckets) < self._clear_at:
            return
        full = float(self._per_second * _BURST_SECONDS)
        self._buckets = {who: kept for who, kept in self._buckets.items() if self._saved(who, now_ms) < full}
        self._clear_at = max(_KEPT, 2 * len(self._buckets))
