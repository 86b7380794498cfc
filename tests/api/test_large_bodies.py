"""Few large letters are in memory at once; who has to wait too long is told to come back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from mailbox.api.large_bodies import LARGE, LargeBodies
from tests.api.machine import BERICHTEN, BULK, Machine, results
from tests.berichten import bericht


def large(reference: str) -> bytes:
    """A letter in much white space."""
    return json.dumps(bericht(kenmerk=reference)).encode() + b" " * LARGE


def small(reference: str) -> bytes:
    return json.dumps(bericht(kenmerk=reference)).encode()


@asynccontextmanager
async def all_turns_taken(api: Machine) -> AsyncIterator[None]:
    bodies: LargeBodies = api.app.state.large_bodies
    async with AsyncExitStack() as stack:
        for _ in range(api.app.state.settings.large_bodies):
            await stack.enter_context(bodies.turn()).take()
        yield


@pytest.mark.parametrize("path", [BERICHTEN, BULK])
async def test_when_all_turns_are_taken_a_large_letter_is_sent_away_and_small_ones_are_not(
    api: Machine, path: str
) -> None:
    async with all_turns_taken(api):
        refused, taken = await asyncio.gather(
            api.send_raw(large("A") + b"\n", path=path), api.send_raw(small("B"), path=path)
        )
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (503, "tijdelijk-niet-beschikbaar")
        assert int(refused.headers["retry-after"]) > 0
        assert taken.status_code in {200, 202}
    assert (await api.send_raw(large("A"), path=path)).status_code in {200, 202}


async def test_a_letter_that_does_not_say_how_large_it_is_waits_as_well(api: Machine) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield small("A")

    async with all_turns_taken(api):
        assert (await api.send_raw(chunks())).status_code == 503
    assert (await api.send_raw(chunks())).status_code == 202


@pytest.mark.parametrize("path", [BERICHTEN, BULK])
async def test_whatever_becomes_of_a_large_letter_its_turn_is_given_back(api: Machine, path: str) -> None:
    async def too_long() -> AsyncIterator[bytes]:
        while True:
            yield b" " * LARGE

    for body in (b"{" + b" " * LARGE, too_long()):
        await api.send_raw(body, path=path)
    async with asyncio.timeout(5), all_turns_taken(api):
        pass


async def test_a_bulk_holds_a_turn_only_for_its_large_lines(api: Machine) -> None:
    more = asyncio.Event()

    async def lines() -> AsyncIterator[bytes]:
        yield large("A") + b"\n"
        yield small("B") + b"\n"
        more.set()
        async with all_turns_taken(api):
            yield small("C") + b"\n"

    async with asyncio.timeout(5):
        answer = await api.send_raw(lines(), path=BULK)
    assert more.is_set()
    assert [line["status"] for line in results(answer)] == [202, 202, 202]
