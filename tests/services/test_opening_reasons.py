"""Where an organisation asks for it, nobody sees post before they said why; and the citizen reads it at each look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consent import Purpose
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import Bsn, GrantId, LetterId
from mailbox.domain.people import Identity, Person, StatedReason, Subject
from mailbox.services.client_rows import ClientQuery
from mailbox.services.log_entries import LOOKS, Act, Role
from mailbox.services.opening_reasons import (
    NOTE_LENGTH,
    REASON_MS,
    NoteRefused,
    ReasonNeeded,
    ReasonPolicy,
    ReasonRefused,
    reasons_for,
    standing_reason,
    stated,
)
from mailbox.services.reading import TimelineQuery
from mailbox.services.sessions import ABSOLUTE_MS
from mailbox.store import Database, FolderObjects
from tests.services.conftest import JAYLANO, KARIN, Tamper
from tests.world import World, scope
from tests.world import world as make_world

DE_BRUG = "Buurthuis De Brug"
PDF = b"%PDF-1.4\n%%EOF\n"
MINUTE_MS = 60_000


@pytest.fixture
async def asking(store: Database, tmp_path: Path) -> AsyncIterator[World]:
    """A world in which one organisation asks."""
    objects, policy = FolderObjects(tmp_path / "objects"), ReasonPolicy([DE_BRUG])
    async with make_world(store, objects, tmp_path / "kek.json", reasons=policy) as made:
        yield made


class Desk:
    """A helper at work: logged in, with a grant, and one letter behind it."""

    def __init__(self, world: World, token: str, grant_id: GrantId, letter_id: LetterId) -> None:
        self.world, self.token, self.grant_id, self.letter_id = world, token, grant_id, letter_id

    async def person(self) -> Person:
        """As each page of this session finds them."""
        person = await self.world.services.sessions.person(self.token)
        assert person is not None
        return person

    async def state(self, code: str = "gesprek", note: str = "") -> None:
        grants = self.world.services.client_grants
        await grants.state_reason(await self.person(), self.token, self.grant_id, code=code, note=note)

    async def looks(self) -> None:
        """All ways to see something of letters."""
        reading, paying, person = self.world.services.reading, self.world.services.paying, await self.person()
        await reading.timeline(person, TimelineQuery(), through=self.grant_id)
        await reading.letter(person, self.letter_id, through=self.grant_id)
        await reading.attachment(person, self.letter_id, 0, through=self.grant_id)
        await paying.overview(person, through=self.grant_id)
        await paying.claim(person, self.letter_id, through=self.grant_id)

    async def sees_nothing(self) -> None:
        services, person, through = self.world.services, await self.person(), self.grant_id
        reading, paying = services.reading, services.paying
        for look in (
            reading.timeline(person, TimelineQuery(), through=through),
            reading.letter(person, self.letter_id, through=through),
            reading.attachment(person, self.letter_id, 0, through=through),
            paying.overview(person, through=through),
            paying.claim(person, self.letter_id, through=through),
        ):
            with pytest.raises(ReasonNeeded):
                await look


async def a_desk(world: World, bsn: str = KARIN, organisation: str | None = DE_BRUG) -> Desk:
    token = await log_in(world, bsn, organisation)
    jaylano = await world.person(JAYLANO, "Jaylano Meerman")
    letter_id = await world.deliver(JAYLANO, files=(PDF,))
    helper = await world.services.sessions.person(token)
    assert helper is not None
    return Desk(world, token, await world.grant(jaylano, helper, scope()), letter_id)


async def log_in(world: World, bsn: str, organisation: str | None) -> str:
    who = Identity(subject=Subject.of_bsn(Bsn(bsn)), name="Karin Bos", organisation=organisation)
    return await world.services.sessions.login(who)


async def details(world: World) -> list[tuple[Act, object]]:
    """The looks of helpers in Jaylano's log, oldest first, with what is written beside them."""
    citizen = await world.person(JAYLANO, "Jaylano Meerman")
    page = await world.services.log_book.entries(citizen)
    lines = [line for line in page.lines if line.role is Role.HELPER and line.action in LOOKS]
    return [(line.action, line.details) for line in reversed(lines)]


