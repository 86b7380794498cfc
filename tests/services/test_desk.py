"""At a counter: the employee does what the citizen says, sees no post, and is in the citizen's log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import EVERY, Basis, Purpose
from mailbox.domain.alerts import Delivery
from mailbox.domain.errors import CodeRefused, Forbidden, MayNotGive, NotFound, ScopeRefused, TooManyAttempts
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Document, Identity, Person, Subject
from mailbox.services.access_log import LogLine
from mailbox.services.appointing import Appointment
from mailbox.services.client_rows import ClientQuery
from mailbox.services.contacts import Reach
from mailbox.services.desk import CounterVisit
from mailbox.services.granting import GrantDraft
from mailbox.services.invitation_codes import ATTEMPTS_PER_HOUR
from mailbox.services.log_entries import Act, Role
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO, KARIN
from tests.world import NOW_MS, World, scope

WHY = "Meneer heeft geen DigiD"
VISIT = CounterVisit(
    subject=Subject.of_bsn(Bsn(JAYLANO)), name="Jaylano Meerman", document=Document.PASSPORT, reason=WHY
)
DRAFT = GrantDraft(helper_note="Karin van het buurthuis", scope=scope())


@pytest.fixture
async def fatma(world: World) -> Person:
    return await _employee(world)


async def _employee(world: World) -> Person:
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


async def at_the_desk(world: World) -> list[LogLine]:
    """What the citizen reads of it, oldest first."""
    jaylano = await world.person(JAYLANO, "Jaylano Meerman")
    lines = (await world.services.log_book.entries(jaylano)).lines
    return [line for line in reversed(lines) if line.role is Role.DESK]


async def test_stopping_where_there_is_nothing_is_no_error_and_is_told(world: World, fatma: Person) -> None:
    for count in (1, 2):
        await world.services.desk.stop_all(fatma, VISIT)
        lines = await at_the_desk(world)
        assert [(line.actor, line.action) for line in lines] == [
            ("Fatma Kaya (Gemeente Demostad)", Act.STOPPING)
        ] * count
        assert lines[-1].details == {"document": "paspoort", "reason": WHY}


async def test_who_asks_whether_a_court_decided_is_in_the_log(world: World, fatma: Person) -> None:
    """The refusal tells it. It is told to nobody who is not in the log by then."""
    karin = Identity(subject=Subject.of_bsn(Bsn(KARIN)), name="Karin Bos")
    measure = scope(EVERY, EVERY, purpose=Purpose.ADMINISTRATION)
    await world.services.appointing.register(
        Appointment(
            citizen=VISIT.subject, citizen_name="Jaylano", helper=karin, scope=measure, reference="C/01/1 BM 26-1"
        )
    )
    for count in (1, 2):
        with pytest.raises(MayNotGive):
            await world.services.desk.give(fatma, VISIT, DRAFT)
        lines = await at_the_desk(world)
        assert [(line.actor, line.action) for line in lines] == [("Fatma Kaya (Gemeente Demostad)", Act.TRIED)] * count
        assert lines[-1].details == {"helper": DRAFT.helper_note, "document": "paspoort", "reason": WHY}


async def test_the_employee_does_not_take_up_what_they_gave(world: World, fatma: Person, karin: Person) -> None:
    """It is as any wrong code, and counts as one; for the helper it works as before."""
    letter_id = await world.deliver(JAYLANO)
    offer = await world.services.desk.give(fatma, VISIT, DRAFT)
    for _ in range(ATTEMPTS_PER_HOUR):
        with pytest.raises(CodeRefused) as refused:
            await world.services.helping.accept(fatma, offer.code)
        assert str(refused.value) == str(CodeRefused())
    with pytest.raises(TooManyAttempts):
        await world.services.helping.accept(fatma, offer.code)
    with pytest.raises(NotFound):
        await world.services.reading.letter(fatma, letter_id, through=offer.grant_id)
    await world.services.helping.accept(karin, offer.code)
    assert await world.ids(karin, through=offer.grant_id) == {letter_id}


async def test_nor_after_the_citizen_changed_it(world: World, fatma: Person) -> None:
    offer = await world.services.desk.give(fatma, VISIT, DRAFT)
    jaylano = await world.person(JAYLANO, "Jaylano Meerman")
    await world.change(jaylano, offer.grant_id, scope(EVERY, EVERY))
    with pytest.raises(CodeRefused):
        await world.services.helping.accept(fatma, offer.code)


async def test_an_employee_takes_up_what_a_colleague_gave(world: World, fatma: Person) -> None:
    """A neighbour may work at the town hall too. What two employees do together, only the citizen's log tells."""
    identity = Identity(
        subject=Subject.of_bsn(Bsn("999990081")), name="Joost de Wit", organisation="Gemeente Demostad", desk=True
    )
    joost = await world.services.sessions.person(await world.services.sessions.login(identity))
    assert joost is not None
    offer = await world.services.desk.give(fatma, VISIT, DRAFT)
    assert (await world.services.helping.accept(joost, offer.code)).grant_id == offer.grant_id


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


@pytest.mark.parametrize("state", ["never here", "no address", "reached", "refused"])
async def test_a_desk_sees_whether_somebody_is_reached_and_the_citizen_reads_that(
    wired: World, office: PostOffice, state: str
) -> None:
    fatma = await _employee(wired)
    if state != "never here":
        jaylano = await wired.person(JAYLANO, "Jaylano Meerman")
    if state in {"reached", "refused"}:
        await reached(wired, office, jaylano)
    if state == "refused":
        office.answers = [Delivery.REFUSED]
        await wired.deliver(JAYLANO)
        await work(wired)
    told = await wired.services.desk.reach(fatma, VISIT)
    expected = {"reached": Reach.REACHED, "refused": Reach.REFUSED}.get(state, Reach.NO_ADDRESS)
    assert (told.reach, told.last_seen_ms) == (expected, None if state == "never here" else NOW_MS)
    jaylano = await wired.person(JAYLANO, "Jaylano Meerman")
    line = (await wired.services.log_book.entries(jaylano)).lines[0]
    assert (line.role, line.action, line.details["reason"]) == (Role.DESK, Act.REACH, WHY)


async def test_only_an_employee_sees_whether_somebody_is_reached(world: World, karin: Person) -> None:
    with pytest.raises(Forbidden):
        await world.services.desk.reach(karin, VISIT)
