"""A helper's own marks on somebody's letters: theirs alone, and gone with what they hold."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from structlog.testing import LogCapture

from consent import EVERY, Action
from mailbox.domain.errors import NotFound
from mailbox.domain.helper_marks import HelperMark
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.domain.sealed import HeldGrant
from mailbox.services.client_rows import ClientQuery
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import JAYLANO, Tamper
from tests.world import CJIB, UWV, World, scope

SEEN, DONE = HelperMark.SEEN, HelperMark.DONE


@pytest.fixture
async def grant_id(world: World, jaylano: Person, karin: Person) -> GrantId:
    return await world.grant(jaylano, karin, scope())


async def marks(world: World, helper: Person, grant_id: GrantId) -> Mapping[LetterId, HelperMark] | None:
    return await world.services.helper_marks.of(helper, grant_id)


async def held(world: World, helper: Person) -> list[HeldGrant]:
    async with world.services.store.read() as tx:
        return list(await tx.grants.held_by(helper.mailbox_id))


async def test_a_mark_is_put_changed_and_taken_away(world: World, karin: Person, grant_id: GrantId) -> None:
    one, other = await world.deliver(JAYLANO), await world.deliver(JAYLANO)
    put = world.services.helper_marks.put
    assert await marks(world, karin, grant_id) == {}
    await put(karin, grant_id, one, SEEN)
    await put(karin, grant_id, other, DONE)
    await put(karin, grant_id, one, DONE)
    assert await marks(world, karin, grant_id) == {one: DONE, other: DONE}
    for _ in range(2):
        await put(karin, grant_id, one, None)
    assert await marks(world, karin, grant_id) == {other: DONE}


async def test_marks_made_at_once_are_all_kept(world: World, karin: Person, grant_id: GrantId) -> None:
    letters = [await world.deliver(JAYLANO) for _ in range(6)]
    await asyncio.gather(*(world.services.helper_marks.put(karin, grant_id, one, SEEN) for one in letters))
    assert await marks(world, karin, grant_id) == dict.fromkeys(letters, SEEN)


async def test_nothing_of_the_citizen_or_the_sender_is_touched(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId
) -> None:
    letter = await world.deliver(JAYLANO)
    status = await world.services.letter_statuses.of(CJIB, letter)
    lines = len((await world.services.log_book.entries(jaylano, limit=100)).lines)
    await world.services.helper_marks.put(karin, grant_id, letter, DONE)
    assert await world.services.letter_statuses.of(CJIB, letter) == status
    assert len((await world.services.log_book.entries(jaylano, limit=100)).lines) == lines
    (shown,) = (await world.services.reading.timeline(jaylano, TimelineQuery())).letters
    assert shown.read_ms is None


async def test_a_colleague_and_another_helper_see_none_of_it(
    world: World, jaylano: Person, karin: Person, eve: Person, grant_id: GrantId
) -> None:
    letter = await world.deliver(JAYLANO)
    colleague = await world.person("999990056", "Mo Haddad", "Buurthuis De Brug")
    asked = await world.services.caseworkers.ask(colleague)
    await world.services.caseworkers.let_in(karin, asked.code, [grant_id])
    other = await world.grant(jaylano, eve, scope())
    await world.services.helper_marks.put(karin, grant_id, letter, DONE)
    assert await marks(world, colleague, grant_id) == {}
    assert await marks(world, eve, other) == {}
    await world.services.helper_marks.put(colleague, grant_id, letter, SEEN)
    assert await marks(world, karin, grant_id) == {letter: DONE}


async def test_without_the_action_nothing_is_marked(world: World, jaylano: Person, karin: Person) -> None:
    letter = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope(actions=frozenset({Action.LIST, Action.READ})))
    assert await marks(world, karin, grant_id) is None
    with pytest.raises(NotFound):
        await world.services.helper_marks.put(karin, grant_id, letter, SEEN)
    assert [one.marks for one in await held(world, karin)] == [None]


async def test_no_mark_on_what_one_does_not_see(
    world: World, jaylano: Person, karin: Person, eve: Person, grant_id: GrantId
) -> None:
    covered, other = await world.deliver(JAYLANO), await world.deliver(JAYLANO, afzender=UWV.value)
    wide = await world.grant(jaylano, eve, scope(EVERY, EVERY))
    tries = [(karin, grant_id, other), (karin, grant_id, LetterId(bytes(16))), (karin, wide, covered)]
    for who, through, letter in [*tries, (eve, grant_id, covered), (jaylano, grant_id, covered)]:
        with pytest.raises(NotFound):
            await world.services.helper_marks.put(who, through, letter, SEEN)
    for who, through in ((karin, wide), (eve, grant_id), (jaylano, grant_id)):
        with pytest.raises(NotFound):
            await marks(world, who, through)
    assert [one.marks for one in [*await held(world, karin), *await held(world, eve)]] == [None, None]


async def test_marks_outlive_a_change_and_a_pause_and_go_with_the_grant(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId
) -> None:
    letter = await world.deliver(JAYLANO)
    await world.services.helper_marks.put(karin, grant_id, letter, DONE)
    await world.change(jaylano, grant_id, replace(scope(), agencies=EVERY))
    await world.services.granting.pause(jaylano, grant_id)
    with pytest.raises(NotFound):
        await marks(world, karin, grant_id)
    with pytest.raises(NotFound):
        await world.services.helper_marks.put(karin, grant_id, letter, None)
    await world.services.granting.resume(jaylano, grant_id)
    assert await marks(world, karin, grant_id) == {letter: DONE}
    await world.services.granting.stop(jaylano, grant_id)
    assert [one.marks for one in await held(world, karin)] == [None]
    ref = (await held(world, karin))[0].ref
    async with world.services.store.write() as tx:
        await tx.grants.keep_marks(karin.mailbox_id, ref, b"a mark that came too late")
    assert [one.marks for one in await held(world, karin)] == [None]
    assert await marks(world, karin, await world.grant(jaylano, karin, scope())) == {}


async def test_the_table_does_not_say_which_letters(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId
) -> None:
    letters = [await world.deliver(JAYLANO) for _ in range(2)]
    sizes = set()
    for letter in letters:
        await world.services.helper_marks.put(karin, grant_id, letter, DONE)
        (row,) = await held(world, karin)
        assert row.marks is not None
        sizes.add(len(row.marks))
        for open_word in (letter, letter.hex().encode(), b"afgehandeld", jaylano.mailbox_id):
            assert open_word not in row.marks + row.ref
    assert len(sizes) == 1


async def test_marks_that_were_moved_open_nowhere_and_keep_nobody_from_the_post(
    world: World, jaylano: Person, karin: Person, tamper: Tamper, grant_id: GrantId, log_output: LogCapture
) -> None:
    letter, other = await world.deliver(JAYLANO), await world.grant(jaylano, karin, scope())
    await world.services.helper_marks.put(karin, grant_id, letter, DONE)
    await tamper("UPDATE held_grant SET marks = (SELECT marks FROM held_grant WHERE marks IS NOT NULL)")
    assert sorted([len(await marks(world, karin, one) or ()) for one in (grant_id, other)]) == [0, 1]
    assert [entry["event"] for entry in log_output.entries] == ["marks_tampered"]
    await world.services.helper_marks.put(karin, other, letter, SEEN)
    assert await marks(world, karin, other) == {letter: SEEN}


async def test_a_note_is_no_mark(world: World, karin: Person, tamper: Tamper, grant_id: GrantId) -> None:
    """What the letters come down to is sealed for the same helper and the same grant, and for another place."""
    await world.services.helper_marks.put(karin, grant_id, await world.deliver(JAYLANO), DONE)
    await world.services.client_list.page(karin, ClientQuery())
    await tamper("UPDATE held_grant SET marks = note")
    assert await marks(world, karin, grant_id) == {}
