"""What of a letter may be trusted: a copy in which every value of the wrong form is None.

So one wrong value does not hide what else is wrong, and no rule has to check forms again. None itself is never a sound
value: no field of a bericht may be null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from jsonschema.exceptions import ValidationError

Bericht = Mapping[str, Any]

_ABOUT_PARTS: Final = frozenset(
    {"required", "additionalProperties", "minProperties", "minItems", "maxItems", "uniqueItems", "contains"}
)
"""Keywords that say what a container holds. The values it does hold keep their form."""


def sound_copy(bericht: Bericht, found: Iterable[ValidationError]) -> Bericht:
    """The bericht with None in place of each value that one of these errors is about."""
    copy: Any = _copy(bericht)
    for error in found:
        if error.validator not in _ABOUT_PARTS:
            _blank(copy, list(error.absolute_path))
    sound: Bericht = copy
    return sound


def value_at(bericht: Bericht, path: str) -> Any:
    """The sound value at `betaling/iban`; None when there is none."""
    value: Any = bericht
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _blank(part: Any, path: Sequence[str | int]) -> None:
    for step in path[:-1]:
        part = part[step]
        if part is None:
            return
    part[path[-1]] = None


def _copy(value: Any) -> Any:
    """Containers anew, so that the letter itself stays as it came."""
    if isinstance(value, dict):
        return {name: _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value
