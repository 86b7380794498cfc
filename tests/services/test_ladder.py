"""Who hears it when somebody does not look: the helper whom they chose, then the sender. Nobody without their yes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from consent import Action
from mailbox.domain.claims.said import Word
from mailbox.domain.identifiers import Bsn, GrantId, LetterId
from mailbox.domain.ladder import Ladder
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.client_rows import ClientFilter, ClientQuery
from mailbox.services.ladders import LadderRefused
from mailbox.services.log_entries import Act
from mailbox.services.reading import TimelineQuery
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import EVE, JAYLANO, KARIN
from tests.world import CJIB, DAY_MS, UWV, World, scope

CALLED = "Iemand die u helpt, wil dat u meekijkt"
ASKS: dict[str, Any] = {
    "termijnen": [
        {"soort": "antwoorden", "uiterlijk": "2027-01-18", "grondslag": "Awb 4:5", "gevolg": "Anders niets."}
    ],
    "reactieVerwacht": True,
}
TO_PAY: dict[str, Any] = {
    "termijnen": [{"soort": "betalen", "uiterlijk": "2027-01-18", "grondslag": "Wahv 23", "gevolg": "Het wordt meer."}]
}


@pytest.fixture
async def citizen(wired: World) -> Person:
    return await wired.person(JAYLANO, "Jaylano Meerman")


@pytest.fixture
async def helper(wired: World, office: PostOffice) -> Person:
    person = await wired.person(KARIN, "Karin Bos", "Buurthuis De Brug")
    await reached(wired, office, person, "karin@voorbeeld.example")
    return person


@pytest.fixture
async def grant_id(wired: World, citizen: Person, helper: Person) -> GrantId:
    return await wired.grant(citizen, helper, scope())


async def chosen(world: World, citizen: Person, grant_id: GrantId, **more: Any) -> None:
    await world.services.ladders.choose(citizen, Ladder(helper=grant_id, **more))


async def later(world: World, office: PostOffice, days: int) -> list[str]:
    """So many days later, at noon, after the worker's rounds: whom a message called."""
    world.clock.ms += days * DAY_MS
    office.forget()
    await world.services.climbing.climb_due()
    await work(world)
    return [message.to.value for message in office.arrived if CALLED in message.text]


async def events(world: World, letter_id: LetterId) -> list[tuple[str, str | None]]:
    status = await world.services.letter_statuses.of(CJIB, letter_id)
    return [(event.kind, event.reason) for event in status.events]


async def told(world: World, citizen: Person) -> list[Act]:
    lines = (await world.services.log_book.entries(citizen)).lines
    return [line.action for line in lines if line.action in {Act.LADDER, Act.CALLED, Act.UNREACHED}]


async def test_after_a_week_unopened_the_helper_is_asked_and_after_two_the_sender_knows(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id, sender_days=14)
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    assert await later(wired, office, 6) == []
    assert await later(wired, office, 1) == ["karin@voorbeeld.example"]
    assert ("niet-bereikt", "niet-geopend") not in await events(wired, letter_id)
    assert await later(wired, office, 7) == []
    assert ("niet-bereikt", "niet-geopend") in await events(wired, letter_id)
    assert await told(wired, citizen) == [Act.UNREACHED, Act.CALLED, Act.LADDER]


async def test_the_helpers_message_says_nothing_but_that_they_are_asked(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id)
    await wired.deliver(JAYLANO, onderwerp="Kanarie 7F3A", **ASKS)
    assert len(await later(wired, office, 7)) == 1
    for secret in ("Jaylano", "Meerman", "CJIB", "Kanarie", "http", "2027", "januari", "Karin"):
        assert secret not in office.arrived[-1].text + office.arrived[-1].subject


async def test_who_opens_the_letter_in_time_keeps_it_to_themselves(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id, sender_days=14)
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    await wired.services.reading.letter(citizen, letter_id)
    assert await later(wired, office, 30) == []
    assert "niet-bereikt" not in dict(await events(wired, letter_id))


