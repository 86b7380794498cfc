from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from consent import State
from mailbox.domain.identifiers import MailboxId
from mailbox.domain.ports import Store
from mailbox.domain.sealed import MailboxDirectory, MailboxKeys, MailboxRecord
from tests.contract.rows import a_grant, a_mailbox, an_id, stored_grant, stored_mailbox


def directory(record: MailboxRecord) -> MailboxDirectory:
    return MailboxDirectory(
        mailbox_id=record.mailbox_id,
        subject_box=record.subject_box,
        epoch=record.epoch.epoch,
        public=record.epoch.public,
        directory_mac=record.epoch.directory_mac,
        grant_generation=0,
        grants=(),
        grants_mac=None,
    )


async def test_finds_the_mailboxes_that_have_these_tags(store: Store) -> None:
    first, second, third = a_mailbox(1), a_mailbox(2), a_mailbox(3)
    async with store.write() as tx:
        await tx.mailboxes.add([third, first, second])
    async with store.read() as tx:
        found = await tx.mailboxes.with_tags([first.subject_tag, b"nobody", third.subject_tag])
    assert {first.subject_tag: directory(first), third.subject_tag: directory(third)} == found


async def test_no_tags_find_nothing(store: Store) -> None:
    async with store.read() as tx:
        assert await tx.mailboxes.with_tags([]) == {}
        assert await tx.mailboxes.grant_generations([]) == {}


async def test_gives_a_mailbox_directory_and_its_keys(store: Store) -> None:
    record = a_mailbox()
    async with store.write() as tx:
        await tx.mailboxes.add([record])
    async with store.read() as tx:
        assert directory(record) == await tx.mailboxes.directory_of(record.mailbox_id)
        keys = MailboxKeys(mailbox_id=record.mailbox_id, keyslot=record.keyslot, epochs=(record.epoch,))
        assert keys == await tx.mailboxes.keys_of(record.mailbox_id)


async def test_an_unknown_mailbox_has_no_directory_and_no_keys(store: Store) -> None:
    unknown = MailboxId(an_id(99))
    async with store.read() as tx:
        assert await tx.mailboxes.directory_of(unknown) is None
        assert await tx.mailboxes.keys_of(unknown) is None


