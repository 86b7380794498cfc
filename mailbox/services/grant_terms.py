"""The terms of a grant as the operator may know them: scope and helper, sealed so that no one can edit them in SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from consent import Scope, Standing
from mailbox.crypto import Sealer
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.sealed import GrantRecord, GrantState

_PURPOSE = "grant-terms"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Terms:
    """What a grant covers, and who holds it once accepted."""

    scope: Scope
    helper_id: MailboxId | None

    def __repr__(self) -> str:
        return "Terms(***)"


def terms_of(grant: GrantRecord, sealer: Sealer) -> Terms:
    """Opens the terms of a stored grant.

    Raises:
        SealBroken: the box was changed, or belongs to another grant.
    """
    data: dict[str, Any] = json.loads(
        sealer.open_operator(_PURPOSE, _ids(grant.mailbox_id, grant.grant_id), grant.scope_box)
    )
    helper = data["helper"]
    return Terms(
        scope=Scope.from_json(data["scope"]),
        helper_id=MailboxId(bytes.fromhex(helper)) if helper else None,
    )


def seal_terms(mailbox_id: MailboxId, grant_id: GrantId, terms: Terms, sealer: Sealer) -> bytes:
    """The box for `GrantRecord.scope_box`."""
    data = {"scope": terms.scope.to_json(), "helper": terms.helper_id.hex() if terms.helper_id else None}
    return sealer.seal_operator(_PURPOSE, _ids(mailbox_id, grant_id), json.dumps(data).encode())


def standing_of(grant: GrantRecord, terms: Terms, helper_id: MailboxId) -> Standing:
    """How the grant stands for this helper: active only when accepted by them and not ended."""
    return Standing(active=grant.state is GrantState.ACTIVE and terms.helper_id == helper_id, scope=terms.scope)


def _ids(mailbox_id: MailboxId, grant_id: GrantId) -> tuple[bytes, ...]:
    return (mailbox_id, grant_id)
