"""What helpers are told of a grant that is closed to them: for a month, of a quiet stop as of a pause. Pure."""

from __future__ import annotations

from consent import RECEIVING, State
from mailbox.services.grant_terms import Terms
from mailbox.services.scope_news import TOLD_MS


def closed_ms(before: Terms, after: Terms, at_ms: int) -> int | None:
    """Since when it is closed, as its helpers may know it: a quiet stop, or a change, does not renew a pause."""
    if after.state in RECEIVING:
        return None
    goes_on = after.quiet or after.state is State.PAUSED
    return before.closed_ms if goes_on and before.closed_ms is not None else at_ms


def stopped_ms(terms: Terms) -> int | None:
    """When it was stopped, as its helpers may know it; None for a pause and a quiet stop."""
    return None if terms.quiet or terms.state is State.PAUSED else terms.closed_ms


def told_until_ms(terms: Terms) -> int | None:
    """Until before when its helpers read that it was stopped, or is not available; None when they never do.

    The latter never after its end: a pause is over then, and a quiet stop must look the same.
    """
    if terms.closed_ms is None or not (terms.lapsed or terms.state in {State.PAUSED, State.REVOKED}):
        return None
    month_ms = terms.closed_ms + TOLD_MS
    return min(month_ms, terms.scope.until_ms) if stopped_ms(terms) is None else month_ms


def is_told_closed(terms: Terms, now_ms: int) -> bool:
    """Whether its helpers still read that."""
    until_ms = told_until_ms(terms)
    return until_ms is not None and now_ms < until_ms
