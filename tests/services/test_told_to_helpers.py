"""What a helper learns of a grant beside the post: not more than is theirs, and a sender nothing at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import EVERY, Basis
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.client_rows import ClientQuery
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import JAYLANO
from tests.world import CJIB, DAY_MS, World, scope

PDF = b"%PDF-1.4\n%%EOF\n"
WIDE = scope(EVERY, EVERY)


async def test_that_a_letter_was_taken_out_is_told_nowhere(world: World, jaylano: Person, karin: Person) -> None:
    kept, hidden = await world.deliver(JAYLANO), await world.deliver(JAYLANO)
    taken_out = replace(WIDE, without=frozenset({id_text(hidden)}))
    grant_id = await world.grant(jaylano, karin, taken_out)
    timeline = await world.services.reading.timeline(karin, TimelineQuery(), through=grant_id)
    letter = await world.services.reading.letter(karin, kept, through=grant_id)
    shown = await world.services.client_grants.show(karin, grant_id)
    listed = await world.services.client_list.page(karin, ClientQuery())
    held = await world.services.helping.clients_of(karin)
    told = [view.scope for view in (timeline.grant, letter.grant, shown.grant) if view is not None]
    assert [*told, listed.rows[0].scope, held[0].scope] == [WIDE] * 5
    (own,) = await world.services.granting.grants_of(jaylano)
    assert own.scope == taken_out


async def test_one_sees_what_a_grant_rests_on_as_long_as_it_stands(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    show = world.services.client_grants.show
    client = await show(karin, grant_id)
    assert (client.name, client.grant.basis, client.grant.created_ms) == (
        "Jaylano Meerman",
        Basis.CITIZEN,
        world.clock.ms,
    )
    for stranger in (eve, jaylano):
        with pytest.raises(NotFound):
            await show(stranger, grant_id)
    await world.services.granting.pause(jaylano, grant_id)
    with pytest.raises(NotFound):
        await show(karin, grant_id)


async def test_the_list_warns_of_an_end_within_two_weeks(world: World, jaylano: Person, karin: Person) -> None:
    await world.grant(jaylano, karin, scope(days=15))
    told = []
    for _ in range(3):
        (row,) = (await world.services.client_list.page(karin, ClientQuery())).rows
        told.append(row.ends_soon)
        world.clock.ms += DAY_MS
    assert told == [False, True, True]


async def test_after_its_end_a_quiet_stop_is_no_more_to_be_seen_than_a_pause(
    world: World, jaylano: Person, karin: Person
) -> None:
    """Told for thirty days, a quiet stop would outlive the pause that it must look like."""
    paused, stopped = [await world.grant(jaylano, karin, scope(days=10)) for _ in range(2)]
    await world.services.granting.pause(jaylano, paused)
    await world.services.granting.stop(jaylano, stopped, quiet=True)
    for days, seen in ((9, {paused, stopped}), (1, set())):
        world.clock.ms += days * DAY_MS
        rows = (await world.services.client_list.page(karin, ClientQuery())).rows
        assert {row.grant_id for row in rows} == seen
        assert {row.stopped_ms for row in rows} <= {None}
        assert {client.grant_id for client in await world.services.helping.closed_to(karin)} == seen


async def test_what_a_helper_reads_tells_the_sender_nothing(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope())
    before = await world.services.letter_statuses.of(CJIB, letter_id)
    await world.ids(karin, through=grant_id)
    await world.services.reading.letter(karin, letter_id, through=grant_id)
    await world.services.reading.attachment(karin, letter_id, 0, through=grant_id)
    assert await world.services.letter_statuses.of(CJIB, letter_id) == before
