"""The public description of the reader API, at `openapi.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api import describing
from mailbox.api.describing import Json, header
from mailbox.api.headers import READERS, READERS_VERSION
from mailbox.api.readers.openapi_paths import paths
from mailbox.api.readers.openapi_schemas import schemas
from mailbox.domain.apps import AppScope

SCOPES: Final[Mapping[AppScope, str]] = {
    AppScope.POST: "Eigen post lezen",
    AppScope.GRANTS: "Eigen toestemmingen zien, klaarzetten, wijzigen en stoppen",
    AppScope.LOG: "Het eigen inzagelog lezen",
    AppScope.CLIENTS: "Post lezen van cliënten, zover hun toestemming gaat",
    AppScope.NEW_CLIENTS: "Codes van cliënten invullen, om toegang vragen, en stoppen met helpen",
}
_HOW: Final = (
    "OAuth NL GOV: authorization code met PKCE (S256), en private_key_jwt voor een app die een sleutel heeft. "
    "Een token geldt een kwartier; er zijn geen refresh tokens. Voor de post van een cliënt wisselt de app het token "
    "van de helper (RFC 8693), met mijnoverzicht_toestemming en toestemmingId in authorization_details, en met reden "
    "en toelichting waar de organisatie vraagt waarom de helper kijkt. In dat token is `sub` de helper en `represents` "
    "de burger."
)

router = APIRouter()


@router.get("/openapi.json")
async def openapi_json(request: Request) -> Response:
    """This description. No login, and readable by any site (ADR /core/publish-openapi)."""
    return JSONResponse(document(request.app.state.settings.public_url), headers={"Access-Control-Allow-Origin": "*"})


def document(public_url: str) -> Json:
    """The whole description, for a service at this address."""
    return describing.document(
        title="Mijnoverzicht inzage",
        description="Apps lezen hier post voor wie dat toestaat, en doen wat men ook op de pagina's kan.",
        version=READERS_VERSION,
        server=public_url + READERS,
        tags={
            "Post": "Eigen post",
            "Concepten": "Wat een app klaarzette en de burger nog moet geven",
            "Toestemmingen": "Wie met de burger meekijkt",
            "Verzoeken": "Een helper vraagt of die mag meekijken",
            "Inzagelog": "Wie wanneer keek",
            "Clienten": "De mensen die een helper helpt, en hun post",
        },
        paths=paths(),
        schemas=schemas(),
        headers={"Location": header("Waar staat wat er is gemaakt", format="uri")},
        security=_oauth(public_url),
    )


def _oauth(public_url: str) -> dict[str, Any]:
    return {
        "type": "oauth2",
        "description": _HOW,
        "flows": {
            "authorizationCode": {
                "authorizationUrl": f"{public_url}/oauth/authorize",
                "tokenUrl": f"{public_url}/oauth/token",
                "scopes": {scope.value: meaning for scope, meaning in SCOPES.items()},
            }
        },
    }
