"""The gate in front of every page: forms of other sites are refused, and no answer leaves without its headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_PATHS: Final = ("/aanlever", "/inzage/v1", "/oauth", "/.well-known", "/kennisgevingen", "/healthz", "/readyz")
AUTHORIZE: Final = "/oauth/authorize"
"""The one page among them: where an app sends people to."""
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_page(path: str) -> bool:
    """Whether people come here with a browser. All else is for machines, and none of our business."""
    return path == AUTHORIZE or not any(path == api or path.startswith(f"{api}/") for api in API_PATHS)


def is_own_form(headers: Headers, public_url: str) -> bool:
    """Whether a request that changes something came from a page of ours.

    `Sec-Fetch-Site` cannot be set by a page (W3C Fetch Metadata); browsers without it send `Origin` or `Referer`.
    A request with none of them is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    source = headers.get("origin") or headers.get("referer")
    return source is not None and _host_of(source) in {_host_of(public_url), headers.get("host")} - {None, ""}


def _host_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.netloc if parts.scheme in {"http", "https"} else None


class PageGuard:
    """ASGI middleware over all pages, so that no single route can forget it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        public_url: str,
        headers: Mapping[str, str],
        refuse: Callable[[Request], Awaitable[Response]],
    ) -> None:
        self._app = app
        self._public_url = public_url
        self._headers = headers
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["method"] in _SAFE_METHODS or is_own_form(Headers(scope=scope), self._public_url):
            await self._app(scope, receive, with_headers)
        else:
            response = await self._refuse(Request(scope, receive))
            await response(scope, receive, with_headers)