async def test_a_directory_holds_the_live_grants_only(store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    active, offered = a_grant(mailbox_id, 1), a_grant(mailbox_id, 2, state=State.OFFERED)
    await stored_grant(store, offered)
    await stored_grant(store, active)
    await stored_grant(store, a_grant(mailbox_id, 3, state=State.REVOKED))
    await stored_grant(store, a_grant(mailbox_id, 4, state=State.EXPIRED))
    await stored_grant(store, a_grant(other, 5))
    async with store.read() as tx:
        found = await tx.mailboxes.directory_of(mailbox_id)
        by_tag = await tx.mailboxes.with_tags([a_mailbox(1).subject_tag])
        both = await tx.mailboxes.directories_of({mailbox_id, other, MailboxId(an_id(9))})
        assert await tx.mailboxes.directories_of(set()) == {}
    assert found is not None
    assert (active, offered) == found.grants
    assert [found] == list(by_tag.values())
    assert both.keys() == {mailbox_id, other}
    assert both[mailbox_id] == found


async def test_a_mailbox_whose_subject_is_known_is_left_out(store: Store) -> None:
    first = a_mailbox(1, tag=b"the same")
    second, third = a_mailbox(2, tag=b"the same"), a_mailbox(3)
    async with store.write() as tx:
        await tx.mailboxes.add([first])
        await tx.mailboxes.add([second, third])
    async with store.read() as tx:
        found = await tx.mailboxes.with_tags([b"the same", third.subject_tag])
        assert {b"the same": directory(first), third.subject_tag: directory(third)} == found
        assert await tx.mailboxes.keys_of(second.mailbox_id) is None


async def test_one_batch_may_name_a_subject_twice(store: Store) -> None:
    first, second = a_mailbox(1, tag=b"the same"), a_mailbox(2, tag=b"the same")
    async with store.write() as tx:
        await tx.mailboxes.add([first, second])
        found = await tx.mailboxes.with_tags([b"the same"])
    assert {b"the same": directory(first)} == found


async def test_two_who_make_the_same_mailboxes_end_with_one_each(store: Store, other_store: Store) -> None:
    tags = [f"tag {number}".encode() for number in range(20)]
    ours = [a_mailbox(number, tag=tag) for number, tag in enumerate(tags)]
    theirs = [a_mailbox(100 + number, tag=tag) for number, tag in enumerate(reversed(tags))]

    async def make(place: Store, records: list[MailboxRecord]) -> dict[bytes, MailboxDirectory]:
        async with place.write() as tx:
            await tx.mailboxes.add(records)
            return dict(await tx.mailboxes.with_tags(tags))

    seen = await asyncio.gather(make(store, ours), make(other_store, theirs))
    assert seen[0] == seen[1]
    assert set(tags) == set(seen[0])


async def test_a_generation_is_signed_with_its_grants(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    async with store.write() as tx:
        await tx.mailboxes.sign_grants(second, generation=2, mac=b"signed")
        found = await tx.mailboxes.directory_of(second)
        assert found is not None
        assert (found.grant_generation, found.grants_mac) == (2, b"signed")
        assert {first: 0, second: 2} == await tx.mailboxes.grant_generations([second, first, MailboxId(an_id(9))])


async def test_a_generation_waits_for_the_letters_that_were_sealed_for_it(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    order: list[str] = []
    holding = asyncio.Event()

    async def deliver() -> None:
        async with store.write() as tx:
            assert {mailbox_id: 0} == await tx.mailboxes.grant_generations([mailbox_id])
            holding.set()
            await asyncio.sleep(0.2)
            order.append("delivered")

    async def revoke() -> None:
        await holding.wait()
        async with other_store.write() as tx:
            await tx.mailboxes.lock(mailbox_id)
            await tx.mailboxes.sign_grants(mailbox_id, generation=1, mac=b"")
            order.append("revoked")

    await asyncio.gather(deliver(), revoke())
    assert order == ["delivered", "revoked"]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
async def test_batches_over_the_same_mailboxes_do_not_wait_for_each_other(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    async with store.write() as first, asyncio.timeout(5), other_store.write() as second:
        assert {mailbox_id: 0} == await first.mailboxes.grant_generations([mailbox_id])
        assert {mailbox_id: 0} == await second.mailboxes.grant_generations([mailbox_id])


async def test_who_locks_a_mailbox_is_alone_with_it(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)

    async def raise_generation(place: Store) -> None:
        async with place.write() as tx:
            await tx.mailboxes.lock(mailbox_id)
            seen = (await tx.mailboxes.grant_generations([mailbox_id]))[mailbox_id]
            await asyncio.sleep(0.02)
            await tx.mailboxes.sign_grants(mailbox_id, generation=seen + 1, mac=b"")
            assert {mailbox_id: seen + 1} == await tx.mailboxes.grant_generations([mailbox_id])

    await asyncio.gather(*(raise_generation(place) for place in (store, other_store) for _ in range(4)))
    async with store.read() as tx:
        found = await tx.mailboxes.directory_of(mailbox_id)
    assert found is not None
    assert found.grant_generation == 8


async def test_who_locks_several_waits_for_nobody_who_does_so_in_another_order(
    store: Store, other_store: Store
) -> None:
    mailboxes = [await stored_mailbox(store, number) for number in (1, 2, 3)]

    async def raise_generations(place: Store, order: list[MailboxId]) -> None:
        async with place.write() as tx:
            await tx.mailboxes.lock_all(order)
            for mailbox_id, seen in (await tx.mailboxes.grant_generations(order)).items():
                await tx.mailboxes.sign_grants(mailbox_id, generation=seen + 1, mac=b"")

    orders = [(store, mailboxes), (other_store, mailboxes[::-1])] * 4
    await asyncio.gather(*(raise_generations(place, order) for place, order in orders))
    async with store.write() as tx:
        await tx.mailboxes.lock_all([])
        assert set((await tx.mailboxes.grant_generations(mailboxes)).values()) == {8}


async def test_the_newest_epoch_is_the_one_to_seal_to(store: Store, database_url: str) -> None:
    """No port makes a second epoch yet; the row is written as a rotation would."""
    from sqlalchemy import insert
    from sqlalchemy.ext.asyncio import create_async_engine

    from mailbox.store.tables import mailbox_epoch

    record = a_mailbox()
    newer = replace(record.epoch, epoch=2, public=b"newer")
    async with store.write() as tx:
        await tx.mailboxes.add([record])
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        values = {name: getattr(newer, name) for name in ("epoch", "public", "directory_mac", "seed_wrap")}
        await connection.execute(insert(mailbox_epoch).values(mailbox_id=record.mailbox_id, **values))
    await engine.dispose()
    async with store.read() as tx:
        found, keys = await tx.mailboxes.directory_of(record.mailbox_id), await tx.mailboxes.keys_of(record.mailbox_id)
    assert found is not None
    assert keys is not None
    assert (found.epoch, found.public) == (2, b"newer")
    assert (newer, record.epoch) == keys.epochs


async def test_a_mailbox_keeps_one_note_of_money_of_each_kind(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    async with store.write() as tx:
        await tx.mailboxes.keep_money_notes(first, {"a": b"one", "b": b"other"})
    async with store.write() as tx:
        await tx.mailboxes.keep_money_notes(first, {"a": b"two"})
        await tx.mailboxes.keep_money_notes(second, {})
    async with store.read() as tx:
        assert await tx.mailboxes.money_notes(first, ["a", "b", "c"]) == {"a": b"two", "b": b"other"}
        assert await tx.mailboxes.money_notes(first, ["a"]) == {"a": b"two"}
        assert await tx.mailboxes.money_notes(second, ["a"]) == {}
