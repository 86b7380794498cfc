"""What citizens do with letters in their list: nothing is lost by it, nothing due is hidden, nobody else notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import EVERY
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.marking import Mark
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import EVE, JAYLANO, Tamper
from tests.world import World, scope

FINE: Final[dict[str, Any]] = {
    "bedragen": {"totaal": 10900, "richting": "betalen"},
    "betaling": {"iban": "NL91ABNA0417164300", "tenNameVan": "CJIB", "uiterlijk": "2027-01-18"},
    "termijnen": [
        {"soort": "betalen", "uiterlijk": "2027-01-18", "grondslag": "Wahv art. 23", "gevolg": "Daarna wordt het meer."}
    ],
}
_LETTERS: Final = 4


async def test_what_is_put_away_leaves_the_list_and_comes_back(world: World, jaylano: Person) -> None:
    away, stays = await world.deliver(JAYLANO), await world.deliver(JAYLANO)
    marking, reading = world.services.marking, world.services.reading
    for _ in range(2):
        await marking.mark(jaylano, [away], Mark.ARCHIVE)
        assert await world.ids(jaylano, archived=False) == {stays}
        assert await world.ids(jaylano, archived=True) == {away}
        assert await world.ids(jaylano) == {away, stays}
    assert (await reading.timeline(jaylano, TimelineQuery())).archived_count == 1
    assert (await reading.letter(jaylano, away)).metadata.archived_ms == world.clock.ms
    for _ in range(2):
        await marking.mark(jaylano, [away], Mark.RESTORE)
        assert await world.ids(jaylano, archived=False) == {away, stays}
    assert (await reading.letter(jaylano, away)).metadata.archived_ms is None


async def test_what_has_to_be_done_comes_first_from_the_archive_as_well(world: World, jaylano: Person) -> None:
    """And what was not opened is still new: putting it away is not reading it."""
    fine = await world.deliver(JAYLANO, **FINE)
    query = TimelineQuery(archived=False, tasks=True)
    before = await world.services.reading.timeline(jaylano, query)
    money = await world.services.paying.overview(jaylano)
    await world.services.marking.mark(jaylano, [fine], Mark.ARCHIVE)
    after = await world.services.reading.timeline(jaylano, query)
    assert before.tasks is not None
    assert after.tasks is not None
    assert [one.letter.letter_id for one in before.tasks.coming] == [fine]
    assert [(one.letter.letter_id, one.task) for one in after.tasks.coming] == [
        (one.letter.letter_id, one.task) for one in before.tasks.coming
    ]
    assert (after.letters, after.new_count, after.tasks.whole) == ((), 1, True)
    assert await world.services.paying.overview(jaylano) == money


async def test_a_first_page_without_the_archive_does_not_pass_for_all(world: World, jaylano: Person) -> None:
    """Of who put away more than is opened for one page, unread: not all dates are known yet, and that is said."""
    ids = [await world.deliver(JAYLANO) for _ in range(53)]
    await world.services.marking.mark(jaylano, ids[:52], Mark.ARCHIVE)
    page = await world.services.reading.timeline(jaylano, TimelineQuery(archived=False, tasks=True))
    assert page.tasks is not None
    assert (len(page.letters), page.tasks.whole) == (1, False)


async def test_a_helper_sees_what_was_put_away_where_it_was(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, **FINE)
    grant_id = await world.grant(jaylano, karin, scope(EVERY, EVERY))
    await world.services.marking.mark(jaylano, [letter_id], Mark.ARCHIVE)
    for archived in (None, False, True):
        page = await world.services.reading.timeline(karin, TimelineQuery(archived=archived), through=grant_id)
        assert [(one.letter_id, one.archived_ms) for one in page.letters] == [(letter_id, None)]
        assert page.archived_count is None


@pytest.mark.parametrize("mark", Mark)
async def test_nobody_marks_anothers_letter_and_a_wrong_one_stops_all(
    world: World, jaylano: Person, eve: Person, karin: Person, mark: Mark
) -> None:
    his, hers = await world.deliver(JAYLANO), await world.deliver(EVE)
    later = await world.deliver(EVE, publicatietijdstip="2026-12-24T12:00:00Z")
    await world.grant(jaylano, karin, scope(EVERY, EVERY))
    marking, before = world.services.marking, await state(world, eve)
    for who, wrong in ((eve, his), (eve, later), (eve, LetterId(bytes(16))), (karin, his)):
        with pytest.raises(NotFound):
            await marking.mark(who, [hers, wrong] if who is eve else [wrong], mark)
    assert await state(world, eve) == before
    await marking.mark(eve, [hers, hers], mark)
    await marking.mark(eve, [], mark)


async def test_a_broken_letter_that_was_put_away_is_in_the_archive(
    world: World, jaylano: Person, tamper: Tamper
) -> None:
    letter_id = await world.deliver(JAYLANO)
    await world.services.marking.mark(jaylano, [letter_id], Mark.ARCHIVE)
    broken = {"box": b"x" * 90, "mailbox": jaylano.mailbox_id, "letter": letter_id}
    await tamper("UPDATE letter SET meta_box = :box WHERE mailbox_id = :mailbox AND letter_id = :letter", **broken)
    for archived, there in ((True, [letter_id]), (False, [])):
        page = await world.services.reading.timeline(jaylano, TimelineQuery(archived=archived))
        assert [one.letter_id for one in page.broken] == there


Acts = Sequence[tuple[Mark, frozenset[int]]]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(Mark), st.frozensets(st.integers(0, _LETTERS - 1))), max_size=8))
async def test_list_and_archive_together_are_always_all_post(
    world: World, jaylano: Person, karin: Person, acts: Acts
) -> None:
    """Whatever is marked, in whichever order: each letter is in one of the two, and new until it was read."""
    ids = [await world.deliver(JAYLANO) for _ in range(_LETTERS)]
    grant_id = await world.grant(jaylano, karin, scope(EVERY, EVERY))
    away, read = set[LetterId](), set[LetterId]()
    for mark, numbers in acts:
        chosen = {ids[number] for number in numbers}
        await world.services.marking.mark(jaylano, chosen, mark)
        match mark:
            case Mark.ARCHIVE:
                away |= chosen
            case Mark.RESTORE:
                away -= chosen
            case Mark.READ:
                read |= chosen
            case Mark.UNREAD:
                read -= chosen
    ours = set(ids)  # there are those of other examples as well
    assert await world.ids(jaylano, archived=True, limit=999) & ours == away
    assert await world.ids(jaylano, archived=False, limit=999) & ours == ours - away
    assert await world.ids(jaylano, only_new=True, limit=999) & ours == ours - read
    assert await world.ids(karin, through=grant_id, limit=999) >= ours


async def state(world: World, citizen: Person) -> list[tuple[LetterId, int | None, int | None]]:
    page = await world.services.reading.timeline(citizen, TimelineQuery())
    return [(one.letter_id, one.read_ms, one.archived_ms) for one in page.letters]
