"""JSON with one meaning only (RFC 8259, I-JSON RFC 7493): what two readers could read differently is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 16
_CONTAINERS: Final = (dict, list)
_BEGINNINGS: Final = (b",", b"[", b"{")
"""There is one of these before every value but the first of an object; base64 has none."""
_MAX_DIGITS: Final = 15
"""Every integer of so many digits is exact in every JSON reader (RFC 7493 §2.2)."""
_MAX_VALUES: Final = 250_000
"""More than a bericht has commas in all its text. Each value takes some 30 times its own bytes of memory."""


class MalformedJson(ValueError):
    """De tekst is geen geldige JSON."""


def parse_json(raw: bytes) -> object:
    """Parses one JSON text.

    Raises:
        MalformedJson: not UTF-8, not JSON, a key twice in one object, NaN, a number that is no whole number of at
            most 15 digits, deeper than 16 levels, more than 250,000 values, half a surrogate pair, or NUL. The
            message names no value.
    """
    if len(raw) > _MAX_VALUES and sum(map(raw.count, _BEGINNINGS)) > _MAX_VALUES:
        raise MalformedJson("De tekst heeft te veel waarden.")
    try:
        value: object = _decoder.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise MalformedJson("De tekst is geen UTF-8.") from None
    except json.JSONDecodeError as exc:
        raise MalformedJson(f"De tekst is geen geldige JSON (regel {exc.lineno}, teken {exc.colno}).") from None
    except RecursionError:
        raise MalformedJson(_too_deep()) from None
    _check_depth(value)
    if b"\\u" in raw:
        _check_characters(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJson("Een veldnaam staat twee keer in hetzelfde object.")
    return found


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _MAX_DIGITS:
        raise MalformedJson(f"Een getal heeft meer dan {_MAX_DIGITS} cijfers.")
    return int(text)


def _no_fraction(_: str) -> NoReturn:
    raise MalformedJson("Een getal heeft een punt of een macht. Bedragen zijn hele eurocenten.")


def _no_constant(_: str) -> NoReturn:
    raise MalformedJson("NaN en Infinity zijn geen JSON.")


_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_whole, parse_float=_no_fraction, parse_constant=_no_constant
)


def _too_deep() -> str:
    return f"De tekst is dieper genest dan {MAX_DEPTH} niveaus."


def _check_depth(value: object) -> None:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node) if isinstance(child, _CONTAINERS)]
        if not level:
            return
    raise MalformedJson(_too_deep())


def _check_characters(value: object) -> None:
    """Escapes can spell what UTF-8 cannot: half a surrogate pair, or NUL."""
    for text in _strings(value):
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise MalformedJson("Een tekst bevat een teken dat niet mag (NUL of een half surrogaatpaar).")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
    for child in _children(value):
        yield from _strings(child)


def _children(node: object) -> Iterable[object]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()
