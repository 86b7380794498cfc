"""Looking that is unusual is told to the citizen, once a kind a day, by however many processes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.domain.sealed import GrantNotice
from mailbox.domain.unusual import AT_NIGHT, MANY, MANY_OLD
from mailbox.services.access_log import LogLine
from mailbox.services.log_entries import Act, Role
from mailbox.services.oversight import Watched
from mailbox.store import Database
from tests.services.conftest import JAYLANO, Tamper
from tests.world import CJIB, DAY_MS, World, scope
from tests.world import world as make_world

HOUR_MS = 3_600_000
PDF = b"%PDF-1.4\n%%EOF\n"


async def letters_of(world: World, number: int, **changes: Any) -> list[LetterId]:
    some = [(world.letter(JAYLANO, **changes), ()) for _ in range(number)]
    results = await world.services.receiving.receive_many(CJIB, some)
    return [one.letter_id for one in results if not isinstance(one, Exception)]


async def open_all(world: World, helper: Person, grant_id: GrantId, letters: Sequence[LetterId]) -> None:
    for letter_id in letters:
        await world.services.reading.letter(helper, letter_id, through=grant_id)


async def told(world: World, citizen: Person) -> list[LogLine]:
    page = await world.services.log_book.entries(citizen, limit=500)
    assert page.intact
    return [line for line in page.lines if line.action is Act.NOTICED]


async def kinds(world: World, citizen: Person) -> list[list[str]]:
    """The reasons in the log, newest first."""
    return [line.details["reasons"] for line in await told(world, citizen)]


async def test_one_letter_too_many_is_told_with_the_look_that_made_it_so(
    world: World, jaylano: Person, karin: Person
) -> None:
    letters = await letters_of(world, MANY + 2)
    grant_id = await world.grant(jaylano, karin, scope())
    await open_all(world, karin, grant_id, letters[:MANY])
    assert await told(world, jaylano) == []
    await open_all(world, karin, grant_id, letters[MANY:])
    (line,) = await told(world, jaylano)
    assert (line.role, line.actor, line.grant_id, line.at_ms) == (
        Role.SERVICE,
        "Mijnoverzicht",
        grant_id,
        world.clock.ms,
    )
    assert line.details == {"reasons": ["many"], "helper": "Karin Bos (Buurthuis De Brug)"}
    (notice,) = (await world.services.oversight.watched(jaylano)).notices
    assert (notice.grant_id, notice.kind, notice.at_ms) == (grant_id, "many", world.clock.ms)


async def test_going_back_to_a_letter_and_its_files_is_opening_it_once(
    world: World, jaylano: Person, karin: Person
) -> None:
    """An intake: twenty letters with a file, each looked at more than once."""
    reading = world.services.reading
    letters = [await world.deliver(JAYLANO, files=(PDF,)) for _ in range(20)]
    grant_id = await world.grant(jaylano, karin, scope())
    for letter_id in (*letters, *letters):
        await reading.letter(karin, letter_id, through=grant_id)
        await reading.attachment(karin, letter_id, 0, through=grant_id)
        await world.ids(karin, through=grant_id)
    assert await told(world, jaylano) == []
    async with world.services.store.read() as tx:
        (used,) = await tx.grants.use_of(jaylano.mailbox_id, since_ms=0)
    assert used.letters == 20


async def test_files_alone_are_letters_opened_too(world: World, jaylano: Person, karin: Person) -> None:
    letters = [await world.deliver(JAYLANO, files=(PDF,), dagtekening="2025-01-01") for _ in range(MANY_OLD + 1)]
    grant_id = await world.grant(jaylano, karin, scope())
    for letter_id in letters:
        await world.services.reading.attachment(karin, letter_id, 0, through=grant_id)
    assert await kinds(world, jaylano) == [["old"]]


async def test_old_letters_in_bulk(world: World, jaylano: Person, karin: Person) -> None:
    recent = await letters_of(world, 2)
    old = await letters_of(world, MANY_OLD + 1, dagtekening="2025-11-23")
    grant_id = await world.grant(jaylano, karin, scope())
    await open_all(world, karin, grant_id, [*recent, *old[:MANY_OLD]])
    assert await kinds(world, jaylano) == []
    await open_all(world, karin, grant_id, old[MANY_OLD:])
    assert await kinds(world, jaylano) == [["old"]]


async def test_a_night_is_one_and_the_next_is_another(world: World, jaylano: Person, karin: Person) -> None:
    letters = await letters_of(world, AT_NIGHT)
    grant_id = await world.grant(jaylano, karin, scope())
    world.clock.ms = int(datetime(2026, 11, 24, 22, 30, tzinfo=UTC).timestamp() * 1000)  # half past eleven here
    for _ in range(2):
        for letter_id in letters:
            await open_all(world, karin, grant_id, [letter_id])
            world.clock.ms += HOUR_MS // 2
        await open_all(world, karin, grant_id, letters)
        world.clock.ms += DAY_MS - AT_NIGHT * HOUR_MS // 2
    assert await kinds(world, jaylano) == [["night"], ["night"]]


async def test_by_day_as_many_are_nothing_special(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await open_all(world, karin, grant_id, await letters_of(world, AT_NIGHT))
    assert await kinds(world, jaylano) == []


async def test_once_a_kind_a_day_and_each_grant_for_itself(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    letters = await letters_of(world, MANY + 1)
    grants = {who: await world.grant(jaylano, who, scope()) for who in (karin, eve)}
    for _ in range(2):
        await open_all(world, karin, grants[karin], letters)
        world.clock.ms += HOUR_MS
    assert [line.grant_id for line in await told(world, jaylano)] == [grants[karin]]
    await open_all(world, eve, grants[eve], letters)
    world.clock.ms += DAY_MS
    await open_all(world, karin, grants[karin], letters)
    seen = [line.grant_id for line in await told(world, jaylano)]
    assert seen == [grants[karin], grants[eve], grants[karin]]


async def test_ones_own_reading_is_nobodys_business(world: World, jaylano: Person) -> None:
    for letter_id in await letters_of(world, MANY + 1):
        await world.services.reading.letter(jaylano, letter_id)
    assert await told(world, jaylano) == []


async def test_two_processes_count_together_and_tell_once(
    world: World, other_store: Database, jaylano: Person, karin: Person
) -> None:
    letters = await letters_of(world, MANY + 10)
    grant_id = await world.grant(jaylano, karin, scope())
    async with make_world(other_store, world.services.objects, world.kek_file) as elsewhere:
        await asyncio.gather(
            open_all(world, karin, grant_id, letters[::2]), open_all(elsewhere, karin, grant_id, letters[1::2])
        )
        assert await kinds(elsewhere, jaylano) == [["many"]]


async def test_it_stays_until_it_was_seen(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    oversight = world.services.oversight
    letters = await letters_of(world, MANY + 1)
    grant_id = await world.grant(jaylano, karin, scope())
    await open_all(world, karin, grant_id, letters)
    world.clock.ms += 90 * DAY_MS

    async def noticed(who: Person) -> list[GrantNotice]:
        return list((await oversight.watched(who)).notices)

    (notice,) = await noticed(jaylano)
    assert await noticed(eve) == await noticed(karin) == []
    await oversight.saw(eve, until_ms=notice.at_ms)
    await oversight.saw(jaylano, until_ms=notice.at_ms - 1)
    assert await noticed(jaylano) == [notice]
    await oversight.saw(jaylano, until_ms=notice.at_ms)
    assert await noticed(jaylano) == []


async def test_ones_own_post_opens_no_grant_that_ended(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    """Their number grows for life; they are not opened at every look at one's own post."""
    letters = await letters_of(world, MANY + 1)
    grants = []
    for _ in range(3):
        grants.append(await world.grant(jaylano, karin, scope()))
        world.clock.ms += 1
    await open_all(world, karin, grants[1], letters)
    for grant_id in grants[:2]:
        await world.services.granting.stop(jaylano, grant_id)
    await tamper(
        "UPDATE consent_grant SET notes_box = :box WHERE mailbox_id = :mailbox AND grant_id = :id",
        box=b"nothing that opens",
        mailbox=jaylano.mailbox_id,
        id=grants[0],
    )
    watched = await world.services.oversight.watched(jaylano)
    assert [one.grant_id for one in watched.grants] == [grants[2], grants[1]]
    assert [one.grant_id for one in watched.notices] == [grants[1]]
    await world.services.granting.stop_all(jaylano)
    await world.services.oversight.saw(jaylano, until_ms=world.clock.ms)
    assert await world.services.oversight.watched(jaylano) == Watched(grants=(), notices=())


async def test_what_cannot_be_told_is_not_shown(
    world: World, jaylano: Person, karin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notice belongs to the look: both are written, or neither, and then nothing is read."""
    letters = await letters_of(world, MANY + 1)
    grant_id = await world.grant(jaylano, karin, scope())
    await open_all(world, karin, grant_id, letters[:MANY])

    def broken(*_: object) -> list[str]:
        raise RuntimeError

    monkeypatch.setattr("mailbox.services.grant_use.unusual", broken)
    with pytest.raises(RuntimeError):
        await open_all(world, karin, grant_id, letters[MANY:])
    monkeypatch.undo()
    assert await told(world, jaylano) == []
    await open_all(world, karin, grant_id, letters[MANY:])
    assert await kinds(world, jaylano) == [["many"]]
