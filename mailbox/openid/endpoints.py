"""What we ask of a provider, machine to machine. Nothing that it answers is in a log."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, import_key

from mailbox.domain.errors import LoginRefused, LoginUnavailable
from mailbox.domain.ports import Clock

_SECONDS: Final = 10
"""For each answer, to its end: somebody is waiting."""
_LARGEST: Final = 256 * 1024
"""Bytes of an answer. Keys with their certificates take a few thousand."""
_DESCRIBED_MS: Final = 3_600_000
"""How long what a provider says of its addresses is taken as still so."""
_ASSERTION_S: Final = 60
_BY_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_log = structlog.get_logger()


class _TooLarge(ValueError):
    """An answer has no end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """Where a provider has what (OpenID Connect Discovery §3).

    `names_itself`: in each answer that people bring back (RFC 9207 §3).
    """

    authorization: str
    token: str
    keys: str
    user_info: str | None
    end_session: str | None
    names_itself: bool
    at_ms: int


class Endpoints:
    """One provider."""

    def __init__(self, issuer: str, client_id: str, key: ECKey, *, clock: Clock, seconds: float = _SECONDS) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._key = key
        self._clock = clock
        self._seconds = seconds
        self._tls = httpx.create_ssl_context()
        self._described: Description | None = None

    async def described(self) -> Description:
        """What the provider says of itself. Raises LoginUnavailable, also where it says it is somebody else."""
        now_ms = self._clock.now_ms()
        if self._described is None or now_ms - self._described.at_ms > _DESCRIBED_MS:
            said = await self._object("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            self._described = self._read(said, now_ms)
        return self._described

    async def keys(self) -> KeySet:
        """With what it signs now: fetched at each login, of which there are few, so that no old key is believed."""
        said = (await self._object("GET", (await self.described()).keys)).get("keys")
        usable = [key for key in map(_usable, said) if key] if isinstance(said, list) else []
        if not usable:
            raise self._unavailable("keys")
        return KeySet(usable)

    async def tokens(self, code: str, *, verifier: str, return_to: str) -> dict[str, Any]:
        """What the provider gives for a code.

        Raises:
            LoginRefused: nothing: the code is not good, was used, or is of another login.
            LoginUnavailable: it does not answer as it should.
        """
        address = (await self.described()).token
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_to,
            "code_verifier": verifier,
            "client_id": self._client_id,
            "client_assertion_type": _BY_ASSERTION,
            "client_assertion": self._assertion(address),
        }
        return await self._object("POST", address, data=form)

    async def user_info(self, access_token: object) -> dict[str, Any]:
        """What more it says of somebody; nothing where it has no such endpoint."""
        address = (await self.described()).user_info
        if address is None or not isinstance(access_token, str):
            return {}
        return await self._object("GET", address, headers={"Authorization": f"Bearer {access_token}"})

    def _assertion(self, audience: str) -> str:
        """Who we are (RFC 7523 §3, OpenID Connect Core §9), for this endpoint alone."""
        now_s = self._clock.now_ms() // 1000
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": audience,
            "jti": secrets.token_urlsafe(16),
            "iat": now_s,
            "exp": now_s + _ASSERTION_S,
        }
        return jwt.encode({"alg": "ES256", "kid": str(self._key.kid)}, claims, self._key)

    async def _object(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._seconds):
                status, body = await self._answer(method, url, **options)
            found = json.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, RecursionError) as exc:
            raise self._unavailable(type(exc).__name__) from None
        if status == HTTPStatus.BAD_REQUEST:
            _log.warning("login_provider_refused", issuer=self._issuer)
            raise LoginRefused
        if status != HTTPStatus.OK or not isinstance(found, dict):
            raise self._unavailable(str(status))
        return found

    async def _answer(self, method: str, url: str, **options: Any) -> tuple[int, bytes]:
        """As it was sent: what is packed might be small here, and endless when unpacked."""
        body = b""
        async with (
            httpx.AsyncClient(timeout=self._seconds, verify=self._tls, headers={"Accept-Encoding": "identity"}) as http,
            http.stream(method, url, **options) as answer,
        ):
            async for part in answer.aiter_raw():
                body += part
                if len(body) > _LARGEST:
                    raise _TooLarge
        return answer.status_code, body

    def _read(self, said: dict[str, Any], now_ms: int) -> Description:
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if said.get("issuer") != self._issuer:
            raise self._unavailable("issuer")
        more = [said[name] for name in ("userinfo_endpoint", "end_session_endpoint") if said.get(name)]
        places = [said.get(name) for name in names] + more
        if not all(isinstance(place, str) and self._is_safe(place) for place in places):
            raise self._unavailable("endpoints")
        if _origin(said["token_endpoint"]) != _origin(self._issuer):
            raise self._unavailable("token_endpoint")  # our proof of who we are would be made out to another
        return Description(
            authorization=said[names[0]],
            token=said[names[1]],
            keys=said[names[2]],
            user_info=said.get("userinfo_endpoint") or None,
            end_session=said.get("end_session_endpoint") or None,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
            at_ms=now_ms,
        )

    def _is_safe(self, url: str) -> bool:
        """Not less than the issuer's own address: that one was looked at when the settings were read."""
        try:
            parts = urlsplit(url)
            names_host = bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False
        written = url.isascii() and url.isprintable() and " " not in url
        return written and names_host and parts.scheme in {"https", urlsplit(self._issuer).scheme}

    def _unavailable(self, why: str) -> LoginUnavailable:
        _log.error("login_provider_failed", issuer=self._issuer, why=why)
        return LoginUnavailable()


def _usable(key: Any) -> Key | None:
    """None: it does not sign, or is of a kind that we do not know; others beside it do (RFC 7517 §5)."""
    try:
        return import_key(key) if key.get("use", "sig") == "sig" else None
    except (JoseError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
