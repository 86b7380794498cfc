"""Is this a letter? All that is wrong with it at once, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from jsonschema.exceptions import ValidationError

from schemas.attachments import Limits
from schemas.faults import Fault, pointer
from schemas.files import BERICHT, berichtsoorten
from schemas.rules import RULES
from schemas.validators import errors, is_valid

_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_WORDS: Final = {
    "type": ("soort-waarde", "Hier hoort {expected}."),
    "enum": ("keuze", "Kies uit: {expected}."),
    "const": ("vaste-waarde", "Hier hoort: {expected}."),
    "pattern": ("patroon", "Dit heeft niet de juiste vorm. {description}"),
    "format": ("formaat", "Dit is geen bestaande datum of tijd in de juiste vorm ({expected})."),
    "minLength": ("te-kort", "Dit is te kort: minstens {expected} teken(s)."),
    "maxLength": ("te-lang", "Dit is te lang: hoogstens {expected} tekens."),
    "minimum": ("te-klein", "Dit getal is te klein: minstens {expected}."),
    "maximum": ("te-groot-getal", "Dit getal is te groot: hoogstens {expected}."),
    "minItems": ("te-weinig", "Geef er minstens {expected}."),
    "maxItems": ("te-veel", "Geef er hoogstens {expected}."),
    "minProperties": ("te-weinig", "Geef minstens {expected} veld."),
    "uniqueItems": ("dubbel", "Iedere waarde mag hier één keer voorkomen."),
    "contains": ("ontbreekt-in-lijst", "Bij deze berichtsoort hoort hier: {expected}."),
    "not": ("niet-toegestaan", "Deze waarde mag niet. {description}"),
}
_TYPES: Final = {
    "object": "een object",
    "array": "een lijst",
    "string": "tekst",
    "integer": "een geheel getal",
    "boolean": "true of false",
}


def check(bericht: object, limits: Limits | None = None) -> tuple[Fault, ...]:
    """Every fault of a bericht, in order of place; none when it may be accepted.

    Structure first (the schema of its berichtsoort), then each rule whose fields are sound. Messages say what is
    expected and never what was found.
    """
    if not isinstance(bericht, dict):
        return (Fault(pointer="", code="soort-waarde", message="Een bericht is een JSON-object."),)
    kind = bericht.get("berichtsoort")
    known = isinstance(kind, str) and kind in berichtsoorten()
    name = str(kind) if known else BERICHT
    structural = () if known and is_valid(name, bericht) else tuple(_structural(name, bericht, known=known))
    broken = {fault.pointer.split("/")[1] for fault in structural if fault.pointer}
    found = _by_rule(bericht, broken, limits or Limits())
    return tuple(sorted({*structural, *found}))


def _by_rule(bericht: dict[str, Any], broken: set[str], limits: Limits) -> Iterator[Fault]:
    sound = bericht.keys() - broken
    for needs, rule in RULES:
        if needs <= sound:
            yield from rule(bericht, limits)


def _structural(name: str, bericht: dict[str, Any], *, known: bool) -> Iterator[Fault]:
    if not known and isinstance(bericht.get("berichtsoort"), str):
        yield Fault(pointer="/berichtsoort", code="keuze", message="Deze berichtsoort bestaat niet.")
    for error in errors(name, bericht):
        yield from _faults_of(error)


def _faults_of(error: ValidationError) -> Iterator[Fault]:
    path = list(error.absolute_path)
    # The library types these as whatever a schema may hold; ours are objects, and the keywords say the rest.
    schema: Any = error.schema
    expected: Any = error.validator_value
    found: Any = error.instance
    match error.validator:
        case "required":
            for missing in set(expected) - set(found):
                yield Fault(pointer=pointer([*path, missing]), code="verplicht", message="Dit veld ontbreekt.")
        case "additionalProperties":
            for extra in set(found) - set(schema["properties"]):
                place = [*path, extra] if _SAFE_NAME.fullmatch(extra) else path
                yield Fault(pointer=pointer(place), code="onbekend-veld", message="Dit veld bestaat niet.")
        case keyword:
            code, words = _WORDS[str(keyword)]
            message = words.format(expected=_worded(keyword, expected), description=schema.get("description", ""))
            yield Fault(pointer=pointer(path), code=code, message=message.strip())


def _worded(keyword: object, expected: Any) -> str:
    """What the schema expects, for people."""
    if keyword == "type":
        return _TYPES[expected]
    if keyword == "contains":
        return str(expected.get("const") or expected["properties"]["soort"]["const"])
    return ", ".join(expected) if isinstance(expected, list) else str(expected)
