"""Why a helper opens somebody's post: asked before the first look, where their organisation wants that.

What they say is kept with their login session, and stands in the citizen's log beside each look.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from consent import Purpose
from mailbox.domain.errors import MailboxError
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person, StatedReason

REASON_MS: Final = 8 * 3_600_000
"""A working day. A session does not last longer either."""
NOTE_LENGTH: Final = 200
EVERY_ORGANISATION: Final = "*"
OTHER: Final = "anders"
"""Says nothing by itself, so it needs a note."""
_ALWAYS: Final = ("gesprek", "vraag", "nieuwe-brief", "datum")
_COURT: Final = ("taak", "verantwoording")
_FOR: Final[Mapping[Purpose, tuple[str, ...]]] = {
    Purpose.HELP: (),
    Purpose.DEBTS: ("intake", "regeling"),
    Purpose.TAXES: ("aangifte",),
    Purpose.BENEFITS: ("aanvraag",),
    Purpose.ADMINISTRATION: _COURT,
    Purpose.GUARDIANSHIP: _COURT,
    Purpose.MENTORSHIP: _COURT,
}


class ReasonNeeded(MailboxError):
    """Zeg eerst waarom u deze post bekijkt. Uw organisatie vraagt dat."""

    code = "reden-nodig"

    def __init__(self, grant_id: GrantId) -> None:
        super().__init__()
        self.grant_id = grant_id


class ReasonRefused(MailboxError):
    """Kies waarom u deze post bekijkt."""

    code = "ongeldige-reden"


class NoteRefused(ReasonRefused):
    """Schrijf erbij waarom u deze post bekijkt."""


@dataclass(frozen=True, slots=True)
class ReasonPolicy:
    """The organisations that ask for a reason, as a login names them; `*` is every organisation."""

    organisations: Collection[str] = ()

    def asks(self, *organisations: str | None) -> bool:
        """Whether one of these asks: for which somebody is logged in, and for which they hold a grant."""
        asking = {_plain(one) for one in self.organisations}
        named = {_plain(one) for one in organisations if one is not None}
        return bool(named) and (EVERY_ORGANISATION in asking or not named.isdisjoint(asking))


NOBODY_ASKS: Final = ReasonPolicy()


def reasons_for(purpose: Purpose) -> tuple[str, ...]:
    """The codes that one can choose from, for a grant with this purpose."""
    return (*_FOR[purpose], *_ALWAYS, OTHER)


def stated(purpose: Purpose, code: str, note: str, now_ms: int) -> StatedReason:
    """A reason as it was chosen.

    Raises:
        ReasonRefused: none of `reasons_for`.
        NoteRefused: a note of over 200 characters, or "anders" without a note.
    """
    if code not in reasons_for(purpose):
        raise ReasonRefused
    if len(note) > NOTE_LENGTH:
        raise NoteRefused(f"Schrijf ten hoogste {NOTE_LENGTH} tekens.")
    if code == OTHER and not note:
        raise NoteRefused
    return StatedReason(code=code, note=note, given_ms=now_ms)


def standing_reason(person: Person, grant_id: GrantId, now_ms: int) -> StatedReason | None:
    """What this person said, if they said it in this session and not too long ago."""
    said = person.reasons.get(grant_id)
    return said if said is not None and said.given_ms <= now_ms < said.given_ms + REASON_MS else None


def with_reason(person: Person, grant_id: GrantId, reason: StatedReason) -> Person:
    """This person, who said this. What is too old is left out."""
    recent = {one: said for one, said in person.reasons.items() if reason.given_ms < said.given_ms + REASON_MS}
    return replace(person, reasons={**recent, grant_id: reason})


def details_of(reason: StatedReason | None) -> dict[str, Any]:
    """For the log."""
    return {} if reason is None else {"reason": reason.code, "note": reason.note}


def _plain(organisation: str) -> str:
    return " ".join(organisation.split()).casefold()
