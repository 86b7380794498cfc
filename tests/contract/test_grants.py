from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from consent import State
from mailbox.domain.errors import AlreadyStored
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.ports import Store
from mailbox.domain.sealed import GrantNotice, GrantUse, HeldGrant
from tests.contract.rows import (
    a_grant,
    a_letter,
    an_id,
    an_invitation,
    stored_grant,
    stored_letters,
    stored_mailbox,
    with_key_for,
)


async def test_a_grant_comes_back_as_it_was_and_only_in_its_mailbox(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    grant = a_grant(first)
    await stored_grant(store, grant)
    async with store.read() as tx:
        assert await tx.grants.get(first, grant.grant_id) == grant
        assert await tx.grants.get(second, grant.grant_id) is None
        assert await tx.grants.get(first, GrantId(an_id(9))) is None


async def test_a_grant_is_added_once(store: Store) -> None:
    grant = a_grant(await stored_mailbox(store))
    await stored_grant(store, grant)
    with pytest.raises(AlreadyStored):
        await stored_grant(store, grant)


async def test_a_citizen_sees_all_grants_newest_first(store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    old = a_grant(mailbox_id, 3, state=State.REVOKED, created_ms=1_000)
    newest = a_grant(mailbox_id, 1, created_ms=3_000)
    same = a_grant(mailbox_id, 2, state=State.EXPIRED, created_ms=3_000)
    for grant in (newest, old, same, a_grant(other, 4)):
        await stored_grant(store, grant)
    async with store.read() as tx:
        assert await tx.grants.of_mailbox(mailbox_id) == [same, newest, old]


async def test_live_grants_come_in_key_order_and_in_pages(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    live = [a_grant(first, 5), a_grant(first, 6, state=State.OFFERED), a_grant(second, 1), a_grant(second, 2)]
    ended = [a_grant(first, 7, state=State.REVOKED), a_grant(second, 0, state=State.EXPIRED)]
    for grant in (*reversed(live), *ended):
        await stored_grant(store, grant)
    async with store.read() as tx:
        page = await tx.grants.live(after=None, limit=3)
        rest = await tx.grants.live(after=(page[-1].mailbox_id, page[-1].grant_id), limit=3)
    assert (page, rest) == (live[:3], live[3:])


async def test_a_change_replaces_what_may_change_and_nothing_else(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    grant, other = a_grant(mailbox_id, 1), a_grant(mailbox_id, 2)
    await stored_grant(store, grant)
    await stored_grant(store, other)
    changed = replace(grant, state=State.REVOKED, scope_box=b"scope", notes_box=b"notes", changed_ms=8_000)
    async with store.write() as tx:
        await tx.grants.change(replace(changed, public=b"other", directory_mac=b"other", created_ms=1))
    async with store.read() as tx:
        assert await tx.grants.get(mailbox_id, grant.grant_id) == changed
        assert await tx.grants.get(mailbox_id, other.grant_id) == other


async def test_an_invitation_is_found_by_its_code_until_it_is_removed(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    grant, other = a_grant(mailbox_id, 1), a_grant(mailbox_id, 2)
    offers = [an_invitation(grant, locator=b"one"), an_invitation(other, locator=b"two")]
    async with store.write() as tx:
        for offer in offers:
            await tx.grants.add_invitation(offer)
        assert [await tx.grants.invitation(tag) for tag in (b"one", b"two", b"three")] == [*offers, None]
        await tx.grants.remove_invitations(mailbox_id, grant.grant_id)
        assert [await tx.grants.invitation(tag) for tag in (b"one", b"two")] == [None, offers[1]]


async def test_a_code_stands_for_one_invitation(store: Store) -> None:
    grant = a_grant(await stored_mailbox(store))
    async with store.write() as tx:
        await tx.grants.add_invitation(an_invitation(grant))
    with pytest.raises(AlreadyStored):
        async with store.write() as tx:
            await tx.grants.add_invitation(an_invitation(grant))


async def test_attempts_spent_at_once_are_all_counted_and_never_pass_zero(store: Store, other_store: Store) -> None:
    offer = an_invitation(a_grant(await stored_mailbox(store)), attempts_left=5)
    async with store.write() as tx:
        await tx.grants.add_invitation(offer)

    async def spend(place: Store) -> None:
        async with place.write() as tx:
            await tx.grants.spend_attempt(offer.locator_tag)

    async def attempts_left() -> int:
        async with store.read() as tx:
            found = await tx.grants.invitation(offer.locator_tag)
        assert found is not None
        return found.attempts_left

    await asyncio.gather(spend(store), spend(other_store), spend(store))
    assert await attempts_left() == 2
    await asyncio.gather(*(spend(place) for place in (store, other_store) for _ in range(3)))
    assert await attempts_left() == 0


async def test_a_helper_holds_grants_until_they_are_released(store: Store) -> None:
    holder, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    held = [HeldGrant(holder_id=holder, ref=ref, blob=b"of " + ref) for ref in (b"a", b"b")]
    async with store.write() as tx:
        for hold in (held[1], held[0], HeldGrant(holder_id=other, ref=b"a", blob=b"theirs")):
            await tx.grants.hold(hold)
        assert await tx.grants.held_by(holder) == held
        assert await tx.grants.held(holder, b"b") == held[1]
        assert await tx.grants.held(holder, b"c") is None
        await tx.grants.release(holder, b"a")
        assert await tx.grants.held_by(holder) == [held[1]]
        assert await tx.grants.held(other, b"a") is not None


async def test_a_note_is_kept_beside_a_hold_and_goes_with_it(store: Store) -> None:
    holder, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    holds = [HeldGrant(holder_id=holder, ref=ref, blob=b"of " + ref) for ref in (b"a", b"b", b"c")]
    theirs = HeldGrant(holder_id=other, ref=b"a", blob=b"theirs")
    async with store.write() as tx:
        for hold in (*holds, theirs):
            await tx.grants.hold(hold)
        await tx.grants.keep_notes(holder, {b"a": b"1", b"b": b"2", b"c": b"3", b"nobody's": b"4"})
        await tx.grants.keep_notes(holder, {})
        await tx.grants.keep_notes(holder, {b"a": b"5"})
        await tx.grants.forget_note(holder, b"b")
        await tx.grants.hold(holds[2])
        assert await tx.grants.held_by(holder) == [replace(holds[0], note=b"5"), holds[1], holds[2]]
        assert await tx.grants.held_by(other) == [theirs]


async def test_a_hold_is_filed_in_another_form_as_long_as_it_is_the_same(store: Store) -> None:
    holder = await stored_mailbox(store)
    holds = [HeldGrant(holder_id=holder, ref=ref, blob=b"of " + ref) for ref in (b"a", b"b", b"c")]
    async with store.write() as tx:
        for hold in holds:
            await tx.grants.hold(hold)
        await tx.grants.keep_notes(holder, {b"a": b"note"})
        await tx.grants.release(holder, b"b")
        await tx.grants.hold(replace(holds[2], blob=b"other"))
        await tx.grants.refile([(hold, b"filed " + hold.ref) for hold in holds])
        await tx.grants.refile([])
        assert await tx.grants.held_by(holder) == [
            replace(holds[0], blob=b"filed a", note=b"note"),
            replace(holds[2], blob=b"other"),
        ]


async def test_a_name_goes_when_its_time_is_over_and_a_key_stays(store: Store) -> None:
    holder = await stored_mailbox(store)
    key, early, late = [HeldGrant(holder_id=holder, ref=ref, blob=b"of " + ref) for ref in (b"a", b"b", b"c")]
    async with store.write() as tx:
        for hold in (key, early, late):
            await tx.grants.hold(hold)
        await tx.grants.star(holder, b"c", favourite=True)
        for hold, until_ms in ((early, 5), (late, 6)):
            await tx.grants.hold(replace(hold, name_until_ms=until_ms))
        await tx.grants.forget_names(now_ms=4)
        assert len(await tx.grants.held_by(holder)) == 3
        await tx.grants.forget_names(now_ms=5)
        assert await tx.grants.held_by(holder) == [key, replace(late, favourite=True, name_until_ms=6)]
        await tx.grants.hold(late)
        await tx.grants.forget_names(now_ms=6)
        assert await tx.grants.held_by(holder) == [key, replace(late, favourite=True)]


async def test_holding_again_replaces_the_blob(store: Store) -> None:
    holder = await stored_mailbox(store)
    newer = HeldGrant(holder_id=holder, ref=b"a", blob=b"newer")
    async with store.write() as tx:
        await tx.grants.hold(replace(newer, blob=b"older"))
        await tx.grants.hold(newer)
        assert await tx.grants.held_by(holder) == [newer]


async def test_what_an_hour_comes_to_is_told_by_each_count(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    use = GrantUse(mailbox_id=mailbox_id, grant_id=GrantId(an_id(1)), hour_ms=0, last_ms=5, letters=2, old_letters=1)

    async def count(place: Store, what: GrantUse) -> GrantUse:
        async with place.write() as tx:
            await tx.mailboxes.lock(mailbox_id)
            return await tx.grants.count_use(what)

    assert await count(store, use) == use
    assert await count(store, replace(use, last_ms=7, old_letters=0)) == replace(use, last_ms=7, letters=4)
    told = await asyncio.gather(*(count(place, use) for place in (store, other_store) for _ in range(5)))
    assert sorted(one.letters for one in told) == list(range(6, 26, 2))
    assert (await count(store, replace(use, hour_ms=3_600_000))).letters == 2


async def test_of_one_kind_there_is_one_notice_a_day_whoever_is_first(store: Store, other_store: Store) -> None:
    mailbox_id, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    notice = GrantNotice(
        mailbox_id=mailbox_id, grant_id=GrantId(an_id(1)), day=date(2026, 11, 24), kind="many", at_ms=5
    )
    theirs = replace(notice, mailbox_id=other)

    async def keep(place: Store, what: GrantNotice) -> bool:
        async with place.write() as tx:
            return await tx.grants.notice(what)

    first = await asyncio.gather(*(keep(place, notice) for place in (store, other_store) for _ in range(5)))
    assert sorted(first) == [False] * 9 + [True]
    later = [replace(notice, kind="old", at_ms=6), replace(notice, day=date(2026, 11, 25), at_ms=7)]
    assert [await keep(store, one) for one in (*later, theirs)] == [True] * 3
    async with store.write() as tx:
        assert await tx.grants.unseen(mailbox_id) == [later[1], later[0], notice]
        await tx.grants.saw(mailbox_id, until_ms=6)
        assert await tx.grants.unseen(mailbox_id) == [later[1]]
        assert await tx.grants.unseen(other) == [theirs]
    assert await keep(store, notice) is False


async def test_grants_of_several_citizens_come_by_their_id(store: Store) -> None:
    first, second, other = [await stored_mailbox(store, number) for number in (1, 2, 3)]
    grants = [a_grant(first, 1), a_grant(first, 2, state=State.REVOKED), a_grant(second, 3, state=State.PAUSED)]
    for grant in (*grants, a_grant(other, 4)):
        await stored_grant(store, grant)
    async with store.read() as tx:
        assert await tx.grants.of_mailboxes({first, second}) == {grant.grant_id: grant for grant in grants}
        assert await tx.grants.of_mailboxes(set()) == {}


async def test_keys_of_a_grant_are_counted(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    grants = [a_grant(first, 11), a_grant(first, 12), a_grant(first, 13, state=State.REVOKED), a_grant(second, 14)]
    for grant in (*grants, a_grant(second, 15)):
        await stored_grant(store, grant)
    for number in range(1, 4):
        letter = a_letter(first, number, publish_ms=9_000 * number)
        for grant in grants[1 - number % 2 : 3]:
            letter = with_key_for(letter, grant.grant_id)
        await stored_letters(store, letter)
    await stored_letters(store, with_key_for(a_letter(second, 9), grants[3].grant_id), a_letter(second, 10))
    async with store.read() as tx:
        assert await tx.grants.count_keys({first}) == {
            grants[0].grant_id: 2,
            grants[1].grant_id: 3,
        }
        assert await tx.grants.count_keys({second}) == {grants[3].grant_id: 1}
        assert await tx.grants.count_keys(set()) == {}


async def test_uses_of_several_grants_are_counted_at_once(store: Store) -> None:
    first, second = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    uses = [
        GrantUse(mailbox_id=owner, grant_id=GrantId(an_id(n)), hour_ms=0, last_ms=n, letters=n)
        for n, owner in enumerate((first, first, second))
    ]
    async with store.write() as tx:
        await tx.grants.count_uses(uses)
        await tx.grants.count_uses([replace(uses[1], last_ms=9)])
        await tx.grants.count_uses([])
        assert await tx.grants.use_of(first, since_ms=0) == [uses[0], replace(uses[1], last_ms=9, letters=2)]
        assert await tx.grants.use_of(second, since_ms=0) == [uses[2]]
        await tx.grants.count_uses([replace(uses[1], hour_ms=3_600_000, last_ms=5)])
        assert await tx.grants.last_uses(first) == {uses[0].grant_id: 0, uses[1].grant_id: 9}
        assert await tx.grants.last_uses(MailboxId(an_id(9))) == {}


async def test_what_a_helper_was_told_never_goes_back_and_stays_with_a_new_blob(store: Store) -> None:
    holder, other = await stored_mailbox(store, 1), await stored_mailbox(store, 2)
    held = HeldGrant(holder_id=holder, ref=b"a", blob=b"blob", told_version=2)
    async with store.write() as tx:
        for hold in (held, replace(held, ref=b"b"), replace(held, holder_id=other)):
            await tx.grants.hold(hold)
        await tx.grants.told(holder, b"a", version=5)
        await tx.grants.told(holder, b"a", version=3)
        await tx.grants.hold(replace(held, blob=b"newer", told_version=9))
        assert await tx.grants.held(holder, b"a") == replace(held, blob=b"newer", told_version=5)
        assert await tx.grants.held(holder, b"b") == replace(held, ref=b"b")
        assert await tx.grants.held(other, b"a") == replace(held, holder_id=other)
