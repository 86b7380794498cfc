"""Reading through a grant that changes meanwhile: what is shown is what the grant covers when the look is logged."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from mailbox.services.access import Passage

_P = ParamSpec("_P")
_T = TypeVar("_T")


class ScopeMoved(Exception):
    """The grant covers something else than when the reader got in. Nothing was logged yet, and nothing shown."""


def check_unmoved(before: Passage, now: Passage) -> None:
    """Raises ScopeMoved when what was found at the door is no longer what the grant covers."""
    if before.terms.scope != now.terms.scope:
        raise ScopeMoved


def settled(read: Callable[_P, Coroutine[Any, Any, _T]]) -> Callable[_P, Coroutine[Any, Any, _T]]:
    """Reads anew, from the door on, for as long as the grant moved meanwhile."""

    @wraps(read)
    async def until_it_stays(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        while True:
            with contextlib.suppress(ScopeMoved):
                return await read(*args, **kwargs)

    return until_it_stays
