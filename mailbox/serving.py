"""Serving over HTTP: uvicorn with our logs, one process or several on one listening socket."""

from __future__ import annotations

import gc
from typing import Final

import uvicorn
from fastapi import FastAPI

from mailbox.api.token_key import token_key
from mailbox.app import create_app
from mailbox.bootstrap import SystemClock
from mailbox.connection import Connection
from mailbox.observability import configure_logging
from mailbox.openid import OpenIdLogin, read_providers
from mailbox.settings import Settings, load_settings
from mailbox.web.login import DemoLogin
from mailbox.web.outside_login import RETURN_PATH

GRACE_SECONDS: Final = 20
"""What is under way may end before the process does; longer than a commit, shorter than what stops containers."""


def application() -> FastAPI:
    """The application of one process, on the settings of its environment."""
    settings = load_settings()
    configure_logging(settings.log_level)
    app = create_app(settings, login=_demo_login(settings) if settings.demo else outside_login(settings))
    gc.collect()
    gc.freeze()  # what start-up made stays; looking through it for garbage would stop a request for 100 ms
    return app


def _demo_login(settings: Settings) -> DemoLogin:
    from mailbox.demo.people import PERSONS  # only a demo holds its people in memory

    return DemoLogin(PERSONS, settings)


def outside_login(settings: Settings) -> OpenIdLogin | None:
    """The providers that the operator chose; None: there are none, and nobody logs in."""
    if settings.login_file is None:
        return None
    return OpenIdLogin(
        read_providers(settings.login_file),
        key=token_key(settings.login_key),
        return_to=settings.public_url + RETURN_PATH,
        clock=SystemClock(),
    )


def serve(settings: Settings, *, host: str, port: int, processes: int) -> None:
    """Serves until SIGTERM or SIGINT.

    `log_config=None`: uvicorn must not set up logs of its own. No access log: it would hold the query of each URL.
    """
    configure_logging(settings.log_level)
    uvicorn.run(
        "mailbox.serving:application",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        loop="uvloop",
        http=Connection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
