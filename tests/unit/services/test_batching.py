"""Requests that arrive together share a batch; lanes are fair; failures reach who waits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from mailbox.domain.errors import NotFound, TemporarilyUnavailable
from mailbox.services.batching import BATCH, MASS_SHARE, Batcher, Lane


class Desk:
    """Doubles what it gets, batch by batch, when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()

    async def work(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        await self.open.wait()
        return [NotFound() if item < 0 else item * 2 for item in items]


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[Batcher[int, int]]:
    batcher: Batcher[int, int] = Batcher(desk.work)
    batcher.start()
    try:
        yield batcher
    finally:
        await batcher.stop()


async def submit_all(batcher: Batcher[int, int], items: Sequence[int], lane: Lane) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(batcher.submit(item, lane)) for item in items]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_who_waits_while_a_batch_is_worked_on_shares_the_next() -> None:
    desk = Desk()
    async with running(desk) as batcher:
        first = await submit_all(batcher, [1], Lane.SINGLE)
        rest = await submit_all(batcher, [2, 3, 4], Lane.SINGLE)
        desk.open.set()
        assert await asyncio.gather(*first, *rest) == [2, 4, 6, 8]
    assert desk.batches == [[1], [2, 3, 4]]


async def test_each_waits_for_its_own_result() -> None:
    desk = Desk()
    desk.open.set()
    async with running(desk) as batcher:
        good, bad = await submit_all(batcher, [5, -1], Lane.SINGLE)
        assert await good == 10
        with pytest.raises(NotFound):
            await bad


async def test_the_single_lane_goes_first_and_the_mass_lane_keeps_its_share() -> None:
    desk = Desk()
    async with running(desk) as batcher:
        waiting = await submit_all(batcher, [0], Lane.MASS)
        waiting += await submit_all(batcher, range(1000, 1000 + BATCH), Lane.MASS)
        waiting += await submit_all(batcher, range(1, BATCH + 1), Lane.SINGLE)
        desk.open.set()
        await asyncio.gather(*waiting)
    second = desk.batches[1]
    assert len(second) == BATCH
    assert list(range(1, BATCH - MASS_SHARE + 1)) == second[: BATCH - MASS_SHARE]
    assert list(range(1000, 1000 + MASS_SHARE)) == second[BATCH - MASS_SHARE :]


async def test_a_batch_that_fails_refuses_all_of_it_and_work_goes_on() -> None:
    outcomes = deque([RuntimeError("disk"), None])

    async def work(items: Sequence[int]) -> Sequence[int | Exception]:
        error = outcomes.popleft()
        if error is not None:
            raise error
        return list(items)

    batcher: Batcher[int, int] = Batcher(work)
    batcher.start()
    with capture_logs() as logged, pytest.raises(TemporarilyUnavailable):
        await batcher.submit(1, Lane.SINGLE)
    assert [(line["event"], type(line["exc_info"])) for line in logged] == [("batch_failed", RuntimeError)]
    assert await batcher.submit(2, Lane.SINGLE) == 2
    await batcher.stop()


async def test_stopping_refuses_who_still_waits() -> None:
    desk = Desk()
    async with running(desk) as batcher:
        under_way = await submit_all(batcher, [1], Lane.SINGLE)
        waiting = await submit_all(batcher, [2], Lane.SINGLE)
    for task in (*under_way, *waiting):
        with pytest.raises(TemporarilyUnavailable):
            await task


async def test_nothing_is_taken_before_the_start() -> None:
    with pytest.raises(TemporarilyUnavailable):
        await Batcher(Desk().work).submit(1, Lane.SINGLE)
