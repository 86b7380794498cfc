"""What a citizen lets a helper do: scopes and decisions. Pure: no I/O, no clock."""

from consent.decision import Decision, Denied, Granted, Reason, Standing, coverage, decide
from consent.difference import Days, Extent, ScopeChange, changes, is_within
from consent.life import ENDED, LIVE, RECEIVING, Actor, Basis, Event, NotPossible, State, after, may
from consent.scope import (
    DEFAULT_DAYS,
    EVERY,
    MAX_DAYS,
    SENSITIVE_TOPICS,
    Action,
    Coverage,
    Every,
    InvalidScope,
    LetterFacts,
    Purpose,
    Scope,
)
from consent.telling import asks_again, ends_soon, told_to_helper

__all__ = [
    "DEFAULT_DAYS",
    "ENDED",
    "EVERY",
    "LIVE",
    "MAX_DAYS",
    "RECEIVING",
    "SENSITIVE_TOPICS",
    "Action",
    "Actor",
    "Basis",
    "Coverage",
    "Days",
    "Decision",
    "Denied",
    "Event",
    "Every",
    "Extent",
    "Granted",
    "InvalidScope",
    "LetterFacts",
    "NotPossible",
    "Purpose",
    "Reason",
    "Scope",
    "ScopeChange",
    "Standing",
    "State",
    "after",
    "asks_again",
    "changes",
    "coverage",
    "decide",
    "ends_soon",
    "is_within",
    "may",
    "told_to_helper",
]