async def test_nobody_sees_post_before_they_said_why(asking: World) -> None:
    desk = await a_desk(asking)
    await desk.sees_nothing()
    assert await details(asking) == []
    await desk.state("gesprek", "Keukentafel, 24 november")
    await desk.looks()
    said = {"reason": "gesprek", "note": "Keukentafel, 24 november"}
    assert await details(asking) == [(act, said) for act in (Act.LIST, Act.READ, Act.DOWNLOAD, Act.LIST, Act.LIST)]


async def test_it_is_asked_for_each_person_and_each_session(asking: World) -> None:
    desk = await a_desk(asking)
    another = Desk(asking, desk.token, (await a_desk(asking)).grant_id, desk.letter_id)
    await desk.state()
    await another.sees_nothing()
    again = Desk(asking, await log_in(asking, KARIN, DE_BRUG), desk.grant_id, desk.letter_id)
    await again.sees_nothing()
    await desk.looks()


async def test_it_holds_for_a_working_day_at_most(asking: World) -> None:
    desk = await a_desk(asking)
    await desk.state()
    said = (await desk.person()).reasons[desk.grant_id]
    while asking.clock.ms + 10 * MINUTE_MS < said.given_ms + REASON_MS:
        asking.clock.ms += 10 * MINUTE_MS  # never idle
        await desk.looks()
    assert REASON_MS <= ABSOLUTE_MS
    person = await desk.person()
    for at_ms, holds in ((said.given_ms + REASON_MS - 1, True), (said.given_ms + REASON_MS, False)):
        assert (standing_reason(person, desk.grant_id, at_ms) is not None) is holds


async def test_who_is_of_no_such_organisation_is_not_asked(asking: World) -> None:
    desk = await a_desk(asking, organisation=None)
    await desk.looks()
    assert [about for _, about in await details(asking)] == [{}] * 5


async def test_another_login_is_no_way_around_it(asking: World) -> None:
    """The grant is held for the organisation; the same person comes without it."""
    desk = await a_desk(asking)
    private = Desk(asking, await log_in(asking, KARIN, None), desk.grant_id, desk.letter_id)
    await private.sees_nothing()


async def test_what_does_not_stand_is_not_found_and_no_question(asking: World) -> None:
    desk = await a_desk(asking)
    eve = await asking.person("999990044", "Eve", DE_BRUG)
    reading, grants = asking.services.reading, asking.services.client_grants
    for person, grant_id in ((eve, desk.grant_id), (await desk.person(), GrantId(bytes(16)))):
        with pytest.raises(NotFound):
            await reading.timeline(person, TimelineQuery(), through=grant_id)
        with pytest.raises(NotFound):
            await grants.state_reason(person, desk.token, grant_id, code="gesprek", note="")
    jaylano = await asking.person(JAYLANO, "Jaylano Meerman")
    await asking.services.granting.pause(jaylano, desk.grant_id)
    with pytest.raises(NotFound):
        await reading.timeline(await desk.person(), TimelineQuery(), through=desk.grant_id)
    with pytest.raises(NotFound):
        await desk.state()


async def test_a_reason_is_kept_in_ones_own_session_only(asking: World) -> None:
    desk = await a_desk(asking)
    eve = await asking.person("999990044", "Eve", DE_BRUG)
    reason = StatedReason(code="gesprek", note="", given_ms=asking.clock.ms)
    for token in (desk.token, "no session"):
        with pytest.raises(NotFound):
            await asking.services.sessions.keep_reason(token, eve, desk.grant_id, reason)
    await desk.sees_nothing()


