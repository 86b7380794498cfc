"""At a counter: the employee does what the citizen says, sees no post, and is in the citizen's log."""

from __future__ import annotations

import pytest

from consent import Basis
from mailbox.domain.errors import Forbidden, ScopeRefused
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO
from tests.world import World, scope

WHY = "Meneer heeft geen DigiD"
CITIZEN = Subject.of_bsn(Bsn(JAYLANO))
DRAFT = GrantDraft(helper_note="Karin van het buurthuis", scope=scope())


@pytest.fixture
async def fatma(world: World) -> Person:
    identity = Identity(
        subject=Subject.of_bsn(Bsn("999990093")), name="Fatma Kaya", organisation="Gemeente Demostad", desk=True
    )
    person = await world.services.sessions.person(await world.services.sessions.login(identity))
    assert person is not None
    return person


async def test_a_grant_given_at_the_desk_works_with_the_code_on_paper(
    world: World, fatma: Person, karin: Person
) -> None:
    letter_id = await world.deliver(JAYLANO)
    offer = await world.services.desk.give(fatma, CITIZEN, "Jaylano Meerman", DRAFT, WHY)
    client = await world.services.helping.accept(karin, offer.code)
    assert client.name == "Jaylano Meerman"
    assert await world.ids(karin, through=offer.grant_id) == {letter_id}


async def test_the_citizen_sees_who_did_it_and_why_and_can_stop_it(world: World, fatma: Person, karin: Person) -> None:
    offer = await world.services.desk.give(fatma, CITIZEN, "Jaylano Meerman", DRAFT, f" {WHY} ")
    await world.services.helping.accept(karin, offer.code)
    jaylano = await world.person(JAYLANO, "Jaylano Meerman")
    line = (await world.services.log_book.entries(jaylano)).lines[-1]
    assert (line.role, line.actor, line.action) == (Role.DESK, "Fatma Kaya (Gemeente Demostad)", Act.OFFERED)
    assert line.details["reason"] == WHY
    (view,) = await world.services.granting.grants_of(jaylano)
    assert view.basis is Basis.DESK
    await world.services.granting.stop(jaylano, offer.grant_id)


async def test_the_employee_sees_no_post(world: World, fatma: Person) -> None:
    await world.deliver(JAYLANO)
    await world.services.desk.give(fatma, CITIZEN, "Jaylano Meerman", DRAFT, WHY)
    assert await world.services.helping.clients_of(fatma) == []


async def test_only_an_employee_at_a_desk_does_this_and_not_for_themselves(
    world: World, fatma: Person, karin: Person
) -> None:
    with pytest.raises(Forbidden):
        await world.services.desk.give(karin, CITIZEN, "Jaylano Meerman", DRAFT, WHY)
    with pytest.raises(Forbidden):
        await world.services.desk.give(fatma, Subject.of_bsn(Bsn("999990093")), "Fatma Kaya", DRAFT, WHY)


@pytest.mark.parametrize(("name", "reason"), [("", WHY), ("Jaylano", " "), ("Jaylano", "x" * 301)])
async def test_a_name_and_a_reason_are_asked(world: World, fatma: Person, name: str, reason: str) -> None:
    with pytest.raises(ScopeRefused):
        await world.services.desk.give(fatma, CITIZEN, name, DRAFT, reason)
