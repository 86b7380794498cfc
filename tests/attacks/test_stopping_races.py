"""A citizen stops a grant while many read through it. In the order of the log nothing is read after the stop."""

from __future__ import annotations

import asyncio

import pytest

from consent import Action
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.services.log_entries import Act
from mailbox.services.reading import TimelineQuery
from mailbox.store import Database
from tests.services.conftest import JAYLANO
from tests.world import DAY_MS, World, scope
from tests.world import world as make_world

READERS = 64
WAYS = (Act.LIST, Act.READ, Act.DOWNLOAD)
PDF = b"%PDF-1.4\n%%EOF\n"


async def looks(world: World, karin: Person, grant_id: GrantId, letter_id: LetterId, way: Act) -> list[Act]:
    """Reads on and on in one way, until refused; what was shown."""
    reading = world.services.reading
    shown: list[Act] = []
    try:
        while True:
            if way is Act.LIST:
                await reading.timeline(karin, TimelineQuery(), through=grant_id)
            elif way is Act.READ:
                await reading.letter(karin, letter_id, through=grant_id)
            else:
                await reading.attachment(karin, letter_id, 0, through=grant_id)
            shown.append(way)
    except NotFound:
        return shown


async def test_in_the_order_of_the_log_nothing_is_read_after_the_stop(
    world: World, other_store: Database, jaylano: Person, karin: Person
) -> None:
    """Readers in two processes. What was shown was logged before the stop; what was not logged was not shown."""
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope())
    ways = [WAYS[number % len(WAYS)] for number in range(READERS)]
    async with make_world(other_store, world.services.objects, world.kek_file) as elsewhere:
        places = [(world, elsewhere)[number // 2 % 2] for number in range(READERS)]
        readers = [
            asyncio.create_task(looks(place, karin, grant_id, letter_id, way))
            for place, way in zip(places, ways, strict=True)
        ]
        while len(await log_of(world, jaylano)) < READERS:  # noqa: ASYNC110 - readers in two processes signal nobody
            await asyncio.sleep(0.005)
        await elsewhere.services.granting.stop(jaylano, grant_id)
        at_stop = await log_of(world, jaylano)
        shown = [act for acts in await asyncio.gather(*readers) for act in acts]
    assert await log_of(world, jaylano) == at_stop
    assert at_stop[0][0] is Act.STOPPED
    assert sorted(shown) == sorted(act for act, _ in at_stop if act in WAYS)


async def log_of(world: World, citizen: Person) -> list[tuple[Act, int]]:
    page = await world.services.log_book.entries(citizen, limit=2000)
    assert page.intact
    return [(line.action, line.seq) for line in page.lines]


async def test_a_key_that_was_taken_before_the_stop_opens_no_page_after_it(
    world: World, jaylano: Person, karin: Person
) -> None:
    """The slowest reader there is: all is opened, and only then the grant is stopped."""
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    reading = world.services.reading
    async with world.services.store.read() as tx:
        access, opened, _ = await reading._open_letter(tx, karin, letter_id, grant_id, Action.LIST)
    await world.services.granting.stop(jaylano, grant_id)
    with pytest.raises(NotFound):
        await reading._log(access, Act.READ, [opened])
    assert [act for act, _ in await log_of(world, jaylano)] == [Act.STOPPED, Act.ACCEPTED, Act.OFFERED]


async def test_expiry_between_opening_and_logging_shows_nothing(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope(days=1))
    reading = world.services.reading
    async with world.services.store.read() as tx:
        access, opened, _ = await reading._open_letter(tx, karin, letter_id, grant_id, Action.LIST)
    world.clock.ms += DAY_MS
    with pytest.raises(NotFound):
        await reading._log(access, Act.READ, [opened])
