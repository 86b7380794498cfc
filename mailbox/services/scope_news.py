"""What changed of a grant, as a helper is told who has not seen it yet. Pure.

Only of this grant: letters that were taken out are not told, for that would say that there is more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from consent import Scope, ScopeChange, changes, told_to_helper
from mailbox.services.grant_terms import PastScope, Terms

TOLD_MS: Final = 30 * 86_400_000
"""How long people are told that a grant changed or was stopped, or what a court decided."""
_KEPT: Final = 10
"""Changes of a month that are remembered: the terms of a grant are opened for every letter that comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScopeNews:
    """What was added and taken away since the helper last saw, the last of it at `changed_ms`, in `version`."""

    version: int
    changed_ms: int
    change: ScopeChange


def remembered(before: Terms, scope: Scope, at_ms: int) -> tuple[PastScope, ...]:
    """What to remember of a grant that gets another scope now, in its next version."""
    recent = [one for one in before.past if at_ms < one.changed_ms + TOLD_MS]
    was = told_to_helper(before.scope)
    if was != told_to_helper(scope):
        recent.append(PastScope(version=before.version + 1, changed_ms=at_ms, scope=was))
    return tuple(recent[-_KEPT:])


def scope_news(terms: Terms, *, told_version: int, now_ms: int) -> ScopeNews | None:
    """For a helper who saw all up to and including `told_version`. None: nothing changed, or it is long ago."""
    unseen = [one for one in terms.past if one.version > told_version and now_ms < one.changed_ms + TOLD_MS]
    if not unseen:
        return None
    change = changes(unseen[0].scope, told_to_helper(terms.scope))
    if change.added.is_nothing and change.taken.is_nothing and change.purpose is None:
        return None
    return ScopeNews(version=unseen[-1].version, changed_ms=unseen[-1].changed_ms, change=change)
