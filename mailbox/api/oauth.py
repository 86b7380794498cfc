"""The OAuth endpoints for machines: tokens for organisations and apps, giving them back, and where things are.

Organisations: client credentials (RFC 6749 §4.4). Apps: see `app_grants`. All by NL GOV OAuth 1.2.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api import app_grants
from mailbox.api.access_tokens import INSPECT, SCOPES, SECONDS, SEND, AccessTokens
from mailbox.api.client_assertions import assertion_in, claimed_issuer, expires_ms, proved_claims, refused
from mailbox.api.client_keys import ALGORITHMS
from mailbox.api.oauth_forms import NO_STORE, Form, OAuthError, read_form, refusal
from mailbox.api.token_key import TokenKey
from mailbox.domain.apps import AppScope
from mailbox.domain.errors import InvalidIdentifier
from mailbox.domain.identifiers import Oin
from mailbox.services.agencies import AgencyRegister

router = APIRouter()
_Grant = Callable[[Request, Form], Awaitable[dict[str, Any]]]


@router.post("/oauth/token")
async def token(request: Request) -> Response:
    """An access token for who proves to be who it is for."""
    try:
        form = await read_form(request)
        return JSONResponse(await _grant_for(form)(request, form), headers=NO_STORE)
    except OAuthError as exc:
        return refusal(exc)


@router.post("/oauth/revoke")
async def revoke(request: Request) -> Response:
    """An app gives a token back (RFC 7009). One that is none is no error."""
    try:
        await app_grants.give_back(request, await read_form(request))
    except OAuthError as exc:
        return refusal(exc)
    return Response(headers=NO_STORE)


@router.get("/oauth/jwks")
async def jwks(request: Request) -> Response:
    """The public keys of our access tokens."""
    key: TokenKey = request.app.state.token_key
    return JSONResponse(key.jwks, headers={"Cache-Control": "public, max-age=604800"})


@router.get("/.well-known/oauth-authorization-server")
async def metadata(request: Request) -> Response:
    """Where things are (RFC 8414)."""
    issuer = str(request.app.state.settings.public_url)
    body = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "grant_types_supported": list(_GRANTS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "authorization_details_types_supported": [app_grants.DETAIL_TYPE],
        "scopes_supported": [*sorted(SCOPES), *sorted(AppScope)],
        **_authentication("token_endpoint", public="none"),
        **_authentication("revocation_endpoint", public="none"),
    }
    return JSONResponse(body, headers={"Cache-Control": "public, max-age=604800"})


def _authentication(endpoint: str, *, public: str) -> dict[str, Any]:
    """How clients log in there; `public` is for apps that keep no secret."""
    return {
        f"{endpoint}_auth_methods_supported": ["private_key_jwt", public],
        f"{endpoint}_auth_signing_alg_values_supported": list(ALGORITHMS),
    }


async def _client_credentials(request: Request, form: Form) -> dict[str, Any]:
    oin = await _agency(request, assertion_in(form))
    if form.get("client_id", oin.value) != oin.value:
        raise OAuthError("invalid_client", "client_id is een andere dan die van de assertion.")
    scopes = frozenset(form.get("scope", f"{SEND} {INSPECT}").split())
    if not scopes or not scopes <= SCOPES:
        raise OAuthError("invalid_scope", "Onbekende scope.")
    tokens: AccessTokens = request.app.state.tokens
    return {
        "access_token": tokens.issue(oin, scopes),
        "token_type": "Bearer",
        "expires_in": SECONDS,
        "scope": " ".join(sorted(scopes)),
    }


async def _agency(request: Request, assertion: str) -> Oin:
    """The organisation that signed this assertion, for the first time."""
    agencies: AgencyRegister = request.app.state.services.agencies
    try:
        oin = Oin(claimed_issuer(assertion))
    except InvalidIdentifier:
        raise refused() from None
    agency = await agencies.get(oin)
    keys = () if agency is None or agency.blocked else agency.keys
    claims = proved_claims(request, assertion, oin.value, keys)
    if not await agencies.use_assertion(oin, claims["jti"], expires_ms=expires_ms(claims)):
        raise refused()
    return oin


def _grant_for(form: Form) -> _Grant:
    if "grant_type" not in form:
        raise OAuthError("invalid_request", "grant_type ontbreekt.")
    try:
        return _GRANTS[form["grant_type"]]
    except KeyError:
        raise OAuthError("unsupported_grant_type", "Deze grant_type kan hier niet.") from None


_GRANTS: Final[Mapping[str, _Grant]] = {
    "client_credentials": _client_credentials,
    "authorization_code": app_grants.for_code,
    app_grants.EXCHANGE: app_grants.for_client,
}
