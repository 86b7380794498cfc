"""The way in: durable before answered, once per reference, for the right mailbox, with the sender's own name."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import LogCapture

from mailbox.domain.errors import DirectoryTampered, NotFound, NotYourOin, ReferenceReused
from mailbox.domain.people import Person
from mailbox.services.batching import Lane
from mailbox.services.reading import TimelineQuery
from mailbox.services.receiving import Receipt
from tests.services.conftest import EVE, JAYLANO, SAMIRA, Tamper
from tests.world import CJIB, DAY_MS, NOW_MS, UWV, World


async def test_a_letter_that_was_accepted_is_in_the_mailbox(world: World, jaylano: Person) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Boete")
    opened = await world.services.reading.letter(jaylano, letter_id)
    assert opened.metadata.subject == "Boete"


async def test_post_can_wait_for_someone_who_never_logged_in(world: World) -> None:
    letter_id = await world.deliver(SAMIRA)
    samira = await world.person(SAMIRA, "Samira el Idrissi")
    assert {letter_id} == await world.ids(samira)


async def test_the_same_letter_again_is_the_same_letter(world: World, jaylano: Person) -> None:
    letter = world.letter(JAYLANO)
    first = await world.services.receiving.receive(CJIB, letter, ())
    world.clock.ms += 5
    again = await world.services.receiving.receive(CJIB, dict(reversed(letter.items())), ())
    assert (first.letter_id, False) == (first.letter_id, first.known)
    assert Receipt(letter_id=first.letter_id, known=True, received_ms=NOW_MS, publish_ms=first.publish_ms) == again
    assert len(await world.ids(jaylano)) == 1


async def test_other_content_under_the_same_reference_is_refused(world: World, jaylano: Person) -> None:
    letter = world.letter(JAYLANO)
    await world.services.receiving.receive(CJIB, letter, ())
    with pytest.raises(ReferenceReused):
        await world.services.receiving.receive(CJIB, {**letter, "onderwerp": "Anders"}, ())
    with pytest.raises(ReferenceReused):
        await world.services.receiving.receive(CJIB, world.letter(EVE, kenmerk=letter["kenmerk"]), ())
    assert len(await world.ids(jaylano)) == 1


async def test_the_same_reference_of_another_agency_is_another_letter(world: World, jaylano: Person) -> None:
    await world.deliver(JAYLANO, kenmerk="A-1")
    await world.deliver(JAYLANO, kenmerk="A-1", afzender=UWV.value)
    assert len(await world.ids(jaylano)) == 2


async def test_an_agency_sends_only_as_itself(world: World) -> None:
    with pytest.raises(NotYourOin):
        await world.services.receiving.receive(UWV, world.letter(JAYLANO), ())


async def test_the_same_letter_many_times_at_once_is_stored_once(world: World, jaylano: Person) -> None:
    letter = world.letter(JAYLANO)
    receipts = await asyncio.gather(*(world.services.receiving.receive(CJIB, letter, ()) for _ in range(50)))
    assert len({receipt.letter_id for receipt in receipts}) == 1
    assert sum(not receipt.known for receipt in receipts) == 1
    assert len(await world.ids(jaylano)) == 1


async def test_many_letters_at_once_to_new_mailboxes(world: World) -> None:
    letters = [world.letter(bsn) for bsn in (JAYLANO, SAMIRA, EVE) for _ in range(40)]
    await asyncio.gather(*(world.services.receiving.receive(CJIB, letter, ()) for letter in letters))
    for bsn in (JAYLANO, SAMIRA, EVE):
        assert len(await world.ids(await world.person(bsn, "X"))) == 40


async def test_one_bad_letter_in_a_bulk_spoils_no_other(world: World, jaylano: Person) -> None:
    good, other, twin = world.letter(JAYLANO), world.letter(JAYLANO), world.letter(JAYLANO)
    foreign = world.letter(JAYLANO, afzender=UWV.value)
    items = [(letter, ()) for letter in (good, foreign, other, {**other, "onderwerp": "Anders"}, twin)]
    results = await world.services.receiving.receive_many(CJIB, items)
    kinds = [type(result) for result in results]
    assert [Receipt, NotYourOin, Receipt, ReferenceReused, Receipt] == kinds
    assert len(await world.ids(jaylano)) == 3


async def test_a_sender_sees_the_status_of_its_own_letters_only(world: World) -> None:
    letter_id = await world.deliver(JAYLANO, publicatietijdstip="2026-11-25T12:00:00Z")
    before = await world.services.letter_statuses.of(CJIB, letter_id)
    world.clock.ms += DAY_MS
    after = await world.services.letter_statuses.of(CJIB, letter_id)
    assert (before.state, after.state) == ("ontvangen", "beschikbaar")
    assert [(e.kind, e.at_ms) for e in after.events] == [
        ("ontvangen", NOW_MS),
        ("beschikbaar", NOW_MS + DAY_MS),
        ("geen-kennisgeving", NOW_MS + DAY_MS),
    ]
    with pytest.raises(NotFound):
        await world.services.letter_statuses.of(UWV, letter_id)


async def test_a_replaced_public_key_makes_the_door_refuse_and_say_so(
    world: World, jaylano: Person, eve: Person, tamper: Tamper, log_output: LogCapture
) -> None:
    async with world.services.store.read() as tx:
        eves = await tx.mailboxes.directory_of(eve.mailbox_id)
    assert eves is not None
    await tamper(
        "UPDATE mailbox_epoch SET public = :public WHERE mailbox_id = :mailbox_id",
        public=eves.public,
        mailbox_id=jaylano.mailbox_id,
    )
    async with world.restarted() as restarted:
        with pytest.raises(DirectoryTampered):
            await restarted.deliver(JAYLANO)
        assert set() == await restarted.ids(eve)
    assert [entry["event"] for entry in log_output.entries] == ["directory_tampered"]


async def test_lanes_end_in_the_same_mailbox(world: World, jaylano: Person) -> None:
    letters = [world.letter(JAYLANO) for _ in range(4)]
    lanes = [Lane.SINGLE, Lane.MASS, Lane.SINGLE, Lane.MASS]
    pairs = zip(letters, lanes, strict=True)
    await asyncio.gather(*(world.services.receiving.receive(CJIB, item, (), lane=lane) for item, lane in pairs))
    timeline = await world.services.reading.timeline(jaylano, TimelineQuery())
    assert {letter["kenmerk"] for letter in letters} == {letter.reference for letter in timeline.letters}
