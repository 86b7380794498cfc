"""What the service says about itself: one JSON object a line, without personal data.

A line has a request's method, route, status and duration. It never has a query, a header, a body, an address of a
visitor or the text of an exception: a driver's message can hold the values of a statement, and those a BSN.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TRUSTED: Final = ("uvicorn",)
"""Loggers whose messages hold addresses we listen on and process numbers, and nothing of a request."""
_STATE_KEY: Final = "request_id"
_FRAMES: Final = 12
_FOREIGN_LENGTH: Final = 200

Event = MutableMapping[str, Any]


def configure_logging(level: str, *, stream: TextIO | None = None) -> None:
    """Sends our own lines, and those of libraries, to `stream` (standard error) as JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _without_exception_text,
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Libraries()]
    # Below WARNING libraries tell about statements and connections, which we do not log at any level.
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def request_id(scope: Scope) -> str:
    """The UUID of this request: in its log line, and as the `instance` of its problem."""
    state: MutableMapping[str, Any] = scope.setdefault("state", {})
    found = state.get(_STATE_KEY)
    if not isinstance(found, str):
        found = state[_STATE_KEY] = str(uuid4())
    return found


class RequestLog:
    """Writes a line for each request that ended. The id is ours: a sender's own would be input in our log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log = structlog.get_logger("mailbox.requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["state"] = {**scope.get("state", {}), _STATE_KEY: str(uuid4())}
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        except Exception as exc:
            self._log.error("request failed", **_facts(scope, status or 500, started), exc_info=exc)
            raise
        self._log.info("request", **_facts(scope, status, started))


def _route(scope: Scope) -> str:
    """The pattern of the path; of a route that has no parameters and goes past the framework, its function."""
    return str(getattr(scope.get("route"), "path", None) or getattr(scope.get("endpoint"), "__name__", "-"))


def _facts(scope: Scope, status: int, started: float) -> dict[str, Any]:
    """The route's pattern stands for the path, which anyone can write anything into."""
    return {
        "id": request_id(scope),
        "method": scope["method"] if scope["method"].isalpha() else "-",
        "route": _route(scope),
        "status": status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }


class _Libraries(logging.Handler):
    """Passes on what libraries log: the pattern of their message, not the values filled in."""

    def emit(self, record: logging.LogRecord) -> None:
        trusted = record.name.split(".")[0] in _TRUSTED
        message = record.getMessage() if trusted else str(record.msg)
        first = (message.splitlines() or [""])[0][:_FOREIGN_LENGTH]
        structlog.get_logger().log(record.levelno, first, logger=record.name, exc_info=record.exc_info)


def _without_exception_text(_logger: object, _method: str, event: Event) -> Event:
    """Says which exception came from where, never what it said."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    if isinstance(given, tuple) and given[0] is not None:
        event["exception"] = f"{given[0].__module__}.{given[0].__qualname__}"
        event["frames"] = _frames(given[2])
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
