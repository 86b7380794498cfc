"""Messages are counted by tag, also when they go out at once; yesterday's counts go."""

from __future__ import annotations

import asyncio

import pytest

from mailbox.domain.ports import Store


async def count(store: Store, tag: bytes, day: int = 7) -> int:
    async with store.write() as tx:
        return await tx.message_counts.add(tag, day=day)


async def test_each_tag_is_counted_by_itself(store: Store) -> None:
    assert [await count(store, tag) for tag in (b"one", b"one", b"other", b"one")] == [1, 2, 1, 3]


async def test_of_those_that_count_at_once_none_is_missed(store: Store) -> None:
    assert sorted(await asyncio.gather(*(count(store, b"one") for _ in range(8)))) == list(range(1, 9))


class Refused(Exception):
    """What a service raises when it was one too many."""


async def refused(store: Store) -> None:
    async with store.write() as tx:
        await tx.message_counts.add(b"one", day=7)
        raise Refused


async def test_what_is_not_committed_was_not_sent(store: Store) -> None:
    with pytest.raises(Refused):
        await refused(store)
    assert await count(store, b"one") == 1


async def test_days_before_are_forgotten(store: Store) -> None:
    await count(store, b"yesterday", 6)
    await count(store, b"today", 7)
    async with store.write() as tx:
        await tx.message_counts.forget(before_day=7)
    assert [await count(store, tag) for tag in (b"yesterday", b"today")] == [1, 2]
