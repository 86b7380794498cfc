"""What was sent about a letter is proof for its citizen: of how, when, or why not; and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailbox.domain.alerts import AlertKind, Delivery, Way, Wishes
from mailbox.domain.errors import NotFound
from mailbox.domain.people import Person
from mailbox.services.alert_proofs import Outcome, Told, new_post_of
from mailbox.services.alerting import REST_MS
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import EVE, JAYLANO, KARIN, Tamper
from tests.services.test_reminders import bill
from tests.world import DAY_MS, NOW_MS, World, scope

NEWS, REMINDER = AlertKind.NEW_POST, AlertKind.REMINDER


@pytest.fixture
async def citizen(wired: World, office: PostOffice) -> Person:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person)
    return person


async def test_what_was_sent_when_and_what_it_said(wired: World, citizen: Person) -> None:
    await wired.services.contacts.choose(citizen, Wishes(with_date=True))
    letter_id = await wired.deliver(JAYLANO, **bill(uiterlijk="2026-12-09"))
    proofs = wired.services.alert_proofs
    await work(wired)
    by = date(2026, 12, 9)
    news = Told(kind=NEWS, outcome=Outcome.SENT, at_ms=NOW_MS, way=Way.EMAIL, reaction=True, by=by)
    first, *waiting = await proofs.of_letter(citizen, letter_id)
    assert first == news
    assert [(one.kind, one.outcome) for one in waiting] == [(REMINDER, Outcome.WAITS)] * 2
    wired.clock.ms += 8 * DAY_MS
    await work(wired)
    first, second, _ = await proofs.of_letter(citizen, letter_id)
    assert first == news
    assert second == replace(news, kind=REMINDER, at_ms=NOW_MS + 8 * DAY_MS)


async def test_a_day_that_was_not_said_is_not_in_the_proof(wired: World, citizen: Person) -> None:
    letter_id = await wired.deliver(JAYLANO)
    await work(wired)
    (told,) = await wired.services.alert_proofs.of_letter(citizen, letter_id)
    assert (told.outcome, told.reaction, told.by) == (Outcome.SENT, True, None)


async def test_what_was_refused_and_what_may_have_arrived(wired: World, office: PostOffice, citizen: Person) -> None:
    letter_id = await wired.deliver(JAYLANO)
    office.answers.append(Delivery.REFUSED)
    await work(wired)
    (told,) = await wired.services.alert_proofs.of_letter(citizen, letter_id)
    assert told == Told(kind=NEWS, outcome=Outcome.WAITS, at_ms=NOW_MS, refused_ms=NOW_MS)
    await reached(wired, office, citizen, "nieuw@voorbeeld.example")
    office.answers += [Delivery.UNKNOWN] * 3
    for _ in range(3):
        wired.clock.ms += REST_MS
        await work(wired)
    told = (await wired.services.alert_proofs.of_letter(citizen, letter_id))[0]
    assert (told.outcome, told.at_ms, told.refused_ms) == (Outcome.UNSURE, NOW_MS + 3 * REST_MS, NOW_MS)


async def test_who_could_not_be_told_or_did_not_have_to_be(wired: World, office: PostOffice) -> None:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    before = await wired.deliver(JAYLANO)
    await reached(wired, office, person)
    read = await wired.deliver(JAYLANO)
    await wired.services.reading.letter(person, read)
    await work(wired)
    proofs = wired.services.alert_proofs
    assert new_post_of(await proofs.of_letter(person, before)) is None
    told = new_post_of(await proofs.of_letter(person, read))
    assert told is not None
    assert told.outcome is Outcome.NOT_NEEDED


async def test_it_is_nobody_elses_not_through_a_grant_either(wired: World, citizen: Person) -> None:
    karin, eve = await wired.person(KARIN, "Karin Bos", "De Brug"), await wired.person(EVE, "Eve Vreemd")
    letter_id = await wired.deliver(JAYLANO)
    await wired.grant(citizen, karin, scope())
    await work(wired)
    for other in (karin, eve):
        with pytest.raises(NotFound):
            await wired.services.alert_proofs.of_letter(other, letter_id)


async def test_of_a_letter_that_cannot_be_seen_yet_there_is_nothing(wired: World, citizen: Person) -> None:
    letter_id = await wired.deliver(JAYLANO, publicatietijdstip="2026-11-25T12:00:00Z")
    with pytest.raises(NotFound):
        await wired.services.alert_proofs.of_letter(citizen, letter_id)


async def test_a_time_that_somebody_changed_is_not_shown(wired: World, citizen: Person, tamper: Tamper) -> None:
    letter_id = await wired.deliver(JAYLANO)
    await work(wired)
    changed = "UPDATE alert SET sent_ms = 5, new_post = NOT new_post WHERE mailbox_id = :mine"
    await tamper(changed, mine=citizen.mailbox_id)
    (told,) = await wired.services.alert_proofs.of_letter(citizen, letter_id)
    assert (told.kind, told.at_ms) == (NEWS, NOW_MS)


async def test_a_proof_that_was_moved_or_made_up_says_so(wired: World, citizen: Person, tamper: Tamper) -> None:
    letters = [await wired.deliver(JAYLANO, kenmerk=kenmerk) for kenmerk in ("EEN", "TWEE")]
    await work(wired)
    moved = "UPDATE alert SET box = (SELECT box FROM alert WHERE letter_id = :one) WHERE mailbox_id = :mine"
    await tamper(moved, one=letters[0], mine=citizen.mailbox_id)
    told = [(await wired.services.alert_proofs.of_letter(citizen, each))[0].outcome for each in letters]
    assert told == [Outcome.SENT, Outcome.BROKEN]
