"""Where a list goes on is a place in one's own list: that of another is as unknown as none."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import EVE, JAYLANO
from tests.world import World, scope

Reader = tuple[Person, GrantId | None]


@pytest.fixture
async def readers(world: World, jaylano: Person, karin: Person, eve: Person) -> Mapping[str, Reader]:
    """Everybody who has a list of three letters: own ones, or through one of two grants on the same letters."""
    for bsn in (JAYLANO, EVE):
        for _ in range(3):
            await world.deliver(bsn)
            world.clock.ms += 1
    grants = [await world.grant(jaylano, helper, scope()) for helper in (karin, karin, eve)]
    return {
        "jaylano": (jaylano, None),
        "eve": (eve, None),
        "karin": (karin, grants[0]),
        "karin through another grant": (karin, grants[1]),
        "eve as a helper": (eve, grants[2]),
    }


async def page(world: World, reader: Reader, before: str | None = None) -> tuple[list[LetterId], str | None]:
    who, through = reader
    timeline = await world.services.reading.timeline(who, TimelineQuery(before=before, limit=1), through=through)
    return [letter.letter_id for letter in timeline.letters], timeline.next


async def test_a_timelines_cursor_is_good_for_one_reader_and_one_mailbox(
    world: World, readers: Mapping[str, Reader]
) -> None:
    cursors = {name: (await page(world, reader))[1] for name, reader in readers.items()}
    for name, reader in readers.items():
        for whose, cursor in cursors.items():
            if whose == name:
                first, (second, _) = await page(world, reader), await page(world, reader, cursor)
                assert (len(second), second != first[0]) == (1, True)
            else:
                with pytest.raises(NotFound):
                    await page(world, reader, cursor)


async def test_a_cursor_that_was_changed_anywhere_is_none(world: World, readers: Mapping[str, Reader]) -> None:
    """Also one that names another letter of one's own."""
    _, cursor = await page(world, readers["jaylano"])
    assert cursor is not None
    raw = base64.urlsafe_b64decode(cursor)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(NotFound):
            await page(world, readers["jaylano"], base64.urlsafe_b64encode(changed).decode())


async def test_a_place_in_the_log_of_another_is_not_found_and_no_alarm(
    world: World, jaylano: Person, eve: Person
) -> None:
    """A number alone: beyond one's own log it is nobody's, and does not look as if something was taken out."""
    await world.deliver(JAYLANO)
    await world.deliver(EVE)
    for _ in range(5):
        await world.ids(jaylano)
    await world.ids(eve)
    book = world.services.log_book
    theirs = (await book.entries(jaylano, limit=2)).next_seq
    assert theirs == 3
    with pytest.raises(NotFound):
        await book.entries(eve, before_seq=theirs)
    for act in (book.line, book.report):
        with pytest.raises(NotFound):
            await act(eve, theirs)
    assert (await book.entries(jaylano, before_seq=theirs)).intact
    assert (await book.entries(eve)).intact
    assert len((await book.entries(eve)).lines) == 1
