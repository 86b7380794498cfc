"""Every look is logged before it is shown; the citizen reads the log and sees whether it is whole."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError
from structlog.testing import LogCapture

from mailbox.domain.errors import MailboxError, NotFound
from mailbox.domain.people import Person
from mailbox.services import access_log
from mailbox.services.access_log import LogQuery
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO, Tamper
from tests.world import DAY_MS, World, scope

PDF = b"%PDF-1.4\n%%EOF\n"


async def test_each_look_is_one_entry_newest_first(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Boete", files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope())
    reading = world.services.reading
    await world.ids(jaylano)
    await reading.letter(jaylano, letter_id)
    await world.ids(karin, through=grant_id)
    await reading.letter(karin, letter_id, through=grant_id)
    await reading.attachment(karin, letter_id, 0, through=grant_id)
    page = await world.services.log_book.entries(jaylano)
    helper, own = "Karin Bos (Buurthuis De Brug)", "Jaylano Meerman"
    assert [
        (6, helper, Role.HELPER, Act.DOWNLOAD, grant_id, ["Boete"]),
        (5, helper, Role.HELPER, Act.READ, grant_id, ["Boete"]),
        (4, helper, Role.HELPER, Act.LIST, grant_id, [None]),
        (3, own, Role.CITIZEN, Act.READ, None, ["Boete"]),
        (2, own, Role.CITIZEN, Act.LIST, None, [None]),
        (1, helper, Role.HELPER, Act.ACCEPTED, grant_id, []),
        (0, own, Role.CITIZEN, Act.OFFERED, grant_id, []),
    ] == [
        (line.seq, line.actor, line.role, line.action, line.grant_id, [ref.subject for ref in line.letters])
        for line in page.lines
    ]
    assert (page.intact, page.next_seq) == (True, None)
    assert {letter_id} == {ref.letter_id for line in page.lines for ref in line.letters}


async def test_seeing_nothing_is_no_look(world: World, jaylano: Person) -> None:
    assert set() == await world.ids(jaylano)
    page = await world.services.log_book.entries(jaylano)
    assert (page.lines, page.next_seq, page.intact) == ((), None, True)


async def test_the_helper_has_a_log_of_their_own_post_only(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO)
    await world.ids(karin, through=await world.grant(jaylano, karin, scope()))
    assert (await world.services.log_book.entries(karin)).lines == ()


async def test_pages_of_the_log_join_without_a_gap(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO)
    for _ in range(7):
        await world.ids(jaylano)
    seqs: list[int] = []
    before: int | None = None
    while True:
        page = await world.services.log_book.entries(jaylano, before_seq=before, limit=3)
        assert page.intact
        seqs += [line.seq for line in page.lines]
        before = page.next_seq
        if before is None:
            break
    assert seqs == [6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM access_log WHERE seq = 1 AND mailbox_id = :id",
        "DELETE FROM access_log WHERE seq = 0 AND mailbox_id = :id",
        "UPDATE access_log SET seq = seq + 5 WHERE seq = 2 AND mailbox_id = :id",
        "UPDATE access_log SET sealed = (SELECT sealed FROM access_log o WHERE o.seq = 0"
        " AND o.mailbox_id = access_log.mailbox_id) WHERE seq = 1 AND mailbox_id = :id",
        "UPDATE access_log SET commitment = (SELECT commitment FROM access_log o WHERE o.seq = 0"
        " AND o.mailbox_id = access_log.mailbox_id) WHERE seq = 1 AND mailbox_id = :id",
    ],
)
async def test_a_log_that_was_touched_says_so(world: World, jaylano: Person, tamper: Tamper, statement: str) -> None:
    await world.deliver(JAYLANO)
    for _ in range(3):
        await world.ids(jaylano)
    await tamper(statement, id=jaylano.mailbox_id)
    assert (await world.services.log_book.entries(jaylano)).intact is False


async def test_no_log_no_content(world: World, jaylano: Person, karin: Person, tamper: Tamper) -> None:
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    grant_id = await world.grant(jaylano, karin, scope())
    await tamper("DROP TABLE access_log")
    reading = world.services.reading
    for person, through in ((jaylano, None), (karin, grant_id)):
        with pytest.raises((MailboxError, SQLAlchemyError)):
            await world.ids(person, through=through)
        with pytest.raises((MailboxError, SQLAlchemyError)):
            await reading.letter(person, letter_id, through=through)
        with pytest.raises((MailboxError, SQLAlchemyError)):
            await reading.attachment(person, letter_id, 0, through=through)


async def test_a_filter_gives_what_fits_and_no_more(world: World, jaylano: Person, karin: Person) -> None:
    boete, other = await world.deliver(JAYLANO, onderwerp="Boete"), await world.deliver(JAYLANO, onderwerp="Andere")
    first, second = await world.grant(jaylano, karin, scope()), await world.grant(jaylano, karin, scope(days=30))
    reading = world.services.reading
    await world.ids(jaylano)
    await reading.letter(karin, boete, through=first)
    world.clock.ms += DAY_MS
    await reading.letter(karin, other, through=second)
    await reading.letter(jaylano, boete)
    later = world.clock.ms

    async def found(**query: Any) -> list[tuple[Act, str]]:
        page = await world.services.log_book.entries(jaylano, LogQuery(**query))
        assert (page.intact, page.next_seq) == (True, None)
        return [(line.action, line.role) for line in page.lines]

    own, helper = "burger", "helper"
    assert await found(grant_id=second) == [(Act.READ, helper), (Act.ACCEPTED, helper), (Act.OFFERED, own)]
    assert await found(letter_id=boete) == [(Act.READ, own), (Act.READ, helper), (Act.LIST, own)]
    assert await found(actor=karin.label, since_ms=later) == [(Act.READ, helper)]
    assert await found(actor=karin.label, until_ms=later) == [
        (Act.READ, helper),
        (Act.ACCEPTED, helper),
        (Act.ACCEPTED, helper),
    ]
    assert await found(own=True) == [(Act.READ, own), (Act.LIST, own)]
    assert len(await found(own=False)) == 6
    assert await found(actor="Iemand anders") == []


async def test_filtered_pages_give_every_entry_once(
    world: World, jaylano: Person, karin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a page has to stop before it is full."""
    monkeypatch.setattr(access_log, "_PIECE", 4)
    monkeypatch.setattr(access_log, "MOST_SCANNED", 8)
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    for looks in (11, 2, 0, 5):
        for _ in range(looks):
            await world.ids(jaylano)
        await world.ids(karin, through=grant_id)
    book, seqs, before = world.services.log_book, list[int](), None
    while True:
        page = await book.entries(jaylano, LogQuery(own=False), before_seq=before, limit=2)
        assert page.intact
        seqs += [line.seq for line in page.lines]
        before = page.next_seq
        if before is None:
            break
    assert seqs == [23, 17, 16, 13, 1, 0]
    assert [line.seq async for page in book.whole(jaylano) for line in page.lines] == list(range(23, -1, -1))


