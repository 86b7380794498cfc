"""Adding letters: once, whole, and with their keys."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from mailbox.domain.errors import AlreadyStored
from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ports import Store
from mailbox.domain.sealed import SealedKey, SealedLetter, SealedSummary, SealedText, Submission
from tests.contract.rows import a_letter, an_id, stored_letters, stored_mailbox, with_attachments, with_key_for

HELPER = an_id(77)


def summary(letter: SealedLetter, *, key: int = 0, read_ms: int | None = None) -> SealedSummary:
    return SealedSummary(
        letter_id=letter.letter_id,
        publish_ms=letter.publish_ms,
        received_ms=letter.received_ms,
        meta_box=letter.meta_box,
        key=letter.keys[key].blob,
        read_ms=read_ms,
    )


async def test_a_stored_letter_comes_back_as_it_was(store: Store) -> None:
    letter = a_letter(await stored_mailbox(store))
    await stored_letters(store, letter)
    async with store.read() as tx:
        found = await tx.letters.get(letter.mailbox_id, letter.mailbox_id, letter.letter_id, visible_at_ms=5_000)
    assert SealedText(summary=summary(letter), body_box=letter.body_box) == found


async def test_nobody_gets_a_letter_too_early_or_from_another_mailbox_or_without_a_key(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    letter = a_letter(first, publish_ms=5_000)
    await stored_letters(store, letter)
    async with store.read() as tx:
        assert await tx.letters.get(first, first, letter.letter_id, visible_at_ms=4_999) is None
        assert await tx.letters.get(second, first, letter.letter_id, visible_at_ms=5_000) is None
        assert await tx.letters.get(second, second, letter.letter_id, visible_at_ms=5_000) is None
        assert await tx.letters.get(first, HELPER, letter.letter_id, visible_at_ms=5_000) is None
        assert await tx.letters.get(first, first, LetterId(an_id(9)), visible_at_ms=5_000) is None


async def test_each_recipient_gets_its_own_key(store: Store) -> None:
    letter = with_key_for(a_letter(await stored_mailbox(store)), HELPER)
    await stored_letters(store, letter)
    async with store.read() as tx:
        own = await tx.letters.get(letter.mailbox_id, letter.mailbox_id, letter.letter_id, visible_at_ms=5_000)
        theirs = await tx.letters.get(letter.mailbox_id, HELPER, letter.letter_id, visible_at_ms=5_000)
    assert own is not None
    assert theirs is not None
    assert (summary(letter, key=0), summary(letter, key=1)) == (own.summary, theirs.summary)


async def test_a_submission_tells_what_the_sender_may_know(store: Store) -> None:
    letter = replace(a_letter(await stored_mailbox(store)), remarks_box=b"for the service")
    await stored_letters(store, letter)
    expected = Submission(
        letter_id=letter.letter_id,
        mailbox_id=letter.mailbox_id,
        owner_tag=letter.owner_tag,
        content_tag=letter.content_tag,
        received_ms=letter.received_ms,
        publish_ms=letter.publish_ms,
        remarks_box=b"for the service",
    )
    async with store.read() as tx:
        found = await tx.letters.submissions([LetterId(an_id(9)), letter.letter_id])
        none = await tx.letters.submissions([])
    assert {letter.letter_id: expected} == found
    assert none == {}


async def test_a_letter_is_stored_once_and_its_batch_leaves_nothing(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    first, new = a_letter(mailbox_id, 2), a_letter(mailbox_id, 1)
    await stored_letters(store, first)
    with pytest.raises(AlreadyStored):
        await stored_letters(store, new, replace(first, body_box=b"other"))
    async with store.read() as tx:
        page = await tx.letters.page(mailbox_id, mailbox_id, visible_at_ms=9_000, before=None, limit=10)
        assert [summary(first)] == page
        assert set(await tx.letters.submissions([first.letter_id, new.letter_id])) == {first.letter_id}


async def test_two_who_store_the_same_letters_at_once_store_them_once(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letters = [a_letter(mailbox_id, number) for number in range(10)]

    async def deliver(place: Store, batch: list[SealedLetter]) -> str:
        try:
            async with place.write() as tx:
                assert await tx.mailboxes.grant_generations([mailbox_id]) == {mailbox_id: 0}
                await tx.letters.add(batch)
                await asyncio.sleep(0.05)
        except AlreadyStored:
            return "already stored"
        return "stored"

    outcomes = await asyncio.gather(deliver(store, letters), deliver(other_store, letters[::-1]))
    assert sorted(outcomes) == ["already stored", "stored"]
    async with store.read() as tx:
        page = await tx.letters.page(mailbox_id, mailbox_id, visible_at_ms=9_000, before=None, limit=50)
    assert len(page) == 10


async def test_many_writers_at_once_lose_no_letter(store: Store, other_store: Store) -> None:
    mailbox_ids = [await stored_mailbox(store, number) for number in range(4)]
    batches = [
        [a_letter(mailbox_ids[(batch + number) % 4], batch * 100 + number) for number in range(8)]
        for batch in range(12)
    ]

    async def deliver(place: Store, batch: list[SealedLetter]) -> None:
        async with place.write() as tx:
            await tx.mailboxes.grant_generations([letter.mailbox_id for letter in batch])
            await tx.letters.add(batch)

    places = [store, other_store] * 6
    await asyncio.gather(*(deliver(place, batch) for place, batch in zip(places, batches, strict=True)))
    async with store.read() as tx:
        counts = [await tx.letters.count_new(mailbox_id, visible_at_ms=9_000) for mailbox_id in mailbox_ids]
    assert counts == [24, 24, 24, 24]


async def test_adding_no_letters_is_nothing(store: Store) -> None:
    async with store.write() as tx:
        await tx.letters.add([])


async def test_finds_where_an_attachment_lies(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letter = with_attachments(a_letter(mailbox_id), "a" * 32, "b" * 32)
    await stored_letters(store, letter)
    async with store.read() as tx:
        names = [await tx.letters.object_name(mailbox_id, letter.letter_id, number) for number in range(3)]
        elsewhere = await tx.letters.object_name(MailboxId(an_id(9)), letter.letter_id, 0)
    assert names == ["a" * 32, "b" * 32, None]
    assert elsewhere is None


async def test_tells_which_objects_a_letter_refers_to(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    await stored_letters(store, with_attachments(a_letter(mailbox_id), "a" * 32, "b" * 32))
    async with store.read() as tx:
        found = await tx.letters.object_names(["b" * 32, "c" * 32, "b" * 32])
        none = await tx.letters.object_names([])
    assert found == ["b" * 32]
    assert none == []


async def keys_of(store: Store, letter: SealedLetter, *recipients: bytes) -> list[bytes | None]:
    async with store.read() as tx:
        found = [
            await tx.letters.get(letter.mailbox_id, recipient, letter.letter_id, visible_at_ms=9_000)
            for recipient in recipients
        ]
    return [None if text is None else text.summary.key for text in found]


def key(letter: SealedLetter, recipient_id: bytes, blob: bytes) -> SealedKey:
    return SealedKey(letter_id=letter.letter_id, recipient_id=recipient_id, blob=blob)


async def test_a_key_can_be_added_and_the_first_one_stays(store: Store) -> None:
    letter = a_letter(await stored_mailbox(store))
    await stored_letters(store, letter)
    async with store.write() as tx:
        await tx.letters.add_keys(letter.mailbox_id, [key(letter, HELPER, b"first")])
        await tx.letters.add_keys(letter.mailbox_id, [key(letter, HELPER, b"second"), key(letter, an_id(78), b"new")])
        await tx.letters.add_keys(letter.mailbox_id, [])
    assert await keys_of(store, letter, HELPER, an_id(78)) == [b"first", b"new"]


async def test_a_replaced_key_is_the_new_one_and_a_deleted_one_stays_deleted(store: Store) -> None:
    letter = with_key_for(a_letter(await stored_mailbox(store)), HELPER)
    await stored_letters(store, letter)
    async with store.write() as tx:
        await tx.letters.remove_keys(letter.mailbox_id, HELPER)
        filed = [key(letter, letter.mailbox_id, b"filed"), key(letter, HELPER, b"filed")]
        await tx.letters.replace_keys(letter.mailbox_id, filed)
    assert await keys_of(store, letter, letter.mailbox_id, HELPER) == [b"filed", None]


async def test_removing_keys_touches_one_recipient_of_one_mailbox(store: Store) -> None:
    first = with_key_for(a_letter(await stored_mailbox(store, 1), 1), HELPER)
    second = with_key_for(a_letter(await stored_mailbox(store, 2), 2), HELPER)
    await stored_letters(store, first, second)
    async with store.write() as tx:
        await tx.letters.remove_keys(first.mailbox_id, HELPER)
    assert await keys_of(store, first, first.mailbox_id, HELPER) == [first.keys[0].blob, None]
    assert await keys_of(store, second, HELPER) == [second.keys[1].blob]


async def test_all_letters_of_a_mailbox_are_named(store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    await stored_letters(store, a_letter(mailbox_id, 1), a_letter(mailbox_id, 2, publish_ms=2**60), a_letter(other, 3))
    async with store.read() as tx:
        assert set(await tx.letters.ids(mailbox_id)) == {LetterId(an_id(1)), LetterId(an_id(2))}
        assert await tx.letters.ids(MailboxId(an_id(9))) == []


async def test_counts_the_letters_of_one_mailbox_published_or_not(store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    await stored_letters(store, a_letter(mailbox_id, 1), a_letter(mailbox_id, 2, publish_ms=2**60), a_letter(other, 3))
    async with store.read() as tx:
        assert [await tx.letters.count(one) for one in (mailbox_id, other, MailboxId(an_id(9)))] == [2, 1, 0]
