"""What a citizen lets a helper do: scopes and decisions. Pure: no I/O, no clock."""

from consent.decision import Decision, Denied, Granted, Reason, Standing, coverage, decide
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
    Scope,
)

__all__ = [
    "DEFAULT_DAYS",
    "EVERY",
    "MAX_DAYS",
    "SENSITIVE_TOPICS",
    "Action",
    "Coverage",
    "Decision",
    "Denied",
    "Every",
    "Granted",
    "InvalidScope",
    "LetterFacts",
    "Reason",
    "Scope",
    "Standing",
    "coverage",
    "decide",
]
