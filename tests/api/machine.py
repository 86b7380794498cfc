"""What a sending body's machine does: sign assertions, get tokens, call the API."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, Key

from mailbox.api.client_keys import public_jwk
from mailbox.app import create_app
from mailbox.bootstrap import Services
from mailbox.domain.identifiers import Oin
from mailbox.settings import Settings
from tests.berichten import bericht
from tests.world import CJIB, SetClock

BERICHTEN = "/aanlever/v1/berichten"
BULK = "/aanlever/v1/berichten/_bulk"
NDJSON = "application/x-ndjson"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(kw_only=True)
class Machine:
    """A client of the application, and the private keys of the bodies it plays."""

    app: FastAPI
    client: httpx.AsyncClient
    clock: SetClock
    keys: dict[Oin, Key] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        found: Services = self.app.state.services
        return found

    def with_services(self, **changes: Any) -> None:
        """Puts simulators in the place of services."""
        self.app.state.services = replace(self.services, **changes)

    async def register(self, oin: Oin, key: Key | None = None) -> Key:
        """Makes a body known with the public half of this key."""
        made = key or ECKey.generate_key("P-256", private=True)
        await self.services.agencies.add(oin, "Afzender", public_jwk(made.as_dict(private=True)))
        self.keys[oin] = made
        return made

    def claims(self, oin: Oin = CJIB, **changes: Any) -> dict[str, Any]:
        """Good claims of an assertion, with these changes; None takes a claim out."""
        now = self.clock.ms // 1000
        good = {
            "iss": oin.value,
            "sub": oin.value,
            "aud": "http://127.0.0.1:8000/oauth/token",
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_hex(16),
        }
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def assertion(self, claims: Mapping[str, Any] | None = None, *, oin: Oin = CJIB, **header: Any) -> str:
        """A signed assertion."""
        key = self.keys[oin]
        names = {"alg": "ES256", "kid": key.thumbprint(), **header}
        kept = {name: value for name, value in names.items() if value is not None}
        return jwt.encode(kept, dict(claims or self.claims(oin)), key, algorithms=[kept["alg"]])

    async def ask_token(self, assertion: str, **form: Any) -> httpx.Response:
        """Posts to the token endpoint."""
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": assertion,
            **form,
        }
        return await self.client.post("/oauth/token", data={k: v for k, v in fields.items() if v is not None})

    async def token(self, oin: Oin = CJIB, scope: str | None = None) -> str:
        answer = await self.ask_token(self.assertion(oin=oin), scope=scope)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def bearer(self, oin: Oin = CJIB, scope: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self.token(oin, scope)}"}

    async def send(self, oin: Oin = CJIB, **changes: Any) -> httpx.Response:
        """Delivers one letter; valid unless the changes say otherwise."""
        letter = bericht(**{"afzender": oin.value, **changes})
        return await self.client.post(BERICHTEN, json=letter, headers=await self.bearer(oin))

    async def send_raw(self, content: Any, *, path: str = BERICHTEN, **headers: str) -> httpx.Response:
        """Posts these bytes, or the chunks of this generator."""
        kind = {"Content-Type": NDJSON if path == BULK else "application/json"}
        given = {**kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.client.post(path, content=content, headers={**await self.bearer(), **given})

    async def bulk(self, lines: Sequence[Mapping[str, Any] | bytes]) -> list[dict[str, Any]]:
        """The result lines of these lines."""
        content = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
        answer = await self.send_raw(content, path=BULK)
        assert (answer.status_code, answer.headers["content-type"]) == (200, NDJSON), answer.text
        return results(answer)


def results(answer: httpx.Response) -> list[dict[str, Any]]:
    """The lines of a bulk's answer."""
    return [json.loads(line) for line in answer.content.splitlines()]


@asynccontextmanager
async def machine(settings: Settings) -> AsyncIterator[Machine]:
    """The started application and a client of it; the CJIB is registered."""
    async with process(settings) as started:
        await started.register(CJIB)
        yield started


@asynccontextmanager
async def process(settings: Settings) -> AsyncIterator[Machine]:
    """The started application and a client of it, on whatever the settings' database holds."""
    clock = SetClock()
    app = create_app(settings, clock=clock, with_pages=False)
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
    async with app.router.lifespan_context(app), client:
        yield Machine(app=app, client=client, clock=clock)
