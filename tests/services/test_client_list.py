"""The list of people that a helper helps: what it counts, what it never hints at, and that showing it is a look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event

from consent import EVERY, Action
from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Store
from mailbox.domain.sealed import HeldGrant
from mailbox.services.client_list import ClientList
from mailbox.services.client_rows import ClientFilter, ClientOrder, ClientPost, ClientQuery, ClientRow
from mailbox.services.log_entries import Act, Role
from mailbox.services.marking import Mark
from mailbox.services.told_rows import Shown, ToldRows
from tests.services.conftest import JAYLANO, SAMIRA, Tamper
from tests.services.interrupted import Interrupted, InterruptedAtRead
from tests.world import CJIB, DAY_MS, UWV, World, scope


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The list fills with what is sent to the database, by any store."""
    sent: list[str] = []

    def see(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", see)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", see)


BY_NAME = ClientQuery(order=ClientOrder.NAME)


@pytest.fixture
async def samira(world: World) -> Person:
    return await world.person(SAMIRA, "Samira Bouali")


def due(by: str, kind: str = "betalen") -> dict[str, Any]:
    """What a letter says that asks something by this day."""
    return {"termijnen": [{"soort": kind, "uiterlijk": by, "grondslag": "Wet art. 1", "gevolg": "Dan wordt het meer."}]}


async def rows(world: World, helper: Person, query: ClientQuery = BY_NAME) -> tuple[ClientRow, ...]:
    return (await world.services.client_list.page(helper, query)).rows


async def post(world: World, helper: Person) -> ClientPost | None:
    """How the one client's post stands."""
    (row,) = await rows(world, helper)
    return row.post


async def looks(world: World, citizen: Person) -> list[Act]:
    page = await world.services.log_book.entries(citizen)
    return [line.action for line in page.lines if line.role is Role.HELPER and line.action is not Act.ACCEPTED]


async def test_a_row_counts_what_the_grant_covers(world: World, jaylano: Person, karin: Person) -> None:
    read = await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.deliver(JAYLANO, **due("2026-12-24"))
    await world.deliver(JAYLANO, **due("2026-11-20"))
    await world.services.reading.letter(jaylano, read)
    grant_id = await world.grant(jaylano, karin, scope())
    (row,) = await rows(world, karin)
    assert (row.grant_id, row.name, row.favourite, row.is_open) == (grant_id, "Jaylano Meerman", False, True)
    assert row.post == ClientPost(passed=1, first=date(2026, 11, 26), days=2)


@pytest.mark.parametrize(
    "outside",
    [
        {"domeinen": ["gezondheid"]},
        {"domeinen": ["boete", "strafrecht"]},
        {"domeinen": ["belasting"]},
        {"alleenGeadresseerde": True},
        {"dagtekening": "2020-01-01"},
        {"publicatietijdstip": "2026-11-25T12:00:00Z"},
    ],
    ids=str,
)
async def test_what_is_outside_the_grant_changes_nothing(
    world: World, jaylano: Person, karin: Person, outside: dict[str, Any]
) -> None:
    await world.deliver(JAYLANO, **due("2026-12-24"))
    await world.grant(jaylano, karin, scope(dated_from=date(2026, 1, 1)))
    before = await rows(world, karin)
    await world.deliver(JAYLANO, **due("2026-11-25"), **outside)
    await world.deliver(JAYLANO, **due("2026-11-01"), **outside)
    assert await rows(world, karin) == before
    assert before[0].post == ClientPost(passed=0, first=date(2026, 12, 24), days=30)


async def test_a_letter_of_another_agency_is_not_hinted_at(world: World, jaylano: Person, karin: Person) -> None:
    await world.grant(jaylano, karin, scope())
    await world.deliver(JAYLANO, afzender=UWV.value, **due("2026-11-25"))
    assert await post(world, karin) == ClientPost(passed=0, first=None, days=None)
    assert await looks(world, jaylano) == []


async def test_a_letter_that_comes_is_read_or_passes_its_day_is_seen_at_once(
    world: World, jaylano: Person, karin: Person
) -> None:
    await world.grant(jaylano, karin, scope())
    letter_id = await world.deliver(JAYLANO, **due("2026-11-25"))
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 25), days=1)
    await world.services.reading.letter(jaylano, letter_id)
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 25), days=1)
    await world.services.marking.mark(jaylano, [letter_id], Mark.UNREAD)
    await world.deliver(JAYLANO, **due("2026-11-24"))
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 24), days=0)
    world.clock.ms += 2 * DAY_MS
    assert await post(world, karin) == ClientPost(passed=2, first=None, days=None)


