"""The shapes of what somebody owes, for the description of the reader API."""

from __future__ import annotations

from typing import Final

from mailbox.api.describing import INSTANT, Json, list_of, object_of, ref
from mailbox.domain.claims.debts import State
from schemas import schema_document

_CENTS: Final = {"type": "integer", "minimum": 0, "description": "In eurocent"}
_DATE: Final = {"type": "string", "format": "date"}
_UUID: Final = {"type": "string", "format": "uuid"}
_TEXT: Final = {"type": "string"}


def money_schemas() -> Json:
    """By name."""
    count = {"type": "integer", "minimum": 0, "description": "Berichten waarvan het bedrag niet te lezen is"}
    return {
        "Betalen": _money({"aantalOnleesbaar": count}),
        "BetalenVanClient": _money({}),
        "Zaak": object_of(
            ["vorderingen", "berichten"],
            {"vorderingen": list_of(ref("Vordering")), "berichten": list_of(ref("ZaakBericht"))},
        ),
        "Vordering": _debt(),
        "ZaakBericht": object_of(
            ["berichtId", "_links"],
            {
                "berichtId": _UUID,
                "bezwaartijdstip": {**INSTANT, "description": "Wanneer de burger zei het er niet mee eens te zijn"},
                "_links": ref("Zelf"),
            },
        ),
    }


def _money(more: Json) -> Json:
    return object_of(
        ["totaalOpen", "isMinstens", "ontbrekendeOrganisaties", *more, "zaken", "_links"],
        {
            "totaalOpen": _CENTS,
            "isMinstens": {"type": "boolean", "description": "Het kan meer zijn dan het totaal"},
            "ontbrekendeOrganisaties": {**list_of(_TEXT), "description": "Hun bedragen tellen niet mee"},
            **more,
            "zaken": list_of(ref("Zaak")),
            "_links": ref("Zelf"),
        },
    )


def _debt() -> Json:
    bericht = schema_document("bericht")["properties"]
    step = {"vanafDatum": _DATE, "openstaand": _CENTS, "grondslag": _TEXT}
    told = {
        "meldtijdstip": {**INSTANT, "description": "Wanneer de burger zei dat dit betaald is"},
        "isIngehaald": {"type": "boolean", "description": "Daarna kwam nog een brief: de betaling is niet gezien"},
    }
    return object_of(
        ["berichtId", "afzender", "onderwerp", "status", "openstaand", "beginbedrag", "bedragen", "_links"],
        {
            "berichtId": {**_UUID, "description": "Het nieuwste bericht hierover"},
            "afzender": ref("Organisatie"),
            "onderwerp": _TEXT,
            "status": {"enum": list(State)},
            "openstaand": _CENTS,
            "beginbedrag": {**_CENTS, "description": "Het totaal van het eerste bericht, in eurocent"},
            "bedragen": bericht["bedragen"],
            "uiterlijkeDatum": _DATE,
            "volgendeStap": object_of(["vanafDatum"], step),
            "eigenMelding": object_of(["meldtijdstip", "isIngehaald"], told),
            "_links": ref("Zelf"),
        },
    )
