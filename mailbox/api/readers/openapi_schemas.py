"""The shapes of what the reader API answers and takes, for its description. Letters are as `bericht` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from consent import Basis, Purpose
from mailbox.api.describing import INSTANT, Json, link, list_of, object_of, ref
from mailbox.api.readers.bodies import (
    ANSWER,
    CHANGE,
    CLIENT_SEARCH,
    CODE,
    MARK,
    PREVIEW,
    PROPOSAL,
    REQUEST,
    SEARCH,
    STOP,
)
from mailbox.api.readers.grant_json import STATES
from mailbox.api.readers.log_json import ACTS
from mailbox.api.readers.openapi_money import money_schemas
from mailbox.domain.helper_marks import HelperMark
from mailbox.services.log_entries import Role
from schemas import grant_schema, schema_document

UUID: Final = {"type": "string", "format": "uuid"}
COUNT: Final = {"type": "integer", "minimum": 0}
_TEXT: Final = {"type": "string"}
_YES_NO: Final = {"type": "boolean"}
_DATE: Final = {"type": "string", "format": "date"}
_MARKS: Final = {
    "leestijdstip": {**INSTANT, "description": "Wanneer de burger het las, in UTC; leeg is nieuw"},
    "archiveertijdstip": {**INSTANT, "description": "Sinds wanneer het in het archief van de burger staat, in UTC"},
}
_WITH_POST: Final = "Alleen met een token dat ook de post mag lezen"
_FROM_BERICHT: Final = (
    "kenmerk",
    "berichtsoort",
    "aard",
    "zaakkenmerk",
    "domeinen",
    "onderwerp",
    "dagtekening",
    "reactieVerwacht",
    "rechtsgevolg",
    "bedragen",
    "betaling",
    "termijnen",
    "rechtsmiddel",
    "afspraak",
    "relatie",
)
_BODIES: Final = {
    "NieuwConcept": PROPOSAL,
    "Wijziging": CHANGE,
    "Vooraf": PREVIEW,
    "Stop": STOP,
    "NieuwVerzoek": REQUEST,
    "Code": CODE,
    "Antwoord": ANSWER,
    "NieuweMarkering": MARK,
    "Zoekvraag": SEARCH,
    "ZoekvraagBijClient": CLIENT_SEARCH,
}


def schemas() -> Json:
    """By name. Bodies are the very schemas that bodies are checked with."""
    bodies = {name: schema.document for name, schema in _BODIES.items()}
    return {**bodies, **_letters(), **money_schemas(), **_grants(), **_log(), **_clients()}


def _letters() -> Json:
    bericht: Mapping[str, Any] = schema_document("bericht")["properties"]
    return {
        "Tijdlijn": object_of(
            ["berichten", "_links"],
            {
                "berichten": list_of(ref("Bericht")),
                "aantalNieuw": COUNT,
                "aantalOnleesbaar": {**COUNT, "description": "Berichten van deze bladzijde die niet open gaan"},
                "_links": ref("Bladeren"),
            },
        ),
        "TijdlijnVanClient": object_of(
            ["berichten", "_links"], {"berichten": list_of(ref("BerichtVanClient")), "_links": ref("Bladeren")}
        ),
        "Gevonden": _found("Bericht"),
        "GevondenBijClient": _found("BerichtVanClient"),
        "Bericht": _letter(bericht, _MARKS),
        "BerichtMetTekst": _letter(bericht, _MARKS, "kort", "inhoud", "acties"),
        "BerichtVanClient": _letter(bericht, {}),
        "BerichtVanClientMetTekst": {
            **_letter(bericht, {}, "kort", "inhoud", "acties"),
            "description": "De tekst ontbreekt voor een helper die alleen datums en bedragen mag zien",
        },
        "Bijlage": object_of(
            ["nummer", "naam", "mediaType", "grootte", "_links"],
            {
                "nummer": {**COUNT, "description": "Vanaf 0"},
                "naam": _TEXT,
                "mediaType": bericht["bijlagen"]["items"]["properties"]["mediaType"],
                "grootte": {**COUNT, "description": "In bytes"},
                "_links": ref("Zelf"),
            },
        ),
        "Organisatie": object_of(["oin"], {"oin": bericht["afzender"], "naam": _TEXT}),
        "Zelf": object_of(["self"], {"self": link()}),
        "Bladeren": object_of(
            ["self"], {"self": link(), "volgende": {**link(), "description": "Is er alleen als er meer is"}}
        ),
    }


def _found(letter: str) -> Json:
    return object_of(
        ["berichten"],
        {
            "berichten": list_of(ref(letter)),
            "voor": {**_TEXT, "description": "Is er als er meer kan zijn: met deze waarde in de vraag gaat het verder"},
            "gezochtTot": {**INSTANT, "description": "Er is genoeg gezocht voor één keer, tot hier terug, in UTC"},
        },
    )


def _letter(bericht: Mapping[str, Any], own: Json, *more: str) -> Json:
    """A letter, with what `bericht` says of each field.

    `own`: what only its citizen is told; `more`: fields beside those of the timeline.
    """
    return object_of(
        ["berichtId", "afzender", "kenmerk", "domeinen", "onderwerp", "dagtekening", "bijlagen", "_links"],
        {
            "berichtId": UUID,
            "afzender": ref("Organisatie"),
            **{name: bericht[name] for name in (*_FROM_BERICHT, *more)},
            "publicatietijdstip": {**INSTANT, "description": "Vanaf wanneer de burger het bericht ziet, in UTC"},
            **own,
            "papierverzenddatum": {**_DATE, "description": "Wanneer de brief op papier is verzonden"},
            "bijlagen": list_of(ref("Bijlage")),
            "_links": ref("Zelf"),
        },
    )


def _grants() -> Json:
    return {
        "Toestemmingen": object_of(
            ["toestemmingen", "_links"],
            {
                "toestemmingen": list_of(ref("Toestemming")),
                "kloptNiet": {
                    **list_of(UUID),
                    "description": "Wat hiervan is opgeslagen, klopt niet. Niemand ziet er iets mee; stop ze",
                },
                "_links": ref("Zelf"),
            },
        ),
        "Toestemming": object_of(
            ["toestemmingId", "status", "grondslag", "naam", "helpers", "toestemming", "versie", "_links"],
            {
                "toestemmingId": UUID,
                "status": {"enum": list(STATES.values())},
                "grondslag": {"enum": list(Basis)},
                "naam": {**_TEXT, "description": "Hoe de burger de helper noemt"},
                "helpers": list_of(object_of(["naam", "_links"], {"naam": _TEXT, "_links": ref("Zelf")})),
                "organisatie": _TEXT,
                "uitspraak": {**_TEXT, "description": "Kenmerk van de beslissing van de rechter"},
                "toestemming": ref("Detail"),
                "versie": {"type": "integer", "minimum": 1},
                "stilGestopt": {**_YES_NO, "description": "Zonder het de helper te vertellen"},
                "vervallen": {**_YES_NO, "description": "Niet meer geldig door een beslissing van de rechter"},
                "aanmaaktijdstip": INSTANT,
                "wijzigingstijdstip": INSTANT,
                "kijktijdstip": {**INSTANT, "description": "Wanneer een helper het laatst keek, in UTC"},
                "_links": ref("Zelf"),
            },
        ),
        "Detail": _detail(),
        "Concepten": object_of(["concepten", "_links"], {"concepten": list_of(ref("Concept")), "_links": ref("Zelf")}),
        "Concept": object_of(
            ["conceptId", "app", "naam", "toestemming", "vervaltijdstip", "_links"],
            {
                "conceptId": UUID,
                "app": {**_TEXT, "description": "Welke app het klaarzette"},
                "naam": {**_TEXT, "description": "Hoe de burger de helper noemt"},
                "toestemming": ref("Detail"),
                "toestemmingId": {**UUID, "description": "Wat het verandert; leeg voor een nieuwe toestemming"},
                "vervaltijdstip": {**INSTANT, "description": "Tot wanneer de burger ja kan zeggen, in UTC"},
                "_links": object_of(
                    ["self", "pagina"],
                    {
                        "self": link(),
                        "pagina": {**link(), "description": "Waar de burger ja zegt, en de code voor de helper ziet"},
                    },
                ),
            },
        ),
        "Gestopt": object_of(["aantalGestopt"], {"aantalGestopt": COUNT}),
        "Voorvertoning": object_of(["berichten"], {"berichten": list_of(ref("Bericht"))}),
        "Verzoekcode": object_of(["code", "vervaltijdstipCode"], {"code": _TEXT, "vervaltijdstipCode": INSTANT}),
        "Verzoek": object_of(
            ["helper", "reden", "toestemming", "vervaltijdstipCode"],
            {
                "helper": object_of(["naam"], {"naam": _TEXT, "organisatie": _TEXT}),
                "reden": _TEXT,
                "toestemming": ref("Detail"),
                "vervaltijdstipCode": INSTANT,
                "toestemmingId": {**UUID, "description": "Wat de burger al gaf, als het antwoord ja was"},
            },
        ),
        "Gegeven": object_of(["toestemmingId", "_links"], {"toestemmingId": UUID, "_links": ref("Zelf")}),
    }


def _detail() -> Json:
    """As it is read: a grant may rest on a court's decision, which nobody gives here."""
    detail = {name: value for name, value in grant_schema().items() if not name.startswith("$")}
    purpose = {**detail["properties"]["purpose"], "enum": list(Purpose)}
    return {**detail, "properties": {**detail["properties"], "purpose": purpose}}