async def test_a_narrower_grant_counts_less_at_once(world: World, jaylano: Person, karin: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope(EVERY, EVERY))
    await world.deliver(JAYLANO, **due("2026-11-25"))
    await world.deliver(JAYLANO, afzender=UWV.value, termijnen=[], betaling=None)
    first = await post(world, karin)
    assert first is not None
    await world.change(jaylano, grant_id, scope(frozenset({UWV.value}), EVERY))
    assert await post(world, karin) == ClientPost(passed=0, first=None, days=None)


async def test_a_row_is_a_look_once_a_day(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, **due("2026-12-24"))
    grant_id = await world.grant(jaylano, karin, scope())
    for _ in range(3):
        await rows(world, karin)
        await rows(world, karin, ClientQuery(search="jay"))
    assert await looks(world, jaylano) == [Act.OVERVIEW]
    line = (await world.services.log_book.entries(jaylano)).lines[0]
    assert (line.actor, line.grant_id, [ref.letter_id for ref in line.letters]) == (karin.label, grant_id, [letter_id])
    world.clock.ms += DAY_MS
    await rows(world, karin)
    assert await looks(world, jaylano) == [Act.OVERVIEW, Act.OVERVIEW]
    (used,) = [grant.last_look_ms for grant in await world.services.granting.grants_of(jaylano)]
    assert used == world.clock.ms


async def test_a_letter_that_came_is_another_look(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO, **due("2026-12-24"))
    await world.grant(jaylano, karin, scope())
    await rows(world, karin)
    await world.deliver(JAYLANO)
    for _ in range(2):
        await rows(world, karin)
    assert await looks(world, jaylano) == [Act.OVERVIEW, Act.OVERVIEW]


async def test_each_colleague_looks_for_themselves(world: World, jaylano: Person) -> None:
    """A grant that two hold: what one saw says nothing of the other."""
    await world.deliver(JAYLANO)
    murat = await world.person("999990068", "Murat Yildiz", "Schuldhulp Demostad")
    anna = await world.person("999990081", "Anna Visser", "Schuldhulp Demostad")
    grant_id = await world.grant(jaylano, murat, scope())
    asked = await world.services.caseworkers.ask(anna)
    await world.services.caseworkers.let_in(murat, asked.code, [grant_id])
    for caseworker in (murat, anna, murat):
        await rows(world, caseworker)
    lines = (await world.services.log_book.entries(jaylano)).lines
    assert [line.actor for line in lines if line.action is Act.OVERVIEW] == [anna.label, murat.label]


async def test_who_does_not_fit_a_name_was_not_looked_at(
    world: World, jaylano: Person, samira: Person, karin: Person
) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.deliver(SAMIRA, **due("2027-11-26"))
    for citizen in (jaylano, samira):
        await world.grant(citizen, karin, scope())
    for query in (ClientQuery(search="Jaylano"), ClientQuery(search="Jaylano", filter=ClientFilter.WEEK)):
        assert [row.name for row in await rows(world, karin, query)] == [jaylano.name]
    assert await looks(world, samira) == []
    assert await looks(world, jaylano) == [Act.OVERVIEW]


async def test_who_does_not_fit_a_date_was_looked_at_and_reads_so_once_a_day(
    world: World, jaylano: Person, samira: Person, karin: Person
) -> None:
    """ "Nobody has a date within a week" is an answer about each of them."""
    await world.deliver(SAMIRA, **due("2027-11-26"))
    for citizen in (jaylano, samira):
        await world.grant(citizen, karin, scope())
    for wanted in (ClientFilter.WEEK, ClientFilter.LATE, ClientFilter.WEEK):
        assert await rows(world, karin, ClientQuery(filter=wanted)) == ()
    assert (await looks(world, samira), await looks(world, jaylano)) == ([Act.COMPARED], [])
    line = (await world.services.log_book.entries(samira)).lines[0]
    assert (line.actor, line.letters) == (karin.label, ())
    await rows(world, karin)
    await rows(world, karin, ClientQuery(filter=ClientFilter.WEEK))
    assert await looks(world, samira) == [Act.OVERVIEW, Act.COMPARED]
    world.clock.ms += DAY_MS
    for query in (BY_NAME, ClientQuery(filter=ClientFilter.WEEK)):
        await rows(world, karin, query)
    assert await looks(world, samira) == [Act.OVERVIEW, Act.OVERVIEW, Act.COMPARED]


