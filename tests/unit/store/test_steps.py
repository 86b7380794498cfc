"""A step on a connection is never left half-way."""

from __future__ import annotations

import asyncio

import pytest

from mailbox.store.steps import to_the_end


async def _step(done: list[str], *, fails: bool = False) -> str:
    for _ in range(5):
        await asyncio.sleep(0)
    done.append("done")
    if fails:
        raise ConnectionResetError
    return "result"


async def test_a_step_gives_what_it_gives() -> None:
    assert await to_the_end(_step([])) == "result"


async def test_a_step_that_fails_says_so() -> None:
    with pytest.raises(ConnectionResetError):
        await to_the_end(_step([], fails=True))


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("times", [1, 3])
async def test_who_gives_up_hears_of_it_after_the_step_has_ended(times: int, *, fails: bool) -> None:
    done: list[str] = []
    asking = asyncio.ensure_future(to_the_end(_step(done, fails=fails)))
    for _ in range(times):
        await asyncio.sleep(0)
        asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert done == ["done"]
