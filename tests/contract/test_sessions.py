from __future__ import annotations

import asyncio
from dataclasses import replace

from mailbox.domain.ports import Store
from tests.contract.rows import a_session, stored_mailbox


async def test_a_session_lives_until_it_is_removed(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    session, other = a_session(mailbox_id, b"one"), a_session(mailbox_id, b"two")
    async with store.write() as tx:
        await tx.sessions.add(session)
        await tx.sessions.add(other)
        assert await tx.sessions.get(b"one") == session
        await tx.sessions.touch(b"one", at_ms=8_000)
        assert await tx.sessions.get(b"one") == replace(session, last_seen_ms=8_000)
        await tx.sessions.remove(b"one")
        assert await tx.sessions.get(b"one") is None
        assert await tx.sessions.get(b"two") == other


async def test_a_person_sees_their_sessions_and_ends_one_of_them(store: Store) -> None:
    own, others = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    second, first = a_session(own, b"two", created_ms=9_000), a_session(own, b"one", created_ms=8_000)
    theirs = replace(a_session(others, b"three"), device_box=None)
    async with store.write() as tx:
        for session in (second, first, theirs):
            await tx.sessions.add(session)
        assert list(await tx.sessions.of(own)) == [first, second]
        assert list(await tx.sessions.of(others)) == [theirs]
        await tx.sessions.remove_one(own, b"three")
        await tx.sessions.remove_one(own, b"one")
        assert [list(await tx.sessions.of(one)) for one in (own, others)] == [[second], [theirs]]


async def test_all_sessions_of_one_person_end(store: Store) -> None:
    leaving, staying = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    stays = a_session(staying, b"three")
    async with store.write() as tx:
        for session in (a_session(leaving, b"one"), a_session(leaving, b"two"), stays):
            await tx.sessions.add(session)
        await tx.sessions.remove_of(leaving)
        assert [await tx.sessions.get(tag) for tag in (b"one", b"two", b"three")] == [None, None, stays]


async def test_sessions_end_by_age_and_by_silence(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    old = a_session(mailbox_id, b"old", created_ms=999, last_seen_ms=9_000)
    silent = a_session(mailbox_id, b"silent", created_ms=5_000, last_seen_ms=7_999)
    alive = a_session(mailbox_id, b"alive", created_ms=1_000, last_seen_ms=8_000)
    async with store.write() as tx:
        for session in (old, silent, alive):
            await tx.sessions.add(session)
        await tx.sessions.remove_before(created_ms=1_000, last_seen_ms=8_000)
        assert [await tx.sessions.get(tag) for tag in (b"old", b"silent", b"alive")] == [None, None, alive]


async def test_wrong_codes_are_counted_per_person_and_since_when(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    async with store.write() as tx:
        for at_ms in (1_000, 2_000, 2_000):
            await tx.sessions.add_attempt(first, at_ms=at_ms)
        await tx.sessions.add_attempt(second, at_ms=1_000)
        counts = [await tx.sessions.count_attempts(first, since_ms=since) for since in (1_000, 1_001, 2_001)]
        assert counts == [3, 2, 0]
        assert await tx.sessions.count_attempts(second, since_ms=0) == 1


async def test_wrong_codes_are_forgotten_by_age(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    async with store.write() as tx:
        for at_ms in (1_000, 2_000):
            await tx.sessions.add_attempt(mailbox_id, at_ms=at_ms)
        await tx.sessions.forget_attempts(before_ms=2_000)
        assert await tx.sessions.count_attempts(mailbox_id, since_ms=0) == 1


async def test_wrong_codes_at_one_instant_are_all_counted(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)

    async def fail(place: Store) -> None:
        async with place.write() as tx:
            await tx.sessions.add_attempt(mailbox_id, at_ms=1_000)

    await asyncio.gather(*(fail(place) for place in (store, other_store) for _ in range(4)))
    async with store.read() as tx:
        assert await tx.sessions.count_attempts(mailbox_id, since_ms=1_000) == 8
