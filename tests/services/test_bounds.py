"""The bound of a grant holds twice. Each half is taken away here, and the other still holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import EVERY, SENSITIVE_TOPICS, Action, Scope
from mailbox.crypto import FileKek, Keyholder, KeyLevel, OpenGrant, Sealer
from mailbox.domain.errors import MailboxError, NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.services.access import Gate
from mailbox.services.dossiers import Period
from mailbox.services.grant_terms import seal_terms, terms_of
from mailbox.services.holds import Holds
from tests.services.conftest import JAYLANO, Tamper
from tests.world import NOW_MS, UWV, World, scope

ALL_TOPICS = frozenset({"geld", "boete", "uitkering", "werk", *SENSITIVE_TOPICS})
WIDE = Scope(agencies=EVERY, topics=ALL_TOPICS, actions=frozenset(Action), until_ms=NOW_MS * 2)
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
async def grant_id(world: World, jaylano: Person, karin: Person) -> GrantId:
    return await world.grant(jaylano, karin, scope())


@pytest.fixture
async def foreign(world: World, grant_id: GrantId) -> LetterId:
    """A letter outside the grant, which the attacker nevertheless wants."""
    assert grant_id
    return await world.deliver(JAYLANO, afzender=UWV.value, files=(PDF,))


async def cannot_see(world: World, helper: Person, grant_id: GrantId, letter_id: LetterId) -> None:
    assert letter_id not in await world.ids(helper, through=grant_id)
    with pytest.raises(MailboxError):
        await world.services.reading.letter(helper, letter_id, through=grant_id)
    with pytest.raises(MailboxError):
        await world.services.reading.attachment(helper, letter_id, 0, through=grant_id)
    assert letter_id not in await in_dossier(world, helper, grant_id)
    money = await world.services.paying.overview(helper, through=grant_id)
    assert letter_id not in {letter for claim in money.claims for letter in claim.letters}
    with pytest.raises(MailboxError):
        await world.services.paying.claim(helper, letter_id, through=grant_id)


async def in_dossier(world: World, helper: Person, grant_id: GrantId) -> set[LetterId]:
    made = await world.services.dossiers.take(helper, Period(), through=grant_id)
    return {letter.letter_id for claim in made.what.claims for letter in claim.letters}


async def widen(world: World, jaylano: Person, grant_id: GrantId) -> None:
    """What consent would say if its scope were widened by someone with the operator's own keys."""
    sealer = Sealer(FileKek(world.kek_file))
    async with world.services.store.write() as tx:
        record = await tx.grants.get(jaylano.mailbox_id, grant_id)
        assert record is not None
        terms = replace(terms_of(record, sealer), scope=WIDE)
        box = seal_terms(jaylano.mailbox_id, grant_id, terms, sealer)
        await tx.grants.change(replace(record, scope_box=box))
        directory = await tx.mailboxes.directory_of(jaylano.mailbox_id)
        assert directory is not None
        mac = sealer.grants_mac(jaylano.mailbox_id, directory.grant_generation, directory.grants)
        await tx.mailboxes.sign_grants(jaylano.mailbox_id, generation=directory.grant_generation, mac=mac)


async def seal_to_grant(world: World, jaylano: Person, grant_id: GrantId, letter_id: LetterId) -> None:
    """What the keys would open if a letter outside the scope had been sealed to the grant."""
    kek = FileKek(world.kek_file)
    sealer = Sealer(kek)
    async with world.services.store.write() as tx:
        own = await Gate(sealer=sealer, keyholder=Keyholder(kek)).unlock(tx, jaylano)
        mailbox_id = jaylano.mailbox_id
        row = await tx.letters.get(mailbox_id, mailbox_id, letter_id, visible_at_ms=2**62)
        record = await tx.grants.get(mailbox_id, grant_id)
        assert row is not None
        assert record is not None
        key = own.letter_key(letter_id, row.summary.key)
        await tx.letters.add_keys(mailbox_id, [key.seal_for(sealer.grant_recipient(record), KeyLevel.FULL)])


async def test_without_the_decision_the_keys_still_hold(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId, foreign: LetterId
) -> None:
    await widen(world, jaylano, grant_id)
    await cannot_see(world, karin, grant_id, foreign)


async def test_without_the_keys_the_decision_still_holds(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId, foreign: LetterId
) -> None:
    await seal_to_grant(world, jaylano, grant_id, foreign)
    await cannot_see(world, karin, grant_id, foreign)