async def test_whose_date_decided_the_order_reads_so_on_whichever_page_they_are(
    world: World, jaylano: Person, samira: Person, karin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbox.services.client_list.PER_PAGE", 1)
    for bsn, day in ((JAYLANO, "2026-11-26"), (SAMIRA, "2026-11-27")):
        await world.deliver(bsn, **due(day))
    for citizen in (jaylano, samira):
        await world.grant(citizen, karin, scope())
    for _ in range(2):
        assert [row.name for row in await rows(world, karin, ClientQuery())] == [jaylano.name]
    assert (await looks(world, jaylano), await looks(world, samira)) == ([Act.OVERVIEW], [Act.COMPARED])


async def test_who_is_ordered_by_name_was_not_looked_at_beyond_the_page(
    world: World, jaylano: Person, samira: Person, karin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbox.services.client_list.PER_PAGE", 1)
    for citizen, bsn in ((jaylano, JAYLANO), (samira, SAMIRA)):
        await world.deliver(bsn, **due("2026-11-26"))
        await world.grant(citizen, karin, scope())
    assert [row.name for row in await rows(world, karin, BY_NAME)] == [jaylano.name]
    assert (await looks(world, jaylano), await looks(world, samira)) == ([Act.OVERVIEW], [])


@pytest.mark.parametrize("wanted", [ClientFilter.ENDING, ClientFilter.FAVOURITES])
async def test_what_is_not_asked_of_letters_is_no_look(
    world: World, jaylano: Person, karin: Person, wanted: ClientFilter
) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.grant(jaylano, karin, scope())
    assert await rows(world, karin, ClientQuery(filter=wanted)) == ()
    assert await looks(world, jaylano) == []


async def test_as_many_other_letters_are_another_look(world: World, jaylano: Person, karin: Person) -> None:
    for oin in (CJIB, UWV):
        await world.deliver(JAYLANO, afzender=oin.value, termijnen=[])
    grant_id = await world.grant(jaylano, karin, scope(frozenset({CJIB.value}), EVERY))
    before = await post(world, karin)
    await world.change(jaylano, grant_id, scope(frozenset({UWV.value}), EVERY))
    assert await post(world, karin) == before
    assert await looks(world, jaylano) == [Act.OVERVIEW, Act.OVERVIEW]


def interrupted(world: World, store: Store) -> ClientList:
    """The list over a store where something happens meanwhile."""
    kek = FileKek(world.kek_file)
    return ClientList(store=store, sealer=Sealer(kek), keyholder=Keyholder(kek), clock=world.clock)


@pytest.mark.parametrize("query", [BY_NAME, ClientQuery(filter=ClientFilter.WEEK)], ids=["all", "week"])
async def test_figures_are_of_what_a_grant_covers_as_the_look_is_logged(
    world: World, jaylano: Person, karin: Person, query: ClientQuery
) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.deliver(JAYLANO, afzender=UWV.value, **due("2027-11-26"))
    grant_id = await world.grant(jaylano, karin, scope())

    async def narrowed() -> None:
        await world.change(jaylano, grant_id, scope(frozenset({UWV.value}), EVERY))

    people = interrupted(world, Interrupted(world.services.store, narrowed))
    found = [row.post and row.post.first for row in (await people.page(karin, query)).rows]
    expected = ([date(2027, 11, 26)], [Act.OVERVIEW]) if query is BY_NAME else ([], [Act.COMPARED])
    assert (found, await looks(world, jaylano)) == expected


@pytest.mark.parametrize("nth", [2, 3, 4])
async def test_figures_of_today_are_shown_again_while_the_grant_covers_them(
    world: World, jaylano: Person, karin: Person, nth: int
) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    grant_id = await world.grant(jaylano, karin, scope())

    async def narrowed() -> None:
        await world.change(jaylano, grant_id, scope(frozenset({UWV.value}), EVERY))

    store = InterruptedAtRead(world.services.store, narrowed)
    people = interrupted(world, store)
    await people.page(karin, BY_NAME)
    store.before(nth)
    (row,) = (await people.page(karin, BY_NAME)).rows
    assert row.post == ClientPost(passed=0, first=None, days=None)
    assert store.is_over


async def test_no_log_no_row(world: World, jaylano: Person, karin: Person, tamper: Tamper) -> None:
    """The door still stands, but the citizen's key was swapped: nothing can be sealed to their log."""
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.grant(jaylano, karin, scope())
    await tamper(
        "UPDATE mailbox_epoch SET directory_mac = :mac WHERE mailbox_id = :id", mac=bytes(32), id=jaylano.mailbox_id
    )
    (row,) = await rows(world, karin)
    assert (row.is_open, row.post) == (False, None)


async def test_a_pause_and_a_quiet_stop_look_alike(
    world: World, jaylano: Person, samira: Person, eve: Person, karin: Person
) -> None:
    granting = world.services.granting
    for citizen, bsn in ((jaylano, JAYLANO), (samira, SAMIRA)):
        await world.deliver(bsn, **due("2026-11-26"))
        grant_id = await world.grant(citizen, karin, scope())
        await (
            granting.pause(citizen, grant_id) if citizen is jaylano else granting.stop(citizen, grant_id, quiet=True)
        )
    open_stop = await world.grant(eve, karin, scope())
    await granting.stop(eve, open_stop)
    told = {row.name: (row.is_open, row.post, row.stopped_ms) for row in await rows(world, karin)}
    assert told == {
        "Jaylano Meerman": (False, None, None),
        "Samira Bouali": (False, None, None),
        "Eve Vreemd": (False, None, world.clock.ms),
    }
    for citizen in (jaylano, samira, eve):
        assert await looks(world, citizen) == []
    world.clock.ms += 31 * DAY_MS
    assert await rows(world, karin) == ()


async def test_after_its_end_a_grant_is_not_in_the_list(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO)
    await world.grant(jaylano, karin, scope(days=1))
    assert len(await rows(world, karin)) == 1
    world.clock.ms += DAY_MS
    assert await rows(world, karin) == ()
    await world.services.grant_endings.end_expired()
    assert await rows(world, karin) == ()


async def test_others_see_nobody(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    await rows(world, karin)
    for stranger in (eve, jaylano):
        assert await rows(world, stranger) == ()
        with pytest.raises(NotFound):
            await world.services.client_list.star(stranger, grant_id, favourite=True)


async def test_a_favourite_is_the_helpers_own(world: World, jaylano: Person, samira: Person, karin: Person) -> None:
    grants = {citizen.name: await world.grant(citizen, karin, scope()) for citizen in (jaylano, samira)}
    people = world.services.client_list
    for _ in range(2):
        await people.star(karin, grants[samira.name], favourite=True)
    favourites = ClientQuery(filter=ClientFilter.FAVOURITES)
    assert [row.name for row in await rows(world, karin, favourites)] == [samira.name]
    await people.star(karin, grants[samira.name], favourite=False)
    assert await rows(world, karin, favourites) == ()


async def test_order_and_filters(world: World, karin: Person) -> None:
    dates = {"Anna": "2027-01-01", "bram": "2026-11-25", "Carla": None, "Dirk": "2026-11-01", "Eva": "2026-12-02"}
    for number, (name, by) in enumerate(dates.items()):
        bsn = ("999990056", "999990068", "999990081", "999990093", "999990111")[number]
        citizen = await world.person(bsn, name)
        await world.deliver(bsn, **(due(by) if by else {"termijnen": [], "betaling": None}))
        await world.grant(citizen, karin, scope(days=10 if name == "Eva" else 90))

    async def names(**query: Any) -> list[str]:
        return [row.name for row in await rows(world, karin, ClientQuery(**query))]

    assert await names() == ["bram", "Eva", "Anna", "Carla", "Dirk"]
    assert await names(order=ClientOrder.NAME) == ["Anna", "bram", "Carla", "Dirk", "Eva"]
    assert await names(filter=ClientFilter.LATE) == ["Dirk"]
    assert await names(filter=ClientFilter.WEEK) == ["bram"]
    assert await names(filter=ClientFilter.ENDING) == ["Eva"]
    assert await names(search="A", order=ClientOrder.NAME) == ["Anna", "bram", "Carla", "Eva"]
    assert await names(search="a r", order=ClientOrder.NAME) == ["bram", "Carla"]
    assert await names(search="%") == []


async def test_pages_give_everybody_once(world: World, karin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbox.services.client_list.PER_PAGE", 2)
    for number, bsn in enumerate(("999990056", "999990068", "999990081", "999990093", "999990111")):
        await world.grant(await world.person(bsn, f"Persoon {number}"), karin, scope())
    pages = [await world.services.client_list.page(karin, ClientQuery(page=page)) for page in (1, 2, 3)]
    assert [[row.name[-1] for row in page.rows] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]
    assert {(page.pages, page.found, page.total) for page in pages} == {(3, 5, 5)}
    beyond = await world.services.client_list.page(karin, ClientQuery(page=99))
    assert (beyond.page, beyond.rows) == (3, pages[2].rows)


async def test_who_sees_dates_only_counts_the_same(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.grant(jaylano, karin, scope(actions=frozenset({Action.LIST})))
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 26), days=2)


async def test_a_letter_that_does_not_open_is_left_out(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    broken = await world.deliver(JAYLANO, **due("2026-11-25"))
    await world.grant(jaylano, karin, scope())
    await tamper(
        "UPDATE letter SET meta_box = :box WHERE mailbox_id = :mailbox AND letter_id = :id",
        box=bytes(200),
        mailbox=jaylano.mailbox_id,
        id=broken,
    )
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 26), days=2)


async def test_what_was_read_of_a_letter_that_does_not_open_hides_no_new_one(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    broken = await world.deliver(JAYLANO, **due("2026-11-25"))
    await world.services.reading.letter(jaylano, broken)
    await world.grant(jaylano, karin, scope())
    await tamper(
        "UPDATE letter SET meta_box = :box WHERE mailbox_id = :mailbox AND letter_id = :id",
        box=bytes(200),
        mailbox=jaylano.mailbox_id,
        id=broken,
    )
    for _ in range(2):
        assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 26), days=2)


async def test_a_letter_that_was_filed_as_published_is_not_counted_before_it_is(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    await world.grant(jaylano, karin, scope())
    early = await world.deliver(JAYLANO, **due("2026-11-25"), publicatietijdstip="2026-11-25T12:00:00Z")
    await tamper(
        "UPDATE letter SET publish_ms = 1 WHERE mailbox_id = :mailbox AND letter_id = :id",
        mailbox=jaylano.mailbox_id,
        id=early,
    )
    assert await post(world, karin) == ClientPost(passed=0, first=None, days=None)
    assert await looks(world, jaylano) == []


def test_what_was_told_is_gone_with_the_day(karin: Person) -> None:
    rows, day = ToldRows(), date(2026, 11, 24)
    shown = [
        Shown(helper_id=karin.mailbox_id, grant_id=GrantId(bytes([n]) * 16), terms=b"", letters=1, first=None)
        for n in (0, 1)
    ]
    rows.add(shown[0], day)
    assert (rows.has(shown[0], day), rows.has(shown[1], day)) == (True, False)
    rows.add(shown[1], date(2026, 11, 25))
    assert rows.has(shown[0], date(2026, 11, 25)) is False


async def notes(world: World, helper: Person) -> list[bytes | None]:
    """What the store keeps for this helper beside their holds."""
    async with world.services.store.read() as tx:
        return [held.note for held in await tx.grants.held_by(helper.mailbox_id)]


async def test_what_is_kept_says_nothing_of_the_letters(
    world: World, jaylano: Person, samira: Person, karin: Person
) -> None:
    for number, bsn in enumerate((*(JAYLANO,) * 9, SAMIRA)):
        await world.deliver(bsn, zaakkenmerk=f"ZAAK {number}", **due(f"2026-12-{number + 1:02}"))
    for citizen in (jaylano, samira):
        await world.grant(citizen, karin, scope())
    assert await notes(world, karin) == [None, None]
    await rows(world, karin)
    kept = [note for note in await notes(world, karin) if note]
    assert [len(note) for note in kept] == [1105, 1105]
    for other in (b"letters", b"2026", jaylano.mailbox_id):
        assert not any(other in note for note in kept)


@pytest.mark.parametrize("act", ["narrow", "pause", "stop", "quiet", "expire"])
async def test_what_is_kept_goes_with_what_may_be_seen(world: World, jaylano: Person, karin: Person, act: str) -> None:
    await world.deliver(JAYLANO, **due("2026-12-24"))
    grant_id = await world.grant(jaylano, karin, scope())
    await rows(world, karin)
    granting = world.services.granting
    if act == "narrow":
        await world.change(jaylano, grant_id, scope(actions=frozenset({Action.LIST})))
    elif act == "pause":
        await granting.pause(jaylano, grant_id)
    elif act == "expire":
        world.clock.ms += 100 * DAY_MS
        await world.services.grant_endings.end_expired()
    else:
        await granting.stop(jaylano, grant_id, quiet=act == "quiet")
    assert await notes(world, karin) == ([] if act == "expire" else [None])


async def test_what_is_kept_counts_beside_its_own_hold_only(
    world: World, jaylano: Person, samira: Person, karin: Person, tamper: Tamper
) -> None:
    """Somebody with the database's password puts the note of one person beside another."""
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.deliver(SAMIRA, **due("2026-12-24"))
    for citizen in (jaylano, samira):
        await world.grant(citizen, karin, scope())
    before = {row.name: row.post for row in await rows(world, karin)}
    kept = await notes(world, karin)
    for note in kept:
        await tamper("UPDATE held_grant SET note = :note WHERE holder_id = :id", note=note, id=karin.mailbox_id)
        assert {row.name: row.post for row in await rows(world, karin)} == before


async def test_what_is_kept_is_of_the_grant_as_it_stands(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    """A note that was put back from before a change counts for nothing."""
    await world.deliver(JAYLANO, **due("2026-11-26"))
    grant_id = await world.grant(jaylano, karin, scope())
    await rows(world, karin)
    (old,) = await notes(world, karin)
    await world.deliver(JAYLANO, afzender=UWV.value, **due("2026-12-24"))
    await world.change(jaylano, grant_id, scope(frozenset({UWV.value}), EVERY))
    await tamper("UPDATE held_grant SET note = :note WHERE holder_id = :id", note=old, id=karin.mailbox_id)
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 12, 24), days=30)


async def test_nothing_is_kept_of_a_grant_that_was_stopped_meanwhile(
    world: World, jaylano: Person, karin: Person
) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    grant_id = await world.grant(jaylano, karin, scope())

    async def stopped() -> None:
        await world.services.granting.stop(jaylano, grant_id)

    people = interrupted(world, Interrupted(world.services.store, stopped))
    assert [(row.is_open, row.post) for row in (await people.page(karin, BY_NAME)).rows] == [(False, None)]
    assert (await notes(world, karin), await looks(world, jaylano)) == ([None], [])


async def test_what_was_given_is_filed_when_the_helper_comes(world: World, jaylano: Person, karin: Person) -> None:
    """It opens without public-key work from then on, and a stop in between stays a stop."""
    asked = await world.services.asking.ask(karin, scope(), "Samen de post doen")
    grant_id = await world.services.asking.agree(jaylano, asked.code, scope())
    await world.deliver(JAYLANO, **due("2026-12-24"))

    async def held() -> list[HeldGrant]:
        async with world.services.store.read() as tx:
            return list(await tx.grants.held_by(karin.mailbox_id))

    (given,) = await held()
    before = await rows(world, karin)
    (filed,) = await held()
    assert (len(given.blob), len(filed.blob)) == (1445, 272)
    assert await rows(world, karin) == before
    await world.services.granting.stop(jaylano, grant_id)
    stopped = await held()
    async with world.services.store.write() as tx:
        await tx.grants.refile([(given, filed.blob)])
    assert await held() == stopped
    assert [row.is_open for row in await rows(world, karin)] == [False]


async def test_letters_are_opened_once(world: World, jaylano: Person, karin: Person, tamper: Tamper) -> None:
    """Also not on another day or in another process, and not because one of them was read."""
    letter_id = await world.deliver(JAYLANO, **due("2026-11-25"))
    await world.grant(jaylano, karin, scope())
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 25), days=1)
    await world.services.reading.letter(jaylano, letter_id)
    await tamper("UPDATE letter SET meta_box = :box WHERE mailbox_id = :id", box=bytes(200), id=jaylano.mailbox_id)
    world.clock.ms += 10 * 60_000
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 11, 25), days=1)
    async with world.restarted() as there:
        there.clock.ms += 3 * DAY_MS
        assert await post(there, karin) == ClientPost(passed=1, first=None, days=None)
        there.clock.ms -= 3 * DAY_MS
        assert await post(there, karin) == ClientPost(passed=0, first=date(2026, 11, 25), days=1)
    await world.deliver(JAYLANO, **due("2026-12-24"))
    assert await post(world, karin) == ClientPost(passed=0, first=date(2026, 12, 24), days=30)


