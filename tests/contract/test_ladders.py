"""Ladders and their steps in the store: what waits, what is due, what happened; the same on both databases."""

from __future__ import annotations

from dataclasses import replace

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ladder import Rung
from mailbox.domain.ports import Store
from mailbox.domain.sealed import BillMark, LadderStep
from tests.contract.rows import a_letter, stored_letters, stored_mailbox


def a_step(mailbox_id: MailboxId, number: int, *, letter: int = 1, rung: Rung = Rung.HELPER) -> LadderStep:
    return LadderStep(
        mailbox_id=mailbox_id,
        step_id=bytes([number]) * 16,
        letter_id=LetterId(bytes([letter]) * 16),
        rung=rung.value,
        due_ms=number * 1_000,
        unread=True,
    )


async def waiting(store: Store) -> list[int]:
    """The numbers of the steps that wait, in the order in which they are due."""
    async with store.read() as tx:
        return [step.step_id[0] for step in await tx.ladders.due(now_ms=99_000, limit=10)]


async def planned(store: Store, *steps: LadderStep) -> None:
    async with store.write() as tx:
        await tx.ladders.plan(steps)


async def test_what_was_chosen_is_kept_replaced_and_gone(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    async with store.write() as tx:
        assert await tx.ladders.get(mailbox_id) is None
        await tx.ladders.keep(mailbox_id, b"one")
        await tx.ladders.keep(mailbox_id, b"two")
        assert await tx.ladders.get(mailbox_id) == b"two"
        directory = await tx.mailboxes.directory_of(mailbox_id)
        assert directory is not None
        assert directory.ladder_box == b"two"
        await tx.ladders.remove(mailbox_id)
        assert await tx.ladders.get(mailbox_id) is None


async def test_what_is_due_comes_the_longest_first_and_so_many(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    steps = [a_step(mailbox_id, number) for number in (3, 1, 2)]
    await planned(store, *steps)
    async with store.read() as tx:
        assert await tx.ladders.due(now_ms=999, limit=10) == []
        assert await tx.ladders.due(now_ms=2_000, limit=10) == [steps[1], steps[2]]
        assert await tx.ladders.due(now_ms=9_000, limit=1) == [steps[1]]
        assert await tx.ladders.due(now_ms=9_000, limit=9, after=steps[1]) == [steps[2], steps[0]]
        assert await tx.ladders.due(now_ms=9_000, limit=9, after=steps[0]) == []


async def test_what_happened_stays_known_and_waits_no_more(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    first, second, skipped = (a_step(mailbox_id, number) for number in (1, 2, 3))
    await planned(store, first, second, skipped)
    async with store.write() as tx:
        await tx.ladders.take(second, at_ms=7_000)
        await tx.ladders.take(first, at_ms=8_000)
        await tx.ladders.take(first, at_ms=9_000)  # it happened before
        await tx.ladders.skip(skipped)
        await tx.ladders.skip(first)
        assert await tx.ladders.get_step(mailbox_id, first.step_id, now_ms=9_000) is None
        taken = [replace(second, taken_ms=7_000), replace(first, taken_ms=8_000)]
        assert await tx.ladders.taken(mailbox_id, first.letter_id, now_ms=9_000) == taken
        await tx.ladders.remove(mailbox_id)
        assert await tx.ladders.taken(mailbox_id, first.letter_id, now_ms=9_000) == taken
    assert await waiting(store) == []


async def test_who_says_to_have_paid_is_silent_of_what_is_to_be_paid(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    mark = BillMark(bill_tag=b"bill", matter_tag=None, place=b"1")
    await planned(store, replace(a_step(mailbox_id, 1), bill=mark), a_step(mailbox_id, 2))
    for muted, expected in ((True, [2]), (False, [1, 2])):
        async with store.write() as tx:
            await tx.ladders.mute(mailbox_id, [LetterId(b"\x01" * 16)], muted=muted)
        assert await waiting(store) == expected


async def test_another_choice_replaces_what_could_be_chosen_and_no_more(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    await planned(store, a_step(mailbox_id, 1), a_step(mailbox_id, 2, rung=Rung.AWAY))
    async with store.write() as tx:
        await tx.ladders.replan(mailbox_id, [LetterId(b"\x01" * 16)], [a_step(mailbox_id, 3, rung=Rung.SENDER)])
    assert await waiting(store) == [2, 3]
    async with store.write() as tx:
        await tx.ladders.remove(mailbox_id)
    assert await waiting(store) == [2]


async def test_what_happened_of_a_letter_is_not_planned_anew_and_another_letter_is_left(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    await planned(store, a_step(mailbox_id, 1), a_step(mailbox_id, 2, letter=2))
    async with store.write() as tx:
        await tx.ladders.take(a_step(mailbox_id, 1), at_ms=5_000)
        again = [a_step(mailbox_id, 3), a_step(mailbox_id, 4, rung=Rung.SENDER)]
        await tx.ladders.replan(mailbox_id, [LetterId(b"\x01" * 16)], again)
    assert await waiting(store) == [2, 4]


async def test_what_waited_for_a_letter_that_was_opened_goes_once_it_is_due(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letter = a_letter(mailbox_id)
    await stored_letters(store, letter)
    steps = [replace(a_step(mailbox_id, number), letter_id=letter.letter_id) for number in (1, 2, 3)]
    await planned(store, steps[0], replace(steps[1], unread=False), steps[2], a_step(mailbox_id, 4, letter=9))
    async with store.write() as tx:
        await tx.letters.mark_read(mailbox_id, letter.letter_id, at_ms=500)
        assert await tx.ladders.skip_read(now_ms=2_999, limit=9) == 1
    assert await waiting(store) == [2, 3, 4]
    async with store.write() as tx:
        assert await tx.ladders.skip_read(now_ms=9_000, limit=9) == 1
    assert await waiting(store) == [2, 4]
