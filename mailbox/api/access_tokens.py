"""Access tokens of senders: short-lived signed JWTs (NL GOV OAuth 1.2), issued and checked here."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from mailbox.api.problems import NotLoggedIn
from mailbox.api.token_key import TokenKey, bearer
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
    """Issues tokens; remembers which it has checked until they end."""

    def __init__(self, key: TokenKey, *, clock: Clock, agencies: AgencyRegister) -> None:
        self._key = key
        self._clock = clock
        self._agencies = agencies
        self._checked: OrderedDict[str, Caller] = OrderedDict()

    def issue(self, oin: Oin, scopes: frozenset[str]) -> str:
        """A token for this agency."""
        now = self._now()
        claims = {
            "sub": oin.value,
            "azp": oin.value,
            "iat": now,
            "exp": now + SECONDS,
            "jti": secrets.token_urlsafe(24),
            "scope": " ".join(sorted(scopes)),
        }
        return self._key.sign(claims, audience=AUDIENCE)

    async def caller(self, authorization: str | None, scope: str) -> Caller:
        """Who sent this Authorization header.

        Raises:
            NotLoggedIn: no token, not ours, ended, or an agency that is blocked or gone.
            Forbidden: the token lacks the scope.
        """
        token = bearer(authorization)
        caller = self._checked.get(token) or self._check(token)
        agency = await self._agencies.get(caller.oin)
        if caller.until <= self._now() or agency is None or agency.blocked:
            self._checked.pop(token, None)
            raise NotLoggedIn
        if scope not in caller.scopes:
            raise Forbidden("Dit token geldt niet voor deze actie.")
        return caller

    def _check(self, token: str) -> Caller:
        claims = self._key.claims(token, audience=AUDIENCE)
        try:
            scopes = frozenset(str(claims["scope"]).split())
            caller = Caller(oin=Oin(claims["sub"]), scopes=scopes, until=int(claims["exp"]))
        except (ValueError, KeyError, TypeError, InvalidIdentifier):
            raise NotLoggedIn from None
        self._checked[token] = caller
        if len(self._checked) > _REMEMBERED:
            self._checked.popitem(last=False)
        return caller

    def _now(self) -> int:
        return self._clock.now_ms() // 1000
