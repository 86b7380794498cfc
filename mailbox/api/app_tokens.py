"""Access tokens of apps: a JWT says who its holder is to this app; who they are to us is kept on the server."""

from __future__ import annotations

from typing import Any, Final

from mailbox.api.problems import NotLoggedIn
from mailbox.api.token_key import TokenKey, bearer
from mailbox.domain.apps import AppRecord
from mailbox.domain.ports import Clock
from mailbox.services.app_access import AppAccess, AppCaller, IssuedToken

AUDIENCE: Final = "/inzage/v1"
_PSEUDONYM: Final = "urn:nl-eid-gdi:1.0:id:pseudonym"
"""OIDC NL GOV, `sub_id_type`."""


class AppTokens:
    """Signs tokens, and finds whose they are."""

    def __init__(self, key: TokenKey, *, access: AppAccess, clock: Clock) -> None:
        self._key = key
        self._access = access
        self._clock = clock

    def sign(self, app: AppRecord, token: IssuedToken) -> str:
        """The token as the app gets it. Of who helps somebody, `represents` says whom (OIDC NL GOV)."""
        claims: dict[str, Any] = {
            "sub": token.holder,
            "sub_id_type": _PSEUDONYM,
            "azp": app.client_id,
            "iat": self._clock.now_ms() // 1000,
            "exp": token.until_ms // 1000,
            "jti": token.jti,
            "scope": " ".join(sorted(token.scopes)),
        }
        if token.client is not None:
            claims["represents"] = {"iss": self._key.issuer, "sub": token.client, "sub_id_type": _PSEUDONYM}
        return self._key.sign(claims, audience=AUDIENCE)

    def jti(self, token: str) -> str:
        """By what we know this token. Raises NotLoggedIn: it is not one of ours for apps."""
        return str(self._key.claims(token, audience=AUDIENCE).get("jti"))

    async def caller(self, authorization: str | None) -> AppCaller:
        """Who sent this Authorization header.

        Raises:
            NotLoggedIn: no token, not ours, ended, withdrawn, or of an app that is blocked.
        """
        caller = await self._access.caller(self.jti(bearer(authorization)))
        if caller is None:
            raise NotLoggedIn
        return caller
