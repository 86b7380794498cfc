"""The whole application with people in it, and the apps of others that send them here."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from consent import EVERY, Action, Scope
from mailbox.api.app_grants import ACCESS_TOKEN, EXCHANGE
from mailbox.api.client_assertions import ASSERTION_TYPE
from mailbox.api.client_keys import public_jwk
from mailbox.app import create_app
from mailbox.domain.apps import AppRecord, AppScope
from mailbox.domain.identifiers import GrantId, Oin, id_text
from mailbox.domain.people import Identity
from mailbox.services.reading import TimelineQuery
from mailbox.settings import Settings
from mailbox.web.login import DemoLogin
from tests.web.site import PEOPLE
from tests.web.story import AGENCIES, NOW_MS, Story, public_key
from tests.world import DAY_MS, SetClock

URL: Final = "http://127.0.0.1:8000"
API: Final = f"{URL}/inzage/v1"
OWN_FORM: Final = {"Sec-Fetch-Site": "same-origin"}
ALL: Final = " ".join(AppScope)


@dataclass(kw_only=True)
class Portal:
    """The running application, and a client of it that follows no redirect."""

    app: FastAPI
    client: httpx.AsyncClient
    story: Story
    clock: SetClock

    async def register(self, *, with_key: bool = True, name: str = "Postkijker") -> App:
        """An app of others that is known here."""
        key = ECKey.generate_key("P-256", private=True) if with_key else None
        jwk = public_jwk(key.as_dict(private=True)) if key else None
        addresses = ["https://app.example/terug", "https://app.example/terug?van=mo"]
        return App(portal=self, record=await self.story.services.apps.add(name, addresses, jwk), key=key)

    async def cookie(self, who: Identity) -> dict[str, str]:
        return {"Cookie": f"mo={await self.story.token(who)}"}

    async def give(self, who: Identity, concept: Mapping[str, Any]) -> dict[str, str]:
        """The citizen says yes, on the page that the app was told of. Returns the grant and its code."""
        page, headers = concept["_links"]["pagina"]["href"], {**await self.cookie(who), **OWN_FORM}
        answer = await self.client.post(page, data={"doe": "geven"}, headers=headers)
        code = re.search(r'<p class="mo-code">([A-Z0-9-]+)</p>', answer.text)
        grant = re.search(r'href="/meekijken/([0-9a-f-]{36})/bewijs"', answer.text)
        assert code is not None, answer.text
        assert grant is not None
        return {"code": code[1], "toestemmingId": grant[1]}

    async def agree(self, who: Identity, concept: Mapping[str, Any]) -> str:
        """The citizen says yes to a helper or to a change. Returns the grant."""
        page, headers = concept["_links"]["pagina"]["href"], {**await self.cookie(who), **OWN_FORM}
        answer = await self.client.post(page, data={"doe": "geven"}, headers=headers)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].removeprefix("/meekijken/").partition("?")[0]

    async def read(self, who: Identity, through: GrantId | None = None) -> set[str]:
        """The ids on somebody's timeline, by the services."""
        person = await self.story.person(who)
        timeline = await self.story.services.reading.timeline(person, TimelineQuery(limit=100), through=through)
        return {id_text(letter.letter_id) for letter in timeline.letters}


