"""A dossier of debts: one's own, or what a grant covers of a client's; logged before it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consent import Action, Scope
from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.claims.said import Word
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Person
from mailbox.services.access_log import LogQuery
from mailbox.services.dossiers import Dossier, Dossiers, Period
from mailbox.services.log_entries import Act, Role
from mailbox.services.opening_reasons import ReasonNeeded, ReasonPolicy
from mailbox.services.whole_post import Made, WholePost
from tests.services.conftest import JAYLANO, Tamper
from tests.services.interrupted import Happening, Interrupted
from tests.world import DAY_MS, UWV, World, scope

ALL = Period()


def told(made: Made[Dossier]) -> list[set[LetterId]]:
    return [{letter.letter_id for letter in claim.letters} for claim in made.what.claims]


async def looks(world: World, citizen: Person) -> list[tuple[Act, Role, set[LetterId]]]:
    page = await world.services.log_book.entries(citizen, LogQuery())
    return [
        (line.action, line.role, {letter.letter_id for letter in line.letters})
        for line in page.lines
        if line.action in {Act.LIST, Act.EXPORTED}
    ]


async def fine(world: World, number: int, **changes: Any) -> LetterId:
    """A bill of its own."""
    return await world.deliver(JAYLANO, zaakkenmerk=f"ZAAK {number}", **changes)


async def test_a_dossier_holds_every_claim_whole_and_says_so_in_the_log(world: World, jaylano: Person) -> None:
    first = await fine(world, 1)
    later = await fine(world, 1, berichtsoort="cjib_wahv_aanmaning1", aard="aanmaning", rechtsmiddel=None)
    other = await fine(world, 2, afzender=UWV.value)
    await world.deliver(JAYLANO, zaakkenmerk="ZAAK 3", bedragen=None, betaling=None)
    dossiers = world.services.dossiers
    assert told(await dossiers.glance(jaylano, ALL)) == [{first, later}, {other}]
    made = await dossiers.take(jaylano, ALL)
    assert (made.owner, told(made), made.grant) == ("Jaylano Meerman", [{first, later}, {other}], None)
    everything = {first, later, other}
    assert await looks(world, jaylano) == [
        (Act.EXPORTED, Role.CITIZEN, everything),
        (Act.LIST, Role.CITIZEN, everything),
    ]


async def test_a_period_chooses_claims_and_takes_no_letter_out_of_one(world: World, jaylano: Person) -> None:
    old = await fine(world, 1, dagtekening="2026-03-02")
    new = await fine(world, 1, dagtekening="2026-06-02")
    await fine(world, 2, dagtekening="2026-03-02")
    period = Period(since=date(2026, 6, 1), until=date(2026, 6, 30))
    assert told(await world.services.dossiers.take(jaylano, period)) == [{old, new}]


async def test_what_is_nobodys_yet_is_not_in_it_and_nothing_is_no_look(world: World, jaylano: Person) -> None:
    await fine(world, 1, publicatietijdstip="2027-01-01T12:00:00Z")
    assert told(await world.services.dossiers.take(jaylano, ALL)) == []
    assert await looks(world, jaylano) == []


async def test_a_helper_takes_what_the_grant_covers_and_no_more(world: World, jaylano: Person, karin: Person) -> None:
    covered = await fine(world, 1)
    await fine(world, 1, alleenGeadresseerde=True)
    await fine(world, 2, afzender=UWV.value)
    await fine(world, 3, domeinen=["boete", "gezondheid"])
    grant_id = await world.grant(jaylano, karin, scope())
    made = await world.services.dossiers.take(karin, ALL, through=grant_id)
    assert (made.owner, told(made)) == ("Jaylano Meerman", [{covered}])
    assert made.what.claims[0].open == 109_00
    assert await looks(world, jaylano) == [(Act.EXPORTED, Role.HELPER, {covered})]


@pytest.mark.parametrize("missing", [Action.DOWNLOAD, None])
async def test_without_download_or_a_grant_there_is_no_dossier(
    world: World, jaylano: Person, karin: Person, eve: Person, missing: Action | None
) -> None:
    await fine(world, 1)
    grant_id = await world.grant(jaylano, karin, scope(actions=frozenset(Action) - {missing}))
    reader = karin if missing else eve
    for ask in (world.services.dossiers.glance, world.services.dossiers.take):
        with pytest.raises(NotFound):
            await ask(reader, ALL, through=grant_id)
    assert await looks(world, jaylano) == []


async def test_without_a_log_there_is_no_dossier(world: World, jaylano: Person, karin: Person, tamper: Tamper) -> None:
    await fine(world, 1)
    grant_id = await world.grant(jaylano, karin, scope())
    await tamper("ALTER TABLE access_log RENAME TO gone")
    for reader, through in ((jaylano, None), (karin, grant_id)):
        with pytest.raises(Exception, match=r"SQLITE_ERROR|42P01"):
            await world.services.dossiers.take(reader, ALL, through=through)


async def test_where_a_reason_is_asked_it_is_asked_first(world: World, jaylano: Person, karin: Person) -> None:
    await fine(world, 1)
    grant_id = await world.grant(jaylano, karin, scope())
    asking = dossiers(world, reasons=ReasonPolicy(["Buurthuis De Brug"]))
    with pytest.raises(ReasonNeeded):
        await asking.take(karin, ALL, through=grant_id)
    assert await looks(world, jaylano) == []


async def test_what_the_citizen_says_of_a_debt_is_for_their_own_eyes(
    world: World, jaylano: Person, karin: Person
) -> None:
    paid = await fine(world, 1)
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.paying.say(jaylano, paid, Word.PAID, is_so=True)
    own = await world.services.dossiers.take(jaylano, ALL)
    hers = await world.services.dossiers.take(karin, ALL, through=grant_id)
    assert [made.what.said.is_paid(paid) for made in (own, hers)] == [True, False]
    assert [made.what.claims[0].open for made in (own, hers)] == [109_00, 109_00]


Ending = Callable[[World, Person, GrantId, LetterId], Any]


async def _stopped(world: World, citizen: Person, grant_id: GrantId, _: LetterId) -> None:
    await world.services.granting.stop(citizen, grant_id)


async def _paused(world: World, citizen: Person, grant_id: GrantId, _: LetterId) -> None:
    await world.services.granting.pause(citizen, grant_id)


async def _ended(world: World, _: Person, __: GrantId, ___: LetterId) -> None:
    world.clock.ms += 91 * DAY_MS


async def _no_download(world: World, citizen: Person, grant_id: GrantId, _: LetterId) -> None:
    await world.change(citizen, grant_id, scope(actions=frozenset({Action.LIST, Action.READ})))


@pytest.mark.parametrize("ends", [_stopped, _paused, _ended, _no_download])
async def test_what_ends_while_it_is_made_is_not_shown(
    world: World, jaylano: Person, karin: Person, ends: Ending
) -> None:
    letter_id = await fine(world, 1)
    grant_id = await world.grant(jaylano, karin, scope())
    slow = dossiers(world, happening=lambda: ends(world, jaylano, grant_id, letter_id))
    with pytest.raises(NotFound):
        await slow.take(karin, ALL, through=grant_id)
    assert await looks(world, jaylano) == []


async def test_what_is_taken_out_while_it_is_made_is_not_in_it(world: World, jaylano: Person, karin: Person) -> None:
    gone, stays = await fine(world, 1), await fine(world, 2)
    grant_id = await world.grant(jaylano, karin, scope())
    less: Scope = replace(scope(), without=frozenset({id_text(gone)}))
    slow = dossiers(world, happening=lambda: world.change(jaylano, grant_id, less))
    assert told(await slow.take(karin, ALL, through=grant_id)) == [{stays}]
    assert await looks(world, jaylano) == [(Act.EXPORTED, Role.HELPER, {stays})]


def dossiers(world: World, *, happening: Happening | None = None, **changes: Any) -> Dossiers:
    """With something that happens between opening and logging."""
    kek, store = FileKek(world.kek_file), world.services.store
    return Dossiers(
        WholePost(
            store=Interrupted(store, happening) if happening else store,
            sealer=Sealer(kek),
            keyholder=Keyholder(kek),
            clock=world.clock,
            **changes,
        )
    )


async def test_a_letter_that_cannot_be_read_hides_no_other_and_is_counted_for_its_citizen(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    broken, sound = await fine(world, 1), await fine(world, 2)
    grant_id = await world.grant(jaylano, karin, scope())
    await tamper(
        "UPDATE letter SET meta_box = :junk WHERE mailbox_id = :own AND letter_id = :one",
        junk=b"junk",
        own=jaylano.mailbox_id,
        one=broken,
    )
    services = world.services
    own, karins = await services.dossiers.take(jaylano, ALL), await services.dossiers.take(karin, ALL, through=grant_id)
    assert [(told(made), made.broken) for made in (own, karins)] == [([{sound}], 1), ([{sound}], 0)]
    assert (await services.agenda.ahead(jaylano)).broken == 1


async def test_that_a_dossier_of_a_client_is_empty_is_in_their_log(
    world: World, jaylano: Person, karin: Person
) -> None:
    """Whether there are debts in a period is an answer."""
    await fine(world, 1)
    grant_id = await world.grant(jaylano, karin, scope())
    later = Period(since=date(2030, 1, 1))
    assert told(await world.services.dossiers.take(karin, later, through=grant_id)) == []
    assert (await looks(world, jaylano))[0] == (Act.EXPORTED, Role.HELPER, set())
