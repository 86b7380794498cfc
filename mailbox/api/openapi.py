"""The public description of the sender API: OpenAPI 3.1 by the NL API Design Rules, public at `openapi.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.access_tokens import INSPECT, SEND
from mailbox.api.headers import API_VERSION, SENDERS
from mailbox.api.problems import TITLES
from schemas import SCHEMA_NAMES, schema_document

_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_NDJSON: Final = "application/x-ndjson"
_INSTANT: Final = {"type": "string", "format": "date-time", "description": "Tijdstip in UTC"}
_ID: Final = {"type": "string", "format": "uuid", "description": "Ons nummer van het bericht"}
_REFERENCE: Final = {"type": "string", "description": "Het eigen kenmerk van de afzender"}
_FAILURES: Final[Mapping[int, str]] = {status.value: title for status, title in TITLES.items()}
_FAILURE_HEADERS: Final = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
_EVERYWHERE: Final = (400, 401, 403, 405, 406, 429, 500, 503)
_WITH_BODY: Final = (408, 413, 415)

router = APIRouter()


@router.get("/openapi.json")
async def openapi_json(request: Request) -> Response:
    """This description. No login, and readable by any site (ADR /core/publish-openapi)."""
    return JSONResponse(document(request.app.state.settings.public_url), headers={"Access-Control-Allow-Origin": "*"})


def document(public_url: str) -> dict[str, Any]:
    """The whole description, for a service at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mijnoverzicht aanleveren",
            "version": API_VERSION,
            "description": "Organisaties leveren hier de post aan die zij ook aan een burger sturen.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            "contact": {
                "name": "Mijnoverzicht",
                "email": "aansluiten@mijnoverzicht.example",
                "url": "https://mijnoverzicht.example/aansluiten",
            },
        },
        "servers": [{"url": public_url + SENDERS, "description": "Deze omgeving"}],
        "tags": [
            {"name": "Berichten", "description": "Post aanleveren en volgen"},
            {"name": "Schemas", "description": "Waar een bericht aan moet voldoen"},
        ],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "headers": _headers(),
            "responses": {f"Probleem{status}": _problem(status, title) for status, title in _FAILURES.items()},
            "securitySchemes": {"oauth": _oauth(public_url)},
        },
    }