@dataclass(kw_only=True)
class App:
    """An app: it sends people here, gets codes and tokens, and calls the API."""

    portal: Portal
    record: AppRecord
    key: ECKey | None
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def question(self, **changes: str | None) -> dict[str, str]:
        """What it asks, with these changes; None leaves a field out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        good: Mapping[str, str | None] = {
            "response_type": "code",
            "client_id": self.record.client_id,
            "redirect_uri": self.record.return_addresses[0],
            "scope": ALL,
            "state": "s" * 22,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in good.items() if value is not None}

    async def ask(self, who: Identity, **changes: str | None) -> httpx.Response:
        """Somebody is sent here."""
        cookie = await self.portal.cookie(who)
        return await self.portal.client.get("/oauth/authorize", params=self.question(**changes), headers=cookie)

    async def answered(self, who: Identity, answer: str = "ja", /, **changes: str | None) -> httpx.Response:
        """Somebody reads the question and answers."""
        headers = {**await self.portal.cookie(who), **OWN_FORM}
        form = {**self.question(**changes), "antwoord": answer}
        return await self.portal.client.post("/oauth/authorize", data=form, headers=headers)

    async def code(self, who: Identity, **changes: str | None) -> str:
        """The code of a yes."""
        return said(await self.answered(who, **changes))["code"]

    def proof(self, **changes: Any) -> dict[str, str]:
        """How the app logs in at the token endpoint."""
        if self.key is None:
            return {"client_id": self.record.client_id}
        now, name = self.portal.clock.ms // 1000, self.record.client_id
        claims = {"iss": name, "sub": name, "aud": URL, "iat": now, "exp": now + 60, "jti": secrets.token_hex(16)}
        header = {"alg": "ES256", "kid": self.key.thumbprint()}
        return {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jwt.encode(header, {**claims, **changes}, self.key),
        }

    async def redeem(self, code: str, /, **changes: str | None) -> httpx.Response:
        """Asks a token for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.record.return_addresses[0],
            "code_verifier": self.verifier,
            **self.proof(),
            **changes,
        }
        return await self.post("/oauth/token", form)

    async def exchange(self, token: str, grant_id: GrantId, **changes: str | None) -> httpx.Response:
        """Asks a token for one client."""
        form = {
            "grant_type": EXCHANGE,
            "subject_token": token,
            "subject_token_type": ACCESS_TOKEN,
            "authorization_details": detail(id_text(grant_id)),
            **self.proof(),
            **changes,
        }
        return await self.post("/oauth/token", form)

    async def post(self, path: str, form: Mapping[str, str | None]) -> httpx.Response:
        return await self.portal.client.post(
            path, data={name: value for name, value in form.items() if value is not None}
        )

    async def token(self, who: Identity, scope: str = ALL) -> str:
        """A token after a yes."""
        return access_token(await self.redeem(await self.code(who, scope=scope)))

    async def client_token(self, who: Identity, grant_id: GrantId) -> str:
        """A helper's token for one client."""
        return access_token(await self.exchange(await self.token(who), grant_id))

    async def get(self, token: str, path: str, **query: str) -> httpx.Response:
        return await self.call("GET", token, path, params=query or None)

    async def call(self, method: str, token: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return await self.portal.client.request(method, f"{API}{path}", headers=headers, **options)

    async def post_json(self, token: str, path: str, body: object = None) -> httpx.Response:
        """Sends this as JSON; nothing at all without a body."""
        return await self.call("POST", token, path, **({} if body is None else {"json": body}))

    async def propose(self, token: str, **changes: Any) -> dict[str, Any]:
        """A grant with this scope, put ready."""
        body = {"helper": "Tante Ria", "toestemming": {**DETAIL, **changes}}
        answer = await self.post_json(token, "/concepten", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def offer(self, token: str, who: Identity, **changes: Any) -> dict[str, str]:
        """A new grant with this scope: put ready by the app, and given by this citizen, who alone sees the code."""
        made = await self.propose(token, **changes)
        return await self.portal.give(who, made)


def detail(toestemming_id: str) -> str:
    return f'[{{"type":"mijnoverzicht_toestemming","toestemmingId":"{toestemming_id}"}}]'


def said(answer: httpx.Response) -> dict[str, str]:
    """What an answer brings back to the app."""
    assert answer.status_code == 303, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def access_token(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def claims_of(token: str) -> dict[str, Any]:
    """What a token says to who reads it."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def wide(days: int = 92) -> Scope:
    """A grant of everything."""
    return Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + days * DAY_MS)


DETAIL: Final[Mapping[str, Any]] = wide().to_json()
"""That grant on the wire."""


def portal_settings(database_url: str, folder: Path) -> Settings:
    return Settings(
        database_url=database_url,
        objects_dir=folder / "objects",
        kek_file=folder / "kek.json",
        token_key_file=folder / "token.json",
        public_url=URL,
        demo=True,
        secure_cookies=False,
    )


@asynccontextmanager
async def open_portal(settings: Settings) -> AsyncIterator[Portal]:
    clock = SetClock(NOW_MS)
    app = create_app(settings, clock=clock, login=DemoLogin(PEOPLE, settings))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL)
    async with app.router.lifespan_context(app), client:
        story = Story(services=app.state.services, clock=clock)
        for oin, name in AGENCIES.items():
            await story.services.agencies.add(Oin(oin), name, public_key())
        yield Portal(app=app, client=client, story=story, clock=clock)
