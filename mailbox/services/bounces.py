"""What comes back after it was handed over: a mail server, or NotifyNL, finds out later that an address is none."""

from __future__ import annotations

from mailbox.domain.ports import Clock, Store


class Bounces:
    """Needs no key: of a message it knows no more than the random key that it travelled with."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def no_such_address(self, key: bytes) -> bool:
        """Whom this message was for sees that nothing arrives, as when it had been refused at once.

        False: this says nothing of anybody's address now. It was changed since, told before, or another message went
        there later, which comes back as well.
        """
        async with self._store.write() as tx:
            return await tx.alerts.came_back(key, at_ms=self._clock.now_ms())