async def test_that_the_helper_reads_it_does_not_count_as_the_citizen(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id, sender_days=14)
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    await wired.services.reading.letter(helper, letter_id, through=grant_id)
    await later(wired, office, 14)
    assert ("niet-bereikt", "niet-geopend") in await events(wired, letter_id)


async def test_an_opened_bill_calls_the_helper_when_the_date_is_near_and_it_is_not_paid(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id)
    letter_id = await wired.deliver(JAYLANO, **TO_PAY)
    await wired.services.reading.letter(citizen, letter_id)
    assert await later(wired, office, 45) == []
    assert await later(wired, office, 1) == ["karin@voorbeeld.example"]  # 9 January


@pytest.mark.parametrize("how", ["said", "withdrawn", "paid"])
async def test_what_is_paid_or_withdrawn_calls_nobody(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId, how: str
) -> None:
    await chosen(wired, citizen, grant_id, sender_days=14)
    letter_id = await wired.deliver(JAYLANO, kenmerk="BOETE-1", **TO_PAY)
    if how == "said":
        await wired.services.paying.say(citizen, letter_id, Word.PAID, is_so=True)
    if how == "withdrawn":
        await wired.deliver(
            JAYLANO, relatie={"trektIn": "BOETE-1"}, termijnen=[], rechtsmiddel=None, reactieVerwacht=False
        )
    if how == "paid":
        amounts = {**wired.letter(JAYLANO)["bedragen"]}
        await wired.deliver(
            JAYLANO,
            bedragen={**amounts, "betaald": amounts["totaal"]},
            termijnen=[],
            rechtsmiddel=None,
            reactieVerwacht=False,
        )
    assert await later(wired, office, 46) == []
    assert ("niet-bereikt", "niet-geopend") not in await events(wired, letter_id)


async def test_without_the_choice_nobody_is_called(wired: World, office: PostOffice, grant_id: GrantId) -> None:
    assert grant_id
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    assert await later(wired, office, 30) == []
    assert ("niet-bereikt", "niet-geopend") not in await events(wired, letter_id)


@pytest.mark.parametrize("how", ["stopped", "paused", "narrowed", "may not be told", "turned off", "ended"])
async def test_a_helper_who_may_not_be_asked_any_more_is_not(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId, how: str
) -> None:
    await chosen(wired, citizen, grant_id, helper_days=14)
    await wired.deliver(JAYLANO, **ASKS)
    services = wired.services
    if how == "stopped":
        await services.granting.stop(citizen, grant_id)
    if how == "paused":
        await services.granting.pause(citizen, grant_id)
    if how == "narrowed":
        await wired.change(citizen, grant_id, scope(frozenset({UWV.value})))
    if how == "may not be told":
        await wired.change(citizen, grant_id, scope(actions=frozenset({Action.LIST, Action.READ})))
    if how == "turned off":
        await services.ladders.choose(citizen, Ladder())
    assert await later(wired, office, 100 if how == "ended" else 14) == []
    assert Act.CALLED not in await told(wired, citizen)


@pytest.mark.parametrize("how", ["stopped", "opened", "not wanted"])
async def test_between_the_rung_and_the_message_it_is_asked_again(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId, how: str
) -> None:
    await chosen(wired, citizen, grant_id)
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    wired.clock.ms += 7 * DAY_MS
    await work(wired)
    assert await wired.services.climbing.climb_due() == 1
    if how == "stopped":
        await wired.services.granting.stop(citizen, grant_id)
    if how == "opened":
        await wired.services.reading.letter(citizen, letter_id)
    if how == "not wanted":
        wishes = (await wired.services.contacts.show(helper)).wishes
        await wired.services.contacts.choose(helper, replace(wishes, calls=False))
    office.forget()
    await work(wired)
    assert office.arrived == []


async def test_a_letter_that_the_helper_may_not_see_is_never_told_them(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id)
    await wired.deliver(JAYLANO, **{**ASKS, "afzender": UWV.value})
    await wired.deliver(JAYLANO, alleenGeadresseerde=True, **ASKS)
    assert await later(wired, office, 30) == []


