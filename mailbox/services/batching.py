"""Requests that arrive together are served together: one lookup, one commit, one fsync for all that wait.

Two lanes. What waits in the single lane goes first; the mass lane fills what is left of a batch and is never
starved: a tenth of each batch is kept for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Final, Generic, TypeVar

import structlog

from mailbox.domain.errors import TemporarilyUnavailable

_log = structlog.get_logger()

Item = TypeVar("Item")
Result = TypeVar("Result")

BATCH: Final = 64
"""Letters a commit holds at most. Larger batches save little more fsync and make the others wait longer."""
MASS_SHARE: Final = BATCH // 10


class Lane(Enum):
    """How a letter came in: by itself, or in a bulk."""

    SINGLE = "single"
    MASS = "mass"


class Batcher(Generic[Item, Result]):
    """Collects items while the previous batch is worked on, then hands all of them to `work` at once.

    `work` answers one result per item, in order; a result that is an exception is raised to the one who waits
    for that item. If `work` itself fails, all of its batch get TemporarilyUnavailable.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]]) -> None:
        self._work = work
        self._waiting: dict[Lane, deque[tuple[Item, asyncio.Future[Result]]]] = {lane: deque() for lane in Lane}
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to work off what is submitted."""
        self._task = asyncio.create_task(self._run(), name="batcher")

    async def stop(self) -> None:
        """Ends the work; who still waits gets TemporarilyUnavailable."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        for lane in Lane:
            while self._waiting[lane]:
                _refuse(self._waiting[lane].popleft()[1], TemporarilyUnavailable())

    async def submit(self, item: Item, lane: Lane) -> Result:
        """Waits for the batch that takes this item.

        Raises:
            TemporarilyUnavailable: the batch as a whole failed, or the service stops.
        """
        if self._task is None:
            raise TemporarilyUnavailable
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[lane].append((item, future))
        self._something.set()
        return await future

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            batch = self._take()
            if not batch:
                self._something.clear()
                continue
            await self._serve(batch)

    def _take(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        single, mass = self._waiting[Lane.SINGLE], self._waiting[Lane.MASS]
        from_mass = max(min(len(mass), MASS_SHARE), min(len(mass), BATCH - len(single)))
        from_single = min(len(single), BATCH - from_mass)
        batch = [single.popleft() for _ in range(from_single)]
        return batch + [mass.popleft() for _ in range(from_mass)]

    async def _serve(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._work([item for item, _ in batch])
        except asyncio.CancelledError:
            for _, future in batch:
                _refuse(future, TemporarilyUnavailable())
            raise
        except Exception as exc:  # noqa: BLE001 - whatever went wrong, each waiting request must hear of it
            _log.error("batch_failed", items=len(batch), exc_info=exc)
            results = [_as_unavailable(exc)] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                _refuse(future, result)
            elif not future.done():
                future.set_result(result)


def _refuse(future: asyncio.Future[Result], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _as_unavailable(error: Exception) -> Exception:
    unavailable = TemporarilyUnavailable()
    unavailable.__cause__ = error
    return unavailable
