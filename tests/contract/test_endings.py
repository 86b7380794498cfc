"""What is ended is known of reminders and of steps, from the instant on that it is; the same on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ports import Store
from mailbox.domain.sealed import BillMark, Ending
from tests.contract.rows import a_letter, an_id, stored_letters, stored_mailbox
from tests.contract.test_alerts import an_alert
from tests.contract.test_ladders import a_step

BILL, OTHER, AGAIN = (LetterId(an_id(number)) for number in (1, 2, 3))
MARK = BillMark(bill_tag=b"bill", matter_tag=b"matter", place=b"5")


async def planned(store: Store, mailbox_id: MailboxId, letter_id: LetterId, mark: BillMark | None = MARK) -> None:
    """One reminder of a letter and one step, which are due at once."""
    number = letter_id[-1]
    step = replace(a_step(mailbox_id, number), letter_id=letter_id, due_ms=1_000, bill=mark)
    async with store.write() as tx:
        await tx.alerts.plan([replace(an_alert(mailbox_id, number), letter_id=letter_id, bill=mark)])
        await tx.ladders.plan([step])


async def ended(store: Store, mailbox_id: MailboxId, *, now_ms: int = 9_000) -> list[LetterId]:
    """The letters of which nobody hears any more. Reminders and steps say the same."""
    async with store.read() as tx:
        alerts = await tx.alerts.due(mailbox_id, now_ms=now_ms)
        steps = [one for one in await tx.ladders.due(now_ms=now_ms, limit=9) if one.mailbox_id == mailbox_id]
        for step in steps:
            assert await tx.ladders.get_step(mailbox_id, step.step_id, now_ms=now_ms) == step
    found = [sorted(str(one.letter_id) for one in plans if one.ended) for plans in (alerts, steps)]
    assert found[0] == found[1]
    return sorted(LetterId(one.letter_id) for one in steps if one.ended)


async def add(store: Store, mailbox_id: MailboxId, tag: bytes, *, by: int = 9, place: bytes = b"7") -> None:
    ending = Ending(mailbox_id=mailbox_id, tag=tag, letter_id=LetterId(an_id(by)), place=place, from_ms=5_000)
    async with store.write() as tx:
        await tx.endings.add([ending])


async def test_what_was_planned_is_read_back_with_its_mark(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    await planned(store, mailbox_id, BILL)
    await planned(store, mailbox_id, OTHER, None)
    async with store.read() as tx:
        assert [one.bill for one in await tx.alerts.due(mailbox_id, now_ms=1_000)] == [MARK, None]
        assert [one.bill for one in await tx.ladders.due(now_ms=1_000, limit=9)] == [MARK, None]


@pytest.mark.parametrize("tag", [BILL, b"bill", b"matter"])
async def test_a_letter_a_bill_or_a_case_ends_from_then_on_and_in_its_own_mailbox(store: Store, tag: bytes) -> None:
    mailbox_id, another = await stored_mailbox(store), await stored_mailbox(store, 2)
    for own in (mailbox_id, another):
        await planned(store, own, BILL)
        await planned(store, own, OTHER, None)
    await add(store, mailbox_id, tag)
    assert await ended(store, mailbox_id, now_ms=4_999) == []
    assert await ended(store, mailbox_id, now_ms=5_000) == [BILL]
    assert await ended(store, another) == []


async def test_what_is_planned_after_it_is_ended_as_well(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    await add(store, mailbox_id, b"bill")
    await planned(store, mailbox_id, BILL)
    assert await ended(store, mailbox_id) == [BILL]


@pytest.mark.parametrize(("place", "expected"), [(b"7", [BILL]), (b"5", []), (b"3", [])])
async def test_a_letter_settles_what_came_before_it_only(store: Store, place: bytes, expected: list[LetterId]) -> None:
    mailbox_id = await stored_mailbox(store)
    await planned(store, mailbox_id, BILL)
    await add(store, mailbox_id, b"matter", place=place)
    assert await ended(store, mailbox_id) == expected


@pytest.mark.parametrize("place", [b"7", b"3"])
async def test_a_letter_is_gone_wherever_it_stood(store: Store, place: bytes) -> None:
    mailbox_id = await stored_mailbox(store)
    await planned(store, mailbox_id, BILL)
    await add(store, mailbox_id, BILL, place=place)
    assert await ended(store, mailbox_id) == [BILL]


async def test_a_letter_that_is_gone_settles_nothing(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    await planned(store, mailbox_id, BILL)
    await add(store, mailbox_id, b"bill", by=8)
    await add(store, mailbox_id, an_id(8), by=9)
    assert await ended(store, mailbox_id) == []


async def test_a_bill_that_is_gone_takes_along_what_followed_it_and_no_other_bill(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    bill, other, again = (a_letter(mailbox_id, number) for number in (1, 2, 3))
    tagged = [replace(one, bill_tag=b"bill") for one in (bill, other)]
    await stored_letters(store, *tagged, again)
    for letter_id in (BILL, OTHER, AGAIN):
        await planned(store, mailbox_id, letter_id)
    await add(store, mailbox_id, BILL)
    assert await ended(store, mailbox_id) == [BILL, AGAIN]


async def test_what_happened_says_whether_it_was_ended_since(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    await planned(store, mailbox_id, BILL)
    await add(store, mailbox_id, b"bill")
    async with store.write() as tx:
        (step,) = await tx.ladders.due(now_ms=1_000, limit=9)
        await tx.ladders.take(step, at_ms=1_000)
        for now_ms, expected in ((4_999, False), (5_000, True)):
            (taken,) = await tx.ladders.taken(mailbox_id, BILL, now_ms=now_ms)
            assert taken.ended is expected
