"""Someone who may write in the database makes rows say that they are another. No row is believed on its word."""

from __future__ import annotations

import pytest
from structlog.testing import LogCapture

from mailbox.domain.errors import DirectoryTampered, SealBroken
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.session_boxes import session_tag
from tests.services.conftest import EVE, JAYLANO, Tamper
from tests.world import World

MOVE = "UPDATE subject SET mailbox_id = :to WHERE mailbox_id = :of"


async def test_who_is_moved_to_anothers_mailbox_does_not_get_in(
    world: World, jaylano: Person, eve: Person, tamper: Tamper, log_output: LogCapture
) -> None:
    await world.deliver(JAYLANO)
    await tamper(MOVE, to=jaylano.mailbox_id, of=eve.mailbox_id)
    async with world.restarted() as restarted:
        with pytest.raises(DirectoryTampered):
            await restarted.person(EVE, "Eve Vreemd")
    assert [entry["event"] for entry in log_output.entries] == ["directory_tampered"]


async def test_a_subjects_box_moved_along_changes_nothing(
    world: World, jaylano: Person, eve: Person, tamper: Tamper
) -> None:
    await tamper(MOVE, to=jaylano.mailbox_id, of=eve.mailbox_id)
    await tamper(
        "UPDATE mailbox SET subject_box = (SELECT subject_box FROM mailbox o WHERE o.mailbox_id = :eve)"
        " WHERE mailbox_id = :jaylano",
        eve=eve.mailbox_id,
        jaylano=jaylano.mailbox_id,
    )
    async with world.restarted() as restarted:
        with pytest.raises(DirectoryTampered):
            await restarted.person(EVE, "Eve Vreemd")


async def test_post_for_one_is_not_laid_in_the_mailbox_of_another(
    world: World, jaylano: Person, eve: Person, tamper: Tamper
) -> None:
    await tamper(MOVE, to=eve.mailbox_id, of=jaylano.mailbox_id)
    async with world.restarted() as restarted:
        with pytest.raises(DirectoryTampered):
            await restarted.deliver(JAYLANO)
        assert set() == await restarted.ids(eve)


async def test_the_keys_of_another_do_not_open_under_ones_own_name(
    world: World, jaylano: Person, eve: Person, tamper: Tamper
) -> None:
    await world.deliver(JAYLANO)
    for table, columns in (("keyslot", ["kek_version", "blob"]), ("mailbox_epoch", ["public", "seed_wrap"])):
        for column in columns:
            await tamper(
                f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} o WHERE o.mailbox_id = :jaylano)"  # noqa: S608 - names above
                " WHERE mailbox_id = :eve",
                jaylano=jaylano.mailbox_id,
                eve=eve.mailbox_id,
            )
    with pytest.raises(SealBroken):
        await world.ids(eve)


@pytest.mark.parametrize("columns", [["mailbox_id"], ["person_box"], ["mailbox_id", "person_box"]])
async def test_a_session_is_of_the_person_it_was_made_for(
    world: World, jaylano: Person, eve: Person, tamper: Tamper, columns: list[str]
) -> None:
    """The thief's own cookie, with the row behind it made into the victim's."""
    token = await _token(world, EVE)
    tag = session_tag(world.services.sessions._sealer, token)
    for column in columns:
        await tamper(
            f"UPDATE session SET {column} = (SELECT {column} FROM session o WHERE o.mailbox_id = :jaylano LIMIT 1)"  # noqa: S608 - names above
            " WHERE tag = :tag",
            jaylano=jaylano.mailbox_id,
            tag=tag,
        )
    with pytest.raises(SealBroken):
        await world.services.sessions.person(token)


async def _token(world: World, bsn: str) -> str:
    return await world.services.sessions.login(Identity(subject=Subject.of_bsn(Bsn(bsn)), name="Eve Vreemd"))
