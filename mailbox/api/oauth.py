"""The token endpoint: client credentials with private_key_jwt (NL GOV OAuth 1.2, RFC 6749 §4.4, RFC 7523)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from joserfc import jwt
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.access_tokens import INSPECT, SCOPES, SECONDS, SEND, AccessTokens
from mailbox.api.bodies import read_body
from mailbox.api.client_keys import ALGORITHMS, key_named
from mailbox.domain.agencies import AgencyRecord
from mailbox.domain.errors import InvalidIdentifier, MailboxError
from mailbox.domain.identifiers import Oin
from mailbox.services.agencies import AgencyRegister

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS: Final = 300
_SKEW_SECONDS: Final = 60
_JTI_LENGTH: Final = 22
"""128 bits in base64url (NL GOV OAuth 1.2)."""
_FORM_BYTES: Final = 16 * 1024
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}

router = APIRouter()


class OAuthError(MailboxError):
    """Het verzoek om een token klopt niet."""

    code = "invalid_request"

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@router.post("/oauth/token")
async def token(request: Request) -> Response:
    """An access token for an agency that proves to hold its key."""
    try:
        oin, scopes = await _granted(request)
    except OAuthError as exc:
        status = 401 if exc.error == "invalid_client" else 400
        return JSONResponse({"error": exc.error, "error_description": str(exc)}, status, _NO_STORE)
    tokens: AccessTokens = request.app.state.tokens
    body = {
        "access_token": tokens.issue(oin, scopes),
        "token_type": "Bearer",
        "expires_in": SECONDS,
        "scope": " ".join(sorted(scopes)),
    }
    return JSONResponse(body, headers=_NO_STORE)


@router.get("/oauth/jwks")
async def jwks(request: Request) -> Response:
    """The public keys of our access tokens."""
    tokens: AccessTokens = request.app.state.tokens
    return JSONResponse(tokens.jwks, headers={"Cache-Control": "public, max-age=604800"})


@router.get("/.well-known/oauth-authorization-server")
async def metadata(request: Request) -> Response:
    """Where things are (RFC 8414)."""
    issuer = str(request.app.state.settings.public_url)
    body = {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "scopes_supported": sorted(SCOPES),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
    }
    return JSONResponse(body, headers={"Cache-Control": "public, max-age=604800"})


async def _granted(request: Request) -> tuple[Oin, frozenset[str]]:
    form = await _form(request)
    if "grant_type" not in form:
        raise OAuthError("invalid_request", "grant_type ontbreekt.")
    if form["grant_type"] != "client_credentials":
        raise OAuthError("unsupported_grant_type", "Alleen client_credentials.")
    if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
        raise OAuthError("invalid_client", "Log in met private_key_jwt (RFC 7523).")
    oin = await _client(request, form["client_assertion"])
    if form.get("client_id", oin.value) != oin.value:
        raise OAuthError("invalid_client", "client_id is een andere dan die van de assertion.")
    scopes = frozenset(form.get("scope", f"{SEND} {INSPECT}").split())
    if not scopes or not scopes <= SCOPES:
        raise OAuthError("invalid_scope", "Onbekende scope.")
    return oin, scopes


async def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Stuur een formulier (application/x-www-form-urlencoded).")
    try:
        raw = await read_body(request, limit=_FORM_BYTES, seconds=request.app.state.settings.request_seconds)
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except (MailboxError, ValueError):
        raise OAuthError("invalid_request", "Het formulier klopt niet of is te groot.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthError("invalid_request", "Een veld staat twee keer in het formulier.")
    return form


async def _client(request: Request, assertion: str) -> Oin:
    """Who signed this assertion. Every reason to refuse looks the same."""
    agencies: AgencyRegister = request.app.state.services.agencies
    now = request.app.state.services.clock.now_ms() // 1000
    issuer = str(request.app.state.settings.public_url)
    oin = _claimed_issuer(assertion)
    agency = await agencies.get(oin)
    claims = _verified(assertion, agency)
    if claims is None or not _timely(claims, now) or not _meant_for(claims, oin, issuer):
        raise _refused()
    if not await agencies.use_assertion(oin, claims["jti"], expires_ms=(claims["exp"] + _SKEW_SECONDS) * 1000):
        raise _refused()
    return oin


def _claimed_issuer(assertion: str) -> Oin:
    try:
        _, payload, _ = assertion.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return Oin(claims["iss"])
    except (ValueError, KeyError, TypeError, binascii.Error, InvalidIdentifier, RecursionError):
        raise _refused() from None


def _verified(assertion: str, agency: AgencyRecord | None) -> Mapping[str, Any] | None:
    if agency is None or agency.blocked:
        return None
    try:
        header = json.loads(base64.urlsafe_b64decode(assertion.partition(".")[0] + "=="))
        key = key_named(agency, header.get("kid"))
        return jwt.decode(assertion, key, algorithms=list(ALGORITHMS)).claims if key else None
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _timely(claims: Mapping[str, Any], now: int) -> bool:
    """Issued and ending at instants that are numbers, about now, and not long apart."""
    issued, ends, starts = claims.get("iat"), claims.get("exp"), claims.get("nbf", now)
    if not all(isinstance(instant, int) and not isinstance(instant, bool) for instant in (issued, ends, starts)):
        return False
    lifetime_fits = 0 < ends - issued <= ASSERTION_SECONDS  # type: ignore[operator] # checked above
    return lifetime_fits and issued <= now + _SKEW_SECONDS and starts <= now + _SKEW_SECONDS and now < ends  # type: ignore[operator]


def _meant_for(claims: Mapping[str, Any], oin: Oin, issuer: str) -> bool:
    """From the agency itself, to us alone, with an id that can be remembered."""
    audience, jti = claims.get("aud"), claims.get("jti")
    alone = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
    return (
        claims.get("iss") == claims.get("sub") == oin.value
        and alone in (issuer, f"{issuer}/oauth/token")  # a tuple: what was sent may not be hashable
        and isinstance(jti, str)
        and _JTI_LENGTH <= len(jti) <= 256  # noqa: PLR2004 - long enough to be unique, short enough to keep
    )


def _refused() -> OAuthError:
    return OAuthError("invalid_client", "De organisatie kon niet worden vastgesteld.")
