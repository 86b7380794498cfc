"""Give, accept, stop: what a helper sees is what the citizen chose, from the moment they chose it."""

from __future__ import annotations

import asyncio

import pytest

from consent import EVERY, Action, State
from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.errors import CodeRefused, NotFound, ScopeRefused, TooManyAttempts
from mailbox.domain.people import Person
from mailbox.services.access import Gate
from mailbox.services.granting import GrantDraft
from mailbox.services.invitation_codes import ATTEMPTS_PER_CODE, ATTEMPTS_PER_HOUR, INVITATION_MS
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import JAYLANO, Tamper
from tests.world import DAY_MS, UWV, World, scope

LIST_ONLY = frozenset({Action.LIST})


async def test_existing_and_new_letters_in_scope_are_the_helpers_to_see(
    world: World, jaylano: Person, karin: Person
) -> None:
    before = await world.deliver(JAYLANO)
    outside = await world.deliver(JAYLANO, afzender=UWV.value)
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    between = await world.deliver(JAYLANO)
    client = await world.services.helping.accept(karin, offer.code)
    after = await world.deliver(JAYLANO)
    hidden = await world.deliver(JAYLANO, alleenGeadresseerde=True)
    assert (offer.letters, client.name) == (1, "Jaylano Meerman")
    assert {before, between, after} == await world.ids(karin, through=offer.grant_id)
    for letter_id in (outside, hidden):
        with pytest.raises(NotFound):
            await world.services.reading.letter(karin, letter_id, through=offer.grant_id)


async def test_a_letter_waiting_for_its_publication_is_covered_and_stays_invisible(
    world: World, jaylano: Person, karin: Person
) -> None:
    letter_id = await world.deliver(JAYLANO, publicatietijdstip="2026-11-25T12:00:00Z")
    grant_id = await world.grant(jaylano, karin, scope())
    assert set() == await world.ids(karin, through=grant_id)
    world.clock.ms += DAY_MS
    assert {letter_id} == await world.ids(karin, through=grant_id)


