"""Whether an ID token is what it says (OpenID Connect Core §3.1.3.7)."""

from __future__ import annotations

from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mailbox.openid.providers import Provider

_ALGORITHMS: Final = ["RS256", "PS256", "ES256"]
"""As at our own door: no `none`, and nothing in which a public key could serve as a secret."""
_LEEWAY_S: Final = 60
"""Clocks of two machines differ."""


class IdTokenRefused(ValueError):
    """Which rule it breaks."""


def checked(token: str, keys: KeySet, *, provider: Provider, nonce: str, now_s: int) -> dict[str, Any]:
    """What a token says that this provider made, now, for us, and in answer to this login. Raises IdTokenRefused."""
    try:
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
    except (JoseError, ValueError, TypeError):
        raise IdTokenRefused("signature") from None
    rules = jwt.JWTClaimsRegistry(
        now=now_s,
        leeway=_LEEWAY_S,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as exc:
        raise IdTokenRefused(getattr(exc, "claim", None) or "claims") from None
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise IdTokenRefused("azp")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
        raise IdTokenRefused("azp")
    return claims