async def test_many_tabs_may_answer_at_once(asking: World, other_store: Database) -> None:
    """In two processes: nothing that was said is lost."""
    token = await log_in(asking, KARIN, DE_BRUG)
    person = await asking.services.sessions.person(token)
    assert person is not None
    grants = [GrantId(bytes(15) + bytes([number])) for number in range(20)]
    reason = StatedReason(code="gesprek", note="", given_ms=asking.clock.ms)
    async with make_world(other_store, asking.services.objects, asking.kek_file) as elsewhere:
        places = (asking.services.sessions, elsewhere.services.sessions)
        said = [places[n % 2].keep_reason(token, person, grant_id, reason) for n, grant_id in enumerate(grants)]
        await asyncio.gather(*said)
    again = await asking.services.sessions.person(token)
    assert again is not None
    assert again.reasons == dict.fromkeys(grants, reason)


async def test_the_list_of_people_is_not_opening_one(asking: World) -> None:
    desk = await a_desk(asking)
    (row,) = (await asking.services.client_list.page(await desk.person(), ClientQuery())).rows
    assert row.post is not None
    assert await details(asking) == [(Act.OVERVIEW, {})]


async def test_one_is_told_what_there_is_to_choose_where_one_is_asked(asking: World) -> None:
    desk = await a_desk(asking)
    grants = asking.services.client_grants
    assert (await grants.show(await desk.person(), desk.grant_id)).reasons == reasons_for(Purpose.HELP)
    private = await a_desk(asking, bsn="999990044", organisation=None)
    assert (await grants.show(await private.person(), private.grant_id)).reasons == ()
    await private.state("gesprek")
    assert (await private.person()).reasons == {}


async def test_what_was_said_cannot_be_made_up(asking: World, tamper: Tamper) -> None:
    """It is sealed to its session: the box of another session opens nothing."""
    desk = await a_desk(asking)
    again = Desk(asking, await log_in(asking, KARIN, DE_BRUG), desk.grant_id, desk.letter_id)
    await desk.state()
    longest = "SELECT person_box FROM session ORDER BY length(person_box) DESC LIMIT 1"
    await tamper(f"UPDATE session SET person_box = ({longest})")  # noqa: S608 - of this test
    with pytest.raises(SealBroken):
        await again.person()


@pytest.mark.parametrize("purpose", list(Purpose))
def test_for_each_purpose_there_are_reasons(purpose: Purpose) -> None:
    codes = reasons_for(purpose)
    assert len(set(codes)) == len(codes) <= 8
    assert codes[-1] == "anders"
    assert stated(purpose, codes[0], "", 5) == StatedReason(code=codes[0], note="", given_ms=5)


def test_a_reason_of_another_purpose_or_none_is_refused() -> None:
    for code in ("", "x", "aangifte"):
        with pytest.raises(ReasonRefused):
            stated(Purpose.DEBTS, code, "", 0)


def test_a_note_is_short_and_there_when_it_is_needed() -> None:
    assert stated(Purpose.HELP, "anders", "x" * NOTE_LENGTH, 0).note == "x" * NOTE_LENGTH
    for code, note in (("anders", ""), ("gesprek", "x" * (NOTE_LENGTH + 1))):
        with pytest.raises(NoteRefused):
            stated(Purpose.HELP, code, note, 0)


def test_an_organisation_is_named_as_people_write_it() -> None:
    assert ReasonPolicy(["buurthuis  de brug "]).asks(DE_BRUG)
    assert not ReasonPolicy(["Buurthuis"]).asks(DE_BRUG)
    assert ReasonPolicy(["*"]).asks(None, DE_BRUG)
    assert not ReasonPolicy(["*"]).asks(None, None)
    assert not ReasonPolicy().asks(DE_BRUG)


def test_what_was_said_is_shown_in_no_log_of_the_server() -> None:
    assert repr(StatedReason(code="anders", note="geheim", given_ms=0)) == "StatedReason(***)"