def _log() -> Json:
    return {
        "Inzagelog": object_of(
            ["regels", "ongeschonden", "_links"],
            {
                "regels": list_of(ref("Logregel")),
                "ongeschonden": {**_YES_NO, "description": "Onwaar als er een regel ontbreekt of is veranderd"},
                "_links": ref("Bladeren"),
            },
        ),
        "Logregel": object_of(
            ["nummer", "tijdstip", "wie", "rol", "handeling", "berichten", "_links"],
            {
                "nummer": COUNT,
                "tijdstip": INSTANT,
                "wie": _TEXT,
                "rol": {"enum": list(Role)},
                "handeling": {"enum": list(ACTS.values())},
                "app": {**_TEXT, "description": "Met welke app dit gebeurde, of welke is toegelaten"},
                "helper": {**_TEXT, "description": "Om wie het gaat, zoals de burger die kent"},
                "klaargezetDoor": {**_TEXT, "description": "De app die klaarzette wat de burger gaf of weggooide"},
                "toestemmingId": UUID,
                "toestemming": ref("Detail"),
                "eerdereToestemming": ref("Detail"),
                "berichten": list_of(ref("LogBericht")),
                "_links": object_of(["self", "meldingen"], {"self": link(), "meldingen": link()}),
            },
        ),
        "LogBericht": object_of(
            ["berichtId", "_links"],
            {
                "berichtId": UUID,
                "afzender": {"allOf": [ref("Organisatie")], "description": _WITH_POST},
                "onderwerp": {**_TEXT, "description": _WITH_POST},
                "_links": ref("Zelf"),
            },
        ),
    }


