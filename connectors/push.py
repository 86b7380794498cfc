"""Sends letters through the sender API: logs in with its own key, tries again with patience, loses nothing.

Safe to repeat: the same letter has the same reference and content, and the server knows it by them.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from connectors.journal import Journal

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE: Final = "berichten:aanleveren"
_ASSERTION_SECONDS: Final = 60
_RENEW_SECONDS: Final = 30
_BACKOFF, _LONGEST = 0.2, 30.0
_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_ACCEPTED: Final = frozenset({200, 202})
BULK: Final = 200
_UNAUTHORIZED: Final = 401

Letter = Mapping[str, Any]


class PushFailed(Exception):
    """The server could not be reached, or refused to know us, for longer than we have patience."""


@dataclass(kw_only=True)
class Report:
    """What became of the letters. `refused`: reference to what the server said of it."""

    accepted: int = 0
    known: int = 0
    skipped: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        return self.accepted + self.known + self.skipped + len(self.refused)


@dataclass(kw_only=True)
class Client:
    """An agency at the sender API of `base_url`. `key`: private JWK. `patience`: seconds to keep trying a request."""

    oin: str
    base_url: str
    key: Mapping[str, Any]
    http: httpx.AsyncClient
    patience: float = 300.0
    _token: str = ""
    _token_until: float = 0.0
    _renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def post(self, path: str, content: bytes, media_type: str) -> httpx.Response:
        """Posts until there is an answer that trying again would not change.

        Raises:
            PushFailed: not within our patience.
        """
        deadline, wait, renewed = time.monotonic() + self.patience, _BACKOFF, False
        while True:
            response = await self._try(path, content, media_type)
            if response is not None and response.status_code == _UNAUTHORIZED and not renewed:
                self._token_until, renewed = 0.0, True
                continue
            if response is not None and response.status_code not in _TRY_AGAIN:
                return response
            if time.monotonic() > deadline:
                raise PushFailed("no answer within the time we have patience for")
            await asyncio.sleep(_wait(response, wait))
            wait = min(wait * 2, _LONGEST)

    async def _try(self, path: str, content: bytes, media_type: str) -> httpx.Response | None:
        try:
            headers = {"Authorization": f"Bearer {await self._access()}", "Content-Type": media_type}
            return await self.http.post(f"{self.base_url}{path}", content=content, headers=headers)
        except httpx.TransportError:
            return None

    async def _access(self) -> str:
        async with self._renewing:
            if time.monotonic() >= self._token_until:
                answer = await self.http.post(f"{self.base_url}/oauth/token", data=self._login())
                if answer.status_code in _TRY_AGAIN:
                    raise httpx.ConnectError("not ready")
                if answer.is_error:
                    raise PushFailed(f"the server does not let us in ({answer.status_code})")
                body = answer.json()
                self._token = str(body["access_token"])
                self._token_until = time.monotonic() + int(body["expires_in"]) - _RENEW_SECONDS
            return self._token

    def _login(self) -> dict[str, str]:
        """A fresh assertion each time: its jti works once (RFC 7523)."""
        now, key = int(time.time()), ECKey.import_key(dict(self.key))
        claims = {
            "iss": self.oin,
            "sub": self.oin,
            "aud": f"{self.base_url}/oauth/token",
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(24),
        }
        header = {"alg": "ES256", "kid": str(self.key["kid"])}
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jwt.encode(header, claims, key),
            "scope": SCOPE,
        }


async def push(  # noqa: PLR0913 - each is a choice of who sends
    client: Client,
    letters: Iterable[Letter],
    *,
    mass: bool = False,
    concurrency: int = 4,
    journal: Journal | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Sends all letters, several at a time, and tells what became of them. Letters are taken as they are needed."""
    report = Report()
    batches = _batches(_not_yet(letters, journal, report), BULK if mass else 1)
    send = _send_bulk if mass else _send_one

    async def work() -> None:
        for batch in batches:
            accepted = await send(client, batch, report)
            if journal is not None:
                journal.add(accepted)
            if progress is not None:
                progress(report)

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return report


def private_jwk(key_file: Path) -> dict[str, Any]:
    """The agency's own key."""
    key: dict[str, Any] = json.loads(key_file.read_text())
    return key


async def _send_one(client: Client, batch: Sequence[Letter], report: Report) -> list[str]:
    (letter,) = batch
    response = await client.post("/aanlever/v1/berichten", _json(letter), "application/json")
    return [letter["kenmerk"]] if _count(report, letter["kenmerk"], response.status_code, response.json()) else []


async def _send_bulk(client: Client, batch: Sequence[Letter], report: Report) -> list[str]:
    """A bulk; lines that the server could not take now go into the next one."""
    accepted: list[str] = []
    left, wait = list(batch), _BACKOFF
    while left:
        body = b"\n".join(map(_json, left))
        response = await client.post("/aanlever/v1/berichten/_bulk", body, "application/x-ndjson")
        if response.is_error:
            for letter in left:
                _count(report, letter["kenmerk"], response.status_code, response.json())
            return accepted
        again = []
        for letter, line in zip(left, response.text.splitlines(), strict=True):
            result = json.loads(line)
            if result["status"] in _TRY_AGAIN:
                again.append(letter)
            elif _count(report, letter["kenmerk"], result["status"], result):
                accepted.append(letter["kenmerk"])
        if again:
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST)
        left = again
    return accepted


def _count(report: Report, reference: str, status: int, said: Mapping[str, Any]) -> bool:
    if status not in _ACCEPTED:
        faults = ", ".join(f"{fault['pointer']} {fault['code']}" for fault in said.get("fouten", ()))
        report.refused[reference] = faults or str(said.get("title") or said.get("titel") or status)
        return False
    if status == 202:  # noqa: PLR2004 - Accepted: stored now, not before
        report.accepted += 1
    else:
        report.known += 1
    return True


def _not_yet(letters: Iterable[Letter], journal: Journal | None, report: Report) -> Iterator[Letter]:
    for letter in letters:
        if journal is not None and letter["kenmerk"] in journal:
            report.skipped += 1
        else:
            yield letter


def _batches(letters: Iterator[Letter], size: int) -> Iterator[list[Letter]]:
    while batch := list(islice(letters, size)):
        yield batch


def _wait(response: httpx.Response | None, wait: float) -> float:
    """What the server asks, or our own growing pause; never all at the same moment."""
    asked = response.headers.get("retry-after", "") if response is not None else ""
    seconds = min(float(asked), _LONGEST) if asked.isdigit() else wait
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load


def _json(letter: Letter) -> bytes:
    return json.dumps(letter, ensure_ascii=False, separators=(",", ":")).encode()
