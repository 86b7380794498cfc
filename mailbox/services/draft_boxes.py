"""Drafts as they are kept: sealed on the server, so that no name is in a URL or a hidden field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from consent import Scope
from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import DraftId, GrantId, id_from_text, id_text
from mailbox.domain.people import Person
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import SealedDraft
from mailbox.services.access import Gate

_PURPOSE: Final = "grant-draft"

Answers = Mapping[str, Sequence[str]]


class DraftKind(StrEnum):
    """What the answers are for. A form of one kind never finds those of another."""

    GRANT = "toestemming"
    COLLEAGUE = "collega"
    COUNTER = "balie"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Proposal:
    """What an app put ready: who may look along, and what they may do. `reason`: why the helper asks, if they did."""

    app: str
    helper: str
    scope: Scope
    reason: str = ""

    def __repr__(self) -> str:
        return "Proposal(***)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """Answers by field. `grant_id`: the grant that is to change; None for a new one.

    `proposal`: what the answers began with, when an app put it ready; it `waits` until the citizen says yes.
    """

    draft_id: DraftId
    answers: Answers
    until_ms: int
    grant_id: GrantId | None = None
    kind: DraftKind = DraftKind.GRANT
    proposal: Proposal | None = None
    waits: bool = False


class DraftBoxes:
    """Drafts of the person who is logged in. Another's is as unknown as none. The caller owns the transaction."""

    def __init__(self, *, sealer: Sealer, keyholder: Keyholder) -> None:
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)

    async def get(self, tx: Transaction, person: Person, draft_id: DraftId, now_ms: int) -> Draft:
        """Raises NotFound: no such draft, or it is over."""
        sealed = await tx.drafts.get(person.mailbox_id, draft_id)
        if sealed is None or now_ms >= sealed.until_ms:
            raise NotFound
        return _opened(await self._gate.unlock(tx, person), sealed)

    async def proposed(self, tx: Transaction, person: Person, now_ms: int) -> list[Draft]:
        """Those that wait, the one that ends first before the others."""
        rows = [row for row in await tx.drafts.proposed(person.mailbox_id) if now_ms < row.until_ms]
        if not rows:
            return []
        mailbox = await self._gate.unlock(tx, person)
        return [_opened(mailbox, row) for row in rows]

    async def save(self, tx: Transaction, person: Person, draft: Draft) -> None:
        """Raises NotFound: no such mailbox."""
        directory = await tx.mailboxes.directory_of(person.mailbox_id)
        if directory is None:
            raise NotFound
        text = json.dumps(_said(draft), ensure_ascii=False).encode()
        await tx.drafts.save(
            SealedDraft(
                mailbox_id=person.mailbox_id,
                draft_id=draft.draft_id,
                box=self._sealer.seal_message(self._sealer.recipient(directory), _PURPOSE, (draft.draft_id,), text),
                until_ms=draft.until_ms,
                proposed=draft.waits,
            )
        )


def _said(draft: Draft) -> dict[str, Any]:
    return {
        "answers": {name: list(values) for name, values in draft.answers.items()},
        "grant": id_text(draft.grant_id) if draft.grant_id else None,
        "kind": draft.kind,
        "proposal": _proposed(draft.proposal) if draft.proposal else None,
    }


def _proposed(proposal: Proposal) -> dict[str, Any]:
    said = {"app": proposal.app, "helper": proposal.helper, "reason": proposal.reason}
    return {**said, "scope": proposal.scope.to_json()}


def _opened(mailbox: OpenMailbox, sealed: SealedDraft) -> Draft:
    data: dict[str, Any] = json.loads(mailbox.open_message(_PURPOSE, (sealed.draft_id,), sealed.box))
    grant, proposal = data["grant"], data["proposal"]
    return Draft(
        draft_id=sealed.draft_id,
        answers=data["answers"],
        until_ms=sealed.until_ms,
        grant_id=GrantId(id_from_text(grant)) if grant else None,
        kind=DraftKind(data["kind"]),
        proposal=Proposal(**{**proposal, "scope": Scope.from_json(proposal["scope"])}) if proposal else None,
        waits=sealed.proposed,
    )
