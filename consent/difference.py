"""What one scope gives beyond another: to tell people what changed, and to know when a change only narrows.

Both come from one question, asked in both directions, so that what is told and what is allowed cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from consent.scope import EVERY, SENSITIVE_TOPICS, Action, Every, Purpose, Scope

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Days in a row, both ends included; None is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Extent:
    """What one scope gives and another does not.

    `agencies` and `topics` are `EVERY` when all others are meant: the other scope names some, this one all. `letters`
    are single letters that were given, or are no longer taken out. `until_ms`: the later end, None if it is not later.
    """

    agencies: frozenset[str] | Every = frozenset()
    topics: frozenset[str] | Every = frozenset()
    days: tuple[Days, ...] = ()
    actions: frozenset[Action] = frozenset()
    letters: frozenset[str] = frozenset()
    until_ms: int | None = None

    @property
    def is_nothing(self) -> bool:
        return self == _NOTHING


_NOTHING: Final = Extent()


@dataclass(frozen=True, kw_only=True, slots=True)
class ScopeChange:
    """The difference between two scopes. `purpose`: the new one, None if it is the same."""

    added: Extent
    taken: Extent
    purpose: Purpose | None

    @property
    def only_narrows(self) -> bool:
        """Whether certainly nothing is seen that was not before. Nobody needs to be asked again."""
        return self.added.is_nothing


def changes(old: Scope, new: Scope) -> ScopeChange:
    """What `new` adds to `old`, and what it takes away."""
    return ScopeChange(
        added=_beyond(new, old),
        taken=_beyond(old, new),
        purpose=None if new.purpose is old.purpose else new.purpose,
    )


def is_within(inner: Scope, outer: Scope) -> bool:
    """Whether `inner` certainly grants nothing that `outer` does not.

    Conservative: a single letter that `inner` gives must be given by `outer` as a single letter too, for a scope does
    not know what the letter is about.
    """
    return _beyond(inner, outer).is_nothing


def _beyond(scope: Scope, other: Scope) -> Extent:
    return Extent(
        agencies=_agencies_beyond(scope.agencies, other.agencies),
        topics=_topics_beyond(scope.topics, other.topics),
        days=() if scope.is_only_letters else _days_beyond(scope, other),
        actions=scope.actions - other.actions,
        letters=(scope.also - other.also) | (other.without - scope.without),
        until_ms=scope.until_ms if scope.until_ms > other.until_ms else None,
    )


def _agencies_beyond(names: frozenset[str] | Every, other: frozenset[str] | Every) -> frozenset[str] | Every:
    if isinstance(other, Every):
        return frozenset()
    return EVERY if isinstance(names, Every) else names - other


def _topics_beyond(names: frozenset[str] | Every, other: frozenset[str] | Every) -> frozenset[str] | Every:
    """As agencies, but "every topic" holds no sensitive one: naming one adds it (AVG art. 9 and 10)."""
    if isinstance(names, Every):
        return frozenset() if isinstance(other, Every) else EVERY
    return names & SENSITIVE_TOPICS if isinstance(other, Every) else names - other


def _days_beyond(scope: Scope, other: Scope) -> tuple[Days, ...]:
    """The days before the other period and those after it; the whole period when they do not meet."""
    first, last = scope.dated_from or date.min, scope.dated_to or date.max
    before, after = other.dated_from or date.min, other.dated_to or date.max
    if other.is_only_letters or last < before or after < first:
        return (Days(first=scope.dated_from, last=scope.dated_to),)
    spans = []
    if first < before:
        spans.append(Days(first=scope.dated_from, last=before - _DAY))
    if after < last:
        spans.append(Days(first=after + _DAY, last=scope.dated_to))
    return tuple(spans)
