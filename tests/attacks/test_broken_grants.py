"""One row of a grant is edited: it opens nothing, and its citizen still reaches their post and all other grants."""

from __future__ import annotations

import pytest
from structlog.testing import LogCapture

from consent import Purpose, State
from mailbox.domain.errors import DirectoryTampered, NotFound, SealBroken
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft
from mailbox.services.log_entries import Act, Role
from tests.attacks.backup import Backup
from tests.attacks.taken import Case
from tests.services.test_appointing import appointment
from tests.world import scope

EDITS = {
    "another state": "UPDATE consent_grant SET state = 'paused' WHERE grant_id = :grant",
    "other terms": "UPDATE consent_grant SET scope_box = :other WHERE grant_id = :grant",
    "ended, so it is said": "UPDATE consent_grant SET state = 'expired' WHERE grant_id = :grant",
}


async def edit(case: Case, backup: Backup, what: str) -> None:
    await backup.edit(EDITS[what], {"grant": case.grant_id, "other": b"x" * 90})


@pytest.mark.parametrize("what", EDITS)
async def test_it_hides_nothing_else_and_is_told(
    case: Case, eve: Person, backup: Backup, log_output: LogCapture, what: str
) -> None:
    other = await case.world.grant(case.jaylano, eve, scope())
    await edit(case, backup, what)
    services, jaylano = case.world.services, case.jaylano
    log_output.entries.clear()
    assert [one.grant_id for one in (await services.oversight.watched(jaylano)).grants] == [other]
    own = await services.granting.all_of(jaylano)
    assert [one.grant_id for one in own.sound] == [other]
    (broken,) = own.broken
    assert (broken.grant_id, broken.note) == (case.grant_id, "hulp")
    assert broken.is_live is (what != "ended, so it is said")
    told = [entry for entry in log_output.entries if entry["event"] == "grant_tampered"]
    assert {(one["log_level"], one["grant"]) for one in told} == {("error", case.grant_id.hex())}
    assert all(set(one) == {"event", "grant", "log_level"} for one in told)
    await services.oversight.confirm(jaylano, {})
    await case.opens_nothing()


@pytest.mark.parametrize("what", ["another state", "other terms"])
@pytest.mark.parametrize("all_of_them", [True, False])
async def test_it_is_cleared_away_and_giving_works_again(
    case: Case, eve: Person, backup: Backup, what: str, *, all_of_them: bool
) -> None:
    granting, jaylano, grant_id = case.world.services.granting, case.jaylano, case.grant_id
    waiting = await granting.offer(jaylano, GrantDraft(helper_note="Tante", scope=scope()))
    await edit(case, backup, what)
    if all_of_them:
        assert await granting.stop_all(jaylano) == 2
    else:
        with pytest.raises(SealBroken):
            await granting.stop(jaylano, grant_id)
        await granting.clear_away(jaylano, grant_id)
        await granting.stop(jaylano, waiting.grant_id)
    await granting.clear_away(jaylano, grant_id)
    assert await granting.stop_all(jaylano) == 0
    assert [one.is_live for one in (await granting.all_of(jaylano)).broken] == [False]
    assert [one.state for one in await granting.grants_of(jaylano)] == [State.REVOKED]
    async with case.world.services.store.read() as tx:
        keys = await tx.letters.page(jaylano.mailbox_id, grant_id, visible_at_ms=2**60, before=None, limit=9)
        holds = [await tx.grants.held_by(one.mailbox_id) for one in (case.karin, case.colleague)]
    assert (list(keys), [list(held) for held in holds]) == ([], [[], []])
    lines = (await case.world.services.log_book.entries(jaylano)).lines
    assert (Role.CITIZEN, Act.STOPPED, grant_id) in {(line.role, line.action, line.grant_id) for line in lines}
    again = await case.world.grant(jaylano, eve, scope())
    assert await case.world.ids(eve, through=again) == {case.letter_id}


async def test_nobody_clears_away_what_is_sound_or_anothers(case: Case, eve: Person, backup: Backup) -> None:
    granting = case.world.services.granting
    with pytest.raises(NotFound):
        await granting.clear_away(case.jaylano, case.grant_id)
    await case.may_read()
    await edit(case, backup, "another state")
    for other in (eve, case.karin):
        with pytest.raises(NotFound):
            await granting.clear_away(other, case.grant_id)


@pytest.mark.parametrize("what", ["another state", "other terms"])
async def test_nothing_is_given_while_it_may_be_a_courts_and_what_a_court_gave_can_end(
    case: Case, backup: Backup, what: str
) -> None:
    appointing = case.world.services.appointing
    mentor = appointment(Purpose.MENTORSHIP)
    await appointing.register(mentor)
    await edit(case, backup, what)
    with pytest.raises(DirectoryTampered):
        await case.world.services.granting.offer(case.jaylano, GrantDraft(helper_note="Tante", scope=scope()))
    assert await appointing.end(mentor.citizen, mentor.citizen_name, mentor.reference) == 1
    assert await appointing.in_force() == []


@pytest.mark.parametrize("notes", [b"x", b"[]", b"{}", b'{"note": "eHg="}', b'{"note": 3}'])
async def test_a_helper_whose_name_is_gone_is_seen_and_stopped(case: Case, backup: Backup, notes: bytes) -> None:
    """The notes are not what lets a helper read: who cannot be named must not be out of reach."""
    edited = "UPDATE consent_grant SET notes_box = :notes WHERE grant_id = :grant"
    await backup.edit(edited, {"notes": notes, "grant": case.grant_id})
    granting, jaylano = case.world.services.granting, case.jaylano
    for seen in ((await case.world.services.oversight.watched(jaylano)).grants, await granting.grants_of(jaylano)):
        (view,) = seen
        assert (view.state, view.who) == (State.ACTIVE, "iemand van wie wij de naam niet kunnen lezen")
    await granting.stop(jaylano, case.grant_id)
    await case.opens_nothing()
