"""What the descriptions of our APIs have in common: OpenAPI 3.1 by the NL API Design Rules (2.x)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mailbox.api.problems import TITLES

Json = dict[str, Any]

JSON: Final = "application/json"
INSTANT: Final[Mapping[str, Any]] = {"type": "string", "format": "date-time", "description": "Tijdstip in UTC"}
EVERYWHERE: Final = (400, 401, 403, 405, 406, 429, 500, 503)
WITH_BODY: Final = (408, 413, 415)
_PROBLEM: Final = "application/problem+json"
_FAILURES: Final[Mapping[int, str]] = {status.value: title for status, title in TITLES.items()}
_FAILURE_HEADERS: Final = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def document(  # noqa: PLR0913 - a description has this many parts
    *,
    title: str,
    description: str,
    version: str,
    server: str,
    tags: Mapping[str, str],
    paths: Json,
    schemas: Json,
    headers: Json,
    security: Json,
) -> Json:
    """The whole description. `headers`: those that its answers have beside what every API of ours has."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version,
            "description": description,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            "contact": {
                "name": "Mijnoverzicht",
                "email": "aansluiten@mijnoverzicht.example",
                "url": "https://mijnoverzicht.example/aansluiten",
            },
        },
        "servers": [{"url": server, "description": "Deze omgeving"}],
        "tags": [{"name": name, "description": meaning} for name, meaning in tags.items()],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Probleem": _problem_schema(), "Fout": _fault_schema()},
            "headers": {**_headers(version), **headers},
            "responses": {f"Probleem{status}": _problem(status, title) for status, title in _FAILURES.items()},
            "securitySchemes": {"oauth": security},
        },
    }


def body(media_type: str, schema: str) -> Json:
    """A request that must have this body."""
    return {"required": True, "content": {media_type: {"schema": ref(schema)}}}


def answer(description: str, media_type: str, schema: Mapping[str, Any], *headers: str) -> Json:
    """An answer with a body."""
    return {**no_content(description, *headers), "content": {media_type: {"schema": schema}}}


def no_content(description: str, *headers: str) -> Json:
    """An answer without one."""
    return {"description": description, "headers": _named("API-Version", *headers)}


def failures(*statuses: int) -> Json:
    """The problems that an operation can answer."""
    return {str(status): {"$ref": f"#/components/responses/Probleem{status}"} for status in sorted({*statuses})}


def in_path(name: str, schema: Mapping[str, Any]) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def in_query(name: str, schema: Mapping[str, Any], description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def object_of(required: Sequence[str], properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "required": list(required), "properties": dict(properties)}


def list_of(schema: Mapping[str, Any]) -> Json:
    return {"type": "array", "items": schema}


def ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def link() -> Json:
    """An entry of `_links`."""
    return object_of(["href"], {"href": {"type": "string", "format": "uri"}})


def header(description: str, **schema: Any) -> Json:
    return {"description": description, "schema": {"type": "string", **schema}}


def _problem(status: int, title: str) -> Json:
    return {
        "description": title,
        "headers": _named("API-Version", *_FAILURE_HEADERS.get(status, ())),
        "content": {_PROBLEM: {"schema": ref("Probleem")}},
    }


def _problem_schema() -> Json:
    return object_of(
        ["type", "title", "status", "detail", "instance"],
        {
            "type": {"type": "string", "format": "uri", "description": "Welk soort probleem; blijft hetzelfde"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "instance": {"type": "string", "format": "uri", "description": "Noem dit bij vragen"},
            "fouten": {"type": "array", "items": ref("Fout"), "description": "Alle fouten van wat u stuurde"},
        },
    )


def _fault_schema() -> Json:
    return object_of(
        ["pointer", "code", "melding"],
        {
            "pointer": {"type": "string", "description": "Waar de fout zit (RFC 6901)"},
            "code": {"type": "string", "description": "Welke regel is overtreden"},
            "melding": {"type": "string", "description": "Wat er wel hoort te staan"},
        },
    )


def _headers(version: str) -> Json:
    return {
        "API-Version": header("De volledige versie van deze API", const=version),
        "Retry-After": {"description": "Over hoeveel seconden opnieuw", "schema": {"type": "integer", "minimum": 1}},
        "WWW-Authenticate": header("Wat er aan het token schort (RFC 6750)"),
        "Allow": header("Welke methoden hier wel kunnen"),
    }


def _named(*headers: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
