"""What helpers are told of a grant that is closed to them: for a month, of a quiet stop as of a pause. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from consent import RECEIVING, State
from mailbox.domain.identifiers import MailboxId
from mailbox.services.grant_terms import TakenOff, Terms
from mailbox.services.scope_news import TOLD_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """When it was stopped, as a helper may know it; None for a pause and a quiet stop. `lapsed`: by a court."""

    stopped_ms: int | None
    lapsed: bool


def closed_ms(before: Terms, after: Terms, at_ms: int) -> int | None:
    """Since when it is closed, as its helpers may know it: a quiet stop, or a change, does not renew a pause."""
    if after.state in RECEIVING:
        return None
    goes_on = after.quiet or after.state is State.PAUSED
    return before.closed_ms if goes_on and before.closed_ms is not None else at_ms


def told_until_ms(terms: Terms, helper_id: MailboxId) -> int | None:
    """Until before when this helper reads that it was stopped, or is not available; None when they never do.

    The latter never after its end: a pause is over then, and a quiet stop must look the same.
    """
    if helper_id not in terms.helpers:
        at_ms = _taken_off_ms(terms, helper_id)
        return None if at_ms is None else at_ms + TOLD_MS
    if terms.closed_ms is None or not (terms.lapsed or terms.state in {State.PAUSED, State.REVOKED}):
        return None
    month_ms = terms.closed_ms + TOLD_MS
    return min(month_ms, terms.scope.until_ms) if _stopped_ms(terms) is None else month_ms


def closed_to(terms: Terms, helper_id: MailboxId, now_ms: int) -> Closed | None:
    """What this helper reads of it now; None for nothing, also where it is open to them."""
    until_ms = told_until_ms(terms, helper_id)
    if until_ms is None or now_ms >= until_ms:
        return None
    if helper_id not in terms.helpers:
        return Closed(stopped_ms=_taken_off_ms(terms, helper_id), lapsed=False)
    return Closed(stopped_ms=_stopped_ms(terms), lapsed=terms.lapsed and not terms.quiet)


def taken_off(before: Terms, helper_id: MailboxId, at_ms: int) -> tuple[TakenOff, ...]:
    """For whom it ended lately, this helper included."""
    told = (one for one in before.taken_off if one.helper != helper_id and at_ms < one.at_ms + TOLD_MS)
    return (*told, TakenOff(helper=helper_id, at_ms=at_ms))


def _stopped_ms(terms: Terms) -> int | None:
    return None if terms.quiet or terms.state is State.PAUSED else terms.closed_ms


def _taken_off_ms(terms: Terms, helper_id: MailboxId) -> int | None:
    return next((one.at_ms for one in terms.taken_off if one.helper == helper_id), None)
