"""A real OpenID provider, on the certified library of the identity federations, in a process of its own.

It asks who somebody is and on which level of assurance, with a form. Where a test says so it lies: `PUT /liegt` gives
claims for its next ID tokens, or says with which key they are signed.
"""

from __future__ import annotations

import multiprocessing
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

import httpx

from tests.processes import free_port

LOW: Final = "http://eidas.europa.eu/LoA/low"
SUBSTANTIAL: Final = "http://eidas.europa.eu/LoA/substantial"
CLIENT_ID: Final = "mijnoverzicht-proef"
_START_SECONDS: Final = 30


@dataclass(frozen=True, kw_only=True)
class OpenIdProvider:
    """A provider that runs."""

    issuer: str

    def lie(self, **how: Any) -> None:
        """How it answers from now on: other `claims`, other `userinfo`, another `key`. Nothing: honestly."""
        httpx.put(f"{self.issuer}/liegt", json=how).raise_for_status()


@contextmanager
def openid_provider(
    people: Mapping[str, Mapping[str, Any]], *, client_key: Mapping[str, Any], return_to: Sequence[str]
) -> Iterator[OpenIdProvider]:
    """Starts one that knows these people, by name, and us as its only client."""
    port = free_port()
    issuer = f"http://localhost:{port}"  # another site than 127.0.0.1, also for cookies
    here, there = multiprocessing.Pipe()
    arguments = (there, port, issuer, dict(people), dict(client_key), list(return_to))
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=arguments, daemon=True)
    process.start()
    try:
        _wait(issuer, process)
        yield OpenIdProvider(issuer=issuer)
    finally:
        here.close()
        process.terminate()
        process.join()


def _wait(issuer: str, process: multiprocessing.process.BaseProcess) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.is_alive() and time.monotonic() < deadline:
        try:
            httpx.get(f"{issuer}/jwks.json").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the OpenID provider did not start")


def _serve(
    _asked: Connection, port: int, issuer: str, people: dict[str, Any], client_key: dict[str, Any], return_to: list[str]
) -> None:
    warnings.simplefilter("ignore")  # the library's own
    import uvicorn

    from tests.openid_site import application

    app = application(issuer, people, client_id=CLIENT_ID, client_key=client_key, return_to=return_to)
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, ws="none")
