"""What a validator found, in words: what is expected and never what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from jsonschema.exceptions import ValidationError

from schemas.faults import Fault, pointer

_SAFE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")
"""A name that may be repeated in an answer: no number, so no BSN either."""
WORDS: Final = {
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
TYPES: Final = {
    "object": "een object",
    "array": "een lijst",
    "string": "tekst",
    "integer": "een geheel getal",
    "boolean": "true of false",
}


def faults_of(error: ValidationError) -> Iterator[Fault]:
    """One error of the reference as faults."""
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
            code, words = WORDS[str(keyword)]
            message = words.format(expected=_worded(keyword, expected), description=schema.get("description", ""))
            yield Fault(pointer=pointer(path), code=code, message=message.strip())


def _worded(keyword: object, expected: Any) -> str:
    """What the schema expects, for people."""
    if keyword == "type":
        return TYPES[expected]
    if keyword == "contains":
        return str(expected.get("const") or expected["properties"]["soort"]["const"])
    return ", ".join(expected) if isinstance(expected, list) else str(expected)
