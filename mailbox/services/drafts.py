"""Answers that nobody acted on yet: sealed on the server, so that no name is in a URL or a hidden field."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import ID_BYTES, DraftId, GrantId, id_from_text, id_text
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import SealedDraft
from mailbox.services.access import Gate

KEPT_MS: Final = 86_400_000
"""A draft is forgotten a day after its last answer."""
_PURPOSE: Final = "grant-draft"

Answers = Mapping[str, Sequence[str]]


class DraftKind(StrEnum):
    """What the answers are for. A form of one kind never finds those of another."""

    GRANT = "toestemming"
    COLLEAGUE = "collega"
    COUNTER = "balie"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """Answers by field. `grant_id`: the grant that is to change; None for a new one."""

    draft_id: DraftId
    answers: Answers
    grant_id: GrantId | None = None
    kind: DraftKind = DraftKind.GRANT


class Drafts:
    """Drafts of the person who is logged in. Another's is as unknown as none."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
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
        draft = Draft(draft_id=DraftId(os.urandom(ID_BYTES)), answers=answers, grant_id=grant_id, kind=kind)
        async with self._store.write() as tx:
            await self._save(tx, person, draft)
        return draft

    async def get(self, person: Person, draft_id: DraftId, *, kind: DraftKind = DraftKind.GRANT) -> Draft:
        """Raises NotFound: no such draft of this person, one of another kind, or it is over a day old."""
        async with self._store.read() as tx:
            draft = await self._get(tx, person, draft_id)
        if draft.kind is not kind:
            raise NotFound
        return draft

    async def save(self, person: Person, draft_id: DraftId, answers: Answers) -> Draft:
        """Replaces the answers to the fields that are named. Raises NotFound."""
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            before = await self._get(tx, person, draft_id)
            draft = replace(before, answers={**before.answers, **answers})
            await self._save(tx, person, draft)
        return draft

    async def take(self, person: Person, draft_id: DraftId, *, kind: DraftKind = DraftKind.GRANT) -> Draft:
        """The draft, which is gone then: of two clicks at once only one gets it. Raises NotFound, as `get`."""
        async with self._store.write() as tx:
            await tx.mailboxes.lock(person.mailbox_id)
            draft = await self._get(tx, person, draft_id)
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
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.drafts.forget(drafts_before_ms=now_ms - KEPT_MS, requests_before_ms=now_ms)

    async def _get(self, tx: Transaction, person: Person, draft_id: DraftId) -> Draft:
        sealed = await tx.drafts.get(person.mailbox_id, draft_id)
        if sealed is None or sealed.changed_ms <= self._clock.now_ms() - KEPT_MS:
            raise NotFound
        mailbox = await self._gate.unlock(tx, person)
        data: dict[str, Any] = json.loads(mailbox.open_message(_PURPOSE, (draft_id,), sealed.box))
        grant = data["grant"]
        return Draft(
            draft_id=draft_id,
            answers=data["answers"],
            grant_id=GrantId(id_from_text(grant)) if grant else None,
            kind=DraftKind(data["kind"]),
        )

    async def _save(self, tx: Transaction, person: Person, draft: Draft) -> None:
        directory = await tx.mailboxes.directory_of(person.mailbox_id)
        if directory is None:
            raise NotFound
        data = {
            "answers": {name: list(values) for name, values in draft.answers.items()},
            "grant": id_text(draft.grant_id) if draft.grant_id else None,
            "kind": draft.kind,
        }
        text = json.dumps(data, ensure_ascii=False).encode()
        box = self._sealer.seal_message(self._sealer.recipient(directory), _PURPOSE, (draft.draft_id,), text)
        await tx.drafts.save(
            SealedDraft(mailbox_id=person.mailbox_id, draft_id=draft.draft_id, box=box, changed_ms=self._clock.now_ms())
        )
