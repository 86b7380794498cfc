"""Ways in which a citizen, a helper or time takes away what a helper could see, for attacks on what is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Person
from tests.world import DAY_MS, World, scope

COLLEAGUE: Final = "999990056"
TABLES: Final = ("consent_grant", "held_grant", "letter_key", "invitation")
"""What a grant is made of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A grant that Karin and a colleague hold, and the letter that they no longer may see."""

    world: World
    jaylano: Person
    karin: Person
    colleague: Person
    letter_id: LetterId
    grant_id: GrantId

    async def may_read(self) -> None:
        await self.world.services.reading.letter(self.karin, self.letter_id, through=self.grant_id)

    async def opens_nothing(self) -> None:
        with pytest.raises(NotFound):
            await self.may_read()


async def stopped(case: Case) -> None:
    await case.world.services.granting.stop(case.jaylano, case.grant_id)


async def quietly_stopped(case: Case) -> None:
    await case.world.services.granting.stop(case.jaylano, case.grant_id, quiet=True)


async def paused(case: Case) -> None:
    await case.world.services.granting.pause(case.jaylano, case.grant_id)


async def narrowed(case: Case) -> None:
    without = replace(scope(), without=frozenset({id_text(case.letter_id)}))
    await case.world.change(case.jaylano, case.grant_id, without)


async def shortened(case: Case) -> None:
    """And then the new end came, with no job that cleared up."""
    await case.world.change(case.jaylano, case.grant_id, scope(days=1))
    case.world.clock.ms += DAY_MS


async def expired(case: Case) -> None:
    case.world.clock.ms += 90 * DAY_MS
    assert await case.world.services.grant_endings.end_expired() > 0


async def given_back(case: Case) -> None:
    await case.world.services.helping.give_back(case.karin, case.grant_id)


async def removed(case: Case) -> None:
    """The colleague goes on."""
    views = await case.world.services.granting.grants_of(case.jaylano)
    helpers = [helper for view in views if view.grant_id == case.grant_id for helper in view.helpers]
    ref = next(helper.ref for helper in helpers if helper.name.startswith(case.karin.name))
    await case.world.services.granting.remove_helper(case.jaylano, case.grant_id, ref)


Taking = Callable[[Case], Awaitable[None]]
TAKEN: Final[tuple[Taking, ...]] = (
    stopped,
    quietly_stopped,
    paused,
    narrowed,
    shortened,
    expired,
    given_back,
    removed,
)
