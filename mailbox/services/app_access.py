"""What people let apps do: a yes, the code that an app gets for it, and the tokens that it gets for the code.

All of it is kept on the server, so that it ends the moment somebody logs out, the app says goodbye, or we block it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass
from typing import Any, Final

from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.apps import AppRecord, AppScope, SealedAppAccess, SealedAppToken
from mailbox.domain.identifiers import AppId, GrantId, MailboxId, id_from_text, id_text
from mailbox.domain.people import Person, StatedReason
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.services.access import Gate
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.opening_reasons import stated

CODE_MS: Final = 60_000
TOKEN_MS: Final = 15 * 60_000
"""NL GOV OAuth 1.2: at most this for an app that keeps no secret. There are no refresh tokens."""
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_ACCESS, _TOKEN = "app-access", "app-token"


@dataclass(frozen=True, kw_only=True, slots=True)
class AppQuestion:
    """What an app asks of the person whom it sent here. `challenge`: PKCE, S256 (RFC 7636 §4.2)."""

    app: AppRecord
    return_address: str
    scopes: frozenset[AppScope]
    challenge: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedToken:
    """What an access token says. `holder` and `client` are pseudonyms, for this app only.

    `client`: whose post it is for, when its holder helps somebody.
    """

    jti: str
    holder: str
    client: str | None
    scopes: frozenset[AppScope]
    until_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AppCaller:
    """A person who acts through an app. `grant_id`: for whom, when the token represents somebody."""

    app_id: AppId
    person: Person
    scopes: frozenset[AppScope]
    grant_id: GrantId | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Live:
    """A token that stands, with the yes that it came from."""

    token: SealedAppToken
    access: SealedAppAccess
    caller: AppCaller


class AppAccess:
    """The way in for apps."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def allow(self, person: Person, question: AppQuestion) -> str:
        """The person says yes, which is in their log. Returns the code that takes it to the app: for a minute, once."""
        code, now_ms = secrets.token_urlsafe(32), self._clock.now_ms()
        access_id = self._tag("app-code", code)
        said = {
            "name": person.name,
            "organisation": person.organisation,
            "return_address": question.return_address,
            "challenge": question.challenge,
            "scopes": sorted(question.scopes),
        }
        ids = (access_id, question.app.app_id, person.mailbox_id)
        access = SealedAppAccess(
            access_id=access_id,
            app_id=question.app.app_id,
            mailbox_id=person.mailbox_id,
            box=self._sealer.seal_operator(_ACCESS, ids, json.dumps(said).encode()),
            redeemed=False,
            expires_ms=now_ms + CODE_MS,
        )
        async with self._store.write() as tx:
            await self._log(tx, person, question, now_ms)
            await tx.apps.allow(access)
        return code

    async def redeem(self, app: AppRecord, code: str, return_address: str, verifier: str) -> IssuedToken | None:
        """A token for a code. None when it is refused.

        A code is tried once: one that comes from another app, with another return address or verifier, or for the
        second time has leaked, and what it gave is taken back (RFC 6749 §4.1.2).
        """
        access_id, now_ms = self._tag("app-code", code), self._clock.now_ms()
        async with self._store.write() as tx:
            access = await tx.apps.redeem(access_id, now_ms=now_ms, until_ms=now_ms + TOKEN_MS)
            if access is None or not self._fits(access, app, return_address, verifier):
                await tx.apps.withdraw(access_id)
                return None
            return await self._issue(tx, access, self._caller(access, app, None), client_id=None)

    async def exchange(
        self, app: AppRecord, jti: str, grant_id: GrantId, *, reason: str | None = None, note: str = ""
    ) -> IssuedToken | None:
        """A token of this helper for one client (RFC 8693), which ends when theirs does. None: theirs does not do.

        `reason`: why the helper opens this client's post, a code of `opening_reasons`, with their own `note`; where
        their organisation asks for it, a token without one shows no post.

        Raises:
            NotFound: no grant that stands for this helper now.
            ReasonRefused: not one of the reasons for this grant.
        """
        async with self._store.write() as tx:
            live = await self._live(tx, jti)
            if live is None or live.caller.app_id != app.app_id or live.caller.grant_id is not None:
                return None
            if AppScope.CLIENTS not in live.caller.scopes:
                return None
            way = await self._gate.open(tx, live.caller.person, grant_id, self._clock.now_ms())
            assert way.passage is not None  # noqa: S101 - a way through a grant has one
            purpose = way.passage.terms.scope.purpose
            why = stated(purpose, reason, note, self._clock.now_ms()) if reason is not None else None
            caller = self._caller(live.access, app, grant_id, why)
            return await self._issue(tx, live.access, caller, client_id=way.mailbox_id)

    async def caller(self, jti: str) -> AppCaller | None:
        """Whose token this is. None when it ended, was withdrawn, or its app is blocked."""
        async with self._store.read() as tx:
            live = await self._live(tx, jti)
        return live.caller if live else None

    async def revoke(self, app: AppRecord, jti: str) -> None:
        """The app gives a token back; a person's own takes those along that came from it. Another app's stays."""
        async with self._store.write() as tx:
            live = await self._live(tx, jti)
            if live is None or live.caller.app_id != app.app_id:
                return
            if live.caller.grant_id is None:
                await tx.apps.withdraw(live.access.access_id)
            else:
                await tx.apps.remove_token(live.token.tag)

    async def forget_ended(self) -> None:
        """For the worker. A used code is kept as long as what it gave, to know it when it comes again."""
        async with self._store.write() as tx:
            await tx.apps.forget(before_ms=self._clock.now_ms())

    async def _log(self, tx: Transaction, person: Person, question: AppQuestion, now_ms: int) -> None:
        look = Look(
            actor=person.label,
            role=Role.CITIZEN,
            act=Act.CONNECTED,
            details={"app": question.app.name, "scopes": sorted(question.scopes)},
        )
        own = person.mailbox_id
        await tx.mailboxes.lock(own)
        await write_entry(tx, look, mailbox_id=own, reader=person, sealer=self._sealer, at_ms=now_ms)

    async def _issue(
        self, tx: Transaction, access: SealedAppAccess, caller: AppCaller, *, client_id: MailboxId | None
    ) -> IssuedToken:
        jti = secrets.token_urlsafe(32)
        tag = self._tag("app-token", jti)
        said = json.dumps(_said(caller)).encode()
        box = self._sealer.seal_operator(_TOKEN, (tag, access.access_id), said)
        token = SealedAppToken(tag=tag, access_id=access.access_id, box=box, expires_ms=access.expires_ms)
        await tx.apps.add_token(token)
        return IssuedToken(
            jti=jti,
            holder=self._pseudonym(caller.app_id, access.mailbox_id),
            client=self._pseudonym(caller.app_id, client_id) if client_id else None,
            scopes=caller.scopes,
            until_ms=access.expires_ms,
        )

    async def _live(self, tx: Transaction, jti: str) -> _Live | None:
        token = await tx.apps.token(self._tag("app-token", jti))
        access = await tx.apps.access(token.access_id) if token else None
        app = await tx.apps.get(access.app_id) if access else None
        if token is None or access is None or app is None or app.blocked:
            return None
        if self._clock.now_ms() >= min(token.expires_ms, access.expires_ms):
            return None
        return _Live(token=token, access=access, caller=self._caller(access, app, *self._client_of(token)))

    def _caller(
        self, access: SealedAppAccess, app: AppRecord, grant_id: GrantId | None, reason: StatedReason | None = None
    ) -> AppCaller:
        said = self._opened(access)
        return AppCaller(
            app_id=app.app_id,
            person=Person(
                mailbox_id=access.mailbox_id,
                name=said["name"],
                organisation=said["organisation"],
                app=app.name,
                reasons={grant_id: reason} if grant_id and reason else {},
            ),
            scopes=frozenset({AppScope.CLIENTS}) if grant_id else frozenset(map(AppScope, said["scopes"])),
            grant_id=grant_id,
        )

    def _fits(self, access: SealedAppAccess, app: AppRecord, return_address: str, verifier: str) -> bool:
        said = self._opened(access)
        return (
            access.app_id == app.app_id
            and said["return_address"] == return_address
            and _VERIFIER.fullmatch(verifier) is not None
            and hmac.compare_digest(_base64url(hashlib.sha256(verifier.encode()).digest()), said["challenge"])
        )

    def _opened(self, access: SealedAppAccess) -> dict[str, Any]:
        ids = (access.access_id, access.app_id, access.mailbox_id)
        said: dict[str, Any] = json.loads(self._sealer.open_operator(_ACCESS, ids, access.box))
        return said

    def _client_of(self, token: SealedAppToken) -> tuple[GrantId | None, StatedReason | None]:
        """For which client a token is, and why."""
        said = json.loads(self._sealer.open_operator(_TOKEN, (token.tag, token.access_id), token.box))
        grant_id = GrantId(id_from_text(said["grant"])) if said["grant"] else None
        return grant_id, StatedReason(**said["reason"]) if said["reason"] else None

    def _pseudonym(self, app_id: AppId, mailbox_id: MailboxId) -> str:
        """The name of a person for one app: two apps cannot find out that they have the same user."""
        return _base64url(self._sealer.tag("app-pseudonym", app_id, mailbox_id))

    def _tag(self, purpose: str, secret: str) -> bytes:
        return self._sealer.tag(purpose, secret.encode())


def _said(caller: AppCaller) -> dict[str, Any]:
    """What is kept with a token: for which client, and why."""
    reason = caller.person.reasons.get(caller.grant_id) if caller.grant_id else None
    return {
        "grant": id_text(caller.grant_id) if caller.grant_id else None,
        "reason": asdict(reason) if reason else None,
    }


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
