"""Taking everything along: all that is one's own, whole and once; logged before the first of it."""

from __future__ import annotations

import pytest

from mailbox.domain.errors import DirectoryTampered
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.access_log import LogQuery
from mailbox.services.log_entries import Act
from mailbox.services.reading import TimelineQuery
from mailbox.services.taking_along import Holdings, Taken, TakenFile, TakenLetter
from tests.services.conftest import EVE, JAYLANO, Tamper
from tests.world import NOW_MS, World, scope

FILES = (b"%PDF-1.4 een", b"%PDF-1.4 twee")


async def _taken(world: World, person: Person) -> list[Taken]:
    parcel = await world.services.taking_along.begin(person)
    return [one async for one in parcel.contents()]


async def _last(world: World, person: Person) -> tuple[Act, set[LetterId]]:
    line = (await world.services.log_book.entries(person, LogQuery())).lines[0]
    return line.action, {letter.letter_id for letter in line.letters}


async def test_everything_comes_along_once_and_whole(world: World, jaylano: Person) -> None:
    first = await world.deliver(JAYLANO, files=FILES)
    world.clock.ms = NOW_MS + 1
    second = await world.deliver(JAYLANO)
    await world.deliver(EVE, files=FILES)
    came = await _taken(world, jaylano)
    letters = [one for one in came if isinstance(one, TakenLetter)]
    files = [one for one in came if isinstance(one, TakenFile)]
    assert [one.metadata.letter_id for one in letters] == [second, first]
    assert all(one.text and one.text.body for one in letters)
    assert [(one.letter_id, one.info.number, one.content) for one in files] == [
        (first, 0, FILES[0]),
        (first, 1, FILES[1]),
    ]
    assert came.index(files[0]) > came.index(letters[1])


async def test_the_log_says_so_before_anything_leaves(world: World, jaylano: Person) -> None:
    letters = {await world.deliver(JAYLANO) for _ in range(2)}
    parcel = await world.services.taking_along.begin(jaylano)
    assert await _last(world, jaylano) == (Act.TAKEN_ALONG, letters)
    assert len([one async for one in parcel.contents()]) == 2
    assert (await world.services.log_book.entries(jaylano, LogQuery())).intact


async def test_without_a_log_nothing_leaves(world: World, jaylano: Person, tamper: Tamper) -> None:
    await world.deliver(JAYLANO)
    await tamper(
        "UPDATE mailbox_epoch SET directory_mac = :mac WHERE mailbox_id = :own", mac=bytes(32), own=jaylano.mailbox_id
    )
    with pytest.raises(DirectoryTampered):
        await world.services.taking_along.begin(jaylano)


async def test_what_is_new_stays_new(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO)
    await _taken(world, jaylano)
    assert (await world.services.reading.timeline(jaylano, TimelineQuery())).new_count == 1


async def test_what_is_published_later_does_not_come_along(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO, publicatietijdstip="2026-12-24T09:00:00Z")
    assert await _taken(world, jaylano) == []
    assert (await world.services.taking_along.holdings(jaylano)).what == Holdings(letters=0, files=0, size=0)


async def test_how_much_it_is_is_no_look(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO, files=FILES)
    await world.deliver(JAYLANO)
    before = (await world.services.log_book.entries(jaylano, LogQuery())).lines
    holdings = (await world.services.taking_along.holdings(jaylano)).what
    assert holdings == Holdings(letters=2, files=2, size=sum(map(len, FILES)))
    assert (await world.services.log_book.entries(jaylano, LogQuery())).lines == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE letter SET body_box = :junk WHERE mailbox_id = :own AND letter_id = :one",
        "DELETE FROM attachment WHERE mailbox_id = :own AND letter_id = :one AND :junk IS NOT NULL",
    ],
    ids=["text", "attachment"],
)
async def test_what_does_not_open_keeps_nobody_from_the_rest(
    world: World, jaylano: Person, tamper: Tamper, statement: str
) -> None:
    broken = await world.deliver(JAYLANO, files=FILES[:1])
    world.clock.ms = NOW_MS + 1
    whole = await world.deliver(JAYLANO, files=FILES[:1])
    await tamper(statement, junk=b"junk", own=jaylano.mailbox_id, one=broken)
    came = await _taken(world, jaylano)
    files = {one.letter_id: one.content for one in came if isinstance(one, TakenFile)}
    assert files == {whole: FILES[0], broken: None}
    texts = {one.metadata.letter_id: one.text is not None for one in came if isinstance(one, TakenLetter)}
    assert texts == {whole: True, broken: "attachment" in statement}


async def test_a_letter_of_which_nothing_opens_is_counted(world: World, jaylano: Person, tamper: Tamper) -> None:
    broken, _ = await world.deliver(JAYLANO), await world.deliver(JAYLANO)
    await tamper(
        "UPDATE letter SET meta_box = :junk WHERE mailbox_id = :own AND letter_id = :one",
        junk=b"junk",
        own=jaylano.mailbox_id,
        one=broken,
    )
    parcel = await world.services.taking_along.begin(jaylano)
    assert (parcel.broken, len([one async for one in parcel.contents()])) == (1, 1)


async def test_a_file_that_is_not_there_now_is_told(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO, files=FILES[:1])
    for name in await world.services.objects.names_before(2**62):
        await world.services.objects.remove(name)
    files = [one for one in await _taken(world, jaylano) if isinstance(one, TakenFile)]
    assert [one.content for one in files] == [None]


async def test_a_helper_takes_their_own_post_and_no_clients(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO)
    await world.grant(jaylano, karin, scope())
    assert await _taken(world, karin) == []
