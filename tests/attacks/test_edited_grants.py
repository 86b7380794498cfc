"""Someone with the database's password edits what a grant says: its state, its scope, its end, or the proof of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

import pytest

from mailbox.domain.people import Person
from tests.attacks.backup import Backup
from tests.attacks.taken import TABLES, TAKEN, Case, Taking
from tests.world import scope

REVIVE: Final = "UPDATE consent_grant SET state = 'active' WHERE grant_id = :grant"
FROM_WIDE: Final = (
    "UPDATE consent_grant SET {column} = (SELECT {column} FROM consent_grant o WHERE o.grant_id = :wide)"
    " WHERE grant_id = :grant"
)
EDITS: Final[Mapping[str, Sequence[str]]] = {
    "nothing more": (),
    "the terms of a wider and longer grant": (FROM_WIDE.format(column="scope_box"),),
    "all of a wider and longer grant": tuple(
        FROM_WIDE.format(column=column)
        for column in ("scope_box", "notes_box", "public", "directory_mac", "created_ms", "changed_ms")
    ),
    "no proof": ("UPDATE mailbox SET grants_mac = NULL WHERE mailbox_id = :jaylano",),
    "no proof, as in the first generation": (
        "UPDATE mailbox SET grants_mac = NULL, grant_generation = 0 WHERE mailbox_id = :jaylano",
    ),
    "an older generation": ("UPDATE mailbox SET grant_generation = grant_generation - 1 WHERE mailbox_id = :jaylano",),
    "the proof of another mailbox": (
        "UPDATE mailbox SET grants_mac = (SELECT grants_mac FROM mailbox o WHERE o.mailbox_id = :eve),"
        " grant_generation = (SELECT grant_generation FROM mailbox o WHERE o.mailbox_id = :eve)"
        " WHERE mailbox_id = :jaylano",
    ),
    "a change in the future": ("UPDATE consent_grant SET changed_ms = changed_ms + 1 WHERE grant_id = :grant",),
}


@pytest.mark.parametrize("taking", TAKEN, ids=lambda taking: taking.__name__)
async def test_no_edit_gives_back_what_was_taken_away(case: Case, eve: Person, backup: Backup, taking: Taking) -> None:
    """The worst case: keys and holds were put back, so that only what the grant says stands in the way; or not even."""
    wide = await case.world.grant(case.jaylano, case.karin, scope(days=300))
    await case.world.grant(eve, case.karin, scope())
    before = await backup.copy(*TABLES)
    await taking(case)
    grants, mailboxes = await backup.copy("consent_grant"), await backup.copy("mailbox")
    names = {"grant": case.grant_id, "wide": wide, "jaylano": case.jaylano.mailbox_id, "eve": eve.mailbox_id}
    for base, edits in product(({**before, **grants}, before), EDITS.values()):
        for statements in (edits, (*edits, REVIVE)):
            await backup.put_back(mailboxes)
            await backup.restore(base)
            for statement in statements:
                await backup.edit(statement, names)
            await case.opens_nothing()
