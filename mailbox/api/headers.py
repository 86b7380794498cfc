"""What every answer to a machine says besides its body (ADR /core/transport/security-headers, /core/version-header)."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
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


class ApiHeaders:
    """Adds the headers; one that a handler chose itself (the caching of public keys) stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not for_machines(scope["path"]):
            await self._app(scope, receive, send)
            return
        version = next((of for start, of in _VERSIONS.items() if scope["path"].startswith(start)), None)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
                if version is not None:
                    headers["API-Version"] = version
            await send(message)

        await self._app(scope, receive, with_headers)
