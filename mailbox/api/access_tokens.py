"""Access tokens of senders: short-lived signed JWTs (NL GOV OAuth 1.2), issued and checked here."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from mailbox.api.client_keys import new_private_jwk
from mailbox.api.problems import NotLoggedIn
from mailbox.domain.errors import Forbidden, InvalidIdentifier
from mailbox.domain.identifiers import Oin
from mailbox.domain.ports import Clock
from mailbox.services.agencies import AgencyRegister

SECONDS: Final = 15 * 60
SEND: Final = "berichten:aanleveren"
INSPECT: Final = "berichten:inzien"
SCOPES: Final = frozenset({SEND, INSPECT})
AUDIENCE: Final = "/aanlever/v1"
_REMEMBERED: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who calls, as their token says."""

    oin: Oin
    scopes: frozenset[str]
    until: int


class AccessTokens:
    """Issues tokens under one key; remembers which it has checked until they end."""

    def __init__(self, key: ECKey, *, issuer: str, clock: Clock, agencies: AgencyRegister) -> None:
        self._key = key
        self._issuer = issuer
        self._clock = clock
        self._agencies = agencies
        self._checked: OrderedDict[str, Caller] = OrderedDict()

    @property
    def jwks(self) -> dict[str, Any]:
        """The public half, for who wants to check a token (RFC 7517)."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "ES256", "kid": self._key.kid}]}

    def issue(self, oin: Oin, scopes: frozenset[str]) -> str:
        """A token for this agency."""
        now = self._now()
        claims = {
            "iss": self._issuer,
            "sub": oin.value,
            "azp": oin.value,
            "aud": self._issuer + AUDIENCE,
            "iat": now,
            "exp": now + SECONDS,
            "jti": secrets.token_urlsafe(24),
            "scope": " ".join(sorted(scopes)),
        }
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": str(self._key.kid)}, claims, self._key)

    async def caller(self, authorization: str | None, scope: str) -> Caller:
        """Who sent this Authorization header.

        Raises:
            NotLoggedIn: no token, not ours, ended, or an agency that is blocked or gone.
            Forbidden: the token lacks the scope.
        """
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise NotLoggedIn
        caller = self._checked.get(token) or self._check(token)
        agency = await self._agencies.get(caller.oin)
        if caller.until <= self._now() or agency is None or agency.blocked:
            self._checked.pop(token, None)
            raise NotLoggedIn
        if scope not in caller.scopes:
            raise Forbidden("Dit token geldt niet voor deze actie.")
        return caller

    def _check(self, token: str) -> Caller:
        try:
            claims = jwt.decode(token, self._key, algorithms=["ES256"]).claims
            if claims["iss"] != self._issuer or claims["aud"] != self._issuer + AUDIENCE:
                raise NotLoggedIn
            scopes = frozenset(str(claims["scope"]).split())
            caller = Caller(oin=Oin(claims["sub"]), scopes=scopes, until=int(claims["exp"]))
        except (JoseError, ValueError, KeyError, TypeError, InvalidIdentifier):
            raise NotLoggedIn from None
        self._checked[token] = caller
        if len(self._checked) > _REMEMBERED:
            self._checked.popitem(last=False)
        return caller

    def _now(self) -> int:
        return self._clock.now_ms() // 1000


def token_key(path: Path) -> ECKey:
    """The key in this file; made with 0600 when it is not there. Processes that start at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600 by mkstemp
        with os.fdopen(handle, "w") as file:
            json.dump(new_private_jwk(), file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)
        Path(name).unlink()
    return ECKey.import_key(json.loads(path.read_text()))
