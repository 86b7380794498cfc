"""Grants of which what is stored is not what we wrote. They open nothing, and must not hide what else there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from consent import ENDED
from mailbox.crypto import OpenMailbox
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.sealed import GrantRecord
from mailbox.services.grant_terms import Terms
from mailbox.services.grant_views import GrantView, Notes, open_notes, view_of

_log = structlog.get_logger()
_UNREADABLE: Final = Notes(note="iemand van wie wij de naam niet kunnen lezen", owner="", helpers=())
NO_LOOKS: Final[Mapping[GrantId, int]] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenGrant:
    """What there is to say of it: the citizen's own word for the helper, if that can be read, and if it was cleared."""

    grant_id: GrantId
    note: str
    is_live: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnGrants:
    """A citizen's grants, in the order in which they were asked for."""

    sound: Sequence[GrantView]
    broken: Sequence[BrokenGrant]


def own_view(mailbox: OpenMailbox, record: GrantRecord, terms: Terms, last_look_ms: int | None = None) -> GrantView:
    """As its citizen sees it. Who cannot be named is still seen, and can be stopped."""
    return replace(view_of(record, terms, _notes(mailbox, record) or _UNREADABLE), last_look_ms=last_look_ms)


def name_to_leave(mailbox: OpenMailbox, record: GrantRecord, citizen: Person) -> str:
    """What helpers keep of a grant that ends: the name by which they know this citizen. A new one would tell them."""
    notes = _notes(mailbox, record)
    return notes.owner if notes else citizen.name


def own_grants(
    mailbox: OpenMailbox,
    records: Sequence[GrantRecord],
    terms_of: Callable[[GrantRecord], Terms],
    last_looks: Mapping[GrantId, int] = NO_LOOKS,
) -> OwnGrants:
    """All of these. A broken one is told to the operator, by its id."""
    sound: list[GrantView] = []
    broken: list[BrokenGrant] = []
    for record in records:
        terms = sound_terms(record, terms_of)
        if terms is None:
            notes = _notes(mailbox, record)
            live = record.state not in ENDED
            broken.append(BrokenGrant(grant_id=record.grant_id, note=notes.note if notes else "", is_live=live))
        else:
            sound.append(own_view(mailbox, record, terms, last_looks.get(record.grant_id)))
    return OwnGrants(sound=sound, broken=broken)


def sound_terms(record: GrantRecord, terms_of: Callable[[GrantRecord], Terms]) -> Terms | None:
    """What the grant says; None when that is not what we wrote."""
    try:
        return terms_of(record)
    except SealBroken:
        _log.error("grant_tampered", grant=record.grant_id.hex())
        return None


def _notes(mailbox: OpenMailbox, record: GrantRecord) -> Notes | None:
    try:
        return open_notes(mailbox, record)
    except SealBroken:
        _log.error("grant_notes_tampered", grant=record.grant_id.hex())
        return None
