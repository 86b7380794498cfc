"""Someone who may write in the database, and has no key, makes a letter: the public key of every mailbox is there."""

from __future__ import annotations

import os

import pytest

from mailbox.crypto import hpke
from mailbox.crypto.letter_key import KeyLevel, LetterKey, Recipient
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import split
from mailbox.domain.people import Person
from mailbox.domain.sealed import SealedLetter
from mailbox.services.access_log import LetterRef
from mailbox.services.granting import GrantDraft
from tests.services.conftest import JAYLANO, Tamper
from tests.world import World, scope

THIEFS = {"iban": "NL02ABNA0123456789", "tenNameVan": "CJIB", "betalingskenmerk": "1", "uiterlijk": "2026-12-01"}


async def forge(world: World, victim: Person, letter_id: LetterId) -> None:
    """A demand to pay the thief, sealed as a letter is, with nothing but what the tables show."""
    bericht = world.letter(JAYLANO, betaling=THIEFS, onderwerp="Betaal nu")
    parts = split(bericht, ())
    async with world.services.store.write() as tx:
        found = await tx.mailboxes.directory_of(victim.mailbox_id)
        assert found is not None
        key = LetterKey(victim.mailbox_id, letter_id, KeyLevel.FULL, os.urandom(32))
        recipient = Recipient(victim.mailbox_id, found.epoch, hpke.public_key(found.public))
        forged = SealedLetter(
            mailbox_id=victim.mailbox_id,
            letter_id=letter_id,
            grant_generation=0,
            received_ms=world.clock.ms,
            publish_ms=world.clock.ms,
            meta_box=key.seal_field("meta", parts.meta),
            body_box=key.seal_field("body", parts.body),
            attachments=(),
            keys=(key.seal_for(recipient, KeyLevel.FULL),),
            owner_tag=os.urandom(32),
            content_tag=os.urandom(32),
        )
        await tx.letters.add([forged])


async def test_a_letter_that_did_not_come_through_the_door_is_not_shown(world: World, jaylano: Person) -> None:
    letter_id = LetterId(os.urandom(16))
    await forge(world, jaylano, letter_id)
    with pytest.raises(SealBroken):
        await world.services.reading.letter(jaylano, letter_id)
    assert await world.ids(jaylano) == set()


async def test_a_real_letter_is_not_replaced(world: World, jaylano: Person, tamper: Tamper) -> None:
    """Its row and id stay; what is in the boxes, and the key to them, is the thief's."""
    letter_id = await world.deliver(JAYLANO)
    for table in ("letter_key", "letter", "submission"):
        await tamper(f"DELETE FROM {table} WHERE letter_id = :letter", letter=letter_id)  # noqa: S608 - names above
    await forge(world, jaylano, letter_id)
    with pytest.raises(SealBroken):
        await world.services.reading.letter(jaylano, letter_id)


async def test_a_helper_gets_no_key_to_it(world: World, jaylano: Person) -> None:
    await forge(world, jaylano, LetterId(os.urandom(16)))
    with pytest.raises(SealBroken):
        await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))


async def test_the_log_does_not_name_it(world: World, jaylano: Person, tamper: Tamper) -> None:
    """A letter that was read, and replaced afterwards."""
    letter_id = await world.deliver(JAYLANO)
    await world.services.reading.letter(jaylano, letter_id)
    for table in ("read_mark", "letter_key", "letter", "submission"):
        await tamper(f"DELETE FROM {table} WHERE letter_id = :letter", letter=letter_id)  # noqa: S608 - names above
    await forge(world, jaylano, letter_id)
    page = await world.services.log_book.entries(jaylano)
    assert (page.intact, [ref for line in page.lines for ref in line.letters]) == (
        True,
        [LetterRef(letter_id=letter_id)],
    )
