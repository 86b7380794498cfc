from __future__ import annotations

import asyncio

import pytest

from mailbox.domain.errors import AlreadyStored
from mailbox.domain.ports import Store
from tests.contract.rows import an_entry, stored_mailbox


async def test_an_empty_log_has_no_head(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    async with store.read() as tx:
        assert await tx.log.head(mailbox_id) is None
        assert await tx.log.page(mailbox_id, before_seq=None, limit=10) == []


async def test_the_head_is_the_newest_entry_and_pages_go_back(store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    entries = [an_entry(mailbox_id, seq) for seq in range(12)]
    async with store.write() as tx:
        for entry in (*entries, an_entry(other, 0)):
            await tx.log.append(entry)
    async with store.read() as tx:
        assert await tx.log.head(mailbox_id) == (11, entries[11].commit)
        assert await tx.log.page(mailbox_id, before_seq=None, limit=2) == [entries[11], entries[10]]
        assert await tx.log.page(mailbox_id, before_seq=2, limit=5) == [entries[1], entries[0]]


async def test_a_place_in_the_chain_is_taken_once(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    async with store.write() as tx:
        await tx.log.append(an_entry(mailbox_id, 0))
    with pytest.raises(AlreadyStored):
        async with store.write() as tx:
            await tx.log.append(an_entry(mailbox_id, 0))


async def test_who_locks_the_mailbox_appends_without_gaps(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)

    async def append(place: Store) -> None:
        async with place.write() as tx:
            await tx.mailboxes.lock(mailbox_id)
            head = await tx.log.head(mailbox_id)
            await tx.log.append(an_entry(mailbox_id, 0 if head is None else head[0] + 1))

    await asyncio.gather(*(append(place) for place in (store, other_store) for _ in range(6)))
    async with store.read() as tx:
        found = await tx.log.page(mailbox_id, before_seq=None, limit=50)
    assert [entry.seq for entry in found] == list(range(11, -1, -1))


async def test_heads_of_several_logs_come_by_their_mailbox(store: Store) -> None:
    first, second, empty = [await stored_mailbox(store, number) for number in (1, 2, 3)]
    entries = [an_entry(first, 0), an_entry(second, 0), an_entry(first, 1), an_entry(first, 2)]
    async with store.write() as tx:
        await tx.log.append_all(entries)
        await tx.log.append_all([])
    async with store.read() as tx:
        assert await tx.log.heads({first, second, empty}) == {
            first: (2, entries[3].commit),
            second: (0, entries[1].commit),
        }
        assert await tx.log.heads(set()) == {}


async def test_entries_are_added_together_or_not_at_all(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    async with store.write() as tx:
        await tx.log.append(an_entry(second, 0))
    with pytest.raises(AlreadyStored):
        async with store.write() as tx:
            await tx.log.append_all([an_entry(first, 0), an_entry(second, 0)])
    async with store.read() as tx:
        assert await tx.log.head(first) is None