def _clients() -> Json:
    to_post = object_of([], {"tijdlijn": link()})
    return {
        "Clienten": object_of(
            ["clienten", "aantalGevonden", "aantalTotaal", "_links"],
            {
                "clienten": list_of(ref("Client")),
                "aantalGevonden": COUNT,
                "aantalTotaal": COUNT,
                "_links": ref("Bladeren"),
            },
        ),
        "Client": object_of(
            ["toestemmingId", "naam", "beschikbaar", "favoriet", "looptBinnenkortAf", "_links"],
            {
                "toestemmingId": UUID,
                "naam": _TEXT,
                "beschikbaar": _YES_NO,
                "favoriet": _YES_NO,
                "looptBinnenkortAf": _YES_NO,
                "stoptijdstip": INSTANT,
                "uitspraak": {
                    **_TEXT,
                    "description": "Kenmerk van de beslissing waarmee de rechter de helper aanstelde",
                },
                "wijzigingstijdstip": {
                    **INSTANT,
                    "description": "Er is iets veranderd wat de helper nog niet zag, in UTC",
                },
                "gevraagdtijdstip": {
                    **INSTANT,
                    "description": "Sinds wanneer de cliënt wil dat de helper kijkt, in UTC. Weg zodra dat gebeurde",
                },
                "toestemming": ref("Detail"),
                "post": object_of(
                    ["aantalVoorbij"],
                    {
                        "aantalVoorbij": {**COUNT, "description": "Datums die voorbij zijn"},
                        "eersteDatum": {**_DATE, "description": "De datum die het eerst komt"},
                    },
                ),
                "_links": to_post,
            },
        ),
        "Markeringen": object_of(
            ["markeringen", "_links"],
            {
                "markeringen": list_of(
                    object_of(
                        ["berichtId", "markering", "_links"],
                        {
                            "berichtId": UUID,
                            "markering": {"enum": list(HelperMark)},
                            "_links": object_of(["bericht"], {"bericht": link()}),
                        },
                    )
                ),
                "_links": ref("Zelf"),
            },
        ),
        "NieuweClient": object_of(
            ["toestemmingId", "naam", "toestemming", "_links"],
            {"toestemmingId": UUID, "naam": _TEXT, "toestemming": ref("Detail"), "_links": to_post},
        ),
    }
