"""One letter that somebody tampered with keeps nobody from the others, and the operator hears of it."""

from __future__ import annotations

import pytest
from structlog.testing import LogCapture

from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.access_log import LogQuery
from mailbox.services.log_entries import Act
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import JAYLANO, Tamper
from tests.world import NOW_MS, World, scope

_MINE = "WHERE mailbox_id = :own AND letter_id = :one"
BREAKS = {
    "metadata": f"UPDATE letter SET meta_box = :junk {_MINE}",  # noqa: S608 - a text of ours
    "key": f"UPDATE letter_key SET blob = :junk {_MINE}",  # noqa: S608 - a text of ours
}


@pytest.fixture
async def letters(world: World) -> list[LetterId]:
    """Oldest first; the one in the middle is to be broken."""
    found = []
    for number in range(3):
        world.clock.ms = NOW_MS + number
        found.append(await world.deliver(JAYLANO))
    return found


@pytest.fixture(params=list(BREAKS.values()), ids=list(BREAKS))
def statement(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_it_has_its_place_in_ones_own_post(
    world: World, jaylano: Person, letters: list[LetterId], tamper: Tamper, statement: str, log_output: LogCapture
) -> None:
    oldest, broken, newest = letters
    await tamper(statement, junk=b"junk", own=jaylano.mailbox_id, one=broken)
    page = await world.services.reading.timeline(jaylano, TimelineQuery(tasks=True))
    assert [letter.letter_id for letter in page.letters] == [newest, oldest]
    assert [(one.letter_id, one.publish_ms) for one in page.broken] == [(broken, NOW_MS + 1)]
    line = (await world.services.log_book.entries(jaylano, LogQuery())).lines[0]
    assert (line.action, {letter.letter_id for letter in line.letters}) == (Act.LIST, {oldest, newest})
    told = [entry for entry in log_output.entries if entry["event"] == "letter_tampered"]
    assert {(entry["mailbox"], entry["letter"]) for entry in told} == {(jaylano.mailbox_id.hex(), broken.hex())}


async def test_pages_and_searches_go_on_past_it(
    world: World, jaylano: Person, letters: list[LetterId], tamper: Tamper, statement: str
) -> None:
    oldest, broken, newest = letters
    await tamper(statement, junk=b"junk", own=jaylano.mailbox_id, one=broken)
    seen: list[LetterId] = []
    before: str | None = None
    for _ in letters:
        page = await world.services.reading.timeline(jaylano, TimelineQuery(limit=1, before=before))
        seen += [*(one.letter_id for one in page.letters), *(one.letter_id for one in page.broken)]
        before = page.next
    assert (seen, before) == ([newest, broken, oldest], None)
    search = await world.services.reading.timeline(jaylano, TimelineQuery(only_new=True))
    assert ({letter.letter_id for letter in search.letters}, search.broken) == ({oldest, newest}, ())


async def test_to_a_helper_it_is_not_there(
    world: World, jaylano: Person, karin: Person, letters: list[LetterId], tamper: Tamper, statement: str
) -> None:
    """Whether the grant covers it nobody can say."""
    oldest, broken, newest = letters
    grant_id = await world.grant(jaylano, karin, scope())
    await tamper(statement, junk=b"junk", own=jaylano.mailbox_id, one=broken)
    first = await world.services.reading.timeline(karin, TimelineQuery(limit=1), through=grant_id)
    rest = await world.services.reading.timeline(karin, TimelineQuery(limit=1, before=first.next), through=grant_id)
    assert [letter.letter_id for page in (first, rest) for letter in page.letters] == [newest, oldest]
    assert (first.broken, rest.broken, rest.next) == ((), (), None)
    lines = (await world.services.log_book.entries(jaylano, LogQuery())).lines
    looks = [line for line in lines if line.action is Act.LIST and line.grant_id == grant_id]
    assert [[letter.letter_id for letter in line.letters] for line in looks] == [[oldest], [newest]]


async def test_who_has_no_other_post_sees_that_there_is_one(
    world: World, jaylano: Person, tamper: Tamper, statement: str
) -> None:
    broken = await world.deliver(JAYLANO)
    await tamper(statement, junk=b"junk", own=jaylano.mailbox_id, one=broken)
    page = await world.services.reading.timeline(jaylano, TimelineQuery(tasks=True))
    assert (page.letters, [one.letter_id for one in page.broken]) == ((), [broken])
    assert (await world.services.log_book.entries(jaylano, LogQuery())).lines == ()
