"""What comes first: chosen among all letters, and logged; through a grant, among those that it covers."""

from __future__ import annotations

from typing import Any

from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.services.access_log import LogQuery
from mailbox.services.client_rows import ClientQuery
from mailbox.services.first_tasks import FirstTasks
from mailbox.services.log_entries import Act
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import JAYLANO, Tamper
from tests.world import DAY_MS, UWV, World, scope

NOTHING: dict[str, Any] = {"bedragen": None, "betaling": None, "termijnen": None, "rechtsmiddel": None}


def due(by: str, kind: str = "betalen") -> dict[str, Any]:
    term = {"soort": kind, "uiterlijk": by, "grondslag": "Wet art. 1", "gevolg": "Dan wordt het meer."}
    return {"termijnen": [term], "rechtsmiddel": None}


async def first(world: World, reader: Person, through: GrantId | None = None, *, limit: int = 2) -> FirstTasks:
    """With a page of two letters."""
    query = TimelineQuery(tasks=True, limit=limit)
    timeline = await world.services.reading.timeline(reader, query, through=through)
    assert timeline.tasks is not None
    return timeline.tasks


def ids(tasks: FirstTasks) -> tuple[list[LetterId], list[LetterId]]:
    return [one.letter.letter_id for one in tasks.coming], [one.letter.letter_id for one in tasks.missed]


async def later(world: World) -> list[LetterId]:
    """Letters that came after each other, and ask nothing: more than fit on the page."""
    found = []
    for number in range(3):
        world.clock.ms += 1_000
        found.append(await world.deliver(JAYLANO, **NOTHING, zaakkenmerk=f"LATER {number}", aard="mededeling"))
    return found


async def test_a_letter_that_is_not_on_the_page_comes_first(world: World, jaylano: Person) -> None:
    fine = await world.deliver(JAYLANO, **due("2026-12-01"))
    missed = await world.deliver(JAYLANO, **due("2026-11-20"), zaakkenmerk="ZAAK 2")
    newer = await later(world)
    tasks = await first(world, jaylano)
    assert (ids(tasks), tasks.missed_count, tasks.whole) == (([fine], [missed]), 1, True)
    (line,) = (await world.services.log_book.entries(jaylano, LogQuery())).lines
    assert {letter.letter_id for letter in line.letters} == {fine, missed, *newer[1:]}


async def test_what_is_paid_withdrawn_or_only_a_right_does_not_come_first(world: World, jaylano: Person) -> None:
    paid = {"totaal": 10900, "hoofdsom": 10000, "kosten": 900, "betaald": 10900, "richting": "betalen"}
    await world.deliver(JAYLANO, **due("2026-12-01"), bedragen=paid, zaakkenmerk="ZAAK 1")
    await world.deliver(JAYLANO, **due("2026-12-02"), zaakkenmerk="ZAAK 2", kenmerk="GONE")
    await world.deliver(JAYLANO, **NOTHING, zaakkenmerk="ZAAK 2", aard="mededeling", relatie={"trektIn": "GONE"})
    await world.deliver(JAYLANO, **NOTHING | due("2026-12-03", "bezwaar"), zaakkenmerk="ZAAK 3", aard="mededeling")
    asks = await world.deliver(JAYLANO, **NOTHING | due("2026-12-04", "antwoorden"), zaakkenmerk="ZAAK 4")
    assert ids(await first(world, jaylano)) == ([asks], [])


async def test_what_comes_first_moves_with_the_days(world: World, jaylano: Person) -> None:
    soon = await world.deliver(JAYLANO, **due("2026-11-25"))
    then = await world.deliver(JAYLANO, **due("2026-11-27"), zaakkenmerk="ZAAK 2")
    await later(world)
    assert ids(await first(world, jaylano)) == ([soon, then], [])
    world.clock.ms += 2 * DAY_MS
    assert ids(await first(world, jaylano)) == ([then], [soon])
    nearer = await world.deliver(JAYLANO, **due("2026-11-26"), zaakkenmerk="ZAAK 3")
    await later(world)
    assert ids(await first(world, jaylano)) == ([nearer, then], [soon])


async def test_an_older_page_a_search_and_an_app_are_told_nothing_of_it(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO, **due("2026-12-01"))
    reading = world.services.reading
    for query in (TimelineQuery(), TimelineQuery(tasks=True, text="brief"), TimelineQuery(tasks=True, only_new=True)):
        assert (await reading.timeline(jaylano, query)).tasks is None


async def test_a_helper_is_told_what_comes_first_of_all_that_the_grant_covers(
    world: World, jaylano: Person, karin: Person
) -> None:
    """As the list of people has it. Nothing of what lies outside; and the letters are in the log."""
    fine = await world.deliver(JAYLANO, **due("2026-12-01"))
    await world.deliver(JAYLANO, **due("2026-11-25"), afzender=UWV.value, zaakkenmerk="UWV 1")
    await world.deliver(JAYLANO, **due("2026-11-26"), zaakkenmerk="ZAAK 3", alleenGeadresseerde=True)
    newer = await later(world)
    grant = await world.grant(jaylano, karin, scope())
    before = await first(world, karin, grant)
    assert (ids(before), before.whole) == (([], []), False)
    assert (await first(world, karin, grant, limit=50)).whole
    await world.services.client_list.page(karin, ClientQuery())
    after = await first(world, karin, grant)
    assert (ids(after), after.whole) == (([fine], []), True)
    lines = (await world.services.log_book.entries(jaylano, LogQuery())).lines
    look = next(line for line in lines if line.action is Act.LIST and line.grant_id == grant)
    assert {letter.letter_id for letter in look.letters} == {fine, *newer[1:]}


async def test_a_letter_that_came_since_a_helper_saw_the_list_is_not_missed(
    world: World, jaylano: Person, karin: Person
) -> None:
    await world.deliver(JAYLANO, **due("2026-12-01"))
    grant = await world.grant(jaylano, karin, scope())
    await later(world)
    await world.services.client_list.page(karin, ClientQuery())
    world.clock.ms += 1_000
    since = await world.deliver(JAYLANO, **due("2026-11-25"), zaakkenmerk="ZAAK 9")
    tasks = await first(world, karin, grant)
    assert (ids(tasks), tasks.whole) == (([since], []), False)


async def test_a_narrower_grant_is_told_nothing_of_what_it_lost(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO, **due("2026-11-25"))
    other = await world.deliver(JAYLANO, **due("2026-12-01"), afzender=UWV.value, zaakkenmerk="UWV 1")
    await later(world)
    both = frozenset({"00000099000000004000", UWV.value})
    grant = await world.grant(jaylano, karin, scope(both))
    await world.services.client_list.page(karin, ClientQuery())
    await world.change(jaylano, grant, scope(frozenset({UWV.value})))
    assert ids(await first(world, karin, grant)) == ([other], [])


async def test_a_letter_that_does_not_open_keeps_nobody_from_their_post(
    world: World, jaylano: Person, tamper: Tamper
) -> None:
    broken, sound = [await world.deliver(JAYLANO, **due(f"2026-12-0{day}"), zaakkenmerk=f"Z {day}") for day in (1, 2)]
    await later(world)
    assert ids(await first(world, jaylano))[0] == [broken, sound]
    await tamper(
        "UPDATE letter SET meta_box = :junk WHERE mailbox_id = :own AND letter_id = :one",
        junk=b"junk",
        own=jaylano.mailbox_id,
        one=broken,
    )
    assert ids(await first(world, jaylano))[0] == [sound]
