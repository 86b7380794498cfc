"""Much, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def pieces(many: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """The same in order, so many at a time; nothing gives no piece."""
    return (many[start : start + size] for start in range(0, len(many), size))
