"""What one owes: from one's own letters alone, logged before it is shown, and kept without being opened again."""

from __future__ import annotations

from typing import Any

import pytest

from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.claims.debts import State
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.access_log import LogQuery
from mailbox.services.kept_money import KeptMoney
from mailbox.services.log_entries import Act, Role
from mailbox.services.paying import Money
from tests.berichten import bericht
from tests.services.conftest import JAYLANO, Tamper
from tests.world import DAY_MS, NOW_MS, World

MORE = {"totaal": 15900, "hoofdsom": 10000, "verhoging": 5000, "kosten": 900, "richting": "betalen"}


def told(money: Money) -> list[tuple[State, int, int]]:
    return [(bill.owed.state, bill.owed.open, bill.owed.added) for claim in money.claims for bill in claim.bills]


async def looks(world: World, citizen: Person) -> list[tuple[Act, Role, set[LetterId]]]:
    page = await world.services.log_book.entries(citizen, LogQuery())
    return [(line.action, line.role, {letter.letter_id for letter in line.letters}) for line in page.lines]


async def reminder(world: World, **changes: Any) -> LetterId:
    given = {
        "berichtsoort": "cjib_wahv_aanmaning1",
        "aard": "aanmaning",
        "bedragen": MORE,
        "rechtsmiddel": None,
        "termijnen": [term for term in bericht()["termijnen"] if term["soort"] == "betalen"],
        "dagtekening": "2026-03-30",
    }
    return await world.deliver(JAYLANO, **{**given, **changes})


async def test_a_claim_grows_with_its_letters_and_each_look_is_logged(world: World, jaylano: Person) -> None:
    paying = world.services.paying
    fine = await world.deliver(JAYLANO)
    assert told(await paying.overview(jaylano)) == [(State.OPEN, 109_00, 0)]
    later = await reminder(world)
    money = await paying.overview(jaylano)
    assert told(money) == [(State.REMINDED, 159_00, 50_00)]
    assert money.claims[0].letters == (fine, later)
    claim = (await paying.claim(jaylano, fine)).claim
    assert [letter.letter_id for letter in claim.letters] == [fine, later]
    assert await looks(world, jaylano) == [
        (Act.LIST, Role.CITIZEN, {fine, later}),
        (Act.LIST, Role.CITIZEN, {fine, later}),
        (Act.LIST, Role.CITIZEN, {fine}),
    ]


async def test_nothing_to_see_is_nothing_to_log(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO, bedragen={"totaal": 0, "richting": "ontvangen"}, betaling=None)
    assert (await world.services.paying.overview(jaylano)).claims == ()
    assert await looks(world, jaylano) == []


async def test_without_a_log_nothing_is_shown(world: World, jaylano: Person, tamper: Tamper) -> None:
    fine = await world.deliver(JAYLANO)
    await world.services.paying.overview(jaylano)
    await tamper("ALTER TABLE access_log RENAME TO gone")
    with pytest.raises(Exception, match=r"SQLITE_ERROR|42P01"):
        await world.services.paying.overview(jaylano)
    with pytest.raises(Exception, match=r"SQLITE_ERROR|42P01"):
        await world.services.paying.claim(jaylano, fine)


async def test_what_is_not_theirs_or_no_claim_does_not_exist(world: World, jaylano: Person, eve: Person) -> None:
    fine = await world.deliver(JAYLANO)
    hers = await world.deliver("999990044", zaakkenmerk="ZAAK 1")
    other = await world.deliver(JAYLANO, zaakkenmerk="ZAAK 2", bedragen=None, betaling=None)
    for citizen, letter in ((eve, fine), (jaylano, hers), (jaylano, other), (jaylano, LetterId(bytes(16)))):
        with pytest.raises(NotFound):
            await world.services.paying.claim(citizen, letter)
    assert told(await world.services.paying.overview(eve)) == [(State.OPEN, 109_00, 0)]


async def test_a_letter_counts_from_its_publication(world: World, jaylano: Person) -> None:
    paying = world.services.paying
    fine = await world.deliver(JAYLANO)
    later = await reminder(world, publicatietijdstip="2026-11-27T12:00:00Z")
    assert told(await paying.overview(jaylano)) == [(State.OPEN, 109_00, 0)]
    assert [letter.letter_id for letter in (await paying.claim(jaylano, fine)).claim.letters] == [fine]
    with pytest.raises(NotFound):
        await paying.claim(jaylano, later)
    world.clock.ms = NOW_MS + 3 * DAY_MS
    assert told(await paying.overview(jaylano)) == [(State.REMINDED, 159_00, 50_00)]


