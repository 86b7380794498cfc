"""The terms of a grant as the operator may know them, sealed so that no one can edit them in SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from consent import Basis, Scope, Standing, State
from mailbox.crypto import Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.sealed import GrantRecord

_PURPOSE = "grant-terms"
MOST_KNOWN: Final = 10_000
"""Grants of which the terms are remembered: a kilobyte or two each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastScope:
    """What a grant covered until `version` took its place."""

    version: int
    changed_ms: int
    scope: Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenOff:
    """A helper for whom the citizen ended it, while others went on, and when."""

    helper: MailboxId
    at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Terms:
    """How a grant stands, what it covers, what it rests on, and who hold it once accepted.

    `version` counts changes from 1. `organisation`: for which all helpers act; None for one person. `reference`: of the
    court's decision. `given_by`: the employee at a desk who did it for the citizen. `quiet`: ended without telling the
    helper. `lapsed`: ended by a court's decision. `closed_ms`: since when helpers find it closed (`closed_grants`), or
    None. `agreed_ms`: when the citizen last said yes to it again; None since it was given. `past`: what it covered
    lately, oldest first, to tell helpers what changed. `taken_off`: for whom it ended lately.
    """

    state: State
    version: int
    scope: Scope
    basis: Basis = Basis.CITIZEN
    helpers: tuple[MailboxId, ...] = ()
    organisation: str | None = None
    reference: str | None = None
    given_by: MailboxId | None = None
    quiet: bool = False
    lapsed: bool = False
    closed_ms: int | None = None
    agreed_ms: int | None = None
    past: tuple[PastScope, ...] = ()
    taken_off: tuple[TakenOff, ...] = ()

    def __repr__(self) -> str:
        return "Terms(***)"


def terms_of(grant: GrantRecord, sealer: Sealer) -> Terms:
    """Opens the terms of a stored grant.

    Raises:
        SealBroken: the box was changed or belongs to another grant, or the row says another state than the box.
    """
    data: dict[str, Any] = json.loads(
        sealer.open_operator(_PURPOSE, (grant.mailbox_id, grant.grant_id), grant.scope_box)
    )
    if data["state"] != grant.state:
        raise SealBroken
    return Terms(
        state=grant.state,
        version=data["version"],
        scope=Scope.from_json(data["scope"]),
        basis=Basis(data["basis"]),
        helpers=tuple(MailboxId(bytes.fromhex(helper)) for helper in data["helpers"]),
        organisation=data["organisation"],
        reference=data["reference"],
        given_by=MailboxId(bytes.fromhex(data["given_by"])) if data["given_by"] else None,
        quiet=data["quiet"],
        lapsed=data["lapsed"],
        closed_ms=data["closed_ms"],
        agreed_ms=data["agreed_ms"],
        past=tuple(
            PastScope(version=one["version"], changed_ms=one["changed_ms"], scope=Scope.from_json(one["scope"]))
            for one in data["past"]
        ),
        taken_off=tuple(
            TakenOff(helper=MailboxId(bytes.fromhex(one["helper"])), at_ms=one["at_ms"]) for one in data["taken_off"]
        ),
    )


class KnownTerms:
    """Terms that were opened before in this process, bounded. A box says the same for as long as it is that box."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._known: dict[tuple[MailboxId, GrantId, State, bytes], Terms] = {}

    def of(self, grant: GrantRecord) -> Terms:
        """As `terms_of`. Raises SealBroken."""
        place = (grant.mailbox_id, grant.grant_id, grant.state, grant.scope_box)
        known = self._known.get(place)
        if known is None:
            known = terms_of(grant, self._sealer)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[place] = known
        return known


def seal_terms(mailbox_id: MailboxId, grant_id: GrantId, terms: Terms, sealer: Sealer) -> bytes:
    """The box for `GrantRecord.scope_box`."""
    data = {
        "state": terms.state,
        "version": terms.version,
        "scope": terms.scope.to_json(),
        "basis": terms.basis,
        "helpers": [helper.hex() for helper in terms.helpers],
        "organisation": terms.organisation,
        "reference": terms.reference,
        "given_by": terms.given_by.hex() if terms.given_by else None,
        "quiet": terms.quiet,
        "lapsed": terms.lapsed,
        "closed_ms": terms.closed_ms,
        "agreed_ms": terms.agreed_ms,
        "past": [
            {"version": one.version, "changed_ms": one.changed_ms, "scope": one.scope.to_json()} for one in terms.past
        ],
        "taken_off": [{"helper": one.helper.hex(), "at_ms": one.at_ms} for one in terms.taken_off],
    }
    return sealer.seal_operator(_PURPOSE, (mailbox_id, grant_id), json.dumps(data).encode())


def standing_of(terms: Terms, helper_id: MailboxId) -> Standing:
    """How the grant stands for this helper: active only when accepted by them, and neither paused nor ended."""
    return Standing(active=terms.state is State.ACTIVE and helper_id in terms.helpers, scope=terms.scope)


def may_give_back(terms: Terms) -> bool:
    """Whom a court appointed only a court discharges (BW 1:385, 1:448, 1:461); with a colleague left, one may go."""
    return terms.basis is not Basis.COURT or len(terms.helpers) > 1