def _paths() -> dict[str, Any]:
    berichten = {"tags": ["Berichten"]}
    return {
        "/berichten": {
            "post": {
                **berichten,
                "operationId": "leverBerichtAan",
                "summary": "Eén bericht aanleveren",
                "description": "Hetzelfde bericht nog eens sturen mag: het kenmerk maakt dat het er één blijft.",
                "security": [{"oauth": [SEND]}],
                "requestBody": _body(_JSON, "Bericht"),
                "responses": {
                    "202": _answer("Het bericht is duurzaam bewaard.", _JSON, _ref("Aanlevering"), "Location"),
                    "200": _answer("Dit bericht was er al.", _JSON, _ref("Aanlevering"), "Location"),
                    **_failures(*_EVERYWHERE, *_WITH_BODY, 409),
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
                "requestBody": _body(_NDJSON, "Bericht"),
                "responses": {
                    "200": _answer("Wat er van elk bericht werd.", _NDJSON, _ref("Resultaatregel")),
                    **_failures(*_EVERYWHERE, *_WITH_BODY),
                },
            }
        },
        "/berichten/{berichtId}": {
            "get": {
                **berichten,
                "operationId": "haalBerichtstatusOp",
                "summary": "Wat er van een eigen bericht is geworden",
                "security": [{"oauth": [INSPECT]}],
                "parameters": [_in_path("berichtId", _ID)],
                "responses": {
                    "200": _answer("De status van het bericht.", _JSON, _ref("Berichtstatus")),
                    **_failures(*_EVERYWHERE, 404),
                },
            }
        },
        "/schemas/{naam}": {
            "get": {
                "tags": ["Schemas"],
                "operationId": "haalSchemaOp",
                "summary": "Het JSON Schema van een bericht of van een berichtsoort",
                "security": [],
                "parameters": [_in_path("naam", {"type": "string", "enum": list(SCHEMA_NAMES)})],
                "responses": {
                    "200": _answer(
                        "Het schema.", "application/schema+json", {"type": "object"}, "Access-Control-Allow-Origin"
                    ),
                    **_failures(400, 404, 405, 500),
                },
            }
        },
    }


def _schemas() -> dict[str, Any]:
    bericht = {name: value for name, value in schema_document("bericht").items() if not name.startswith("$")}
    return {
        "Bericht": bericht,
        "Aanlevering": _object(
            ["berichtId", "kenmerk", "status", "tijdstipOntvangst", "publicatietijdstip", "_links"],
            {"kenmerk": _REFERENCE, "status": {"const": "ontvangen"}, **_arrival()},
        ),
        "Berichtstatus": _object(
            ["berichtId", "status", "tijdstipOntvangst", "publicatietijdstip", "gebeurtenissen", "_links"],
            {
                "status": {"enum": ["ontvangen", "beschikbaar"]},
                "gebeurtenissen": {"type": "array", "items": _ref("Gebeurtenis")},
                **_arrival(),
            },
        ),
        "Gebeurtenis": _object(
            ["soort", "tijdstip"], {"soort": {"enum": ["ontvangen", "beschikbaar"]}, "tijdstip": _INSTANT}
        ),
        "Resultaatregel": _object(
            ["regel", "status"],
            {
                "regel": {"type": "integer", "minimum": 1, "description": "De regel van het verzoek, lege meegeteld"},
                "kenmerk": _REFERENCE,
                "status": {"enum": [200, 202, 400, 403, 409, 413, 500, 503]},
                "berichtId": _ID,
                "titel": {"type": "string"},
                "melding": {"type": "string"},
                "fouten": {"type": "array", "items": _ref("Fout")},
            },
        ),
        "Koppeling": _object(["self"], {"self": _object(["href"], {"href": {"type": "string", "format": "uri"}})}),
        "Probleem": _problem_schema(),
        "Fout": _object(
            ["pointer", "code", "melding"],
            {
                "pointer": {"type": "string", "description": "Waar de fout zit (RFC 6901)"},
                "code": {"type": "string", "description": "Welke regel is overtreden"},
                "melding": {"type": "string", "description": "Wat er wel hoort te staan"},
            },
        ),
    }


def _arrival() -> dict[str, Any]:
    return {
        "berichtId": _ID,
        "tijdstipOntvangst": _INSTANT,
        "publicatietijdstip": {**_INSTANT, "description": "Vanaf wanneer de burger het bericht ziet, in UTC"},
        "_links": _ref("Koppeling"),
    }


def _problem_schema() -> dict[str, Any]:
    return _object(
        ["type", "title", "status", "detail", "instance"],
        {
            "type": {"type": "string", "format": "uri", "description": "Welk soort probleem; blijft hetzelfde"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "instance": {"type": "string", "format": "uri", "description": "Noem dit bij vragen"},
            "fouten": {"type": "array", "items": _ref("Fout"), "description": "Alle fouten van een bericht"},
        },
    )


def _headers() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "API-Version": {"description": "De volledige versie van deze API", "schema": {**text, "const": API_VERSION}},
        "Location": {"description": "Waar de status van het bericht staat", "schema": {**text, "format": "uri"}},
        "Retry-After": {"description": "Over hoeveel seconden opnieuw", "schema": {"type": "integer", "minimum": 1}},
        "WWW-Authenticate": {"description": "Wat er aan het token schort (RFC 6750)", "schema": text},
        "Allow": {"description": "Welke methoden hier wel kunnen", "schema": text},
        "Access-Control-Allow-Origin": {"description": "Voor elke site te lezen", "schema": {**text, "const": "*"}},
    }


def _oauth(public_url: str) -> dict[str, Any]:
    scopes = {SEND: "Berichten aanleveren", INSPECT: "De status van eigen berichten inzien"}
    return {
        "type": "oauth2",
        "description": "OAuth NL GOV: client credentials met private_key_jwt.",
        "flows": {"clientCredentials": {"tokenUrl": f"{public_url}/oauth/token", "scopes": scopes}},
    }


def _body(media_type: str, schema: str) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": _ref(schema)}}}


def _answer(description: str, media_type: str, schema: Mapping[str, Any], *headers: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": _named("API-Version", *headers),
        "content": {media_type: {"schema": schema}},
    }


def _problem(status: int, title: str) -> dict[str, Any]:
    return {
        "description": title,
        "headers": _named("API-Version", *_FAILURE_HEADERS.get(status, ())),
        "content": {_PROBLEM: {"schema": _ref("Probleem")}},
    }


def _failures(*statuses: int) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/Probleem{status}"} for status in sorted(statuses)}


def _named(*headers: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in headers}


def _in_path(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _object(required: Sequence[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": dict(properties)}


def _ref(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}