async def test_a_letter_that_asks_nothing_calls_nobody(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id, sender_days=14)
    letter_id = await wired.deliver(JAYLANO, termijnen=[], reactieVerwacht=False)
    assert await later(wired, office, 30) == []
    assert "niet-bereikt" not in dict(await events(wired, letter_id))


async def test_at_night_the_helper_sleeps(wired: World, office: PostOffice, citizen: Person, grant_id: GrantId) -> None:
    await chosen(wired, citizen, grant_id)
    await wired.deliver(JAYLANO, **ASKS)
    wired.clock.ms += 12 * 3_600_000  # one in the night
    assert await later(wired, office, 7) == []
    wired.clock.ms += 9 * 3_600_000
    await work(wired)
    assert len(office.arrived) == 1


async def test_a_helper_without_an_address_reads_it_in_their_list_until_they_look(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    eve = await wired.person(EVE, "Eve Vreemd")
    grant_id = await wired.grant(citizen, eve, scope())
    await chosen(wired, citizen, grant_id)
    await wired.deliver(JAYLANO, **ASKS)
    assert await later(wired, office, 7) == []
    (row,) = (await wired.services.client_list.page(eve, ClientQuery())).rows
    assert row.called_ms == wired.clock.ms
    await wired.services.reading.timeline(eve, TimelineQuery(), through=grant_id)
    (row,) = (await wired.services.client_list.page(eve, ClientQuery())).rows
    assert row.called_ms is None


async def test_letters_from_before_the_choice_count_from_the_choice(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await wired.deliver(JAYLANO, **ASKS)
    opened = await wired.deliver(JAYLANO, **ASKS)
    await wired.services.reading.letter(citizen, opened)
    wired.clock.ms += 10 * DAY_MS
    await chosen(wired, citizen, grant_id)
    assert await later(wired, office, 6) == []
    assert len(await later(wired, office, 1)) == 1
    assert (await told(wired, citizen)).count(Act.CALLED) == 1


async def test_another_choice_takes_the_place_of_the_one_before(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id, helper_days=3)
    await wired.deliver(JAYLANO, **ASKS)
    await chosen(wired, citizen, grant_id, helper_days=14)
    assert await later(wired, office, 13) == []
    assert len(await later(wired, office, 1)) == 1


async def test_all_helpers_of_an_organisation_are_asked_and_each_once(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id)
    await wired.deliver(JAYLANO, **ASKS)
    await wired.deliver(JAYLANO, **ASKS)
    async with wired.restarted() as elsewhere:
        elsewhere.clock.ms = wired.clock.ms = wired.clock.ms + 7 * DAY_MS
        office.forget()
        taken = [await one.services.climbing.climb_due() for one in (wired, elsewhere)]
        assert taken == [2, 0]
        await work(elsewhere)
    assert len([message for message in office.arrived if CALLED in message.text]) == 1


@pytest.mark.parametrize("way", ["never", "before", "since"])
async def test_a_sender_hears_that_nobody_was_here_since_its_letter_with_a_date(
    wired: World, office: PostOffice, way: str
) -> None:
    """Without any choice: the sender must find another way (Awb art. 2:11)."""
    if way == "before":
        await wired.person(JAYLANO, "Jaylano Meerman")
        wired.clock.ms += DAY_MS
    dated = await wired.deliver(JAYLANO, **ASKS)
    without = await wired.deliver(JAYLANO, termijnen=[])
    if way == "since":
        wired.clock.ms += DAY_MS
        await wired.person(JAYLANO, "Jaylano Meerman")
    await later(wired, office, 14)
    assert (("niet-bereikt", "niet-ingelogd") in await events(wired, dated)) is (way != "since")
    assert ("niet-bereikt", "niet-ingelogd") not in await events(wired, without)


@pytest.mark.parametrize(
    "ladder",
    [
        Ladder(helper=GrantId(b"x" * 16)),
        Ladder(sender_days=8),
        Ladder(helper_days=1),
    ],
)
async def test_a_choice_that_cannot_be_is_refused_and_changes_nothing(
    wired: World, citizen: Person, ladder: Ladder
) -> None:
    with pytest.raises(LadderRefused):
        await wired.services.ladders.choose(citizen, ladder)
    assert (await wired.services.ladders.show(citizen)).ladder == Ladder()
    assert await told(wired, citizen) == []


async def test_the_sender_does_not_hear_before_the_helper_could_look(
    wired: World, citizen: Person, grant_id: GrantId
) -> None:
    with pytest.raises(LadderRefused):
        await chosen(wired, citizen, grant_id, helper_days=7, sender_days=7)


async def test_the_grant_of_another_citizen_cannot_be_chosen(wired: World, citizen: Person, helper: Person) -> None:
    other = await wired.person(EVE, "Eve Vreemd")
    foreign = await wired.grant(other, helper, scope())
    with pytest.raises(LadderRefused):
        await chosen(wired, citizen, foreign)


@pytest.mark.parametrize("change", ["another's", "broken"])
async def test_a_ladder_that_somebody_else_wrote_calls_nobody(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId, change: str
) -> None:
    """Written to the database past us: it is said in the log of the service, and post goes on."""
    other = await wired.person(EVE, "Eve Vreemd")
    foreign = await wired.grant(other, helper, scope())
    await chosen(wired, citizen, grant_id)
    await wired.services.ladders.choose(other, Ladder(helper=foreign))
    async with wired.services.store.write() as tx:
        stolen = await tx.ladders.get(other.mailbox_id)
        assert stolen is not None
        await tx.ladders.keep(citizen.mailbox_id, stolen if change == "another's" else b"x" * len(stolen))
    async with wired.restarted() as again:
        await again.deliver(JAYLANO, **ASKS)
        assert await later(again, office, 30) == []


async def test_who_asks_the_helper_to_look_is_on_top_and_can_be_filtered(
    wired: World, office: PostOffice, citizen: Person, helper: Person, grant_id: GrantId
) -> None:
    other = await wired.person(EVE, "Ab Eerder")
    await wired.grant(other, helper, scope())
    near = [{**ASKS["termijnen"][0], "uiterlijk": "2026-12-14"}]
    await wired.deliver(EVE, termijnen=near)
    await chosen(wired, citizen, grant_id)
    await wired.deliver(JAYLANO, **ASKS)
    before = await wired.services.client_list.page(helper, ClientQuery())
    assert [row.name for row in before.rows] == ["Ab Eerder", "Jaylano Meerman"]
    await later(wired, office, 7)
    after = await wired.services.client_list.page(helper, ClientQuery())
    assert [row.name for row in after.rows] == ["Jaylano Meerman", "Ab Eerder"]
    asking = await wired.services.client_list.page(helper, ClientQuery(filter=ClientFilter.CALLED))
    assert [row.name for row in asking.rows] == ["Jaylano Meerman"]


async def test_a_mailbox_that_was_tampered_with_keeps_nobody_else_waiting(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId, database_url: str
) -> None:
    await wired.person(EVE, "Eve Vreemd")
    broken = await wired.deliver(EVE, **ASKS)
    async with wired.services.store.write() as tx:
        mailbox_id = (await tx.letters.submissions([broken]))[broken].mailbox_id
    await chosen(wired, citizen, grant_id, helper_days=14)
    wired.clock.ms += 1_000
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        edit = "UPDATE mailbox_epoch SET directory_mac = public WHERE mailbox_id = :id"
        await connection.execute(text(edit), {"id": mailbox_id})
    await engine.dispose()
    wired.clock.ms += DAY_MS
    assert len(await later(wired, office, 13)) == 1
    assert "niet-bereikt" in dict(await events(wired, letter_id))
    assert "niet-bereikt" not in dict(await events(wired, broken))


async def test_the_same_choice_again_loses_no_letter_that_is_published_later(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id)
    await wired.deliver(JAYLANO, publicatietijdstip="2026-12-20T08:00:00Z", **ASKS)
    await chosen(wired, citizen, grant_id)
    assert await later(wired, office, 30) == []
    assert len(await later(wired, office, 5)) == 1


@pytest.mark.parametrize("how", ["stays", "withdrawn", "opened"])
async def test_a_letter_that_is_published_after_the_first_choice_counts_from_then(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId, how: str
) -> None:
    letter_id = await wired.deliver(JAYLANO, kenmerk="LATER", publicatietijdstip="2026-12-20T08:00:00Z", **ASKS)
    await chosen(wired, citizen, grant_id)
    if how == "withdrawn":
        gone: dict[str, Any] = {"publicatietijdstip": "2026-12-22T08:00:00Z", "relatie": {"trektIn": "LATER"}}
        await wired.deliver(JAYLANO, termijnen=[], rechtsmiddel=None, reactieVerwacht=False, **gone)
    assert await later(wired, office, 27) == []
    if how == "opened":
        await wired.services.reading.letter(citizen, letter_id)
    assert len(await later(wired, office, 8)) == (how == "stays")


async def test_a_bill_that_is_published_later_is_one_of_its_own_until_then(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    """What asks it again, and cannot be seen yet, takes nothing from what can."""
    letter_id = await wired.deliver(JAYLANO, **TO_PAY)
    await wired.services.reading.letter(citizen, letter_id)
    again: dict[str, Any] = {"aard": "aanmaning", "berichtsoort": "cjib_wahv_aanmaning1", "rechtsmiddel": None}
    await wired.deliver(JAYLANO, publicatietijdstip="2027-01-12T08:00:00Z", **again, **TO_PAY)
    await chosen(wired, citizen, grant_id)
    assert await later(wired, office, 45) == []
    assert len(await later(wired, office, 1)) == 1  # 9 January
    assert await later(wired, office, 3) == []
    assert len(await later(wired, office, 1)) == 1  # 13 January, of the one that asks again


async def test_the_same_choice_again_repeats_nothing_that_happened(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    await chosen(wired, citizen, grant_id, sender_days=14)
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    await later(wired, office, 14)
    await chosen(wired, citizen, grant_id, sender_days=14)
    assert await later(wired, office, 20) == []
    assert (await events(wired, letter_id)).count(("niet-bereikt", "niet-geopend")) == 1


async def test_a_bill_that_was_said_to_be_paid_when_one_chose_counts_when_that_is_taken_back(
    wired: World, office: PostOffice, citizen: Person, grant_id: GrantId
) -> None:
    letter_id = await wired.deliver(JAYLANO, **TO_PAY)
    await wired.services.paying.say(citizen, letter_id, Word.PAID, is_so=True)
    await chosen(wired, citizen, grant_id)
    assert await later(wired, office, 10) == []
    await wired.services.paying.say(citizen, letter_id, Word.PAID, is_so=False)
    assert len(await later(wired, office, 0)) == 1


async def test_who_stays_logged_in_is_here(wired: World, office: PostOffice) -> None:
    """Also when the session began before the letter came."""
    sessions = wired.services.sessions
    token = await sessions.login(Identity(subject=Subject.of_bsn(Bsn(JAYLANO)), name="Jaylano Meerman"))
    wired.clock.ms += 1_000
    letter_id = await wired.deliver(JAYLANO, **ASKS)
    wired.clock.ms += 60_000
    assert await sessions.person(token) is not None
    await later(wired, office, 14)
    assert "niet-bereikt" not in dict(await events(wired, letter_id))


async def test_of_a_bill_that_is_settled_no_sender_hears_that_nobody_was_here(wired: World, office: PostOffice) -> None:
    """Who chose nothing, and never was here."""
    paid = await wired.deliver(JAYLANO, zaakkenmerk="ZAAK 1", **TO_PAY)
    open_one = await wired.deliver(JAYLANO, zaakkenmerk="ZAAK 2", **TO_PAY)
    sums = wired.letter(JAYLANO)["bedragen"]
    done = {**sums, "betaald": sums["totaal"]}
    await wired.deliver(JAYLANO, zaakkenmerk="ZAAK 1", bedragen=done, termijnen=[], rechtsmiddel=None)
    await later(wired, office, 14)
    assert "niet-bereikt" not in dict(await events(wired, paid))
    assert "niet-bereikt" in dict(await events(wired, open_one))