async def test_list_only_shows_what_is_due_and_not_the_text(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Boete", files=(b"%PDF-1.4\n%%EOF\n",))
    grant_id = await world.grant(jaylano, karin, scope(actions=LIST_ONLY))
    opened = await world.services.reading.letter(karin, letter_id, through=grant_id)
    assert (opened.metadata.subject, opened.text, opened.may_download) == ("Boete", None, False)
    with pytest.raises(NotFound):
        await world.services.reading.attachment(karin, letter_id, 0, through=grant_id)


async def test_reading_is_not_downloading(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO, files=(b"%PDF-1.4\n%%EOF\n",))
    grant_id = await world.grant(jaylano, karin, scope(actions=frozenset({Action.LIST, Action.READ})))
    opened = await world.services.reading.letter(karin, letter_id, through=grant_id)
    assert (opened.text is not None, opened.may_download) == (True, False)
    with pytest.raises(NotFound):
        await world.services.reading.attachment(karin, letter_id, 0, through=grant_id)


async def test_a_helpers_look_never_makes_post_old(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.reading.letter(karin, letter_id, through=grant_id)
    timeline = await world.services.reading.timeline(jaylano, TimelineQuery())
    assert (timeline.new_count, timeline.letters[0].read_ms) == (1, None)


async def test_what_the_citizen_read_is_not_for_a_helper_to_know(world: World, jaylano: Person, karin: Person) -> None:
    read, unread = await world.deliver(JAYLANO), await world.deliver(JAYLANO)
    await world.services.reading.letter(jaylano, read)
    grant_id = await world.grant(jaylano, karin, scope())
    timeline = await world.services.reading.timeline(karin, TimelineQuery(only_new=True), through=grant_id)
    assert {letter.letter_id: letter.read_ms for letter in timeline.letters} == {read: None, unread: None}
    opened = await world.services.reading.letter(karin, read, through=grant_id)
    assert opened.metadata.read_ms is None


async def test_stopping_works_at_once_and_takes_the_keys(world: World, jaylano: Person, karin: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    kek = FileKek(world.kek_file)
    stopped = await world.services.granting.stop(jaylano, grant_id)
    assert (stopped.state, stopped.helper) == (State.REVOKED, "Karin Bos (Buurthuis De Brug)")
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id, through=grant_id)
    assert await world.services.helping.clients_of(karin) == []
    async with world.services.store.read() as tx:
        kept = await tx.letters.page(jaylano.mailbox_id, grant_id, visible_at_ms=2**62, before=None, limit=9)
        held = await tx.grants.held_by(karin.mailbox_id)
        own = await Gate(sealer=Sealer(kek), keyholder=Keyholder(kek)).unlock(tx, karin)
    assert [own.held(hold.ref, hold.blob).has_key for hold in held] == [False]
    assert list(kept) == []
    assert stopped == await world.services.granting.stop(jaylano, grant_id)


async def test_a_letter_that_arrives_after_the_stop_has_no_key_for_it(
    world: World, jaylano: Person, karin: Person
) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.deliver(JAYLANO)
    await world.services.granting.stop(jaylano, grant_id)
    await world.deliver(JAYLANO)
    async with world.services.store.read() as tx:
        assert (
            list(await tx.letters.page(jaylano.mailbox_id, grant_id, visible_at_ms=2**62, before=None, limit=9)) == []
        )


async def test_only_the_citizen_stops(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    for stranger in (karin, eve):
        with pytest.raises(NotFound):
            await world.services.granting.stop(stranger, grant_id)
    assert [grant_id] == [client.grant_id for client in await world.services.helping.clients_of(karin)]


async def test_a_grant_opens_for_its_helper_only(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    letter_id = await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope())
    for other in (eve, jaylano):
        with pytest.raises(NotFound):
            await world.services.reading.letter(other, letter_id, through=grant_id)
    with pytest.raises(NotFound):
        await world.services.reading.letter(karin, letter_id)


async def test_a_grant_ends_by_itself(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO)
    grant_id = await world.grant(jaylano, karin, scope(days=30))
    world.clock.ms += 30 * DAY_MS
    with pytest.raises(NotFound):
        await world.ids(karin, through=grant_id)
    assert await world.services.grant_endings.end_expired() == 1
    assert await world.services.grant_endings.end_expired() == 0
    assert [view.state for view in await world.services.granting.grants_of(jaylano)] == [State.EXPIRED]
    async with world.services.store.read() as tx:
        assert list(await tx.grants.held_by(karin.mailbox_id)) == []


async def test_a_mailbox_that_was_tampered_with_keeps_no_other_grant_from_ending(
    world: World, jaylano: Person, karin: Person, eve: Person, tamper: Tamper
) -> None:
    for citizen in (jaylano, eve):
        await world.grant(citizen, karin, scope(days=30))
    first = min(jaylano.mailbox_id, eve.mailbox_id)
    await tamper("UPDATE mailbox_epoch SET directory_mac = :mac WHERE mailbox_id = :own", mac=bytes(32), own=first)
    world.clock.ms += 30 * DAY_MS
    assert await world.services.grant_endings.end_expired() == 1


async def test_an_offer_nobody_takes_up_ends(world: World, jaylano: Person, karin: Person) -> None:
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    world.clock.ms += INVITATION_MS
    with pytest.raises(CodeRefused):
        await world.services.helping.accept(karin, offer.code)
    assert await world.services.grant_endings.end_expired() == 1


async def test_a_code_works_once(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    await world.services.helping.accept(karin, offer.code)
    for person in (karin, eve):
        with pytest.raises(CodeRefused):
            await world.services.helping.accept(person, offer.code)


async def test_two_who_enter_the_code_at_once_are_not_both_let_in(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    tries = [world.services.helping.accept(person, offer.code) for person in (karin, eve)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, CodeRefused) for result in results) == 1


async def test_ones_own_code_is_refused(world: World, jaylano: Person) -> None:
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Ik", scope=scope()))
    with pytest.raises(CodeRefused):
        await world.services.helping.accept(jaylano, offer.code)


async def test_a_code_is_read_however_it_is_typed(world: World, jaylano: Person, karin: Person) -> None:
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    typed = f" {offer.code.lower().replace('-', ' ')} "
    assert offer.grant_id == (await world.services.helping.accept(karin, typed)).grant_id


async def test_guessing_burns_the_code(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Karin", scope=scope()))
    wrong = offer.code[:-1] + ("A" if offer.code[-1] != "A" else "B")
    for _ in range(ATTEMPTS_PER_CODE):
        with pytest.raises(CodeRefused):
            await world.services.helping.accept(eve, wrong)
    with pytest.raises(CodeRefused):
        await world.services.helping.accept(karin, offer.code)


async def test_who_guesses_much_must_wait(world: World, jaylano: Person, eve: Person) -> None:
    for _ in range(ATTEMPTS_PER_HOUR):
        with pytest.raises(CodeRefused):
            await world.services.helping.accept(eve, "AAAA-AAAA-AAAA")
    offer = await world.services.granting.offer(jaylano, GrantDraft(helper_note="Eve", scope=scope()))
    with pytest.raises(TooManyAttempts):
        await world.services.helping.accept(eve, offer.code)
    world.clock.ms += 3_600_001
    await world.services.helping.accept(eve, offer.code)


@pytest.mark.parametrize(("note", "days"), [("", 90), ("   ", 90), ("x" * 81, 90), ("Karin", 0), ("Karin", 367)])
async def test_a_draft_that_is_not_complete_is_refused(world: World, jaylano: Person, note: str, days: int) -> None:
    with pytest.raises(ScopeRefused):
        await world.services.granting.offer(jaylano, GrantDraft(helper_note=note, scope=scope(days=days)))


async def test_letters_that_arrive_while_a_grant_is_given_are_covered(
    world: World, jaylano: Person, karin: Person
) -> None:
    async def send_many() -> None:
        for _ in range(60):
            await world.deliver(JAYLANO)

    sending = asyncio.create_task(send_many())
    grants = [await world.grant(jaylano, karin, scope()) for _ in range(3)]
    await sending
    own = await world.ids(jaylano, limit=100)
    assert len(own) == 60
    for grant_id in grants:
        assert own == await world.ids(karin, through=grant_id, limit=100)


async def test_the_citizens_list_tells_who_and_in_which_state(world: World, jaylano: Person, karin: Person) -> None:
    await world.services.granting.offer(jaylano, GrantDraft(helper_note="Oom Piet", scope=scope()))
    world.clock.ms += 1
    await world.grant(jaylano, karin, scope(agencies=EVERY))
    views = await world.services.granting.grants_of(jaylano)
    assert [(view.note, view.helper, view.state) for view in views] == [
        ("hulp", "Karin Bos (Buurthuis De Brug)", State.ACTIVE),
        ("Oom Piet", None, State.OFFERED),
    ]