@pytest.mark.parametrize("seq", [0, 3, 5])
async def test_a_filter_hides_no_gap(world: World, jaylano: Person, tamper: Tamper, seq: int) -> None:
    await world.deliver(JAYLANO)
    for _ in range(7):
        await world.ids(jaylano)
    await tamper("DELETE FROM access_log WHERE seq = :seq AND mailbox_id = :id", seq=seq, id=jaylano.mailbox_id)
    assert (await world.services.log_book.entries(jaylano, LogQuery(own=False))).intact is False


async def test_the_link_between_two_pages_is_followed(world: World, jaylano: Person, tamper: Tamper) -> None:
    await world.deliver(JAYLANO)
    for _ in range(7):
        await world.ids(jaylano)
    page = await world.services.log_book.entries(jaylano, limit=3)
    assert page.next_seq == 4
    await tamper("DELETE FROM access_log WHERE seq = 4 AND mailbox_id = :id", id=jaylano.mailbox_id)
    assert (await world.services.log_book.entries(jaylano, before_seq=4)).intact is False


async def test_a_report_is_one_entry_and_a_warning_without_names(
    world: World, jaylano: Person, karin: Person, log_output: LogCapture
) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Boete")
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.reading.letter(karin, letter_id, through=grant_id)
    book, at_ms = world.services.log_book, world.clock.ms
    world.clock.ms += DAY_MS
    for _ in range(2):
        await book.report(jaylano, 2)
    page = await book.entries(jaylano)
    assert [line.seq for line in page.lines] == [3, 2, 1, 0]
    line = page.lines[0]
    assert (line.action, line.role, line.grant_id, line.letters[0].subject) == (
        Act.REPORTED,
        Role.CITIZEN,
        grant_id,
        "Boete",
    )
    assert line.details == {"seq": 2, "at_ms": at_ms, "actor": karin.label, "act": "read"}
    assert log_output.entries == [{"event": "look_reported", "act": "read", "role": "helper", "log_level": "warning"}]


@pytest.mark.parametrize("seq", [4, 999, -1, 2**40])
async def test_what_is_not_in_the_log_cannot_be_reported(
    world: World, jaylano: Person, karin: Person, eve: Person, seq: int
) -> None:
    await world.grant(jaylano, karin, scope())
    book = world.services.log_book
    for act in (book.report, book.line):
        with pytest.raises(NotFound):
            await act(jaylano, seq)
        with pytest.raises(NotFound):
            await act(eve, 0)
    assert len((await book.entries(jaylano)).lines) == 2


async def test_only_an_own_letter_has_a_name(world: World, jaylano: Person, eve: Person) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Boete")
    assert (await world.services.log_book.letter(jaylano, letter_id)).subject == "Boete"
    with pytest.raises(NotFound):
        await world.services.log_book.letter(eve, letter_id)
