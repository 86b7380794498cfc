"""The public description of the sender API, at `openapi.json`."""

from __future__ import annotations

from typing import Final, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api import describing
from mailbox.api.access_tokens import INSPECT, SEND
from mailbox.api.describing import (
    EVERYWHERE,
    INSTANT,
    JSON,
    WITH_BODY,
    Json,
    answer,
    body,
    failures,
    header,
    in_path,
    link,
    list_of,
    object_of,
    ref,
)
from mailbox.api.headers import API_VERSION, SENDERS
from mailbox.services.letter_status import EventKind
from schemas import SCHEMA_NAMES, schema_document

_NDJSON: Final = "application/x-ndjson"
_ID: Final = {"type": "string", "format": "uuid", "description": "Ons nummer van het bericht"}
_REFERENCE: Final = {"type": "string", "description": "Het eigen kenmerk van de afzender"}

router = APIRouter()


@router.get("/openapi.json")
async def openapi_json(request: Request) -> Response:
    """This description. No login, and readable by any site (ADR /core/publish-openapi)."""
    return JSONResponse(document(request.app.state.settings.public_url), headers={"Access-Control-Allow-Origin": "*"})


def document(public_url: str) -> Json:
    """The whole description, for a service at this address."""
    return describing.document(
        title="Mijnoverzicht aanleveren",
        description="Organisaties leveren hier de post aan die zij ook aan een burger sturen.",
        version=API_VERSION,
        server=public_url + SENDERS,
        tags={"Berichten": "Post aanleveren en volgen", "Schemas": "Waar een bericht aan moet voldoen"},
        paths=_paths(),
        schemas=_schemas(),
        headers={
            "Location": header("Waar de status van het bericht staat", format="uri"),
            "Access-Control-Allow-Origin": header("Voor elke site te lezen", const="*"),
        },
        security=_oauth(public_url),
    )


def _paths() -> Json:
    berichten = {"tags": ["Berichten"]}
    return {
        "/berichten": {
            "post": {
                **berichten,
                "operationId": "leverBerichtAan",
                "summary": "Eén bericht aanleveren",
                "description": "Hetzelfde bericht nog eens sturen mag: het kenmerk maakt dat het er één blijft.",
                "security": [{"oauth": [SEND]}],
                "requestBody": body(JSON, "Bericht"),
                "responses": {
                    "202": answer("Het bericht is duurzaam bewaard.", JSON, ref("Aanlevering"), "Location"),
                    "200": answer("Dit bericht was er al.", JSON, ref("Aanlevering"), "Location"),
                    **failures(*EVERYWHERE, *WITH_BODY, 409),
                },
            }
        },
        "/berichten/_bulk": {
            "post": {
                **berichten,
                "operationId": "leverBerichtenAan",
                "summary": "Veel berichten aanleveren",
                "description": "Een bericht per regel; het antwoord heeft een regel per bericht, in dezelfde volgorde. "
                "Een regel met een fout houdt de andere niet tegen.",
                "security": [{"oauth": [SEND]}],
                "requestBody": body(_NDJSON, "Bericht"),
                "responses": {
                    "200": answer("Wat er van elk bericht werd.", _NDJSON, ref("Resultaatregel")),
                    **failures(*EVERYWHERE, *WITH_BODY),
                },
            }
        },
        "/berichten/{berichtId}": {
            "get": {
                **berichten,
                "operationId": "haalBerichtstatusOp",
                "summary": "Wat er van een eigen bericht is geworden",
                "security": [{"oauth": [INSPECT]}],
                "parameters": [in_path("berichtId", _ID)],
                "responses": {
                    "200": answer("De status van het bericht.", JSON, ref("Berichtstatus")),
                    **failures(*EVERYWHERE, 404),
                },
            }
        },
        "/schemas/{naam}": {
            "get": {
                "tags": ["Schemas"],
                "operationId": "haalSchemaOp",
                "summary": "Het JSON Schema van een bericht of van een berichtsoort",
                "security": [],
                "parameters": [in_path("naam", {"type": "string", "enum": list(SCHEMA_NAMES)})],
                "responses": {
                    "200": answer(
                        "Het schema.", "application/schema+json", {"type": "object"}, "Access-Control-Allow-Origin"
                    ),
                    **failures(400, 404, 405, 500),
                },
            }
        },
    }