async def test_what_is_kept_is_used_and_needs_no_letter(world: World, jaylano: Person, tamper: Tamper) -> None:
    """And it is the same in a process that remembers nothing."""
    await world.deliver(JAYLANO)
    first = await world.services.paying.overview(jaylano)
    await tamper("UPDATE letter SET meta_box = :junk WHERE mailbox_id = :own", junk=b"junk", own=jaylano.mailbox_id)
    async with world.restarted() as again:
        person = await again.person(JAYLANO, "Jaylano Meerman")
        assert await again.services.paying.overview(person) == first


async def test_a_note_that_somebody_changed_is_made_anew(world: World, jaylano: Person, tamper: Tamper) -> None:
    await world.deliver(JAYLANO)
    first = await world.services.paying.overview(jaylano)
    await tamper("UPDATE money_note SET box = :junk", junk=b"junk")
    assert await world.services.paying.overview(jaylano) == first


async def test_a_note_of_another_person_says_nothing(
    world: World, jaylano: Person, eve: Person, tamper: Tamper
) -> None:
    await world.deliver(JAYLANO)
    first = await world.services.paying.overview(jaylano)
    await world.deliver("999990044", bedragen=MORE)
    await world.services.paying.overview(eve)
    await tamper(
        "UPDATE money_note SET box = (SELECT box FROM money_note AS hers WHERE mailbox_id = :eve AND hers.kind ="
        " money_note.kind) WHERE mailbox_id = :own",
        eve=eve.mailbox_id,
        own=jaylano.mailbox_id,
    )
    assert await world.services.paying.overview(jaylano) == first


async def test_only_what_came_since_is_opened(world: World, jaylano: Person, tamper: Tamper) -> None:
    """The letters that are known already are not there to be opened any more."""
    paying = world.services.paying
    await world.deliver(JAYLANO)
    await paying.overview(jaylano)
    await tamper("UPDATE letter SET meta_box = :junk WHERE mailbox_id = :own", junk=b"junk", own=jaylano.mailbox_id)
    later = await reminder(world)
    money = await paying.overview(jaylano)
    assert (told(money), money.broken) == ([(State.REMINDED, 159_00, 50_00)], 0)
    assert money.claims[0].bills[0].letter_id == later


async def test_a_letter_that_cannot_be_read_is_counted_and_said(world: World, jaylano: Person, tamper: Tamper) -> None:
    paying = world.services.paying
    broken = await world.deliver(JAYLANO, zaakkenmerk="ZAAK 7")
    await tamper(
        "UPDATE letter SET meta_box = :junk WHERE mailbox_id = :own AND letter_id = :one",
        junk=b"junk",
        own=jaylano.mailbox_id,
        one=broken,
    )
    await world.deliver(JAYLANO)
    money = await paying.overview(jaylano)
    assert (told(money), money.broken) == ([(State.OPEN, 109_00, 0)], 1)
    assert (await paying.overview(jaylano)).broken == 1
    await reminder(world)
    assert (await paying.overview(jaylano)).broken == 1


async def test_many_letters_are_known_in_parts(world: World, jaylano: Person) -> None:
    """What is made in several goes is what one go makes."""
    for number in range(7):
        await world.deliver(JAYLANO, zaakkenmerk=f"ZAAK {number}", dagtekening=f"2026-03-0{number + 1}")
    kept = KeptMoney(Sealer(FileKek(world.kek_file)))
    holder = Keyholder(FileKek(world.kek_file))
    seen = []
    for _ in range(4):
        async with world.services.store.write() as tx:
            keys = await tx.mailboxes.keys_of(jaylano.mailbox_id)
            assert keys is not None
            own = holder.unlock(keys)
            now = await kept.agenda(tx, own, NOW_MS, at_most=3)
            await now.kept.store(tx, own)
            seen.append((now.agenda.span.keys, now.whole, len(now.agenda.asked.last)))
    assert seen == [(3, False, 3), (6, False, 6), (7, True, 7), (7, True, 7)]
    assert len(told(await world.services.paying.overview(jaylano))) == 7
