"""Someone who may write in the database moves rows of letters, keys and grants about. Nothing foreign opens."""

from __future__ import annotations

import pytest

from consent import EVERY, Action, State
from mailbox.domain.errors import DirectoryTampered, MailboxError, NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft
from tests.services.conftest import JAYLANO, Tamper
from tests.world import DAY_MS, UWV, World, scope

PDF = b"%PDF-1.4\n%%EOF\n"
OTHER_PDF = b"%PDF-1.4\n% geheim\n%%EOF\n"
LIST_ONLY = frozenset({Action.LIST})


async def opens_nothing(world: World, who: Person, letter_id: LetterId, through: GrantId | None = None) -> None:
    reading = world.services.reading
    with pytest.raises((SealBroken, NotFound)):
        await reading.letter(who, letter_id, through=through)
    with pytest.raises((SealBroken, NotFound)):
        await reading.attachment(who, letter_id, 0, through=through)


@pytest.fixture
async def letter(world: World, jaylano: Person) -> LetterId:
    assert jaylano
    return await world.deliver(JAYLANO, files=(PDF,))


COPY_LETTER = (
    "INSERT INTO letter (mailbox_id, letter_id, publish_ms, received_ms, grant_generation, meta_box, body_box)"
    " SELECT :eve, letter_id, publish_ms, received_ms, grant_generation, meta_box, body_box FROM letter"
    " WHERE mailbox_id = :jaylano",
    "INSERT INTO letter_key (mailbox_id, recipient_id, letter_id, blob)"
    " SELECT :eve, :eve, letter_id, blob FROM letter_key WHERE mailbox_id = :jaylano AND recipient_id = :jaylano",
    "INSERT INTO attachment (mailbox_id, letter_id, number, object_name)"
    " SELECT :eve, letter_id, number, object_name FROM attachment WHERE mailbox_id = :jaylano",
)


@pytest.mark.parametrize("form", ["sealed", "filed"])
async def test_a_letter_copied_into_ones_own_mailbox_stays_shut(
    world: World, jaylano: Person, eve: Person, letter: LetterId, tamper: Tamper, form: str
) -> None:
    if form == "filed":
        await world.services.reading.letter(jaylano, letter)
    for statement in COPY_LETTER:
        eves = {"eve": eve.mailbox_id, "jaylano": jaylano.mailbox_id}
        await tamper(statement, **{name: value for name, value in eves.items() if f":{name}" in statement})
    await opens_nothing(world, eve, letter)
    assert await world.ids(eve) == set()
    assert await world.ids(jaylano) == {letter}


async def test_keys_copied_between_two_grants_of_one_helper_open_nothing_more(
    world: World, jaylano: Person, karin: Person, letter: LetterId, tamper: Tamper
) -> None:
    """The same helper, the same letter: the full key of the one grant does not serve the other, which may list."""
    full = await world.grant(jaylano, karin, scope())
    lister = await world.grant(jaylano, karin, scope(actions=LIST_ONLY))
    await tamper(
        "UPDATE letter_key SET blob = (SELECT blob FROM letter_key o WHERE o.recipient_id = :full"
        " AND o.letter_id = letter_key.letter_id) WHERE recipient_id = :lister",
        full=full,
        lister=lister,
    )
    with pytest.raises(SealBroken):
        await world.services.reading.letter(karin, letter, through=lister)


async def test_keys_copied_to_the_grant_of_another_helper_open_nothing(
    world: World, jaylano: Person, karin: Person, eve: Person, letter: LetterId, tamper: Tamper
) -> None:
    karins = await world.grant(jaylano, karin, scope())
    eves = await world.grant(jaylano, eve, scope(agencies=frozenset({UWV.value})))
    await tamper(
        "INSERT INTO letter_key (mailbox_id, recipient_id, letter_id, blob)"
        " SELECT mailbox_id, :eves, letter_id, blob FROM letter_key WHERE recipient_id = :karins",
        eves=eves,
        karins=karins,
    )
    await opens_nothing(world, eve, letter, eves)


async def test_parts_of_another_letter_of_the_same_citizen_are_not_taken_for_this_ones(
    world: World, jaylano: Person, letter: LetterId, tamper: Tamper
) -> None:
    other = await world.deliver(JAYLANO, files=(OTHER_PDF,))
    await tamper(
        "UPDATE letter SET body_box = (SELECT body_box FROM letter o WHERE o.letter_id = :other"
        " AND o.mailbox_id = letter.mailbox_id) WHERE letter_id = :letter",
        letter=letter,
        other=other,
    )
    with pytest.raises(SealBroken):
        await world.services.reading.letter(jaylano, letter)
    await tamper(
        "UPDATE attachment SET object_name = (SELECT object_name FROM attachment o WHERE o.letter_id = :other)"
        " WHERE letter_id = :letter",
        letter=letter,
        other=other,
    )
    with pytest.raises(SealBroken):
        await world.services.reading.attachment(jaylano, letter, 0)


