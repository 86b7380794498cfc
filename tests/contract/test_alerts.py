"""Contacts and what waits to be told, on both databases."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ports import Store
from mailbox.domain.sealed import BillMark, ContactCheck, SealedAlert, SealedContact
from tests.contract.rows import a_letter, an_id, stored_letters, stored_mailbox

ONE = LetterId(an_id(1))
"""What alerts are of, unless a test says otherwise."""


def a_contact(mailbox_id: MailboxId) -> SealedContact:
    return SealedContact(
        mailbox_id=mailbox_id, address_box=os.urandom(40), own_box=os.urandom(40), wishes_box=os.urandom(40)
    )


def an_alert(mailbox_id: MailboxId, number: int, *, letter: int = 1, due_ms: int = 1_000) -> SealedAlert:
    return SealedAlert(
        mailbox_id=mailbox_id,
        alert_id=an_id(number),
        letter_id=LetterId(an_id(letter)),
        due_ms=due_ms,
        box=os.urandom(40),
    )


async def kept(store: Store, number: int = 1) -> SealedContact:
    contact = a_contact(await stored_mailbox(store, number))
    async with store.write() as tx:
        await tx.alerts.keep(contact)
    return contact


async def planned(store: Store, *alerts: SealedAlert) -> None:
    async with store.write() as tx:
        await tx.alerts.plan(alerts)


async def taken(store: Store, now_ms: int, *, lease: bytes = b"lease", limit: int = 9) -> list[MailboxId]:
    async with store.write() as tx:
        found = await tx.alerts.take(now_ms=now_ms, until_ms=now_ms + 500, lease=lease, limit=limit)
    return [contact.mailbox_id for contact in found]


async def test_a_contact_is_kept_replaced_and_removed(store: Store) -> None:
    contact = await kept(store)
    other = replace(a_contact(contact.mailbox_id), refused_ms=7, tries=2)
    async with store.write() as tx:
        assert await tx.alerts.contact(contact.mailbox_id) == contact
        await tx.alerts.keep(other)
        assert await tx.alerts.contact(contact.mailbox_id) == other
        await tx.alerts.wish(contact.mailbox_id, b"wishes")
        assert await tx.alerts.contact(contact.mailbox_id) == replace(other, wishes_box=b"wishes")
        await tx.alerts.remember(contact.mailbox_id, b"own")
        remembered = replace(other, wishes_box=b"wishes", own_box=b"own")
        assert await tx.alerts.contact(contact.mailbox_id) == remembered
        directory = await tx.mailboxes.directory_of(contact.mailbox_id)
        assert directory is not None
        assert directory.wishes_box == b"wishes"
        await tx.alerts.remove(contact.mailbox_id)
        assert await tx.alerts.contact(contact.mailbox_id) is None


async def test_a_check_is_replaced_spent_and_forgotten(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    check = ContactCheck(mailbox_id=mailbox_id, own_box=b"own", code_tag=b"tag", expires_ms=1_000, attempts_left=1)
    async with store.write() as tx:
        await tx.alerts.ask(replace(check, code_tag=b"before"))
        await tx.alerts.ask(check)
        assert await tx.alerts.asked(mailbox_id) == check
        for _ in range(2):
            await tx.alerts.spend_attempt(mailbox_id)
        assert await tx.alerts.asked(mailbox_id) == replace(check, attempts_left=0)
        await tx.alerts.forget_checks(before_ms=1_000)
        assert await tx.alerts.asked(mailbox_id) is not None
        await tx.alerts.forget_checks(before_ms=1_001)
        assert await tx.alerts.asked(mailbox_id) is None


async def test_who_has_something_due_is_taken_once_the_longest_waiting_first(store: Store) -> None:
    first, second, idle = [await kept(store, number) for number in (1, 2, 3)]
    await planned(store, an_alert(second.mailbox_id, 1, due_ms=2_000), an_alert(first.mailbox_id, 2, due_ms=1_000))
    await planned(store, an_alert(idle.mailbox_id, 3, due_ms=9_000))
    assert await taken(store, 999) == []
    assert await taken(store, 2_000, limit=1) == [first.mailbox_id]
    assert await taken(store, 2_000) == [second.mailbox_id]
    assert await taken(store, 2_499) == []
    assert sorted(await taken(store, 2_500)) == [first.mailbox_id, second.mailbox_id]


async def test_several_workers_never_take_the_same(store: Store, other_store: Store) -> None:
    contacts = [await kept(store, number) for number in range(1, 21)]
    await planned(store, *(an_alert(contact.mailbox_id, number) for number, contact in enumerate(contacts)))
    rounds = await asyncio.gather(*(taken(place, 1_000, limit=3) for place in (store, other_store) for _ in range(5)))
    found = [mailbox_id for each in rounds for mailbox_id in each]
    assert len(found) == len(set(found)) > 3
    assert max(map(len, rounds)) <= 3


async def test_only_who_holds_the_lease_lets_go(store: Store) -> None:
    contact = await kept(store)
    await planned(store, an_alert(contact.mailbox_id, 1))
    await taken(store, 1_000, lease=b"mine")
    after = replace(contact, refused_ms=5, tries=3)
    async with store.write() as tx:
        assert not await tx.alerts.release(after, lease=b"another", rest_until_ms=0)
        assert await tx.alerts.release(after, lease=b"mine", rest_until_ms=3_000)
        assert not await tx.alerts.release(after, lease=b"mine", rest_until_ms=0)
        assert await tx.alerts.contact(contact.mailbox_id) == after
    assert await taken(store, 2_999) == []
    assert await taken(store, 3_000) == [contact.mailbox_id]


async def test_a_new_address_does_not_free_what_a_worker_is_busy_with(store: Store) -> None:
    contact = await kept(store)
    await planned(store, an_alert(contact.mailbox_id, 1))
    await taken(store, 1_000)
    async with store.write() as tx:
        await tx.alerts.keep(contact)
    assert await taken(store, 1_499) == []


async def test_what_is_due_is_bundled_told_and_shown(store: Store) -> None:
    contact = await kept(store)
    mailbox_id = contact.mailbox_id
    letter = a_letter(mailbox_id)
    await stored_letters(store, letter)
    first, second = (an_alert(mailbox_id, number, due_ms=due) for number, due in ((1, 2_000), (2, 1_000)))
    await planned(store, first, second)
    async with store.write() as tx:
        assert await tx.alerts.due(mailbox_id, now_ms=1_999) == [second]
        await tx.alerts.bundle(mailbox_id, [second.alert_id], b"bundle")
        assert await tx.alerts.due(mailbox_id, now_ms=2_000) == [replace(second, bundle=b"bundle"), first]
        await tx.letters.mark_read(mailbox_id, letter.letter_id, at_ms=3_000)
        assert [alert.read for alert in await tx.alerts.due(mailbox_id, now_ms=2_000)] == [True, True]
        await tx.alerts.told(second, at_ms=4_000, box=b"proof")
        assert [alert.alert_id for alert in await tx.alerts.due(mailbox_id, now_ms=2_000)] == [first.alert_id]
        told = replace(second, sent_ms=4_000, box=b"proof", bundle=b"bundle")
        assert await tx.alerts.of_letter(mailbox_id, ONE) == [told, first]
        await tx.alerts.not_told(mailbox_id, [first.alert_id, second.alert_id])
        await tx.alerts.schedule(mailbox_id)
        assert await tx.alerts.of_letter(mailbox_id, ONE) == [told]
    assert await taken(store, 9_000) == []


async def test_of_what_is_not_to_be_told_any_more_only_what_was_told_stays(store: Store) -> None:
    contact = await kept(store)
    mailbox_id = contact.mailbox_id
    told, waits, other = (an_alert(mailbox_id, number, letter=letter) for number, letter in ((1, 1), (2, 1), (3, 2)))
    await planned(store, told, waits, other)
    async with store.write() as tx:
        await tx.alerts.told(told, at_ms=4_000, box=b"proof")
        await tx.alerts.not_told(mailbox_id, [told.alert_id, waits.alert_id])
        assert await tx.alerts.due(mailbox_id, now_ms=9_000) == [other]
        assert len(await tx.alerts.of_letter(mailbox_id, ONE)) == 1
        await tx.alerts.remove(mailbox_id)
        assert await tx.alerts.due(mailbox_id, now_ms=9_000) == []
        assert len(await tx.alerts.of_letter(mailbox_id, ONE)) == 1


async def test_of_new_post_it_stays_known_that_there_was_something_to_tell(store: Store) -> None:
    contact = await kept(store)
    mailbox_id = contact.mailbox_id
    news = [replace(an_alert(mailbox_id, number, letter=number), new_post=True) for number in (1, 2, 3)]
    await planned(store, *news)
    async with store.write() as tx:
        await tx.alerts.refused(mailbox_id, [news[0].alert_id], at_ms=2_000)
        await tx.alerts.refused(mailbox_id, [news[0].alert_id, news[1].alert_id], at_ms=3_000)
        await tx.alerts.not_told(mailbox_id, [news[0].alert_id, news[1].alert_id])
        assert await tx.alerts.due(mailbox_id, now_ms=9_000) == news[2:]
        await tx.alerts.remove(mailbox_id)
        assert await tx.alerts.due(mailbox_id, now_ms=9_000) == []
        for number, refused_ms in ((1, 2_000), (2, 3_000), (3, None)):
            closed = replace(news[number - 1], refused_ms=refused_ms, muted=True, box=b"")
            assert await tx.alerts.of_letter(mailbox_id, LetterId(an_id(number))) == [closed]


async def test_what_is_due_sooner_wakes_sooner(store: Store) -> None:
    contact = await kept(store)
    await planned(store, an_alert(contact.mailbox_id, 1, due_ms=5_000))
    await planned(store, an_alert(contact.mailbox_id, 2, due_ms=2_000), an_alert(contact.mailbox_id, 3, due_ms=8_000))
    assert await taken(store, 1_999) == []
    assert await taken(store, 2_000) == [contact.mailbox_id]


async def test_of_several_contacts_each_wakes_at_the_first_of_what_is_planned(store: Store) -> None:
    first, second = await kept(store, 1), await kept(store, 2)
    alerts = [(second, 2_000), (first, 5_000), (second, 9_000), (first, 3_000)]
    async with store.write() as tx:
        await tx.alerts.lock_all([second.mailbox_id, first.mailbox_id])
        await tx.alerts.plan([an_alert(of.mailbox_id, n, due_ms=due) for n, (of, due) in enumerate(alerts)])
    assert await taken(store, 1_999) == []
    assert await taken(store, 2_999) == [second.mailbox_id]
    assert await taken(store, 3_000) == [first.mailbox_id]


async def test_what_is_said_to_be_paid_is_silent_and_what_is_put_off_waits(store: Store) -> None:
    contact = await kept(store)
    mailbox_id = contact.mailbox_id
    mark = BillMark(bill_tag=b"bill", matter_tag=None, place=b"1")
    other, none = replace(an_alert(mailbox_id, 2), bill=mark), an_alert(mailbox_id, 3)
    await planned(store, other, none)
    async with store.write() as tx:
        await tx.alerts.lock(mailbox_id)
        await tx.alerts.mute(mailbox_id, [ONE], muted=True)
        assert await tx.alerts.due(mailbox_id, now_ms=1_000) == [none]
        await tx.alerts.mute(mailbox_id, [ONE], muted=False)
        assert await tx.alerts.due(mailbox_id, now_ms=1_000) == [other, none]
        await tx.alerts.postpone(mailbox_id, [other.alert_id], due_ms=5_000)
        assert await tx.alerts.due(mailbox_id, now_ms=1_000) == [none]
        assert await tx.alerts.due(mailbox_id, now_ms=5_000) == [none, replace(other, due_ms=5_000)]


async def test_what_hurries_does_not_rest_and_waits_for_who_is_busy(store: Store) -> None:
    contact = await kept(store)
    mailbox_id = contact.mailbox_id
    await planned(store, replace(an_alert(mailbox_id, 1), letter_id=None))
    assert await taken(store, 1_000) == [mailbox_id]
    async with store.write() as tx:
        await tx.alerts.hurry(mailbox_id)
    assert await taken(store, 1_001) == []
    async with store.write() as tx:
        assert await tx.alerts.release(contact, lease=b"lease", rest_until_ms=9_000)
    assert await taken(store, 1_001, lease=b"again") == [mailbox_id]
    async with store.write() as tx:
        assert await tx.alerts.release(contact, lease=b"again", rest_until_ms=9_000)
    assert await taken(store, 8_999) == []
    async with store.write() as tx:
        await tx.alerts.hurry(mailbox_id)
    assert await taken(store, 1_001) == [mailbox_id]


async def test_a_message_that_comes_back_is_held_against_the_contact_that_it_was_last_for(store: Store) -> None:
    contacts = [await kept(store, number) for number in (1, 2)]
    async with store.write() as tx:
        for contact, key in zip(contacts, (b"first", b"second"), strict=True):
            await tx.alerts.sending(contact.mailbox_id, key)
        assert not await tx.alerts.came_back(b"third", at_ms=7)
        assert [await tx.alerts.came_back(b"first", at_ms=at_ms) for at_ms in (7, 8)] == [True, False]
        found = [await tx.alerts.contact(contact.mailbox_id) for contact in contacts]
    assert found == [replace(contacts[0], refused_ms=7), contacts[1]]


async def test_what_a_message_told_that_came_back_was_not_told(store: Store) -> None:
    contact = await kept(store)
    alerts = [an_alert(contact.mailbox_id, number) for number in (1, 2, 3)]
    await planned(store, *alerts)
    async with store.write() as tx:
        for alert, key in zip(alerts, (b"before", b"key", b"key"), strict=True):
            await tx.alerts.bundle(contact.mailbox_id, [alert.alert_id], key)
        await tx.alerts.told(alerts[1], at_ms=6, box=b"proof")
        await tx.alerts.sending(contact.mailbox_id, b"key")
        assert await tx.alerts.came_back(b"key", at_ms=7)
        found = await tx.alerts.of_letter(contact.mailbox_id, LetterId(an_id(1)))
    assert {(one.alert_id, one.sent_ms, one.refused_ms) for one in found} == {
        (alerts[0].alert_id, None, None),
        (alerts[1].alert_id, 6, 7),
        (alerts[2].alert_id, None, 7),
    }


async def test_what_comes_back_says_nothing_of_another_address(store: Store) -> None:
    contact = await kept(store)
    async with store.write() as tx:
        await tx.alerts.sending(contact.mailbox_id, b"key")
        await tx.alerts.keep(contact)
        assert not await tx.alerts.came_back(b"key", at_ms=7)
        assert await tx.alerts.contact(contact.mailbox_id) == contact


async def test_what_came_back_while_a_worker_was_busy_stays_known_until_the_next_message(store: Store) -> None:
    contact = await kept(store)
    for number, (comes_back, refused_ms) in enumerate([(True, 7), (False, None)]):
        await planned(store, an_alert(contact.mailbox_id, number))
        assert await taken(store, 3_000 * (number + 1)) == [contact.mailbox_id]
        async with store.write() as tx:
            await tx.alerts.sending(contact.mailbox_id, b"key")
            assert not comes_back or await tx.alerts.came_back(b"key", at_ms=7)
            assert await tx.alerts.release(contact, lease=b"lease", rest_until_ms=0)
            assert await tx.alerts.contact(contact.mailbox_id) == replace(contact, refused_ms=refused_ms)
