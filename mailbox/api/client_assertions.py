"""Who calls the token endpoint: private_key_jwt (NL GOV OAuth 1.2, RFC 7523). Every reason to refuse looks the same."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from starlette.requests import Request

from mailbox.api.client_keys import ALGORITHMS, key_named
from mailbox.api.oauth_forms import Form, OAuthError
from mailbox.domain.keys import PublicKey

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS: Final = 300
_SKEW_SECONDS: Final = 60
_JTI_LENGTH: Final = 22
"""128 bits in base64url (NL GOV OAuth 1.2)."""


def assertion_in(form: Form) -> str:
    """The assertion with which a client logs in. Raises OAuthError."""
    if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
        raise OAuthError("invalid_client", "Log in met private_key_jwt (RFC 7523).")
    return form["client_assertion"]


def claimed_issuer(assertion: str) -> str:
    """Who says to have signed it. Nothing is proved yet. Raises OAuthError."""
    try:
        _, payload, _ = assertion.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        issuer = claims["iss"]
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        raise refused() from None
    if not isinstance(issuer, str):
        raise refused()
    return issuer


def proved_claims(request: Request, assertion: str, client_id: str, keys: Sequence[PublicKey]) -> Mapping[str, Any]:
    """What the holder of one of these keys says, now and to us. Whether its `jti` is new is for the caller.

    Raises:
        OAuthError: signed by somebody else, too late, too long, or for others.
    """
    now = request.app.state.services.door_clock.now_ms() // 1000
    issuer = str(request.app.state.settings.public_url)
    claims = _verified(assertion, keys)
    if claims is None or not _timely(claims, now) or not _meant_for(claims, client_id, issuer):
        raise refused()
    return claims


def expires_ms(claims: Mapping[str, Any]) -> int:
    """How long this assertion must be remembered."""
    return int((claims["exp"] + _SKEW_SECONDS) * 1000)


def refused() -> OAuthError:
    return OAuthError("invalid_client", "De organisatie of app kon niet worden vastgesteld.")


def _verified(assertion: str, keys: Sequence[PublicKey]) -> Mapping[str, Any] | None:
    try:
        header = json.loads(base64.urlsafe_b64decode(assertion.partition(".")[0] + "=="))
        key = key_named(keys, header.get("kid"))
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


def _meant_for(claims: Mapping[str, Any], client_id: str, issuer: str) -> bool:
    """From the client itself, to us alone, with an id that can be remembered."""
    audience, jti = claims.get("aud"), claims.get("jti")
    alone = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
    return (
        claims.get("iss") == claims.get("sub") == client_id
        and alone in (issuer, f"{issuer}/oauth/token")  # a tuple: what was sent may not be hashable
        and isinstance(jti, str)
        and _JTI_LENGTH <= len(jti) <= 256  # noqa: PLR2004 - long enough to be unique, short enough to keep
    )
