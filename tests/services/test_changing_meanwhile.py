"""A grant becomes narrower while a page is loading: what is shown is what it covers when the look is logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from consent import Action, Scope
from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Person
from mailbox.services.agencies import AgencyRegister
from mailbox.services.log_entries import Act
from mailbox.services.reading import Reading, TimelineQuery
from tests.services.conftest import JAYLANO
from tests.services.interrupted import Happening, Interrupted
from tests.world import World, scope

PDF = b"%PDF-1.4\n%%EOF\n"
Narrow = Callable[[LetterId], Scope]


def without(letter_id: LetterId) -> Scope:
    return replace(scope(), without=frozenset({id_text(letter_id)}))


def only_dates_and_amounts(_: LetterId) -> Scope:
    return scope(actions=frozenset({Action.LIST}))


def interrupted(world: World, happening: Happening) -> Reading:
    """Reading, with something that happens between opening and logging."""
    kek, services = FileKek(world.kek_file), world.services
    return Reading(
        store=Interrupted(services.store, happening),
        objects=services.objects,
        sealer=Sealer(kek),
        keyholder=Keyholder(kek),
        agencies=AgencyRegister(store=services.store, clock=world.clock),
        clock=world.clock,
    )


async def narrowing(
    world: World, jaylano: Person, karin: Person, narrow: Narrow
) -> tuple[Reading, LetterId, LetterId, GrantId]:
    """Reading that is interrupted by the change; the letter that it is about, another letter, and the grant."""
    letter_id, other = await world.deliver(JAYLANO, files=(PDF,)), await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())

    async def narrowed() -> None:
        await world.change(jaylano, grant_id, narrow(letter_id))

    return interrupted(world, narrowed), letter_id, other, grant_id


async def looks(world: World, citizen: Person) -> list[Act]:
    """What is in the citizen's log since the change."""
    acts = [line.action for line in (await world.services.log_book.entries(citizen)).lines]
    return acts[: acts.index(Act.CHANGED)]


async def test_a_letter_that_was_taken_out_is_not_opened(world: World, jaylano: Person, karin: Person) -> None:
    reading, letter_id, _, grant_id = await narrowing(world, jaylano, karin, without)
    with pytest.raises(NotFound):
        await reading.letter(karin, letter_id, through=grant_id)
    assert await looks(world, jaylano) == []


async def test_a_letter_that_was_taken_out_is_not_in_the_list(world: World, jaylano: Person, karin: Person) -> None:
    reading, _, other, grant_id = await narrowing(world, jaylano, karin, without)
    shown = await reading.timeline(karin, TimelineQuery(), through=grant_id)
    assert [letter.letter_id for letter in shown.letters] == [other]
    assert await looks(world, jaylano) == [Act.LIST]


async def test_the_text_that_was_taken_away_is_not_shown(world: World, jaylano: Person, karin: Person) -> None:
    reading, letter_id, _, grant_id = await narrowing(world, jaylano, karin, only_dates_and_amounts)
    shown = await reading.letter(karin, letter_id, through=grant_id)
    assert (shown.text, shown.may_download) == (None, False)
    assert await looks(world, jaylano) == [Act.LIST]


@pytest.mark.parametrize("narrow", [without, only_dates_and_amounts])
async def test_an_attachment_that_was_taken_away_is_not_given(
    world: World, jaylano: Person, karin: Person, narrow: Narrow
) -> None:
    reading, letter_id, _, grant_id = await narrowing(world, jaylano, karin, narrow)
    with pytest.raises(NotFound):
        await reading.attachment(karin, letter_id, 0, through=grant_id)
    assert await looks(world, jaylano) == []


async def test_what_was_given_meanwhile_is_shown(world: World, jaylano: Person, karin: Person) -> None:
    """Wider is another scope too: the reader sees it at once."""
    reading, letter_id, _, grant_id = await narrowing(world, jaylano, karin, lambda _: scope(days=30))
    assert (await reading.letter(karin, letter_id, through=grant_id)).text is not None
    assert await looks(world, jaylano) == [Act.READ]
