"""A grant as people see it: the citizen with names, the helper with what it lets them do."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from consent import Basis, Scope, State
from mailbox.crypto import OpenMailbox, Recipient, Sealer
from mailbox.domain.identifiers import GrantId
from mailbox.domain.sealed import GrantRecord
from mailbox.services.grant_terms import Terms

_PURPOSE = "grant-notes"


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantView:
    """`note` is the citizen's own word for the helper; `helper` how the helper's login names them.

    `last_look_ms`: when the helper last saw something of the post. `quiet`: ended without telling the helper.
    """

    grant_id: GrantId
    note: str
    helper: str | None
    state: State
    basis: Basis
    scope: Scope
    version: int
    quiet: bool
    created_ms: int
    changed_ms: int
    last_look_ms: int | None = None

    @property
    def who(self) -> str:
        """The helper, as far as known."""
        return self.helper or self.note


def view_of(record: GrantRecord, terms: Terms, *, note: str = "", helper: str | None = None) -> GrantView:
    """The record with what was opened of it."""
    return GrantView(
        grant_id=record.grant_id,
        note=note,
        helper=helper,
        state=terms.state,
        basis=terms.basis,
        scope=terms.scope,
        version=terms.version,
        quiet=terms.quiet,
        created_ms=record.created_ms,
        changed_ms=record.changed_ms,
    )


def seal_notes(sealer: Sealer, citizen: Recipient, grant_id: GrantId, *, note: str) -> bytes:
    """What only the citizen can read of a grant: at first their own word for the helper."""
    return _pack({"note": _sealed(sealer, citizen, grant_id, "note", note)})


def add_helper(sealer: Sealer, citizen: Recipient, grant_id: GrantId, notes: bytes, *, helper: str) -> bytes:
    """Adds the helper's name once accepted, sealed without reading what was there."""
    return _pack({**_unpack(notes), "helper": _sealed(sealer, citizen, grant_id, "helper", helper)})


def open_notes(mailbox: OpenMailbox, grant_id: GrantId, notes: bytes) -> dict[str, str]:
    """`note`, and `helper` if accepted. Raises SealBroken."""
    return {
        name: mailbox.open_message(_PURPOSE, (grant_id, name.encode()), box).decode()
        for name, box in _unpack(notes).items()
    }


def _sealed(sealer: Sealer, citizen: Recipient, grant_id: GrantId, name: str, text: str) -> bytes:
    return sealer.seal_message(citizen, _PURPOSE, (grant_id, name.encode()), text.encode())


def _pack(boxes: dict[str, bytes]) -> bytes:
    return json.dumps({name: base64.b64encode(box).decode() for name, box in boxes.items()}).encode()


def _unpack(notes: bytes) -> dict[str, bytes]:
    return {name: base64.b64decode(box) for name, box in json.loads(notes).items()}
