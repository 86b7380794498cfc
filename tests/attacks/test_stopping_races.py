"""A citizen ends what a helper may see, while many read. In the order of the log nothing is shown after that."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pytest

from consent import Scope
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Person
from mailbox.services.access_log import LogLine
from mailbox.services.client_rows import ClientQuery
from mailbox.services.log_entries import Act
from mailbox.services.reading import Reading, TimelineQuery
from mailbox.store import Database
from tests.services.conftest import JAYLANO
from tests.services.test_changing_meanwhile import interrupted
from tests.world import DAY_MS, World, scope
from tests.world import world as make_world

READERS: Final = 64
ROUNDS: Final = int(os.environ.get("ROUNDS", "4"))
"""All there is to it takes minutes: `ROUNDS=1000 .venv/bin/python -m pytest tests/attacks/test_stopping_races.py`."""
WAYS: Final = (Act.LIST, Act.READ, Act.DOWNLOAD)
PDF: Final = b"%PDF-1.4\n%%EOF\n"


async def look(reading: Reading, karin: Person, grant_id: GrantId, letter_id: LetterId, way: Act) -> bool:
    """Looks once, in this way. Whether anything was shown."""
    try:
        if way is Act.LIST:
            return bool((await reading.timeline(karin, TimelineQuery(), through=grant_id)).letters)
        if way is Act.READ:
            return bool((await reading.letter(karin, letter_id, through=grant_id)).text)
        return bool((await reading.attachment(karin, letter_id, 0, through=grant_id)).content)
    except NotFound:
        return False


@dataclass(kw_only=True)
class Race:
    """Two processes over one store, and a helper who may see one letter. `shown`: what readers got to see."""

    here: World
    there: World
    jaylano: Person
    karin: Person
    letter_id: LetterId
    grant_id: GrantId
    shown: Counter[Act] = field(default_factory=Counter)

    @property
    def narrow(self) -> Scope:
        return replace(scope(), without=frozenset({id_text(self.letter_id)}))

    async def pause(self) -> None:
        await self.there.services.granting.pause(self.jaylano, self.grant_id)

    async def stop(self) -> None:
        await self.there.services.granting.stop(self.jaylano, self.grant_id)

    async def change(self) -> None:
        await self.there.change(self.jaylano, self.grant_id, self.narrow)

    async def remove(self) -> None:
        view = await self.there.services.granting.grant_of(self.jaylano, self.grant_id)
        await self.there.services.granting.remove_helper(self.jaylano, self.grant_id, view.helpers[0].ref)

    async def begin_again(self, end: str) -> None:
        granting = self.here.services.granting
        if end == "pause":
            await granting.resume(self.jaylano, self.grant_id)
        elif end == "change":
            await self.here.change(self.jaylano, self.grant_id, scope())
        else:
            self.grant_id = await self.here.grant(self.jaylano, self.karin, scope())

    async def round(self, end: str, moment: int) -> None:
        """All look, on and on until they are refused. When so much was shown, it ends."""
        seen: Counter[Act] = Counter()
        enough = asyncio.Event()

        async def reader(number: int) -> None:
            reading, way = (self.here, self.there)[number // 3 % 2].services.reading, WAYS[number % 3]
            while await look(reading, self.karin, self.grant_id, self.letter_id, way):
                seen[way] += 1
                if seen.total() >= moment:
                    enough.set()

        async def citizen() -> None:
            await enough.wait()
            await ENDS[end](self)

        await asyncio.gather(*map(reader, range(READERS)), citizen())
        self.shown += seen

    async def log(self) -> list[LogLine]:
        """Oldest first."""
        pages = [page async for page in self.here.services.log_book.whole(self.jaylano)]
        assert all(page.intact for page in pages)
        return [line for page in pages for line in page.lines][::-1]


ENDS: Final[Mapping[str, Callable[[Race], Awaitable[None]]]] = {
    "pause": Race.pause,
    "stop": Race.stop,
    "change": Race.change,
    "remove": Race.remove,
}


def late_looks(log: list[LogLine], wide: Scope) -> list[LogLine]:
    """Looks of which the entry comes after the one that ended it."""
    late, opens = [], False
    for line in log:
        if line.action in WAYS:
            late += [] if opens else [line]
        else:
            changed = line.action is Act.CHANGED and Scope.from_json(line.details["scope"]) == wide
            opens = changed or line.action in {Act.ACCEPTED, Act.RESUMED}
    return late


async def test_in_the_order_of_the_log_nothing_is_shown_after_the_end(
    world: World, other_store: Database, jaylano: Person, karin: Person
) -> None:
    """Readers in two processes. What was shown was logged before the end; what was not logged was not shown."""
    rng = random.Random(READERS)
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope())
    async with make_world(other_store, world.services.objects, world.kek_file) as elsewhere:
        race = Race(here=world, there=elsewhere, jaylano=jaylano, karin=karin, letter_id=letter_id, grant_id=grant_id)
        for number in range(ROUNDS):
            end = list(ENDS)[number % len(ENDS)]
            await race.round(end, moment=rng.randrange(1, READERS // 4))
            await race.begin_again(end)
        log = await race.log()
    assert late_looks(log, scope()) == []
    assert Counter(line.action for line in log if line.action in WAYS) == race.shown
    assert min(race.shown[way] for way in WAYS) > ROUNDS


async def log_of(world: World, citizen: Person) -> list[Act]:
    page = await world.services.log_book.entries(citizen)
    return [line.action for line in page.lines]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ["pause", "stop", "change", "expire"])
async def test_the_slowest_reader_shows_nothing(
    world: World, jaylano: Person, karin: Person, way: Act, end: str
) -> None:
    """All is opened, and only then it ends; just before the look is written down."""
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope(days=1))
    granting = world.services.granting

    async def ends() -> None:
        world.clock.ms += DAY_MS if end == "expire" else 0
        if end == "change":
            await world.change(jaylano, grant_id, replace(scope(), without=frozenset({id_text(letter_id)})))
        elif end != "expire":
            await getattr(granting, end)(jaylano, grant_id)

    assert not await look(interrupted(world, ends), karin, grant_id, letter_id, way)
    assert way not in await log_of(world, jaylano)


async def test_a_reader_whom_nothing_interrupts_is_shown_it(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope())
    assert all([await look(world.services.reading, karin, grant_id, letter_id, way) for way in WAYS])


@pytest.mark.parametrize("met_by", ["helper", "helper's list", "citizen"])
async def test_an_end_that_was_met_holds_when_the_clock_steps_back(
    world: World, jaylano: Person, karin: Person, met_by: str
) -> None:
    """Before the worker came to write it down."""
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope(days=1))
    reading, people = world.services.reading, world.services.client_list
    world.clock.ms += DAY_MS
    if met_by == "helper":
        assert not await look(reading, karin, grant_id, letter_id, Act.READ)
    elif met_by == "helper's list":
        assert (await people.page(karin, ClientQuery())).rows == ()
    else:
        await reading.letter(jaylano, letter_id)
    for back in (1, DAY_MS - 1):
        world.clock.ms -= back
        assert [await look(reading, karin, grant_id, letter_id, way) for way in WAYS] == [False] * len(WAYS)
        assert (await people.page(karin, ClientQuery())).rows == ()
    assert await world.services.grant_endings.end_expired() == 1
    async with world.restarted() as again:
        assert not await look(again.services.reading, karin, grant_id, letter_id, Act.READ)
