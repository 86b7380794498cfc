"""What a citizen says of a claim: their own word, which changes no claim, and that a later letter answers."""

from __future__ import annotations

import pytest

from mailbox.domain.claims.debts import State
from mailbox.domain.claims.said import PaidWord, Word
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.log_entries import Act, Role
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import JAYLANO, Tamper
from tests.services.test_paying import looks, reminder, told
from tests.world import DAY_MS, NOW_MS, World, scope

SOON = [{"soort": "betalen", "uiterlijk": "2026-12-01", "grondslag": "Wahv art. 23", "gevolg": "Het wordt meer."}]


async def paid(world: World, citizen: Person) -> list[PaidWord | None]:
    money = await world.services.paying.overview(citizen)
    return [money.said.paid(bill) for claim in money.claims for bill in claim.bills]


async def first_tasks(world: World, citizen: Person) -> tuple[list[LetterId], list[LetterId]]:
    timeline = await world.services.reading.timeline(citizen, TimelineQuery(tasks=True))
    assert timeline.tasks is not None
    tasks = timeline.tasks
    return [one.letter.letter_id for one in tasks.coming], [one.letter.letter_id for one in tasks.missed]


async def test_who_says_that_they_paid_is_not_told_to_pay_and_the_claim_stays(world: World, jaylano: Person) -> None:
    fine = await world.deliver(JAYLANO, termijnen=SOON, rechtsmiddel=None)
    assert await first_tasks(world, jaylano) == ([fine], [])
    await world.services.paying.say(jaylano, fine, Word.PAID, is_so=True)
    assert await first_tasks(world, jaylano) == ([], [])
    money = await world.services.paying.overview(jaylano)
    assert told(money) == [(State.OPEN, 109_00, 0)]
    assert await paid(world, jaylano) == [PaidWord(at_ms=NOW_MS, unseen=False)]


async def test_it_moves_out_of_what_is_late_and_back_when_taken_back(world: World, jaylano: Person) -> None:
    fine = await world.deliver(JAYLANO)
    assert await first_tasks(world, jaylano) == ([], [fine])
    await world.services.paying.say(jaylano, fine, Word.PAID, is_so=True)
    assert await first_tasks(world, jaylano) == ([], [])
    await world.services.paying.say(jaylano, fine, Word.PAID, is_so=False)
    assert await first_tasks(world, jaylano) == ([], [fine])
    assert await paid(world, jaylano) == [None]


async def test_a_later_letter_shows_that_the_body_did_not_see_it(world: World, jaylano: Person) -> None:
    fine = await world.deliver(JAYLANO)
    await world.services.paying.say(jaylano, fine, Word.PAID, is_so=True)
    later = await reminder(world)
    assert await paid(world, jaylano) == [PaidWord(at_ms=NOW_MS, unseen=True)]
    assert await first_tasks(world, jaylano) == ([], [later])
    world.clock.ms += DAY_MS
    await world.services.paying.say(jaylano, later, Word.PAID, is_so=True)
    assert await paid(world, jaylano) == [PaidWord(at_ms=NOW_MS + DAY_MS, unseen=False)]
    await world.services.paying.say(jaylano, later, Word.PAID, is_so=False)
    assert await paid(world, jaylano) == [None]


async def test_a_second_click_changes_nothing_and_is_logged_once(world: World, jaylano: Person) -> None:
    fine, say = await world.deliver(JAYLANO), world.services.paying.say
    for is_so in (True, True, False, False):
        world.clock.ms += DAY_MS
        await say(jaylano, fine, Word.PAID, is_so=is_so)
        if is_so:
            assert await paid(world, jaylano) == [PaidWord(at_ms=NOW_MS + DAY_MS, unseen=False)]
    acts = [line for line in await looks(world, jaylano) if line[0] is not Act.LIST]
    assert acts == [(Act.TAKEN_BACK, Role.CITIZEN, {fine}), (Act.SAID, Role.CITIZEN, {fine})]


async def test_an_objection_is_about_one_letter_and_what_is_due_stays_due(world: World, jaylano: Person) -> None:
    fine = await world.deliver(JAYLANO, termijnen=SOON)
    await world.services.paying.say(jaylano, fine, Word.OBJECTED, is_so=True)
    look = await world.services.paying.claim(jaylano, fine)
    assert look.said.objected([fine, LetterId(bytes(16))]) == {fine: NOW_MS}
    assert (await first_tasks(world, jaylano))[0] == [fine]
    await world.services.paying.say(jaylano, fine, Word.OBJECTED, is_so=False)
    assert (await world.services.paying.claim(jaylano, fine)).said.objected([fine]) == {}


async def test_what_is_not_theirs_or_no_bill_has_nothing_said_of_it(
    world: World, jaylano: Person, eve: Person, karin: Person
) -> None:
    fine = await world.deliver(JAYLANO)
    other = await world.deliver(JAYLANO, zaakkenmerk="ZAAK 2", bedragen=None, betaling=None)
    note = await world.deliver(JAYLANO, bedragen=None, betaling=None, termijnen=None, rechtsmiddel=None)
    await world.grant(jaylano, karin, scope())
    unknown = LetterId(bytes(16))
    for who, letter in ((eve, fine), (karin, fine), (jaylano, other), (jaylano, note), (jaylano, unknown)):
        with pytest.raises(NotFound):
            await world.services.paying.say(who, letter, Word.PAID, is_so=True)
    assert await paid(world, jaylano) == [None]


async def test_a_helper_does_not_see_what_the_citizen_noted(world: World, jaylano: Person, karin: Person) -> None:
    fine = await world.deliver(JAYLANO)
    await world.services.paying.say(jaylano, fine, Word.PAID, is_so=True)
    grant = await world.grant(jaylano, karin, scope())
    money = await world.services.paying.overview(karin, through=grant)
    assert [money.said.paid(bill) for claim in money.claims for bill in claim.bills] == [None]
    assert (await world.services.paying.claim(karin, fine, through=grant)).said.words == {}


async def test_words_are_sealed_and_those_of_another_say_nothing(
    world: World, jaylano: Person, eve: Person, tamper: Tamper
) -> None:
    fine = await world.deliver(JAYLANO)
    await world.services.paying.say(jaylano, fine, Word.PAID, is_so=True)
    hers = await world.deliver("999990044", zaakkenmerk="ZAAK 1")
    await world.services.paying.say(eve, hers, Word.PAID, is_so=True)
    await tamper(
        "UPDATE money_note SET box = (SELECT box FROM money_note AS hers WHERE mailbox_id = :eve AND kind = 'gezegd')"
        " WHERE mailbox_id = :own AND kind = 'gezegd'",
        eve=eve.mailbox_id,
        own=jaylano.mailbox_id,
    )
    assert await paid(world, jaylano) == [None]
