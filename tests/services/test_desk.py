"""At a counter: the employee does what the citizen says, sees no post, and is in the citizen's log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import Basis
from mailbox.domain.errors import CodeRefused, Forbidden, NotFound, ScopeRefused
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Document, Identity, Person, Subject
from mailbox.services.client_rows import ClientQuery
from mailbox.services.desk import CounterVisit
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO
from tests.world import World, scope

WHY = "Meneer heeft geen DigiD"
VISIT = CounterVisit(
    subject=Subject.of_bsn(Bsn(JAYLANO)), name="Jaylano Meerman", document=Document.PASSPORT, reason=WHY
)
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
    offer = await world.services.desk.give(fatma, VISIT, DRAFT)
    client = await world.services.helping.accept(karin, offer.code)
    assert client.name == "Jaylano Meerman"
    assert await world.ids(karin, through=offer.grant_id) == {letter_id}


async def test_the_citizen_sees_who_did_it_and_why_and_can_stop_it(world: World, fatma: Person, karin: Person) -> None:
    offer = await world.services.desk.give(fatma, replace(VISIT, reason=f" {WHY} "), DRAFT)
    await world.services.helping.accept(karin, offer.code)
    jaylano = await world.person(JAYLANO, "Jaylano Meerman")
    line = (await world.services.log_book.entries(jaylano)).lines[-1]
    assert (line.role, line.actor, line.action) == (Role.DESK, "Fatma Kaya (Gemeente Demostad)", Act.OFFERED)
    assert (line.details["reason"], line.details["document"]) == (WHY, "paspoort")
    (view,) = await world.services.granting.grants_of(jaylano)
    assert view.basis is Basis.DESK
    await world.services.granting.stop(jaylano, offer.grant_id)


async def test_the_employee_sees_no_post(world: World, fatma: Person) -> None:
    await world.deliver(JAYLANO)
    await world.services.desk.give(fatma, VISIT, DRAFT)
    assert await world.services.helping.clients_of(fatma) == []


async def test_all_that_the_citizen_gave_is_stopped_and_the_log_says_by_whom(
    world: World, fatma: Person, karin: Person
) -> None:
    letter_id = await world.deliver(JAYLANO)
    offer = await world.services.desk.give(fatma, VISIT, DRAFT)
    await world.services.helping.accept(karin, offer.code)
    jaylano = await world.person(JAYLANO, "Jaylano Meerman")
    waiting = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Tante Ria", scope=scope()))
    await world.services.desk.stop_all(fatma, replace(VISIT, reason="Wil geen hulp meer"))
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=offer.grant_id)
    with pytest.raises(CodeRefused):
        await world.services.helping.accept(karin, waiting.code)
    stops = [line for line in (await world.services.log_book.entries(jaylano)).lines if line.action is Act.STOPPED]
    told = {(line.role, line.actor, line.details["reason"], line.details["document"]) for line in stops}
    assert told == {(Role.DESK, "Fatma Kaya (Gemeente Demostad)", "Wil geen hulp meer", "paspoort")}
    assert {line.grant_id for line in stops} == {offer.grant_id, waiting.grant_id}
    (row,) = (await world.services.client_list.page(karin, ClientQuery())).rows
    assert (row.name, row.scope) == ("Jaylano Meerman", None)


async def test_stopping_where_there_is_nothing_is_no_error(world: World, fatma: Person) -> None:
    await world.services.desk.stop_all(fatma, VISIT)
    await world.services.desk.stop_all(fatma, VISIT)


async def test_only_an_employee_at_a_desk_does_this_and_not_for_themselves(
    world: World, fatma: Person, karin: Person
) -> None:
    own = replace(VISIT, subject=Subject.of_bsn(Bsn("999990093")))
    for who, visit in ((karin, VISIT), (fatma, own)):
        with pytest.raises(Forbidden):
            await world.services.desk.give(who, visit, DRAFT)
        with pytest.raises(Forbidden):
            await world.services.desk.stop_all(who, visit)


@pytest.mark.parametrize(("name", "reason"), [("", WHY), ("Jaylano", " "), ("Jaylano", "x" * 301)])
async def test_a_name_and_a_reason_are_asked(world: World, fatma: Person, name: str, reason: str) -> None:
    visit = replace(VISIT, name=name, reason=reason)
    with pytest.raises(ScopeRefused):
        await world.services.desk.give(fatma, visit, DRAFT)
    with pytest.raises(ScopeRefused):
        await world.services.desk.stop_all(fatma, visit)