async def test_attachments_of_one_letter_are_not_exchanged(world: World, jaylano: Person, tamper: Tamper) -> None:
    letter = await world.deliver(JAYLANO, files=(PDF, OTHER_PDF))
    await tamper(
        "UPDATE attachment SET object_name ="
        " (SELECT object_name FROM attachment o WHERE o.number = 1 AND o.letter_id = :letter)"
        " WHERE letter_id = :letter AND number = 0",
        letter=letter,
    )
    with pytest.raises(SealBroken):
        await world.services.reading.attachment(jaylano, letter, 0)


@pytest.mark.parametrize("state", ["active", "offered"])
async def test_an_offer_called_active_has_no_helper_and_a_taken_one_called_offered_takes_no_other(
    world: World, jaylano: Person, karin: Person, eve: Person, letter: LetterId, tamper: Tamper, state: str
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.stop(jaylano, grant_id)
    await tamper("UPDATE consent_grant SET state = :state WHERE grant_id = :grant", state=state, grant=grant_id)
    for person in (karin, eve):
        assert await world.services.helping.clients_of(person) == []
        await opens_nothing(world, person, letter, grant_id)


async def test_a_grants_end_cannot_be_put_off(
    world: World, jaylano: Person, karin: Person, letter: LetterId, tamper: Tamper
) -> None:
    """No column holds it; the box of a longer grant of the same people is another grant's."""
    short = await world.grant(jaylano, karin, scope(days=1))
    long = await world.grant(jaylano, karin, scope(days=300))
    for column in ("scope_box", "changed_ms", "created_ms"):
        await tamper(
            f"UPDATE consent_grant SET {column} = (SELECT {column} FROM consent_grant o WHERE o.grant_id = :long)"  # noqa: S608 - names above
            " WHERE grant_id = :short",
            long=long,
            short=short,
        )
    world.clock.ms += DAY_MS
    await opens_nothing(world, karin, letter, short)


async def test_a_grant_with_a_foreign_public_key_gets_no_letter(
    world: World, jaylano: Person, karin: Person, eve: Person, tamper: Tamper
) -> None:
    """The thief's own, well-formed and signed by us, but for another grant."""
    await world.grant(jaylano, karin, scope())
    own = await world.grant(eve, karin, scope())
    for column in ("public", "directory_mac"):
        await tamper(
            f"UPDATE consent_grant SET {column} = (SELECT {column} FROM consent_grant o WHERE o.grant_id = :own)"  # noqa: S608 - names above
            " WHERE mailbox_id = :jaylano",
            own=own,
            jaylano=jaylano.mailbox_id,
        )
        async with world.restarted() as restarted:
            with pytest.raises(DirectoryTampered):
                await restarted.deliver(JAYLANO)


async def test_a_whole_foreign_directory_entry_is_noticed(
    world: World, jaylano: Person, eve: Person, tamper: Tamper
) -> None:
    for column in ("public", "directory_mac", "epoch"):
        await tamper(
            f"UPDATE mailbox_epoch SET {column} = (SELECT {column} FROM mailbox_epoch o WHERE o.mailbox_id = :eve)"  # noqa: S608 - names above
            " WHERE mailbox_id = :jaylano",
            eve=eve.mailbox_id,
            jaylano=jaylano.mailbox_id,
        )
    async with world.restarted() as restarted:
        with pytest.raises(DirectoryTampered):
            await restarted.deliver(JAYLANO)


async def test_an_open_invitation_moved_to_another_grant_lets_nobody_in(
    world: World, jaylano: Person, eve: Person, karin: Person, tamper: Tamper
) -> None:
    """Eve knows the code of a narrow offer, and makes its row point at the wide one."""
    granting = world.services.granting
    narrow = await granting.offer(jaylano, GrantDraft(helper_note="Eve", scope=scope(actions=LIST_ONLY)))
    wide = await granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope(agencies=EVERY)))
    await tamper("DELETE FROM invitation WHERE grant_id = :wide", wide=wide.grant_id)
    await tamper("UPDATE invitation SET grant_id = :wide", wide=wide.grant_id)
    with pytest.raises(MailboxError):
        await world.services.helping.accept(eve, narrow.code)
    assert await world.services.helping.clients_of(eve) == []
    assert {view.state for view in await granting.grants_of(jaylano)} == {State.OFFERED}
