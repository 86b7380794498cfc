"""Reading a timeline: order, pages, and what is new."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ports import Store
from mailbox.domain.sealed import Cursor, SealedLetter
from tests.contract.rows import a_letter, an_id, stored_letters, stored_mailbox, with_key_for

HELPER = an_id(77)


async def page(
    store: Store,
    mailbox_id: MailboxId,
    recipient_id: bytes | None = None,
    *,
    visible_at_ms: int = 9_000,
    before: SealedLetter | None = None,
    limit: int = 50,
    archived: bool | None = None,
) -> list[LetterId]:
    cursor = None if before is None else Cursor(publish_ms=before.publish_ms, letter_id=before.letter_id)
    async with store.read() as tx:
        found = await tx.letters.page(
            mailbox_id,
            recipient_id or mailbox_id,
            visible_at_ms=visible_at_ms,
            before=cursor,
            limit=limit,
            archived=archived,
        )
    return [summary.letter_id for summary in found]


async def test_newest_first_and_within_one_instant_by_id(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    old = a_letter(mailbox_id, 9, publish_ms=1_000)
    same = [a_letter(mailbox_id, number, publish_ms=2_000) for number in (3, 1, 2)]
    new = a_letter(mailbox_id, 0, publish_ms=3_000)
    await stored_letters(store, old, *same, new)
    assert await page(store, mailbox_id) == [an_id(0), an_id(3), an_id(2), an_id(1), an_id(9)]


async def test_a_cursor_gives_what_comes_strictly_after(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letters = [a_letter(mailbox_id, number, publish_ms=2_000 + number // 2) for number in range(6)]
    await stored_letters(store, *letters)
    assert await page(store, mailbox_id, before=letters[4], limit=2) == [an_id(3), an_id(2)]
    assert await page(store, mailbox_id, before=letters[0]) == []


async def test_what_is_not_published_is_not_there(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    now, later = a_letter(mailbox_id, 1, publish_ms=5_000), a_letter(mailbox_id, 2, publish_ms=5_001)
    await stored_letters(store, now, later)
    assert await page(store, mailbox_id, visible_at_ms=5_000) == [an_id(1)]
    assert await page(store, mailbox_id, visible_at_ms=5_000, before=later) == [an_id(1)]
    assert await page(store, mailbox_id, visible_at_ms=5_001) == [an_id(2), an_id(1)]


async def test_some_letters_are_those_of_them_that_are_published_and_ours(store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store), await stored_mailbox(store, 50)
    letters = [a_letter(mailbox_id, number, publish_ms=5_000 + number) for number in range(3)]
    await stored_letters(store, *letters, a_letter(other, 9, publish_ms=1))
    asked = [LetterId(an_id(number)) for number in (0, 2, 9, 8)]
    async with store.read() as tx:
        found = await tx.letters.some(mailbox_id, mailbox_id, asked, visible_at_ms=5_001)
        assert [(one, row.letter_id, row.meta_box) for one, row in found.items()] == [
            (an_id(0), an_id(0), letters[0].meta_box)
        ]
        assert await tx.letters.some(mailbox_id, HELPER, asked, visible_at_ms=9_000) == {}
        assert await tx.letters.some(mailbox_id, mailbox_id, [], visible_at_ms=9_000) == {}


async def test_texts_are_those_of_letters_that_are_published_and_ours(store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store), await stored_mailbox(store, 50)
    letters = [a_letter(mailbox_id, number, publish_ms=5_000 + number) for number in range(3)]
    await stored_letters(store, *letters, a_letter(other, 9, publish_ms=1))
    asked = [LetterId(an_id(number)) for number in (0, 2, 9, 8)]
    async with store.read() as tx:
        assert await tx.letters.bodies(mailbox_id, mailbox_id, asked, visible_at_ms=5_001) == {
            an_id(0): letters[0].body_box
        }
        assert await tx.letters.bodies(mailbox_id, HELPER, asked, visible_at_ms=9_000) == {}
        assert await tx.letters.bodies(mailbox_id, mailbox_id, [], visible_at_ms=9_000) == {}


async def test_a_reader_sees_only_letters_with_a_key_and_only_in_that_mailbox(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    keyed = with_key_for(a_letter(first, 2), HELPER)
    await stored_letters(
        store, a_letter(first, 1), keyed, a_letter(first, 3), with_key_for(a_letter(second, 4), HELPER)
    )
    assert await page(store, first, HELPER) == [an_id(2)]
    assert await page(store, second, first) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    instants=st.lists(st.integers(1_000, 1_004), max_size=12),
    limit=st.integers(1, 5),
    visible_at_ms=st.integers(999, 1_005),
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_pages_together_are_the_whole_timeline(
    store: Store, instants: list[int], limit: int, visible_at_ms: int
) -> None:
    number = int.from_bytes(HELPER) + 1
    async with store.read() as tx:
        while await tx.mailboxes.directory_of(MailboxId(an_id(number))) is not None:
            number += 1
    mailbox_id = await stored_mailbox(store, number)
    letters = [a_letter(mailbox_id, number * 1_000 + n, publish_ms=ms) for n, ms in enumerate(instants)]
    await stored_letters(store, *letters)
    visible = [letter for letter in letters if letter.publish_ms <= visible_at_ms]
    visible.sort(key=lambda letter: (letter.publish_ms, letter.letter_id), reverse=True)
    seen: list[LetterId] = []
    by_id = {letter.letter_id: letter for letter in letters}
    while found := await page(
        store, mailbox_id, visible_at_ms=visible_at_ms, before=by_id[seen[-1]] if seen else None, limit=limit
    ):
        seen += found
    assert [letter.letter_id for letter in visible] == seen


async def read_marks(store: Store, mailbox_id: MailboxId, recipient_id: bytes) -> list[int | None]:
    async with store.read() as tx:
        found = await tx.letters.page(mailbox_id, recipient_id, visible_at_ms=9_000, before=None, limit=50)
    return [summary.read_ms for summary in found]


async def test_the_first_read_mark_stays_and_is_for_the_citizen_alone(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letter = with_key_for(a_letter(mailbox_id), HELPER)
    await stored_letters(store, letter)
    async with store.write() as tx:
        await tx.letters.mark_read(mailbox_id, letter.letter_id, at_ms=6_000)
        await tx.letters.mark_read(mailbox_id, letter.letter_id, at_ms=7_000)
    assert await read_marks(store, mailbox_id, mailbox_id) == [6_000]
    assert await read_marks(store, mailbox_id, HELPER) == [None]


async def test_a_mark_can_be_taken_back_and_set_again(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letter = a_letter(mailbox_id)
    await stored_letters(store, letter)
    async with store.write() as tx:
        await tx.letters.mark_read(mailbox_id, letter.letter_id, at_ms=6_000)
        await tx.letters.mark_unread(mailbox_id, letter.letter_id)
    assert await read_marks(store, mailbox_id, mailbox_id) == [None]
    async with store.write() as tx:
        await tx.letters.mark_read(mailbox_id, letter.letter_id, at_ms=7_000)
    assert await read_marks(store, mailbox_id, mailbox_id) == [7_000]


async def test_a_letter_of_someone_else_cannot_be_marked(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    letter = a_letter(first)
    await stored_letters(store, letter)
    async with store.write() as tx:
        await tx.letters.mark_read(second, letter.letter_id, at_ms=6_000)
        await tx.letters.mark_read(first, LetterId(an_id(9)), at_ms=6_000)
    assert await read_marks(store, first, first) == [None]
    async with store.write() as tx:
        await tx.letters.mark_read(first, letter.letter_id, at_ms=6_000)
        await tx.letters.mark_unread(second, letter.letter_id)
    assert await read_marks(store, first, first) == [6_000]


async def archived_at(store: Store, mailbox_id: MailboxId, recipient_id: bytes) -> list[int | None]:
    async with store.read() as tx:
        found = await tx.letters.page(mailbox_id, recipient_id, visible_at_ms=9_000, before=None, limit=50)
    return [summary.archived_ms for summary in found]


async def test_what_was_put_away_is_asked_for_alone_or_left_out(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letters = [with_key_for(a_letter(mailbox_id, number, publish_ms=5_000 + number), HELPER) for number in range(4)]
    await stored_letters(store, *letters)
    async with store.write() as tx:
        for number, at_ms in ((1, 6_000), (3, 7_000), (3, 8_000)):
            await tx.letters.archive(mailbox_id, letters[number].letter_id, at_ms=at_ms)
        assert await tx.letters.count_archived(mailbox_id) == 2
    assert await page(store, mailbox_id) == [an_id(3), an_id(2), an_id(1), an_id(0)]
    assert await page(store, mailbox_id, archived=True, limit=1) == [an_id(3)]
    assert await page(store, mailbox_id, archived=True, before=letters[3]) == [an_id(1)]
    assert await page(store, mailbox_id, archived=False) == [an_id(2), an_id(0)]
    assert await archived_at(store, mailbox_id, mailbox_id) == [7_000, None, 6_000, None]
    assert await archived_at(store, mailbox_id, HELPER) == [None] * 4


async def test_what_was_put_away_comes_back_and_is_put_away_by_nobody_else(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    letter = a_letter(first)
    await stored_letters(store, letter)
    async with store.write() as tx:
        await tx.letters.archive(second, letter.letter_id, at_ms=6_000)
    assert await archived_at(store, first, first) == [None]
    async with store.write() as tx:
        await tx.letters.archive(first, letter.letter_id, at_ms=6_000)
        await tx.letters.restore(second, letter.letter_id)
    assert await archived_at(store, first, first) == [6_000]
    async with store.write() as tx:
        await tx.letters.restore(first, letter.letter_id)
        assert await tx.letters.count_archived(first) == 0
    assert await page(store, first, archived=False) == [letter.letter_id]


async def test_counts_what_is_published_and_not_marked(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    letters = [a_letter(first, number, publish_ms=5_000 + number) for number in range(4)]
    await stored_letters(store, *letters, a_letter(second, 9))
    async with store.write() as tx:
        await tx.letters.mark_read(first, letters[1].letter_id, at_ms=6_000)
        counts = [await tx.letters.count_new(first, visible_at_ms=at) for at in (4_999, 5_000, 5_001, 5_002, 9_000)]
        assert counts == [0, 1, 1, 2, 3]
        assert await tx.letters.count_new(second, visible_at_ms=9_000) == 1
