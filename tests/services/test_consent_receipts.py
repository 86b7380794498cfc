"""Receipts: what the log tells of a grant, signed by its citizen, the same for the same moment, and for nobody else."""

from __future__ import annotations

import json

import pytest

from consent import EVERY, ConsentRecord, Happened, Method, PartyRole, State, record_from_json
from mailbox.crypto import verify_receipt
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import Bsn, GrantId, id_text
from mailbox.domain.people import Document, Identity, Person, Subject
from mailbox.services.appointing import Appointment
from mailbox.services.consent_receipts import Receipt
from mailbox.services.desk import CounterVisit
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import LOOKS, Act
from tests.services.conftest import EVE, JAYLANO, KARIN, Tamper
from tests.services.test_appointing import appointment
from tests.world import DAY_MS, NOW_MS, World, scope

SITE = "https://post.example.nl/"
WIDE = scope(EVERY, EVERY)
LABEL = "Karin Bos (Buurthuis De Brug)"


async def receipt(world: World, citizen: Person, grant_id: GrantId, at_ms: int | None = None) -> Receipt:
    return await world.services.consent_receipts.receipt(citizen, grant_id, site=SITE, at_ms=at_ms)


def happened(record: ConsentRecord) -> list[tuple[str, str]]:
    return [(event.happened.value, record.party(event.by).name) for event in record.events]


def test_every_act_on_a_consent_can_be_told() -> None:
    """Who adds an act adds how a receipt tells it: else there is no receipt after it."""
    others = LOOKS | {Act.APPOINTED, Act.CONNECTED, Act.NOTICED, Act.REPORTED, Act.TRIED, Act.STOPPING}
    others |= {Act.ADDRESS, Act.SAID, Act.TAKEN_BACK, Act.LADDER, Act.CALLED, Act.UNREACHED, Act.REACH}
    others |= {Act.PROPOSED, Act.DISCARDED}
    assert {happened.value for happened in Happened} == {act.value for act in set(Act) - others}


