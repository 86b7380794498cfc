"""Answers not given yet: the citizen's own, sealed, for a day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import DraftId
from mailbox.domain.people import Person
from mailbox.services.drafts import KEPT_MS
from tests.services.conftest import Tamper
from tests.world import World, scope


async def test_answers_add_up(world: World, jaylano: Person, karin: Person) -> None:
    drafts = world.services.drafts
    grant_id = await world.grant(jaylano, karin, scope())
    begun = await drafts.begin(jaylano, {"naam": ["Tante Ria"], "lezen": ["ja"]}, grant_id)
    await drafts.save(jaylano, begun.draft_id, {"lezen": [], "tot": ["1-maand"]})
    found = await drafts.get(jaylano, begun.draft_id)
    assert (found.answers, found.grant_id) == ({"naam": ["Tante Ria"], "lezen": [], "tot": ["1-maand"]}, grant_id)


async def test_anothers_draft_is_as_unknown_as_none(world: World, jaylano: Person, eve: Person) -> None:
    drafts = world.services.drafts
    begun = await drafts.begin(jaylano, {"naam": ["Tante Ria"]})
    for draft_id in (begun.draft_id, DraftId(bytes(16))):
        with pytest.raises(NotFound):
            await drafts.get(eve, draft_id)
        with pytest.raises(NotFound):
            await drafts.save(eve, draft_id, {"naam": ["Eve"]})
        await drafts.drop(eve, draft_id)
    assert (await drafts.get(jaylano, begun.draft_id)).answers == {"naam": ["Tante Ria"]}


async def test_a_draft_moved_to_another_mailbox_does_not_open(
    world: World, jaylano: Person, eve: Person, tamper: Tamper
) -> None:
    begun = await world.services.drafts.begin(jaylano, {"naam": ["Tante Ria"]})
    await tamper("UPDATE grant_draft SET mailbox_id = :eve", eve=eve.mailbox_id)
    with pytest.raises(Exception, match="sleutel"):
        await world.services.drafts.get(eve, begun.draft_id)


async def test_a_draft_is_forgotten_after_a_day(world: World, jaylano: Person) -> None:
    begun = await world.services.drafts.begin(jaylano, {"naam": ["Tante Ria"]})
    world.clock.ms += KEPT_MS
    with pytest.raises(NotFound):
        await world.services.drafts.get(jaylano, begun.draft_id)
    world.clock.ms += 1
    await world.services.drafts.forget_old()
    async with world.services.store.read() as tx:
        assert await tx.drafts.get(jaylano.mailbox_id, begun.draft_id) is None


async def test_what_was_dropped_is_gone(world: World, jaylano: Person) -> None:
    begun = await world.services.drafts.begin(jaylano, {"naam": ["Tante Ria"]})
    await world.services.drafts.drop(jaylano, begun.draft_id)
    await world.services.drafts.drop(jaylano, begun.draft_id)
    with pytest.raises(NotFound):
        await world.services.drafts.get(jaylano, begun.draft_id)


async def test_what_an_app_put_ready_outlives_a_form_and_is_forgotten(world: World, jaylano: Person) -> None:
    waiting = await world.services.proposals.put(replace(jaylano, app="Postkijker"), "Tante Ria", scope())
    world.clock.ms += KEPT_MS
    await world.services.drafts.save(jaylano, waiting.draft_id, {"naam": ["Ria"]})
    await world.services.drafts.forget_old()
    (found,) = await world.services.proposals.waiting(jaylano)
    assert found == waiting
    world.clock.ms += 6 * KEPT_MS + 1
    await world.services.drafts.forget_old()
    async with world.services.store.read() as tx:
        assert await tx.drafts.get(jaylano.mailbox_id, waiting.draft_id) is None
