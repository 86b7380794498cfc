"""Giving seals most keys before it locks the mailbox. What happens between the two changes nothing of what is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import EVERY, Action, Scope
from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.errors import ChangedMeanwhile, ScopeRefused
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft, Granting
from tests.services.conftest import JAYLANO
from tests.services.interrupted import Happening, Interrupted
from tests.world import DAY_MS, UWV, World, scope

WIDE = scope(EVERY, frozenset({"boete", "uitkering", "werk"}))


def interrupted(world: World, happening: Happening) -> Granting:
    kek = FileKek(world.kek_file)
    store = Interrupted(world.services.store, happening)
    return Granting(store=store, sealer=Sealer(kek), keyholder=Keyholder(kek), clock=world.clock)


async def keys_of(world: World, citizen: Person, grant_id: GrantId) -> set[LetterId]:
    """The letters that this grant has a key to, published or not."""
    async with world.services.store.read() as tx:
        rows = await tx.letters.page(citizen.mailbox_id, grant_id, visible_at_ms=2**60, before=None, limit=50)
    return {row.letter_id for row in rows}


async def test_letters_that_come_in_between_are_covered(world: World, jaylano: Person) -> None:
    came: list[LetterId] = [await world.deliver(JAYLANO)]

    async def letters_come() -> None:
        came.append(await world.deliver(JAYLANO))
        came.append(await world.deliver(JAYLANO, publicatietijdstip="2027-01-01T00:00:00Z"))
        await world.deliver(JAYLANO, afzender=UWV.value)

    offer = await interrupted(world, letters_come).offer(jaylano, GrantDraft(helper_note="hulp", scope=scope()))
    assert await keys_of(world, jaylano, offer.grant_id) == set(came)
    assert offer.letters == 3


@pytest.mark.parametrize(
    "wanted", [scope(), scope(actions=frozenset({Action.LIST})), WIDE], ids=["same", "less", "more"]
)
async def test_letters_that_come_in_between_follow_a_change(
    world: World, jaylano: Person, karin: Person, wanted: Scope
) -> None:
    before = {await world.deliver(JAYLANO), await world.deliver(JAYLANO, afzender=UWV.value)}
    grant_id = await world.grant(jaylano, karin, scope())
    came: list[LetterId] = []

    async def letters_come() -> None:
        came.append(await world.deliver(JAYLANO))
        came.append(await world.deliver(JAYLANO, afzender=UWV.value))

    await interrupted(world, letters_come).change(jaylano, grant_id, wanted, version=2)
    seen = await world.ids(karin, through=grant_id)
    assert seen == await keys_of(world, jaylano, grant_id)
    assert len(seen) == (4 if wanted == WIDE else 2)
    assert seen <= {*before, *came}


async def test_a_grant_that_was_narrowed_in_between_does_not_come_back_wide(
    world: World, jaylano: Person, karin: Person
) -> None:
    """The pause ends with the scope that stands, not with the one that was read before."""
    fine, other = await world.deliver(JAYLANO), await world.deliver(JAYLANO, afzender=UWV.value)
    grant_id = await world.grant(jaylano, karin, WIDE)
    granting = world.services.granting
    await granting.pause(jaylano, grant_id)

    async def narrowed() -> None:
        await world.change(jaylano, grant_id, scope())

    await interrupted(world, narrowed).resume(jaylano, grant_id)
    assert await keys_of(world, jaylano, grant_id) == await world.ids(karin, through=grant_id) == {fine}
    await world.change(jaylano, grant_id, WIDE)
    assert await world.ids(karin, through=grant_id) == {fine, other}


async def test_a_new_end_leaves_out_what_was_taken_out_in_between(world: World, jaylano: Person, karin: Person) -> None:
    fine, other = await world.deliver(JAYLANO), await world.deliver(JAYLANO, afzender=UWV.value)
    grant_id = await world.grant(jaylano, karin, WIDE)

    async def narrowed() -> None:
        await world.change(jaylano, grant_id, replace(WIDE, without=frozenset({id_text(other)})))

    until_ms = WIDE.until_ms + DAY_MS
    view = await interrupted(world, narrowed).renew(jaylano, grant_id, until_ms)
    assert view.scope == replace(WIDE, without=frozenset({id_text(other)}), until_ms=until_ms)
    assert await keys_of(world, jaylano, grant_id) == await world.ids(karin, through=grant_id) == {fine}


async def test_a_change_does_not_undo_one_that_came_in_between(world: World, jaylano: Person, karin: Person) -> None:
    fine, other = await world.deliver(JAYLANO), await world.deliver(JAYLANO, afzender=UWV.value)
    grant_id = await world.grant(jaylano, karin, WIDE)

    async def narrowed() -> None:
        await world.change(jaylano, grant_id, replace(WIDE, without=frozenset({id_text(other)})))

    with pytest.raises(ChangedMeanwhile):
        await interrupted(world, narrowed).change(
            jaylano, grant_id, replace(WIDE, until_ms=WIDE.until_ms + DAY_MS), version=2
        )
    assert await keys_of(world, jaylano, grant_id) == await world.ids(karin, through=grant_id) == {fine}


async def test_a_grant_that_was_stopped_in_between_gets_no_keys(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())

    async def stopped() -> None:
        await world.services.granting.stop(jaylano, grant_id)

    with pytest.raises(ScopeRefused):
        await interrupted(world, stopped).change(jaylano, grant_id, WIDE, version=2)
    assert await keys_of(world, jaylano, grant_id) == set()
