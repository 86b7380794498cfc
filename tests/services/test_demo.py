"""Who looks along in the demo, and that the login page says so."""

from __future__ import annotations

import pytest

from mailbox.demo.consents import give_grants
from mailbox.demo.people import ADMINISTRATOR, COLLEAGUE, COUNSELLOR, PERSONS, UNDER_BEWIND, VOLUNTEER, identity
from mailbox.domain.errors import MayNotGive
from mailbox.domain.people import Identity, Person
from mailbox.services.granting import GrantDraft
from mailbox.web.login import DemoPerson
from tests.world import World, scope

NUMBERS = {5: "vijf", 14: "veertien"}


async def _person(world: World, who: Identity) -> Person:
    person = await world.services.sessions.person(await world.services.sessions.login(who))
    assert person is not None
    return person


async def _clients(world: World, helper: DemoPerson) -> set[str]:
    return {client.name for client in await world.services.helping.clients_of(await _person(world, helper.identity))}


async def test_helpers_see_whom_the_login_page_says(world: World) -> None:
    await give_grants(world.services)
    for helper in (COUNSELLOR, COLLEAGUE):
        assert f" met {NUMBERS[len(await _clients(world, helper))]} " in helper.description
    assert await _clients(world, COLLEAGUE) < await _clients(world, COUNSELLOR)
    assert await _clients(world, VOLUNTEER) == {"Jaylano Meerman"}
    assert await _clients(world, ADMINISTRATOR) == {UNDER_BEWIND.name}
    assert UNDER_BEWIND.name in ADMINISTRATOR.description


async def test_who_is_under_bewind_is_told_what_ended_and_gives_nothing(world: World) -> None:
    await give_grants(world.services)
    citizen = await _person(world, identity(UNDER_BEWIND.bsn, UNDER_BEWIND.name))
    told = [(view.who, view.lapsed) for view in await world.services.granting.grants_of(citizen)]
    assert sorted(told) == [
        ("Bea Winter (Bewindkantoor Demostad)", False),
        ("Murat Yildiz (Schuldhulp Demostad)", True),
    ]
    with pytest.raises(MayNotGive):
        await world.services.granting.offer(citizen, GrantDraft(helper_note="Tante Ria", scope=scope()))


def test_everybody_on_the_login_page_is_another_and_says_who_they_are() -> None:
    assert len({person.key for person in PERSONS}) == len({person.identity.subject for person in PERSONS}) == 10
    assert [person.name for person in PERSONS if not 0 < len(person.description) <= 100] == []
