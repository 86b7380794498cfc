"""An agency's access token: asked for with its own key, kept while it works (private_key_jwt, RFC 7523)."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from connectors.patience import PushFailed, retry_after

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE: Final = "berichten:aanleveren"
TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_ASSERTION_SECONDS: Final = 60
_RENEW_SECONDS: Final = 30


class NotNow(Exception):
    """No usable answer this time. `asked`: seconds to wait, if the server said so."""

    def __init__(self, asked: float | None = None) -> None:
        super().__init__("no usable answer this time")
        self.asked = asked

    @classmethod
    def said_by(cls, response: httpx.Response) -> NotNow:
        return cls(retry_after(response.headers.get("retry-after")))


@dataclass(kw_only=True)
class Access:
    """Who we are at the server of `base_url`. `key`: private JWK with a `kid`."""

    oin: str
    base_url: str
    key: Mapping[str, Any]
    http: httpx.AsyncClient
    _token: str = ""
    _until: float = 0.0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> str:
        """A token that should work now. However many ask, one logs in.

        Raises:
            NotNow: the server cannot say now.
            PushFailed: the server does not know us.
        """
        async with self._asking:
            if time.monotonic() >= self._until:
                self._token, seconds = await self._log_in()
                self._until = time.monotonic() + max(seconds / 2, seconds - _RENEW_SECONDS)
            return self._token

    def forget(self, token: str) -> None:
        """This token was refused. A newer one stays."""
        if token == self._token:
            self._until = 0.0

    async def _log_in(self) -> tuple[str, float]:
        answer = await self.http.post(f"{self.base_url}/oauth/token", data=self._form())
        if answer.status_code in TRY_AGAIN:
            raise NotNow.said_by(answer)
        if not answer.is_success:
            raise PushFailed(f"the server does not let us in ({answer.status_code})")
        try:
            body = answer.json()
            return str(body["access_token"]), float(body["expires_in"])
        except (ValueError, KeyError, TypeError):
            raise NotNow from None

    def _form(self) -> dict[str, str]:
        """A fresh assertion each time: its jti works once (RFC 7523 section 3)."""
        now, key = int(time.time()), ECKey.import_key(dict(self.key))
        claims = {
            "iss": self.oin,
            "sub": self.oin,
            "aud": f"{self.base_url}/oauth/token",
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(24),
        }
        header = {"alg": "ES256", "kid": str(self.key["kid"])}
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jwt.encode(header, claims, key),
            "scope": SCOPE,
        }