async def test_with_both_taken_away_it_opens_so_the_two_tests_above_can_fail(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId, foreign: LetterId
) -> None:
    await widen(world, jaylano, grant_id)
    await seal_to_grant(world, jaylano, grant_id, foreign)
    assert foreign in await world.ids(karin, through=grant_id)
    assert (await world.services.reading.letter(karin, foreign, through=grant_id)).text is not None
    assert (await world.services.reading.attachment(karin, foreign, 0, through=grant_id)).content == PDF
    assert foreign in await in_dossier(world, karin, grant_id)


async def test_the_citizens_own_key_row_copied_to_the_grant_opens_nothing(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId, foreign: LetterId, tamper: Tamper
) -> None:
    await widen(world, jaylano, grant_id)
    await tamper(
        "INSERT INTO letter_key (mailbox_id, recipient_id, letter_id, blob)"
        " SELECT mailbox_id, :grant, letter_id, blob FROM letter_key"
        " WHERE mailbox_id = :mailbox AND letter_id = :letter",
        mailbox=jaylano.mailbox_id,
        grant=grant_id,
        letter=foreign,
    )
    assert foreign not in await world.ids(karin, through=grant_id)
    with pytest.raises(SealBroken):
        await world.services.reading.letter(karin, foreign, through=grant_id)


async def test_a_metadata_key_never_opens_the_text(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope(actions=frozenset({Action.LIST})))
    await widen(world, jaylano, grant_id)
    with pytest.raises(SealBroken):
        await world.services.reading.letter(karin, letter_id, through=grant_id)


async def test_a_scope_edited_in_the_database_gives_nothing(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId, tamper: Tamper
) -> None:
    letter_id = await world.deliver(JAYLANO)
    other = await world.grant(jaylano, karin, scope(agencies=EVERY, topics=ALL_TOPICS))
    await tamper(
        "UPDATE consent_grant SET scope_box = (SELECT scope_box FROM consent_grant WHERE grant_id = :other)"
        " WHERE mailbox_id = :mailbox AND grant_id = :grant",
        mailbox=jaylano.mailbox_id,
        other=other,
        grant=grant_id,
    )
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=grant_id)


async def test_a_stopped_grant_revived_in_the_database_gives_nothing(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId, tamper: Tamper
) -> None:
    letter_id = await world.deliver(JAYLANO)
    await world.services.granting.stop(jaylano, grant_id)
    await tamper(
        "UPDATE consent_grant SET state = 'active' WHERE mailbox_id = :mailbox AND grant_id = :grant",
        mailbox=jaylano.mailbox_id,
        grant=grant_id,
    )
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=grant_id)


async def test_a_held_grant_copied_to_another_helper_opens_nothing(
    world: World, karin: Person, eve: Person, grant_id: GrantId, tamper: Tamper
) -> None:
    letter_id = await world.deliver(JAYLANO)
    sealer = Sealer(FileKek(world.kek_file))
    await tamper(
        "INSERT INTO held_grant (holder_id, ref, blob)"
        " SELECT :eve, :ref, blob FROM held_grant WHERE holder_id = :karin",
        eve=eve.mailbox_id,
        ref=Holds(sealer).ref(grant_id, eve.mailbox_id),
        karin=karin.mailbox_id,
    )
    with pytest.raises(SealBroken):
        await world.services.reading.letter(eve, letter_id, through=grant_id)


async def test_a_grants_own_secret_opens_no_letter_that_was_not_sealed_to_it(
    world: World, jaylano: Person, karin: Person, grant_id: GrantId, foreign: LetterId
) -> None:
    """The thief has everything: the helper's keys, the citizen's rows, and no check in the way."""
    kek = FileKek(world.kek_file)
    sealer = Sealer(kek)
    ref = Holds(sealer).ref(grant_id, karin.mailbox_id)
    async with world.services.store.read() as tx:
        own = await Gate(sealer=sealer, keyholder=Keyholder(kek)).unlock(tx, karin)
        held = await tx.grants.held(karin.mailbox_id, ref)
        row = await tx.letters.get(jaylano.mailbox_id, jaylano.mailbox_id, foreign, visible_at_ms=2**62)
    assert held is not None
    assert row is not None
    secret = own.held(ref, held.blob)
    with pytest.raises(SealBroken):
        OpenGrant(secret).letter_key(foreign, row.summary.key)
    with pytest.raises(SealBroken):
        own.letter_key(foreign, row.summary.key)
