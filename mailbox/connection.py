"""HTTP/1.1 as uvicorn speaks it, with an end to what comes before and after a body.

Bodies have their limits where they are read (`api.bodies`, the forms of `web`). The head of a request, and what may
follow a body in chunks, no application ever sees: uvicorn would keep all of it, however much it is, and wait for the
rest of it for ever.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES: Final = 32 * 1024
"""Of a request's first line and headers together: a token and some cookies take one or two thousand."""
_DETAILS: Final = {
    HTTPStatus.BAD_REQUEST: "Dit is geen HTTP-verzoek.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "De kop van dit verzoek is te groot.",
}


class Connection(HttpToolsProtocol):
    """One connection: a head is small, and there within `head_seconds` of the first byte or of connecting."""

    head_seconds = 15.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._passed_on = True
        self._pending = 0
        self._hurry: asyncio.TimerHandle | None = self.loop.call_later(self.head_seconds, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """After each piece: how much came since something was passed on? A piece has a quarter of a MiB at most."""
        self._pending += len(data)
        super().data_received(data)
        if self._pending > HEAD_BYTES and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif not self._passed_on and self._hurry is None:
            self._hurry = self.loop.call_later(self.head_seconds, self._too_slow)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words; ours are a problem (RFC 9457)
        self._refuse(HTTPStatus.BAD_REQUEST)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._passed_on = False

    def on_headers_complete(self) -> None:
        self._passed_on = True
        self._pending = 0
        self._in_time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._pending = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._pending = 0
        super().on_message_complete()

    def _in_time(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _too_slow(self) -> None:
        self._hurry = None
        self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Nobody reads further what comes here."""
        body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": _DETAILS[status]}
        content = json.dumps(body).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/problem+json\r\n"
            f"Content-Length: {len(content)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + content)
        self.transport.close()
