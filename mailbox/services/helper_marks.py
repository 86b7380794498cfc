"""A helper's own marks on the letters of somebody they help: seen, or done with.

They are the helper's, and of each caseworker alone. They open for nobody else, are no look and no reading, and go with
what the helper holds of the grant. What the citizen read, or said of a letter, has nothing to do with them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import structlog

from consent import Action
from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.helper_marks import HelperMark
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.services.access import Access, Gate
from mailbox.services.holds import Holds
from mailbox.services.metadata import metadata_of
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy

_PLACE: Final = b"/merken"
"""After the ref of what is held: the marks are another note than what the letters come down to."""

Marks = Mapping[LetterId, HelperMark]

_log = structlog.get_logger()


class HelperMarks:
    """The marks of the helper who is logged in."""

    def __init__(
        self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock, reasons: ReasonPolicy = NOBODY_ASKS
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder, reasons=reasons)
        self._holds = Holds(sealer)
        self._clock = clock

    async def of(self, helper: Person, grant_id: GrantId) -> Marks | None:
        """By letter; None: this grant lets nobody mark anything.

        Raises:
            NotFound: no grant that stands for this helper.
            ReasonNeeded: as for reading.
        """
        async with self._store.read() as tx:
            access = await self._gate.open(tx, helper, grant_id, self._clock.now_ms())
            if access.passage is None or Action.MARK not in access.passage.terms.scope.actions:
                return None
            own = await self._gate.unlock(tx, helper)
            return await self._marks(tx, own, self._holds.ref(grant_id, helper.mailbox_id))

    async def put(self, helper: Person, grant_id: GrantId, letter_id: LetterId, mark: HelperMark | None) -> None:
        """This mark in place of the one that is there; None: no mark.

        Raises:
            NotFound: no such letter, or none that this helper may mark; all the same.
            ReasonNeeded: as for reading.
        """
        ref = self._holds.ref(grant_id, helper.mailbox_id)
        async with self._store.write() as tx:
            await tx.mailboxes.lock(helper.mailbox_id)
            access = await self._gate.open(tx, helper, grant_id, self._clock.now_ms())
            await self._check(tx, access, letter_id)
            own = await self._gate.unlock(tx, helper)
            others = {one: kept for one, kept in (await self._marks(tx, own, ref)).items() if one != letter_id}
            marks = others if mark is None else {**others, letter_id: mark}
            text = json.dumps({one.hex(): kept for one, kept in marks.items()}).encode()
            await tx.grants.keep_marks(helper.mailbox_id, ref, own.note(ref + _PLACE, text) if marks else None)

    async def _check(self, tx: Transaction, access: Access, letter_id: LetterId) -> None:
        """Raises NotFound."""
        now_ms = self._clock.now_ms()
        sealed = await tx.letters.get(access.mailbox_id, access.recipient_id, letter_id, visible_at_ms=now_ms)
        if sealed is None:
            raise NotFound
        try:
            key = access.letter_key(letter_id, sealed.summary.key)
            letter = metadata_of(sealed.summary, key, self._sealer)
        except SealBroken:
            raise NotFound from None
        if not access.allows(letter, Action.MARK, now_ms):
            raise NotFound

    async def _marks(self, tx: Transaction, own: OpenMailbox, ref: bytes) -> Marks:
        """Nothing where what is stored is not what we wrote: it must not keep a helper from the post."""
        held = await tx.grants.held(MailboxId(own.mailbox_id), ref)
        if held is None or held.marks is None:
            return {}
        try:
            data: dict[str, str] = json.loads(own.noted(ref + _PLACE, held.marks))
        except SealBroken:
            _log.error("marks_tampered", mailbox=own.mailbox_id.hex())
            return {}
        return {LetterId(bytes.fromhex(one)): HelperMark(mark) for one, mark in data.items()}
