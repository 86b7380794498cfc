"""How long to keep trying, and how long to wait in between."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_FIRST, _LONGEST = 0.2, 30.0
_SPREAD: Final = 1.2
"""Senders that were turned away together do not come back together."""


class PushFailed(Exception):
    """The server could not be reached, or refused to know us, for longer than we have patience."""


class Patience:
    """Pauses that grow, until so many seconds have passed without progress."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """There was progress: all the time again."""
        self._pause, self._deadline = _FIRST, time.monotonic() + self._seconds

    @property
    def left(self) -> float:
        """Seconds."""
        return max(0.0, self._deadline - time.monotonic())

    async def pause(self, asked: float | None = None) -> None:
        """Waits: never shorter than was asked, else our own growing pause.

        Raises:
            PushFailed: our patience would be over before the pause is.
        """
        seconds = (self._pause if asked is None else asked) * random.uniform(1, _SPREAD)  # noqa: S311 - spreads load
        if seconds > self.left:
            raise PushFailed("no answer within the time we have patience for")
        await asyncio.sleep(seconds)
        self._pause = min(self._pause * 2, _LONGEST)


def retry_after(value: str | None) -> float | None:
    """Seconds asked in a Retry-After: a number, or a date (RFC 9110 section 10.2.3). None when it says neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