async def test_a_receipt_verifies_and_says_what_was_given(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    world.clock.ms += 5_000
    made = await receipt(world, jaylano, grant_id)
    payload, signer = verify_receipt(made.signed)
    assert record_from_json(payload) == made.record
    told = made.record
    assert (told.principal, told.record_id, told.issued_ms) == (signer, id_text(grant_id), NOW_MS + 5_000)
    assert (told.scope, told.state, told.method, told.site) == (scope(), State.ACTIVE, Method.ONLINE, SITE[:-1])
    assert (told.citizen.name, [helper.name for helper in told.helpers]) == ("Jaylano Meerman", [LABEL])
    assert happened(told) == [("offered", "Jaylano Meerman"), ("accepted", LABEL)]


async def test_all_versions_are_in_it(world: World, jaylano: Person, karin: Person) -> None:
    granting = world.services.granting
    grant_id = await world.grant(jaylano, karin, scope())
    world.clock.ms += DAY_MS
    await world.change(jaylano, grant_id, WIDE)
    for act in (granting.pause, granting.resume, granting.stop):
        world.clock.ms += DAY_MS
        await act(jaylano, grant_id)
    told = (await receipt(world, jaylano, grant_id)).record
    acts = ["offered", "accepted", "changed", "paused", "resumed", "stopped"]
    assert [act for act, _ in happened(told)] == acts
    assert [event.at_ms for event in told.events] == [NOW_MS, NOW_MS, *(NOW_MS + n * DAY_MS for n in range(1, 5))]
    assert told.scopes() == [scope(), scope(), WIDE, WIDE, WIDE, WIDE]
    assert (told.state, [helper.name for helper in told.helpers]) == (State.REVOKED, [LABEL])


async def test_who_is_not_there_yet_is_called_what_the_citizen_calls_them(world: World, jaylano: Person) -> None:
    draft = GrantDraft(helper_note="Tante Ria", scope=scope())
    offer = await world.services.granting.offer(jaylano, draft)
    told = (await receipt(world, jaylano, offer.grant_id)).record
    assert ([helper.name for helper in told.helpers], told.state) == (["Tante Ria"], State.OFFERED)


async def test_given_at_a_desk_and_why_is_nobodys_business(world: World, karin: Person) -> None:
    identity = Identity(
        subject=Subject.of_bsn(Bsn("999990093")), name="Fatma Kaya", organisation="Gemeente Demostad", desk=True
    )
    fatma = await world.services.sessions.person(await world.services.sessions.login(identity))
    assert fatma is not None
    visit = CounterVisit(
        subject=Subject.of_bsn(Bsn(JAYLANO)),
        name="Jaylano Meerman",
        document=Document.PASSPORT,
        reason="Ziek, en geen DigiD",
    )
    offer = await world.services.desk.give(fatma, visit, GrantDraft(helper_note="Karin", scope=scope()))
    await world.services.helping.accept(karin, offer.code)
    made = await receipt(world, await world.person(JAYLANO, "Jaylano Meerman"), offer.grant_id)
    assert made.record.method is Method.DESK
    assert happened(made.record) == [("offered", "Fatma Kaya (Gemeente Demostad)"), ("accepted", LABEL)]
    assert "paspoort" not in json.dumps(verify_receipt(made.signed).payload)
    assert "Ziek" not in json.dumps(verify_receipt(made.signed).payload)


async def test_two_employees_of_a_desk_are_two_and_act_for_the_citizen(world: World) -> None:
    """One gives it, another stops it."""
    visit = CounterVisit(
        subject=Subject.of_bsn(Bsn(JAYLANO)), name="Jaylano Meerman", document=Document.PASSPORT, reason="Geen DigiD"
    )
    draft, staff = GrantDraft(helper_note="Karin", scope=scope()), []
    for bsn, name in (("999990093", "Fatma Kaya"), (EVE, "Joost de Wit")):
        identity = Identity(subject=Subject.of_bsn(Bsn(bsn)), name=name, organisation="Gemeente Demostad", desk=True)
        person = await world.services.sessions.person(await world.services.sessions.login(identity))
        assert person is not None
        staff.append(person)
    offer = await world.services.desk.give(staff[0], visit, draft)
    await world.services.desk.stop_all(staff[1], visit)
    made = await receipt(world, await world.person(JAYLANO, "Jaylano Meerman"), offer.grant_id)
    assert happened(made.record) == [
        ("offered", "Fatma Kaya (Gemeente Demostad)"),
        ("stopped", "Joost de Wit (Gemeente Demostad)"),
    ]
    events = verify_receipt(made.signed).payload["events"]
    assert [event["entity_id"] for event in events] == ["balie-1", "balie-2"]
    assert events[-1]["event_state"] == "dpv:ConsentWithdrawn"


async def test_given_to_who_asked(world: World, jaylano: Person, karin: Person) -> None:
    asked = await world.services.asking.ask(karin, scope(), "Voor uw schulden")
    grant_id = await world.services.asking.agree(jaylano, asked.code, scope())
    told = (await receipt(world, jaylano, grant_id)).record
    assert (told.method, told.state, happened(told)) == (
        Method.REQUEST,
        State.ACTIVE,
        [("agreed", "Jaylano Meerman")],
    )
    assert [helper.name for helper in told.helpers] == [LABEL]


async def test_colleagues_come_and_go(world: World, jaylano: Person, karin: Person) -> None:
    piet = await world.person(EVE, "Piet Bos", "Buurthuis De Brug")
    grant_id = await world.grant(jaylano, karin, scope())
    asked = await world.services.caseworkers.ask(piet)
    await world.services.caseworkers.let_in(karin, asked.code, [grant_id])
    told = (await receipt(world, jaylano, grant_id)).record
    assert {helper.name for helper in told.helpers} == {LABEL, "Piet Bos (Buurthuis De Brug)"}
    assert told.events[-1].happened is Happened.JOINED
    assert told.party(str(told.events[-1].about)).name == "Piet Bos (Buurthuis De Brug)"
    await world.services.helping.give_back(karin, grant_id)
    told = (await receipt(world, jaylano, grant_id)).record
    assert [helper.name for helper in told.helpers] == ["Piet Bos (Buurthuis De Brug)"]
    assert happened(told)[-1] == ("left", LABEL)


async def test_ended_by_time_and_by_a_court(world: World, jaylano: Person, karin: Person) -> None:
    short, lapsed = await world.grant(jaylano, karin, scope(days=1)), await world.grant(jaylano, karin, WIDE)
    world.clock.ms += DAY_MS
    assert (await receipt(world, jaylano, short)).record.state is State.EXPIRED
    await world.services.grant_endings.end_expired()
    await world.services.appointing.register(appointment())
    found = [(await receipt(world, jaylano, grant)).record for grant in (short, lapsed)]
    assert [happened(told)[-1] for told in found] == [("expired", "Mijnoverzicht"), ("lapsed", "Mijnoverzicht")]


async def test_a_courts_decision_has_no_receipt(world: World, jaylano: Person) -> None:
    given: Appointment = appointment()
    grant_id = await world.services.appointing.register(given)
    with pytest.raises(NotFound):
        await receipt(world, jaylano, grant_id)


async def test_nobody_else_gets_it(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    for other in (karin, eve):
        with pytest.raises(NotFound):
            await receipt(world, other, grant_id)
    with pytest.raises(NotFound):
        await receipt(world, jaylano, GrantId(bytes(16)))


async def test_the_same_moment_gives_the_same_receipt_until_something_happens(
    world: World, jaylano: Person, karin: Person
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    first = await receipt(world, jaylano, grant_id)
    world.clock.ms += 60_000
    again = await receipt(world, jaylano, grant_id, first.record.issued_ms)
    assert (again.signed, again.sha256) == (first.signed, first.sha256)
    async with world.restarted() as other:
        assert (await receipt(other, jaylano, grant_id, first.record.issued_ms)).signed == first.signed
    assert (await receipt(world, jaylano, grant_id)).signed != first.signed
    for moment in (0, NOW_MS - 1, world.clock.ms + 1):
        with pytest.raises(NotFound):
            await receipt(world, jaylano, grant_id, moment)
    await world.services.granting.pause(jaylano, grant_id)
    with pytest.raises(NotFound):
        await receipt(world, jaylano, grant_id, first.record.issued_ms)


async def test_it_holds_no_number_of_a_citizen_and_is_not_logged(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Zeegroen")
    grant_id = await world.grant(jaylano, karin, scope())
    before = await world.services.log_book.entries(jaylano)
    made = await receipt(world, jaylano, grant_id)
    text = json.dumps(verify_receipt(made.signed).payload)
    hidden = [JAYLANO, KARIN, "Zeegroen", id_text(letter_id), id_text(jaylano.mailbox_id), id_text(karin.mailbox_id)]
    assert [secret for secret in hidden if secret in text] == []
    assert jaylano.mailbox_id.hex() not in text
    assert "Jaylano" not in repr(made)
    assert await world.services.log_book.entries(jaylano) == before


async def test_a_yes_again_is_in_it_and_makes_no_version(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope(days=200))
    world.clock.ms += 95 * DAY_MS
    before = await receipt(world, jaylano, grant_id)
    world.clock.ms += 60_000
    assert await world.services.oversight.confirm(jaylano, {grant_id: 2}) == 1
    told = (await receipt(world, jaylano, grant_id)).record
    assert ([act for act, _ in happened(told)], told.versions()) == (["offered", "accepted", "confirmed"], [1, 2, 2])
    with pytest.raises(NotFound):
        await receipt(world, jaylano, grant_id, before.record.issued_ms)


async def test_a_long_log_and_other_grants_do_not_matter(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    other = await world.grant(jaylano, karin, WIDE)
    for number in range(150):
        await world.change(jaylano, other, scope(EVERY, EVERY, days=60 + number % 2))
    await world.services.granting.pause(jaylano, grant_id)
    told = (await receipt(world, jaylano, grant_id)).record
    assert [act for act, _ in happened(told)] == ["offered", "accepted", "paused"]
    assert (await receipt(world, jaylano, other)).record.version == 152


async def test_a_name_that_turns_text_around_does_not(world: World, jaylano: Person) -> None:
    odd = await world.person(EVE, "Eve\u202e\x1b[31m \u2066Vreemd")
    grant_id = await world.grant(jaylano, odd, scope())
    told = (await receipt(world, jaylano, grant_id)).record
    assert [party.name for party in told.parties if party.role is PartyRole.HELPER] == ["Eve[31m Vreemd"]


async def test_there_is_no_receipt_of_what_the_log_does_not_tell(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.pause(jaylano, grant_id)
    await tamper("DELETE FROM access_log WHERE seq = 1 AND mailbox_id = :own", own=jaylano.mailbox_id)
    with pytest.raises(SealBroken):
        await receipt(world, jaylano, grant_id)


async def test_there_is_no_receipt_without_a_yes_that_was_said(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    grant_id = await world.grant(jaylano, karin, scope(days=200))
    world.clock.ms += 95 * DAY_MS
    await world.services.oversight.confirm(jaylano, {grant_id: 2})
    newest = "seq = (SELECT max(seq) FROM access_log WHERE mailbox_id = :own)"
    await tamper(f"DELETE FROM access_log WHERE mailbox_id = :own AND {newest}", own=jaylano.mailbox_id)  # noqa: S608
    with pytest.raises(SealBroken):
        await receipt(world, jaylano, grant_id)


async def test_there_is_no_receipt_of_a_grant_that_was_put_back(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    """The row of before the stop: the log knows better."""
    grant_id = await world.grant(jaylano, karin, scope())
    async with world.services.store.read() as tx:
        before = await tx.grants.get(jaylano.mailbox_id, grant_id)
    assert before is not None
    await world.services.granting.stop(jaylano, grant_id)
    await tamper(
        "UPDATE consent_grant SET state = :state, scope_box = :box WHERE mailbox_id = :own AND grant_id = :grant",
        own=jaylano.mailbox_id,
        state=before.state.value,
        box=before.scope_box,
        grant=grant_id,
    )
    with pytest.raises(SealBroken):
        await receipt(world, jaylano, grant_id)
