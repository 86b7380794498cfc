"""What is wrong with a letter: where, which rule, and what would be right. Never the value itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Fault:
    """One fault. `pointer`: RFC 6901; `code`: stable, for machines; `message`: Dutch, for people."""

    pointer: str
    code: str
    message: str


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer of a path (RFC 6901 §3)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
