"""A body may send so many letters a second, one by one or in bulk, and no other body notices."""

from __future__ import annotations

import asyncio

import pytest

from mailbox.api.problems import TooManyRequests
from mailbox.api.rate import RateLimit
from tests.api.machine import Machine
from tests.world import CJIB, NOW_MS, UWV, SetClock


def spend(rate: RateLimit, letters: int) -> int:
    """How many of these letters are taken."""
    for n in range(letters):
        try:
            rate.take(CJIB)
        except TooManyRequests:
            return n
    return letters


def test_two_seconds_may_be_saved_up_and_no_more() -> None:
    clock = SetClock()
    rate = RateLimit(10, clock)
    assert spend(rate, 100) == 20
    clock.ms += 500
    assert spend(rate, 100) == 5
    clock.ms += 3_600_000
    assert spend(rate, 100) == 20


def test_one_body_does_not_spend_anothers() -> None:
    rate = RateLimit(1, SetClock())
    spend(rate, 100)
    rate.take(UWV)


def test_who_must_wait_is_told_how_long() -> None:
    rate = RateLimit(1, SetClock())
    spend(rate, 100)
    with pytest.raises(TooManyRequests) as caught:
        rate.take(CJIB)
    assert caught.value.retry_seconds == 1


def test_a_clock_that_is_set_back_gives_nothing_away() -> None:
    clock = SetClock()
    rate = RateLimit(10, clock)
    spend(rate, 100)
    clock.ms -= 3_600_000
    assert spend(rate, 100) == 0


async def test_a_bulk_larger_than_the_bucket_is_paid_for_in_full() -> None:
    clock = SetClock()
    rate = RateLimit(10, clock)
    await asyncio.wait_for(rate.pace(CJIB, 64), timeout=5)  # 20 saved: 44 are owed
    for seconds, free in ((4.3, 0), (4.5, 1)):
        clock.ms = NOW_MS + int(seconds * 1000)
        assert spend(rate, 1) == free


async def test_the_answer_says_when_to_come_back(api: Machine) -> None:
    api.app.state.rate = RateLimit(1, api.clock)
    answers = [await api.send(kenmerk=f"A{n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert (answers[2].headers["retry-after"], answers[2].headers["content-type"]) == ("1", "application/problem+json")
    api.clock.ms += 1_000
    assert (await api.send(kenmerk="A2")).status_code == 202
