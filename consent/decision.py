"""May this helper do this with this letter, now? One function answers for list, letter and attachment alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consent.scope import Action, Coverage, LetterFacts, Scope


class Reason(StrEnum):
    """Why not. For logs and tests; a helper only ever sees "not found"."""

    NOT_ACTIVE = "not-active"
    ENDED = "ended"
    ACTION = "action"
    ADDRESSEE_ONLY = "addressee-only"
    TAKEN_OUT = "taken-out"
    AGENCY = "agency"
    TOPIC = "topic"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Granted:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Denied:
    """No, because."""

    reason: Reason


Decision = Granted | Denied


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A grant as it stands: accepted and not stopped, and what it covers."""

    active: bool
    scope: Scope


def decide(standing: Standing, letter: LetterFacts, action: Action, now_ms: int) -> Decision:
    """Whether the grant allows `action` on `letter` at `now_ms` (UTC milliseconds). Until is exclusive."""
    reason = _refusal(standing, letter, action, now_ms)
    return Granted() if reason is None else Denied(reason)


def coverage(scope: Scope, letter: LetterFacts) -> Coverage:
    """Which key to seal to a grant with this scope. State and end are not asked: the keys of an ended grant go."""
    if _outside(scope, letter) is not None:
        return Coverage.NONE
    return Coverage.FULL if Action.READ in scope.actions else Coverage.METADATA


def _refusal(standing: Standing, letter: LetterFacts, action: Action, now_ms: int) -> Reason | None:
    if not standing.active:
        return Reason.NOT_ACTIVE
    if now_ms >= standing.scope.until_ms:
        return Reason.ENDED
    if action not in standing.scope.actions:
        return Reason.ACTION
    return _outside(standing.scope, letter)


def _outside(scope: Scope, letter: LetterFacts) -> Reason | None:
    if letter.addressee_only:
        return Reason.ADDRESSEE_ONLY
    if letter.letter_id in scope.without:
        return Reason.TAKEN_OUT
    return None if letter.letter_id in scope.also else _not_meant(scope, letter)


def _not_meant(scope: Scope, letter: LetterFacts) -> Reason | None:
    if not scope.covers_agency(letter.agency):
        return Reason.AGENCY
    if not scope.covers_topics(letter.topics):
        return Reason.TOPIC
    if not scope.covers_date(letter.dated):
        return Reason.PERIOD
    return None