async def test_a_letter_counts_from_its_publication(world: World, jaylano: Person, karin: Person) -> None:
    await world.grant(jaylano, karin, scope())
    await world.deliver(JAYLANO, **due("2026-12-24"))
    await world.deliver(JAYLANO, **due("2026-11-25"), publicatietijdstip="2026-11-24T12:05:00Z")
    before = ClientPost(passed=0, first=date(2026, 12, 24), days=30)
    after = ClientPost(passed=0, first=date(2026, 11, 25), days=1)
    start_ms = world.clock.ms
    for minutes, expected in ((0, before), (4, before), (5, after), (6, after), (4, after), (5, after)):
        world.clock.ms = start_ms + minutes * 60_000
        assert await post(world, karin) == expected  # what was published is not taken back with the clock
    async with world.restarted() as there:
        there.clock.ms = start_ms + 4 * 60_000
        assert await post(there, karin) == before


async def test_a_clock_that_steps_back_brings_dates_back(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.grant(jaylano, karin, scope())
    start_ms = world.clock.ms
    passed = ClientPost(passed=1, first=None, days=None)
    coming = ClientPost(passed=0, first=date(2026, 11, 26), days=2)
    for days, expected in ((3, passed), (0, coming), (3, passed)):
        world.clock.ms = start_ms + days * DAY_MS
        assert await post(world, karin) == expected


async def test_two_grants_of_one_person_are_two_looks(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO, **due("2026-12-24"))
    await world.deliver(JAYLANO, afzender=UWV.value)
    grants = [await world.grant(jaylano, karin, scope(frozenset({oin}), EVERY)) for oin in (CJIB.value, UWV.value)]
    assert {row.grant_id for row in await rows(world, karin)} == set(grants)
    page = await world.services.log_book.entries(jaylano)
    assert {line.grant_id for line in page.lines if line.action is Act.OVERVIEW} == set(grants)
    assert page.intact


async def test_who_cannot_be_told_hides_nobody_else(
    world: World, jaylano: Person, samira: Person, karin: Person, tamper: Tamper
) -> None:
    for bsn, citizen in ((JAYLANO, jaylano), (SAMIRA, samira)):
        await world.deliver(bsn, **due("2026-11-26"))
        await world.grant(citizen, karin, scope())
    await tamper(
        "UPDATE mailbox_epoch SET directory_mac = :mac WHERE mailbox_id = :id", mac=bytes(32), id=jaylano.mailbox_id
    )
    assert [(row.name, row.is_open) for row in await rows(world, karin)] == [
        ("Jaylano Meerman", False),
        ("Samira Bouali", True),
    ]
    assert await looks(world, samira) == [Act.OVERVIEW]


async def test_more_people_are_no_more_questions_to_the_database(world: World, karin: Person) -> None:
    """The first time in a process, but for the letters themselves; and again."""
    counts: list[tuple[int, int]] = []
    for people, bsns in ((1, ("999990056",)), (5, ("999990068", "999990081", "999990093", "999990111"))):
        for bsn in bsns:
            await world.deliver(bsn)
            await world.grant(await world.person(bsn, f"Persoon {bsn[-3:]}"), karin, scope())
        async with world.restarted() as fresh:
            with counted_statements() as statements:
                assert len(await rows(fresh, karin)) == people
                first, opened = len(statements), sum("meta_box" in statement for statement in statements)
                await rows(fresh, karin)
        counts.append((first - opened, len(statements) - first))
        assert opened == len(bsns)
    assert counts[0] == counts[1]


async def test_two_processes_say_the_same(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO, **due("2026-11-26"))
    await world.grant(jaylano, karin, scope())
    here = await rows(world, karin)
    async with world.restarted() as there:
        assert isinstance(there.services.client_list, ClientList)
        assert await rows(there, karin) == here
