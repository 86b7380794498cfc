"""When people are told of a grant: before it ends, and while it goes on. Pure: instants are UTC milliseconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from consent.scope import DEFAULT_DAYS, Scope

_DAY_MS: Final = 86_400_000
WARNING_MS: Final = 14 * _DAY_MS
"""Two weeks: time enough to talk it over, and to say yes again."""
_SHORT_MS: Final = 2 * _DAY_MS
"""Who lets somebody look for minutes, for a day or until tomorrow knows when it ends."""
_AGAIN_MS: Final = DEFAULT_DAYS * _DAY_MS


def told_to_helper(scope: Scope) -> Scope:
    """The scope as its helper may know it: letters that were taken out would tell that there is more."""
    return replace(scope, without=frozenset()) if scope.without else scope


def ends_soon(*, given_ms: int, until_ms: int, now_ms: int) -> bool:
    """Whether to warn, citizen and helper, that this grant ends within two weeks."""
    return until_ms - given_ms > _SHORT_MS and 0 < until_ms - now_ms <= WARNING_MS


def asks_again(*, agreed_ms: int, now_ms: int) -> bool:
    """Whether to ask the citizen again: three months after they last said yes."""
    return now_ms - agreed_ms >= _AGAIN_MS
