"""A grant as people see it: the citizen with names, the helper with what it lets them do."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from typing import Final

from consent import Basis, Scope, State, told_to_helper
from mailbox.crypto import OpenMailbox, Recipient, Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId
from mailbox.domain.sealed import GrantRecord
from mailbox.services.grant_terms import Terms

_PURPOSE = "grant-notes"


_NOTE: Final = "note"
_NAMED: Final = 3
"""So many people of an organisation are named together; of more, one says how many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HelperName:
    """Someone who holds a grant. `ref` names them to `Granting.remove_helper`, and says nothing else.

    `let_in_by`: the colleague whose act it was, since `since_ms`; None for who used the citizen's code, asked, or was
    appointed.
    """

    ref: str
    name: str
    since_ms: int
    let_in_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes:
    """What only the citizen can read of a grant: their own word for the helper, and who hold it.

    `owner`: what the citizen was called when it was given. So their helpers know them, whatever they are called since.
    """

    note: str
    owner: str
    helpers: tuple[HelperName, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantView:
    """`note` is the citizen's own word for the helper; `helpers` hold the grant, as their logins name them.

    `organisation`: for which they act. `reference`: of a court's decision. `last_look_ms`: when a helper last saw
    something of the post. `quiet`: ended without telling the helpers. `lapsed`: ended by a court's decision.
    `agreed_ms`: the citizen's last yes.
    """

    grant_id: GrantId
    note: str
    helpers: tuple[HelperName, ...]
    organisation: str | None
    reference: str | None
    state: State
    basis: Basis
    scope: Scope
    version: int
    quiet: bool
    created_ms: int
    changed_ms: int
    agreed_ms: int
    last_look_ms: int | None = None
    lapsed: bool = False

    @property
    def who(self) -> str:
        """The helper, as far as known; of several people of an organisation, all of them or how many."""
        if self.organisation is None or len(self.helpers) < 2:  # noqa: PLR2004 - one person is named with all they are
            return ", ".join(helper.name for helper in self.helpers) or self.note
        if len(self.helpers) > _NAMED:
            return f"{self.organisation} ({len(self.helpers)} mensen)"
        *most, last = (helper.name.removesuffix(f" ({self.organisation})") for helper in self.helpers)
        return f"{', '.join(most)} en {last} ({self.organisation})"

    @property
    def are_many(self) -> bool:
        """Whether `who` is several people: "zij kijken", and not "die kijkt"."""
        return len(self.helpers) > 1

    @property
    def helper(self) -> str | None:
        """The helpers' names; None before the code was used."""
        return self.who if self.helpers else None


_CLOSED: Final = Notes(note="", owner="", helpers=())


def view_of(record: GrantRecord, terms: Terms, notes: Notes = _CLOSED) -> GrantView:
    """The record with what was opened of it."""
    return GrantView(
        grant_id=record.grant_id,
        note=notes.note,
        helpers=notes.helpers,
        organisation=terms.organisation,
        reference=terms.reference,
        state=terms.state,
        basis=terms.basis,
        scope=terms.scope,
        version=terms.version,
        quiet=terms.quiet,
        lapsed=terms.lapsed,
        created_ms=record.created_ms,
        changed_ms=record.changed_ms,
        agreed_ms=record.created_ms if terms.agreed_ms is None else terms.agreed_ms,
    )


def citizen_view(mailbox: OpenMailbox, record: GrantRecord, terms: Terms, last_look_ms: int | None = None) -> GrantView:
    """As its citizen sees it, with names."""
    return replace(view_of(record, terms, open_notes(mailbox, record)), last_look_ms=last_look_ms)


def helper_view(record: GrantRecord, terms: Terms) -> GrantView:
    """As a helper may see it."""
    return view_of(record, replace(terms, scope=told_to_helper(terms.scope)))


def seal_notes(sealer: Sealer, citizen: Recipient, grant_id: GrantId, *, note: str, owner: str) -> bytes:
    """What only the citizen can read of a grant: at first their own word for the helper, and their own name."""
    text = json.dumps({"note": note, "owner": owner})
    return _pack({_NOTE: _sealed(sealer, citizen, grant_id, _NOTE, text)})


def add_helper(sealer: Sealer, citizen: Recipient, grant_id: GrantId, notes: bytes, helper: HelperName) -> bytes:
    """Adds a helper, sealed without reading what was there. `helper.ref`: of their hold, in hexadecimal."""
    text = json.dumps({"name": helper.name, "since_ms": helper.since_ms, "let_in_by": helper.let_in_by})
    return _pack({**_unpack(notes), helper.ref: _sealed(sealer, citizen, grant_id, helper.ref, text)})


def without_helper(notes: bytes, ref: str) -> bytes:
    """Without the name of a helper who left."""
    return _pack({name: box for name, box in _unpack(notes).items() if name != ref})


def holds_in(notes: bytes) -> list[bytes]:
    """Under what helpers hold the grant, as far as the notes name them: that is in them in clear."""
    try:
        return [bytes.fromhex(name) for name in json.loads(notes) if name != _NOTE]
    except (ValueError, TypeError):
        return []


def open_notes(mailbox: OpenMailbox, record: GrantRecord) -> Notes:
    """What the citizen wrote and reads. Raises SealBroken."""
    try:
        boxes = _unpack(record.notes_box)
    except (ValueError, TypeError, AttributeError):
        raise SealBroken from None
    opened = {
        name: mailbox.open_message(_PURPOSE, (record.grant_id, name.encode()), box).decode()
        for name, box in boxes.items()
    }
    note = opened.pop(_NOTE, None)
    if note is None:
        raise SealBroken
    helpers = tuple(HelperName(ref=ref, **json.loads(text)) for ref, text in opened.items())
    return Notes(**json.loads(note), helpers=helpers)


def _sealed(sealer: Sealer, citizen: Recipient, grant_id: GrantId, name: str, text: str) -> bytes:
    return sealer.seal_message(citizen, _PURPOSE, (grant_id, name.encode()), text.encode())


def _pack(boxes: dict[str, bytes]) -> bytes:
    return json.dumps({name: base64.b64encode(box).decode() for name, box in boxes.items()}).encode()


def _unpack(notes: bytes) -> dict[str, bytes]:
    return {name: base64.b64decode(box) for name, box in json.loads(notes).items()}
