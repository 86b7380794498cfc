"""What is asked in an address: known parameters, once each, in their own form. All faults at once, and no values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from mailbox.api.problems import BadRequest
from mailbox.domain.errors import InvalidIdentifier

_T = TypeVar("_T")
_D = TypeVar("_D")


class Query:
    """The query of one request. Read all that there may be, then `check`."""

    def __init__(self, request: Request) -> None:
        self._given = request.query_params
        self._known: set[str] = set()
        self._wrong: list[str] = []

    def read(self, name: str, parse: Callable[[str], _T], default: _D) -> _T | _D:
        """A parameter, or its default. `parse` raises ValueError or InvalidIdentifier."""
        self._known.add(name)
        values = self._given.getlist(name)
        try:
            if len(values) <= 1:
                return parse(values[0]) if values else default
        except (ValueError, InvalidIdentifier):
            pass
        self._wrong.append(name)
        return default

    def check(self) -> None:
        """Raises BadRequest."""
        said = []
        if self._wrong:
            said.append(f"Deze parameters hebben niet de juiste vorm: {', '.join(sorted(self._wrong))}.")
        if self._given.keys() - self._known:
            said.append(f"Er is een parameter die hier niet bestaat. Wel: {', '.join(sorted(self._known)) or 'geen'}.")
        if said:
            raise BadRequest(" ".join(said))


def flag(text: str) -> bool:
    """`true` or `false`. Raises ValueError."""
    if text not in {"true", "false"}:
        raise ValueError
    return text == "true"


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between these two, in one spelling."""

    def parse(text: str) -> int:
        value = int(text) if len(text) <= len(str(most)) else most + 1
        if str(value) != text or not least <= value <= most:
            raise ValueError
        return value

    return parse
