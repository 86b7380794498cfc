"""The code flow of OpenID Connect, as OIDC NL GOV 1.0 wants it: PKCE with S256, state, nonce, `private_key_jwt`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from joserfc.jwk import ECKey

from mailbox.domain.errors import LoginCancelled, LoginRefused, LoginTooWeak, LoginUnavailable
from mailbox.domain.logins import LoginChoice, PendingLogin
from mailbox.domain.people import Identity
from mailbox.domain.ports import Clock
from mailbox.openid.endpoints import Endpoints
from mailbox.openid.id_tokens import IdTokenRefused, checked
from mailbox.openid.providers import ClaimsUnusable, Provider

_SECRET_BYTES: Final = 32
_GAVE_UP: Final = frozenset({"access_denied", "interaction_required", "login_required"})

_log = structlog.get_logger()


class OpenIdLogin:
    """Implements `domain.logins.OutsideLogin`. `key`: proves to every provider that we are us.

    `return_to`: under which each provider has an address of its own to send people back to, so that none can have the
    answer of another brought to it (RFC 9700 §4.4.2).
    """

    def __init__(self, providers: Sequence[Provider], *, key: ECKey, return_to: str, clock: Clock) -> None:
        self._providers = {provider.key: provider for provider in providers}
        self._endpoints = {p.key: Endpoints(p.issuer, p.client_id, key, clock=clock) for p in providers}
        self._return_to = return_to
        self._clock = clock

    def choices(self) -> Sequence[LoginChoice]:
        return [_choice(provider) for provider in self._providers.values()]

    def exits(self) -> Sequence[LoginChoice]:
        return [_choice(provider) for provider in self._providers.values() if provider.has_exit]

    async def begin(self, key: str, *, target: str) -> tuple[str, PendingLogin]:
        """See `OutsideLogin.begin`."""
        provider = self._provider(key)
        described = await self._endpoints[key].described()
        pending = PendingLogin(key=key, state=_secret(), nonce=_secret(), verifier=_secret(), target=target)
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": self._back_from(key),
            "scope": provider.scope,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": _challenge(pending.verifier),
            "code_challenge_method": "S256",
        }
        if provider.levels:
            query["acr_values"] = " ".join(provider.levels)
        if provider.kind == "bsn":
            query["prompt"] = "login"  # the one before may have left the computer of the library
        joint = "&" if "?" in described.authorization else "?"
        return f"{described.authorization}{joint}{urlencode(query)}", pending

    async def finish(self, key: str, pending: PendingLogin, answer: Mapping[str, str]) -> Identity:
        """See `OutsideLogin.finish`."""
        provider, endpoints = self._provider(pending.key), self._endpoints[pending.key]
        if key != provider.key:
            raise _refused(provider, "return address")
        code = self._code(provider, pending, answer, names_itself=(await endpoints.described()).names_itself)
        tokens = await endpoints.tokens(code, verifier=pending.verifier, return_to=self._back_from(key))
        claims = await self._claims(provider, pending, tokens)
        if provider.levels and claims.get("acr") not in provider.levels:
            raise LoginTooWeak
        try:
            return provider.identity(claims)
        except ClaimsUnusable as exc:
            raise _refused(provider, f"no usable {exc}") from None

    async def leave(self, key: str) -> str:
        """See `OutsideLogin.leave` (OpenID Connect RP-Initiated Logout 1.0 §2).

        Without an ID token as a hint: that says who somebody is, and would be in an address. So the provider asks
        whether they want this, and does not send them back: for that it needs the hint.
        """
        if not self._provider(key).has_exit:
            raise LoginRefused
        address = (await self._endpoints[key].described()).end_session
        if address is None:
            raise LoginUnavailable
        return address

    def _provider(self, key: str) -> Provider:
        if key not in self._providers:
            raise LoginRefused
        return self._providers[key]

    def _back_from(self, key: str) -> str:
        return f"{self._return_to}/{key}"

    def _code(self, provider: Provider, pending: PendingLogin, answer: Mapping[str, str], *, names_itself: bool) -> str:
        """The code, of an answer to this question (RFC 6749 §10.12) and from this provider (RFC 9207)."""
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise _refused(provider, "state")
        if answer.get("iss", None if names_itself else provider.issuer) != provider.issuer:
            raise _refused(provider, "iss")
        if answer.get("error") in _GAVE_UP:
            raise LoginCancelled
        if "error" in answer or not answer.get("code"):
            raise _refused(provider, "no code")
        return answer["code"]

    async def _claims(self, provider: Provider, pending: PendingLogin, tokens: Mapping[str, Any]) -> dict[str, Any]:
        """What the ID token says, with what the provider adds when it is asked. The token has the last word.

        Of how somebody logged in it has the only word: what is added is of the person, not of this login.
        """
        endpoints = self._endpoints[provider.key]
        try:
            said = checked(
                str(tokens.get("id_token", "")),
                await endpoints.keys(),
                provider=provider,
                nonce=pending.nonce,
                now_s=self._clock.now_ms() // 1000,
            )
        except IdTokenRefused as exc:
            raise _refused(provider, str(exc)) from None
        more = await endpoints.user_info(tokens.get("access_token"))
        if more and more.get("sub") != said["sub"]:  # of somebody else (OpenID Connect Core §5.3.2)
            raise _refused(provider, "sub of userinfo")
        claims = {**more, "acr": None, **said}
        if "represents" in claims:  # OIDC NL GOV: they act for somebody else, which here takes a grant of ours
            raise _refused(provider, "represents")
        return claims


def _choice(provider: Provider) -> LoginChoice:
    return LoginChoice(
        key=provider.key, name=provider.name, description=provider.description, for_others=provider.for_others
    )


def _secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def _challenge(verifier: str) -> str:
    """RFC 7636 §4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refused(provider: Provider, why: str) -> LoginRefused:
    """Why is for the operator; whoever tries something at the door is told nothing."""
    _log.warning("login_refused", provider=provider.key, why=why)
    return LoginRefused()
