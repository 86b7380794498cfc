"""A service on this machine that speaks the API of GOV.UK Notify, and refuses or falls silent where a test says so.

It checks who asks as the real one does, takes the same message as often as it comes, and says what it has.
"""

from __future__ import annotations

import asyncio
import functools
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.types import Receive, Scope, Send

from mailbox.channels.notifynl import ApiKey, NotifyService
from tests.listening import listening, port_of

SERVICE_ID = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"proef-{SERVICE_ID}-{SECRET}"
EMAIL_TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
SMS_TEMPLATE = "740e5834-3a29-46b4-9a6f-16142fde533a"
_KINDS = {
    "email": ("email_address", EMAIL_TEMPLATE, {"onderwerp", "tekst"}),
    "sms": ("phone_number", SMS_TEMPLATE, {"tekst"}),
}
"""Of a message: where it goes, the template that is known here, and what that needs."""
Answer = tuple[int, Any]


def refusal(status: int, error: str, message: str) -> Answer:
    """As the API writes one."""
    return status, {"status_code": status, "errors": [{"error": error, "message": message}]}


@dataclass
class NotifySimulator:
    """`answers`: to the next requests, by method, in place of what it would say. `hangs_up`: it takes, and is gone.

    `silent`: it takes, and does not answer until this is set.
    """

    port: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    status: str = "sending"
    hangs_up: bool = False
    silent: asyncio.Event | None = None
    cut: Callable[[], None] = lambda: None
    """Breaks off every connection."""

    def service(self, **changes: Any) -> NotifyService:
        """Where this is, and who may ask."""
        given: dict[str, Any] = {
            "url": f"http://127.0.0.1:{self.port}",
            "key": ApiKey.parse(API_KEY),
            "email_template": EMAIL_TEMPLATE,
        }
        return NotifyService(**{**given, **changes})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        body = await _body(receive)
        self.asked.append(scope["method"])
        status, said = self._answer(scope, body)
        if scope["method"] == "POST" and self.hangs_up:
            self.cut()
        if scope["method"] == "POST" and self.silent:
            await self.silent.wait()
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})

    def _answer(self, scope: Scope, body: bytes) -> Answer:
        if said := self.answers.get(scope["method"]):
            return said.pop(0)
        if not _is_known(dict(scope["headers"]).get(b"authorization", b"").decode()):
            return refusal(403, "AuthError", "Invalid token: signature, API token not found")
        if (scope["method"], scope["path"]) == ("GET", "/v2/notifications"):
            (reference,) = parse_qs(scope["query_string"].decode())["reference"]
            found = [one for one in self.taken if one["reference"] == reference]
            return 200, {"notifications": [{"reference": reference, "status": self.status} for _ in found]}
        folder, _, kind = scope["path"].rpartition("/")
        if (scope["method"], folder) != ("POST", "/v2/notifications") or kind not in _KINDS:
            return refusal(404, "NoResultFound", "No result found")
        return self._take(kind, json.loads(body))

    def _take(self, kind: str, message: dict[str, Any]) -> Answer:
        address, template, needs = _KINDS[kind]
        if set(message) != {address, "template_id", "personalisation", "reference"}:
            return refusal(400, "ValidationError", "Additional properties are not allowed")
        if message["template_id"] != template or set(message["personalisation"]) != needs:
            return refusal(400, "BadRequestError", "Template not found")
        self.taken.append(message)
        return 201, {"id": template, "reference": message["reference"]}


def _is_known(authorization: str) -> bool:
    """As the API checks it: our service, our secret, and made within half a minute from now."""
    try:
        token = jwt.decode(authorization.removeprefix("Bearer "), OctKey.import_key(SECRET), algorithms=["HS256"])
    except (JoseError, ValueError):
        return False
    fresh = abs(time.time() - token.claims["iat"]) <= 30
    return authorization.startswith("Bearer ") and token.claims["iss"] == SERVICE_ID and fresh


def _cut(server: uvicorn.Server) -> None:
    for connection in list(server.server_state.connections):
        connection.transport.abort()


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        part = await receive()
        body += bytes(part.get("body", b""))
        if not part.get("more_body"):
            return body


@asynccontextmanager
async def notify_service() -> AsyncIterator[NotifySimulator]:
    """The service, listening on a port of its own."""
    simulator = NotifySimulator()
    async with listening(simulator) as server:
        simulator.cut = functools.partial(_cut, server)
        simulator.port = port_of(server)
        yield simulator
