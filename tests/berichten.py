"""Valid letters for tests: the least that each berichtsoort asks, made from its published schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas import schema_document

_PAID_BY = {"cjib_wahv_beschikking": "2026-04-28"}
"""By law, of a letter of 2 March. The other kinds have six weeks, whatever the law says of them."""
_SIX_WEEKS = "2026-04-13"


def bericht(code: str = "cjib_wahv_beschikking", /, **changes: Any) -> dict[str, Any]:
    """A valid bericht of this kind with these top-level fields changed; None takes a field out."""
    asked = schema_document(code)
    letter = {**_common(code, asked["properties"]), **_asked(code, asked), **changes}
    return {name: value for name, value in letter.items() if value is not None}


def _common(code: str, properties: dict[str, Any]) -> dict[str, Any]:
    nature = properties["aard"]
    return {
        "kenmerk": "TEST-1",
        "afzender": "00000099000000004000",
        "ontvanger": {"type": "BSN", "waarde": "999990019"},
        "berichtsoort": code,
        "zaakkenmerk": "ZAAK 1",
        "domeinen": [properties["domeinen"]["contains"]["const"]],
        "onderwerp": "Een brief",
        "kort": {"wat": "Dit is een brief.", "doen": "Lees de brief.", "gevolg": "Anders weet u het niet."},
        "inhoud": "Beste meneer of mevrouw,\n\nDit is de tekst.",
        "dagtekening": "2026-03-02",
        "aard": nature.get("const") or nature["enum"][0],
        "reactieVerwacht": True,
    }


def _asked(code: str, schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema["properties"]
    makers: dict[str, Callable[[], Any]] = {
        "bedragen": lambda: _amounts(properties.get("bedragen", {})),
        "betaling": lambda: _payment(code),
        "termijnen": lambda: [_term(code, part["contains"]) for part in properties["termijnen"]["allOf"]],
        "rechtsmiddel": lambda: _remedy(properties["rechtsmiddel"]),
        "afspraak": lambda: {"tijdstip": "2026-04-01T09:00:00Z", "plaats": "Kantoor"},
    }
    return {name: makers[name]() for name in schema.get("required", ())}


def _amounts(asked: dict[str, Any]) -> dict[str, Any]:
    direction = asked.get("properties", {}).get("richting", {}).get("const", "betalen")
    return {"totaal": 10900, "hoofdsom": 10000, "kosten": 900, "richting": direction}


def _payment(code: str) -> dict[str, Any]:
    return {
        "iban": "NL91ABNA0417164300",
        "tenNameVan": "Voorbeeld",
        "betalingskenmerk": "5000056789012345",
        "uiterlijk": _PAID_BY.get(code, _SIX_WEEKS),
    }


def _term(code: str, asked: dict[str, Any]) -> dict[str, Any]:
    kind = asked["properties"]["soort"]["const"]
    return {
        "soort": kind,
        "uiterlijk": _PAID_BY.get(code, _SIX_WEEKS) if kind == "betalen" else _SIX_WEEKS,
        "grondslag": "Awb art. 6:7",
        "gevolg": "Daarna kan het niet meer.",
    }


def _remedy(asked: dict[str, Any]) -> dict[str, Any]:
    kind = asked["properties"]["soort"]["const"]
    return {"soort": kind, "instantie": "De instantie", "uiterlijk": _SIX_WEEKS}
