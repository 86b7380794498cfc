"""What every answer to a machine says besides its body (ADR /core/transport/security-headers, /core/version-header)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SENDERS: Final = "/aanlever/v1"
API_VERSION: Final = "1.1.0"
"""Of the sender API; equal to `info.version`. CHANGELOG.md says what changed."""
READERS: Final = "/inzage/v1"
READERS_VERSION: Final = "1.1.0"
"""Of the reader API; CHANGELOG-inzage.md says what changed."""
_VERSIONS: Final = {"/aanlever/": API_VERSION, f"{READERS}/": READERS_VERSION}
_MACHINES: Final = ("/aanlever", READERS, "/oauth", "/.well-known", "/kennisgevingen", "/healthz", "/readyz")
_PAGE: Final = "/oauth/authorize"
"""Where apps send people to."""
_SECURITY: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def for_machines(path: str) -> bool:
    """Whether this path is answered in JSON, errors included."""
    if path == _PAGE or not path.startswith(_MACHINES):
        return False
    return any(path == start or path.startswith(f"{start}/") for start in _MACHINES)


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """As ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_ALWAYS: Final = _raw(_SECURITY)
_BY_START: Final = {start: _raw({**_SECURITY, "API-Version": of}) for start, of in _VERSIONS.items()}


class ApiHeaders:
    """Adds the headers; one that a handler chose itself (the caching of public keys) stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not for_machines(scope["path"]):
            await self._app(scope, receive, send)
            return
        ours = next((raw for start, raw in _BY_START.items() if scope["path"].startswith(start)), _ALWAYS)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                chosen = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in ours if pair[0] not in chosen)]
            await send(message)

        await self._app(scope, receive, with_headers)
