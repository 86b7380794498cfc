"""The application: routes, middleware, error handlers and the lifespan that owns the services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailbox.api import health, oauth, openapi, outcomes, problems, senders
from mailbox.api.access_tokens import AccessTokens
from mailbox.api.app_tokens import AppTokens
from mailbox.api.headers import READERS, SENDERS, ApiHeaders, for_machines
from mailbox.api.large_bodies import LargeBodies
from mailbox.api.rate import RateLimit
from mailbox.api.readers import routes as readers
from mailbox.api.token_key import TokenKey, token_key
from mailbox.bootstrap import services
from mailbox.domain.errors import MailboxError
from mailbox.domain.logins import OutsideLogin
from mailbox.domain.ports import Clock
from mailbox.observability import RequestLog
from mailbox.settings import Settings
from mailbox.web import pages
from mailbox.web.login import DemoLogin

_log = structlog.get_logger()

_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""The framework would hand texts of exceptions and bodies to whatever collector the environment names."""


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    door_clock: Clock | None = None,
    login: DemoLogin | OutsideLogin | None = None,
    with_pages: bool = True,
) -> FastAPI:
    """The application on these settings; its services exist between startup and shutdown.

    Without a `login` nobody can log in. Without pages it is a door for machines only. `door_clock`: another clock for
    who comes in, for a demo in which the days fly: its pages say which day it is.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            key = TokenKey(token_key(settings.token_key_file), issuer=settings.public_url)
            async with services(settings, clock=clock, door_clock=door_clock) as built:
                app.state.services = built
                app.state.rate = RateLimit(settings.rate_per_second, built.door_clock)
                app.state.app_rate = RateLimit(settings.app_rate_per_second, built.clock)
                app.state.large_bodies = LargeBodies(settings.large_bodies, seconds=settings.request_seconds)
                app.state.outcome_token = settings.outcome_token
                app.state.token_key = key
                app.state.tokens = AccessTokens(key, clock=built.door_clock, agencies=built.agencies)
                app.state.app_tokens = AppTokens(key, access=built.app_access, clock=built.clock)
                yield
        except Exception as exc:
            _log.error("service_failed", exc_info=exc)  # the server itself would only say that there was a fault
            raise

    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    app.state.settings = settings
    for path, endpoint in senders.DOOR.items():
        app.add_route(SENDERS + path, endpoint, methods=["POST"])
    app.include_router(senders.router, prefix=SENDERS)
    app.include_router(openapi.router, prefix=SENDERS)
    app.include_router(readers.router, prefix=READERS)
    app.include_router(oauth.router)
    app.include_router(outcomes.router)
    app.include_router(health.router)
    _add_error_handlers(app)
    if with_pages:
        pages.mount(app, settings, login, flying=clock if door_clock else None)
    # The last one added is the outermost: it logs what the others made of the request.
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(ApiHeaders)
    app.add_middleware(RequestLog)
    return app


def _add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(MailboxError, problems.on_mailbox_error)
    app.add_exception_handler(HTTPException, problems.on_http_error)
    app.add_exception_handler(ClientDisconnect, problems.on_disconnect)
    app.add_exception_handler(RequestValidationError, problems.on_invalid_parameters)


class UnexpectedErrors:
    """Answers what nobody foresaw on a path for machines with a problem that says nothing about it.

    Here, and not as a handler of the framework: that one stands outside all middleware, so its answer would have
    no headers of ours.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as exc:
            if scope["type"] != "http" or started or not for_machines(scope["path"]):
                raise
            answer: Response = await problems.on_unexpected(Request(scope), exc)
            await answer(scope, receive, send)