def _schemas() -> Json:
    bericht = {name: value for name, value in schema_document("bericht").items() if not name.startswith("$")}
    return {
        "Bericht": bericht,
        "Aanlevering": object_of(
            ["berichtId", "kenmerk", "status", "tijdstipOntvangst", "publicatietijdstip", "_links"],
            {"kenmerk": _REFERENCE, "status": {"const": "ontvangen"}, **_arrival()},
        ),
        "Berichtstatus": object_of(
            ["berichtId", "status", "tijdstipOntvangst", "publicatietijdstip", "gebeurtenissen", "_links"],
            {
                "status": {"enum": ["ontvangen", "beschikbaar"]},
                "gebeurtenissen": list_of(ref("Gebeurtenis")),
                **_arrival(),
            },
        ),
        "Gebeurtenis": object_of(
            ["soort", "tijdstip"],
            {
                "soort": {
                    "enum": list(get_args(EventKind)),
                    "description": "termijn-wijkt-af: een datum in het bericht is niet de laatste dag volgens de wet. "
                    "De burger ziet de datum uit het bericht. "
                    "kennisgeving-verzonden: de burger kreeg een bericht dat er post is (Awb 2:10). "
                    "kennisgeving-mislukt: het adres van de burger neemt sinds dit tijdstip geen bericht aan. "
                    "geen-kennisgeving: de burger kreeg geen bericht. Er was geen adres, de burger wilde het niet, of "
                    "er ging 48 uur lang niets uit. Wij zeggen niet welke van deze het is. "
                    "niet-bereikt: zoek de burger op een andere manier, bijvoorbeeld per telefoon",
                },
                "tijdstip": INSTANT,
                "termijn": {"type": "string", "description": "De soort van de termijn die afwijkt"},
                "reden": {
                    "enum": ["niet-geopend", "niet-ingelogd"],
                    "description": "Bij niet-bereikt. niet-geopend: de burger wilde dat u dit hoort. niet-ingelogd: de "
                    "burger was niet meer hier sinds het bericht kwam, en een datum in het bericht komt dichtbij",
                },
                "volgensWet": ref("TermijnVolgensWet"),
            },
        ),
        "TermijnVolgensWet": object_of(
            ["uiterlijk", "grondslag"],
            {
                "uiterlijk": {"type": "string", "format": "date", "description": "Laatste dag volgens de wet"},
                "grondslag": {"type": "string", "description": "Wetsartikel"},
            },
        ),
        "Resultaatregel": object_of(
            ["regel", "status"],
            {
                "regel": {"type": "integer", "minimum": 1, "description": "De regel van het verzoek, lege meegeteld"},
                "kenmerk": _REFERENCE,
                "status": {"enum": [200, 202, 400, 403, 409, 413, 500, 503]},
                "berichtId": _ID,
                "titel": {"type": "string"},
                "melding": {"type": "string"},
                "fouten": list_of(ref("Fout")),
            },
        ),
        "Koppeling": object_of(["self"], {"self": link()}),
    }


def _arrival() -> Json:
    return {
        "berichtId": _ID,
        "tijdstipOntvangst": INSTANT,
        "publicatietijdstip": {**INSTANT, "description": "Vanaf wanneer de burger het bericht ziet, in UTC"},
        "_links": ref("Koppeling"),
    }


def _oauth(public_url: str) -> Json:
    scopes = {SEND: "Berichten aanleveren", INSPECT: "De status van eigen berichten inzien"}
    return {
        "type": "oauth2",
        "description": "OAuth NL GOV: client credentials met private_key_jwt.",
        "flows": {"clientCredentials": {"tokenUrl": f"{public_url}/oauth/token", "scopes": scopes}},
    }
