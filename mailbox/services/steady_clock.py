"""Time that does not go back, for what must not begin again once it was over."""

from __future__ import annotations

from typing import Final

from mailbox.domain.ports import Clock

MOST_BACK_MS: Final = 86_400_000
"""A day. Set back by more, the clock was plainly wrong before, and what it said must not count for so long."""


class SteadyClock:
    """A clock that stands still while the machine's clock is behind what it said before.

    So a grant that was found over in this process stays over, whoever found it. Within a minute the worker writes that
    down (`GrantEndings`), which holds for every process, and whatever the clock says then.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest_ms = 0

    def now_ms(self) -> int:
        now_ms = self._clock.now_ms()
        if now_ms > self._latest_ms or now_ms < self._latest_ms - MOST_BACK_MS:
            self._latest_ms = now_ms
        return self._latest_ms
