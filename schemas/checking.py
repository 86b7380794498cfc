"""Is this a letter? All that is wrong with it at once, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

from jsonschema.exceptions import ValidationError

from schemas.attachments import Limits
from schemas.faults import Fault, pointer
from schemas.files import BERICHT, berichtsoorten
from schemas.rules import RULES
from schemas.soundness import Bericht, sound_copy, value_at
from schemas.validators import errors, is_valid

MAX_FAULTS: Final = 200
"""More than a person reads. A bound, so that a hostile letter costs no more than its own size."""
_AND_MORE: Final = Fault(pointer="", code="te-veel-fouten", message=f"Na {MAX_FAULTS} fouten is er gestopt.")
_UNEXPLAINED: Final = Fault(pointer="", code="structuur", message="Dit bericht past niet bij zijn schema.")
"""The compiled validator refuses what the reference accepts. A bug of ours, and no reason to accept."""
_SAFE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")
"""A name that may be repeated in an answer: no number, so no BSN either."""
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

    `bericht` is what `parse_json` gives. Structure first (the schema of its berichtsoort), then each rule whose values
    are sound. Messages say what is expected and never what was found. After `MAX_FAULTS` it stops, and says so.
    """
    if not isinstance(bericht, dict):
        return (Fault(pointer="", code="soort-waarde", message="Een bericht is een JSON-object."),)
    kind = bericht.get("berichtsoort")
    known = isinstance(kind, str) and kind in berichtsoorten()
    name = str(kind) if known else BERICHT
    valid = known and is_valid(name, bericht)
    found = () if valid else tuple(islice(errors(name, bericht), MAX_FAULTS))
    reasons = chain(_unknown_kind(kind, known=known), *map(_faults_of, found))
    faults = {*islice(reasons, MAX_FAULTS)} or (set() if valid else {_UNEXPLAINED})
    if len(found) < MAX_FAULTS:
        sound = sound_copy(bericht, found) if found else bericht
        faults.update(islice(_by_rule(sound, limits or Limits()), MAX_FAULTS))
    return tuple(sorted(faults)) if len(faults) < MAX_FAULTS else (*sorted(faults)[:MAX_FAULTS], _AND_MORE)


def _by_rule(bericht: Bericht, limits: Limits) -> Iterator[Fault]:
    for needs, rule in RULES:
        if all(value_at(bericht, path) is not None for path in needs):
            yield from rule(bericht, limits)


def _unknown_kind(kind: object, *, known: bool) -> Iterator[Fault]:
    if isinstance(kind, str) and not known:
        yield Fault(pointer="/berichtsoort", code="keuze", message="Deze berichtsoort bestaat niet.")


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
