"""Answers that nobody acted on yet."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final

from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import ID_BYTES, DraftId, GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.services.draft_boxes import Answers, Draft, DraftBoxes, DraftKind

KEPT_MS: Final = 86_400_000
"""A draft is forgotten a day after its last answer."""


class Drafts:
    """Drafts of the person who is logged in. Another's is as unknown as none."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._boxes = DraftBoxes(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def begin(
        self,
        person: Person,
        answers: Answers,
        grant_id: GrantId | None = None,
        *,
        kind: DraftKind = DraftKind.GRANT,
    ) -> Draft:
        """A new draft."""
        draft = Draft(
            draft_id=DraftId(os.urandom(ID_BYTES)),
            answers=answers,
            until_ms=self._clock.now_ms() + KEPT_MS,
            grant_id=grant_id,
            kind=kind,
        )
        async with self._store.write() as tx:
            await self._boxes.save(tx, person, draft)
        return draft

    async def get(self, person: Person, draft_id: DraftId, *, kind: DraftKind = DraftKind.GRANT) -> Draft:
        """Raises NotFound: no such draft of this person, one of another kind, or it is over a day old."""
        async with self._store.read() as tx:
            draft = await self._boxes.get(tx, person, draft_id, self._clock.now_ms())
        if draft.kind is not kind:
            raise NotFound
        return draft

    async def save(self, person: Person, draft_id: DraftId, answers: Answers) -> Draft:
        """Replaces the answers to the fields that are named. Raises NotFound."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            before = await self._boxes.get(tx, person, draft_id, now_ms)
            until_ms = max(before.until_ms, now_ms + KEPT_MS)
            draft = replace(before, answers={**before.answers, **answers}, until_ms=until_ms)
            await self._boxes.save(tx, person, draft)
        return draft

    async def take(self, person: Person, draft_id: DraftId, *, kind: DraftKind = DraftKind.GRANT) -> Draft:
        """The draft, which is gone then: of two clicks at once only one gets it. Raises NotFound, as `get`."""
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            draft = await self._boxes.get(tx, person, draft_id, self._clock.now_ms())
            if draft.kind is not kind:
                raise NotFound
            await tx.drafts.remove(person.mailbox_id, draft_id)
        return draft

    async def drop(self, person: Person, draft_id: DraftId) -> None:
        """The draft was given, or given up. Dropping twice is no error."""
        async with self._store.write() as tx:
            await tx.drafts.remove(person.mailbox_id, draft_id)

    async def forget_old(self) -> None:
        """For the worker: drafts nobody came back to, and questions for access that ended."""
        async with self._store.write() as tx:
            await tx.drafts.forget(before_ms=self._clock.now_ms())
