"""Every look is logged before it is shown; the citizen reads the log and sees whether it is whole."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import SQLAlchemyError

from mailbox.domain.errors import MailboxError
from mailbox.domain.people import Person
from mailbox.services.log_entries import Act, Role
from tests.services.conftest import JAYLANO, Tamper
from tests.world import World, scope

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
