"""What a citizen lets a helper do: scopes and decisions. Pure: no I/O, no clock."""

from consent.decision import Decision, Denied, Granted, Reason, Standing, coverage, decide
from consent.life import LIVE, RECEIVING, Actor, Basis, Event, NotPossible, State, after, may
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

__all__ = [
    "DEFAULT_DAYS",
    "EVERY",
    "LIVE",
    "MAX_DAYS",
    "RECEIVING",
    "SENSITIVE_TOPICS",
    "Action",
    "Actor",
    "Basis",
    "Coverage",
    "Decision",
    "Denied",
    "Event",
    "Every",
    "Granted",
    "InvalidScope",
    "LetterFacts",
    "NotPossible",
    "Purpose",
    "Reason",
    "Scope",
    "Standing",
    "State",
    "after",
    "coverage",
    "decide",
    "may",
]
