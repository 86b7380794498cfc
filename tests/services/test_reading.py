"""The way out: own post in one timeline; not yours, not yet, not there are all the same."""

from __future__ import annotations

from typing import Any

import pytest

from consent import EVERY
from mailbox.domain.errors import NotFound, TemporarilyUnavailable
from mailbox.domain.identifiers import LetterId, Oin
from mailbox.domain.people import Person
from mailbox.services.log_entries import Act
from mailbox.services.marking import Mark
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import EVE, JAYLANO
from tests.world import CJIB, DAY_MS, UWV, World, scope

PDF = b"%PDF-1.4\n%%EOF\n"


async def test_newest_first_by_publication(world: World, jaylano: Person) -> None:
    for day in ("03", "01", "02"):
        await world.deliver(JAYLANO, onderwerp=f"Dag {day}", publicatietijdstip=f"2026-11-{day}T08:00:00Z")
    timeline = await world.services.reading.timeline(jaylano, TimelineQuery())
    assert [letter.subject for letter in timeline.letters] == ["Dag 03", "Dag 02", "Dag 01"]
    assert (timeline.owner, timeline.new_count, timeline.grant) == ("Jaylano Meerman", 3, None)


async def test_paging_shows_every_letter_once(world: World, jaylano: Person) -> None:
    sent = {await world.deliver(JAYLANO) for _ in range(23)}
    seen: list[LetterId] = []
    before: str | None = None
    while True:
        page = await world.services.reading.timeline(jaylano, TimelineQuery(before=before, limit=5))
        seen += [letter.letter_id for letter in page.letters]
        before = page.next
        if before is None:
            break
    assert sent == set(seen)
    assert len(seen) == 23


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é", "A" * 32 + "="])
async def test_a_cursor_that_is_none_is_not_found(world: World, jaylano: Person, cursor: str) -> None:
    with pytest.raises(NotFound):
        await world.services.reading.timeline(jaylano, TimelineQuery(before=cursor))


async def test_filters_by_sender_words_and_new(world: World, jaylano: Person) -> None:
    await world.services.agencies.add(CJIB, "Centraal Justitieel Incassobureau", {"kty": "EC", "kid": "1"})
    fine = await world.deliver(JAYLANO, onderwerp="Verkeersboete te snel gereden")
    benefit = await world.deliver(JAYLANO, onderwerp="Uw uitkering", afzender=UWV.value)
    await world.services.reading.letter(jaylano, benefit)
    assert {fine} == await world.ids(jaylano, agency=CJIB)
    assert {fine} == await world.ids(jaylano, text="SNEL verkeersboete")
    assert {fine} == await world.ids(jaylano, text="justitieel")
    assert {fine} == await world.ids(jaylano, only_new=True)
    assert set() == await world.ids(jaylano, text="onvindbaar")
    assert set() == await world.ids(jaylano, agency=Oin("00000099000000009000"))


async def test_a_filter_looks_through_more_than_one_chunk(world: World, jaylano: Person) -> None:
    wanted = await world.deliver(JAYLANO, onderwerp="Naald", publicatietijdstip="2026-01-01T08:00:00Z")
    letters = [(world.letter(JAYLANO, onderwerp="Hooi"), ()) for _ in range(230)]
    await world.services.receiving.receive_many(CJIB, letters)
    assert {wanted} == await world.ids(jaylano, text="naald")


async def test_a_future_letter_is_invisible_until_its_moment(world: World, jaylano: Person) -> None:
    letter_id = await world.deliver(JAYLANO, publicatietijdstip="2026-11-25T12:00:00Z")
    world.clock.ms += DAY_MS - 1
    assert set() == await world.ids(jaylano)
    with pytest.raises(NotFound):
        await world.services.reading.letter(jaylano, letter_id)
    world.clock.ms += 1
    assert {letter_id} == await world.ids(jaylano)


async def test_reading_makes_a_letter_old_and_it_can_be_made_new_again(world: World, jaylano: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    await world.services.reading.letter(jaylano, letter_id)
    assert set() == await world.ids(jaylano, only_new=True)
    await world.services.marking.mark(jaylano, [letter_id], Mark.UNREAD)
    assert {letter_id} == await world.ids(jaylano, only_new=True)


async def test_what_is_not_yours_is_not_there(world: World, jaylano: Person, eve: Person) -> None:
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    for unknown in (letter_id, LetterId(bytes(16))):
        with pytest.raises(NotFound):
            await world.services.reading.letter(eve, unknown)
        with pytest.raises(NotFound):
            await world.services.reading.attachment(eve, unknown, 0)
    assert set() == await world.ids(eve)


async def test_attachments_come_back_byte_for_byte(world: World, jaylano: Person) -> None:
    files = (PDF, PDF + bytes(range(256)) * 5000)
    letter_id = await world.deliver(JAYLANO, files=files)
    for number, content in enumerate(files):
        opened = await world.services.reading.attachment(jaylano, letter_id, number)
        assert content == opened.content
        assert (f"bijlage-{number}.pdf", len(content)) == (opened.info.name, opened.info.size)
    for absent in (-1, 2):
        with pytest.raises(NotFound):
            await world.services.reading.attachment(jaylano, letter_id, absent)


async def test_a_lost_object_is_said_to_be_lost_for_now(world: World, jaylano: Person) -> None:
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    async with world.services.store.read() as tx:
        name = await tx.letters.object_name(jaylano.mailbox_id, letter_id, 0)
    assert name is not None
    await world.services.objects.remove(name)
    with pytest.raises(TemporarilyUnavailable):
        await world.services.reading.attachment(jaylano, letter_id, 0)


async def test_opening_files_the_key_and_the_letter_opens_again(world: World, jaylano: Person) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Twee keer")
    await world.ids(jaylano)
    async with world.services.store.read() as tx:
        own = jaylano.mailbox_id
        stored = await tx.letters.get(own, own, letter_id, visible_at_ms=world.clock.ms)
    assert stored is not None
    assert stored.summary.key[:1] == b"F"
    opened = await world.services.reading.letter(jaylano, letter_id)
    assert opened.metadata.subject == "Twee keer"


async def test_two_people_each_have_their_own_timeline(world: World, jaylano: Person, eve: Person) -> None:
    mine, hers = await world.deliver(JAYLANO), await world.deliver(EVE)
    assert ({mine}, {hers}) == (await world.ids(jaylano), await world.ids(eve))


@pytest.mark.parametrize("query", [{"topic": "werk"}, {"agency": UWV}], ids=["topic", "sender"])
async def test_a_helpers_filter_that_finds_nothing_is_a_look(
    world: World, jaylano: Person, karin: Person, query: dict[str, Any]
) -> None:
    """ "There is no letter from a bailiff" is an answer. Of one's own post no letter was shown."""
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope(EVERY, EVERY))
    before = (await world.services.log_book.entries(jaylano)).lines
    assert await world.ids(jaylano, **query) == set()
    assert await world.ids(karin, through=grant_id, **query) == set()
    (line, *others) = (await world.services.log_book.entries(jaylano)).lines
    assert (line.action, line.actor, line.grant_id, line.letters) == (Act.SEARCHED, karin.label, grant_id, ())
    assert tuple(others) == before
