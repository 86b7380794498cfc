"""What an app gets a token for: the code of a person's yes (RFC 6749 §4.1.3), or a helper's token for one client.

A helper's app exchanges the helper's token (RFC 8693) for one that says for whom: `sub` is the helper and `represents`
the citizen (OIDC NL GOV). There are no refresh tokens: after a quarter of an hour somebody says yes again.
"""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request

from mailbox.api.app_tokens import AppTokens
from mailbox.api.client_assertions import assertion_in, claimed_issuer, expires_ms, proved_claims, refused
from mailbox.api.oauth_forms import Form, OAuthError, field
from mailbox.api.problems import NotLoggedIn
from mailbox.domain.apps import AppRecord
from mailbox.domain.errors import InvalidIdentifier, NotFound
from mailbox.domain.identifiers import AppId, GrantId, id_from_text, id_text
from mailbox.services.app_access import AppAccess, IssuedToken
from mailbox.services.apps import AppRegister
from mailbox.services.opening_reasons import ReasonRefused
from schemas import MalformedJson, parse_json

EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a kind of token
DETAIL_TYPE: Final = "mijnoverzicht_toestemming"
_WHY: Final = {"reden": "reason", "toelichting": "note"}


async def for_code(request: Request, form: Form) -> dict[str, Any]:
    """A token for a code that was never tried. Raises OAuthError."""
    code, address, verifier = (field(form, name) for name in ("code", "redirect_uri", "code_verifier"))
    app = await _app(request, form)
    issued = await _access(request).redeem(app, code, address, verifier)
    if issued is None:
        raise OAuthError("invalid_grant", "Deze code klopt niet, is al gebruikt of is verlopen.")
    return _answer(request, app, issued)


async def for_client(request: Request, form: Form) -> dict[str, Any]:
    """A token for one client of the helper whose token this is. Raises OAuthError."""
    app = await _app(request, form)
    grant_id, why = _client_in(field(form, "authorization_details"))
    if {field(form, "subject_token_type"), form.get("requested_token_type", ACCESS_TOKEN)} != {ACCESS_TOKEN}:
        raise OAuthError("invalid_request", "Alleen een access token kan worden gewisseld, voor een access token.")
    try:
        jti = _tokens(request).jti(field(form, "subject_token"))
        issued = await _access(request).exchange(app, jti, grant_id, **why)
    except ReasonRefused as exc:
        raise OAuthError("invalid_authorization_details", str(exc)) from None
    except NotFound:
        raise OAuthError("invalid_authorization_details", "Deze toestemming is er niet, of geldt nu niet.") from None
    except NotLoggedIn:
        issued = None
    if issued is None:
        raise OAuthError("invalid_request", "subject_token is geen geldig token van een helper voor deze app.")
    detail = {"type": DETAIL_TYPE, "toestemmingId": id_text(grant_id)}
    return {**_answer(request, app, issued), "issued_token_type": ACCESS_TOKEN, "authorization_details": [detail]}


async def give_back(request: Request, form: Form) -> None:
    """Ends a token of this app. Raises OAuthError, but not for a token that is none."""
    app = await _app(request, form)
    try:
        jti = _tokens(request).jti(field(form, "token"))
    except NotLoggedIn:
        return
    await _access(request).revoke(app, jti)


async def _app(request: Request, form: Form) -> AppRecord:
    """The app that sent this form. One with a key proves to hold it; one without can only say who it is."""
    if "client_assertion" in form or "client_assertion_type" in form:
        return await _proved_app(request, form)
    app = await _known_app(request, form.get("client_id", ""))
    if app is None or app.key is not None:
        raise refused()
    return app


async def _proved_app(request: Request, form: Form) -> AppRecord:
    assertion = assertion_in(form)
    app = await _known_app(request, claimed_issuer(assertion))
    if app is None or app.key is None or form.get("client_id", app.client_id) != app.client_id:
        raise refused()
    claims = proved_claims(request, assertion, app.client_id, [app.key])
    apps: AppRegister = request.app.state.services.apps
    if not await apps.use_assertion(app, claims["jti"], expires_ms=expires_ms(claims)):
        raise refused()
    return app


async def _known_app(request: Request, client_id: str) -> AppRecord | None:
    apps: AppRegister = request.app.state.services.apps
    try:
        app = await apps.get(AppId(id_from_text(client_id)))
    except InvalidIdentifier:
        return None
    return None if app is None or app.blocked else app


def _client_in(details: str) -> tuple[GrantId, dict[str, str]]:
    """The one grant that authorization_details name (RFC 9396), and why its post is opened, if that is said."""
    refusal = OAuthError(
        "invalid_authorization_details", f"Noem één {DETAIL_TYPE}, met zijn toestemmingId; reden en toelichting mogen."
    )
    try:
        match parse_json(details.encode()):
            case [{"type": "mijnoverzicht_toestemming", "toestemmingId": str(grant_id), **more}] if _is_why(more):
                return GrantId(id_from_text(grant_id)), {_WHY[str(name)]: str(more[name]).strip() for name in more}
    except (MalformedJson, InvalidIdentifier):
        pass
    raise refusal


def _is_why(said: dict[Any, Any]) -> bool:
    """Nothing, or a reason with or without a note."""
    return set(said) in (set(), {"reden"}, set(_WHY)) and all(
        isinstance(value, str) and value.isprintable() for value in said.values()
    )


def _answer(request: Request, app: AppRecord, issued: IssuedToken) -> dict[str, Any]:
    now_ms = request.app.state.services.clock.now_ms()
    return {
        "access_token": _tokens(request).sign(app, issued),
        "token_type": "Bearer",
        "expires_in": (issued.until_ms - now_ms) // 1000,
        "scope": " ".join(sorted(issued.scopes)),
    }


def _access(request: Request) -> AppAccess:
    access: AppAccess = request.app.state.services.app_access
    return access


def _tokens(request: Request) -> AppTokens:
    tokens: AppTokens = request.app.state.app_tokens
    return tokens
