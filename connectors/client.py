"""The sender API as an agency sees it: one request, tried until its answer means something."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import httpx

from connectors.access import TRY_AGAIN, Access, NotNow
from connectors.patience import Patience, PushFailed

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
FAILURES: Final = 4
"""So often may the server fail on one request before we let that request go, so that the next ones get their turn."""

Said = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the server made of a request: `said` is a problem, a receipt, or a result a line."""

    status: int
    said: Sequence[Said]

    @property
    def accepted(self) -> bool:
        """200: known already; 202: stored now."""
        return self.status in {HTTPStatus.OK, HTTPStatus.ACCEPTED}


@dataclass(kw_only=True)
class Client:
    """An agency at the sender API of `base_url`. `key`: private JWK.

    `patience`: seconds to keep trying one request. `longest_try`: seconds for one try, however slowly bytes drip in.
    """

    oin: str
    base_url: str
    key: Mapping[str, Any]
    http: httpx.AsyncClient
    patience: float = 300.0
    longest_try: float = 120.0
    _access: Access = field(init=False)

    def __post_init__(self) -> None:
        self._access = Access(oin=self.oin, base_url=self.base_url, key=self.key, http=self.http)

    async def post(self, path: str, content: bytes, media_type: str, *, results: int = 1) -> Answer:
        """Posts until there is an answer that trying again would not change. `results`: lines a good answer has.

        Raises:
            PushFailed: not within our patience, or the server does not know us.
        """
        patience, failures = Patience(self.patience), 0
        while True:
            asked = None
            try:
                async with asyncio.timeout(min(self.longest_try, patience.left)):
                    answer = await self._try(path, content, media_type, results)
                if answer.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                    return answer
                failures += 1
                if failures == FAILURES:
                    return answer
            except NotNow as exc:
                asked = exc.asked
            except (httpx.TransportError, httpx.DecodingError, TimeoutError):
                pass
            await patience.pause(asked)

    async def _try(self, path: str, content: bytes, media_type: str, results: int) -> Answer:
        response = await self._send(path, content, media_type)
        if response.status_code == HTTPStatus.UNAUTHORIZED:  # expired or withdrawn: once more, with a new token
            response = await self._send(path, content, media_type)
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                raise PushFailed("the server does not accept the token that it just gave")
        if response.status_code in TRY_AGAIN - {HTTPStatus.INTERNAL_SERVER_ERROR}:
            raise NotNow.said_by(response)
        return _answer(response, results)

    async def _send(self, path: str, content: bytes, media_type: str) -> httpx.Response:
        token = await self._access.token()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": media_type}
        response = await self.http.post(f"{self.base_url}{path}", content=content, headers=headers)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._access.forget(token)
        return response


def _answer(response: httpx.Response, results: int) -> Answer:
    """The answer, if it is one of this API: a proxy's page with 200 does not make a letter accepted.

    A receipt tells its `status` in a word, a line of a bulk as a number.

    Raises:
        NotNow: a good status with anything else behind it, or with fewer or more results than letters were sent.
    """
    said = _objects(response)
    answer = Answer(status=response.status_code, said=said)
    told = int if _media_type(response) == NDJSON else str
    if answer.accepted and (len(said) != results or not all(isinstance(line.get("status"), told) for line in said)):
        raise NotNow
    return answer


def _objects(response: httpx.Response) -> list[Said]:
    """The JSON objects of the answer, a line each in NDJSON; none where it is no JSON at all."""
    lines = response.content.splitlines() if _media_type(response) == NDJSON else [response.content]
    try:
        found = [json.loads(line) for line in lines]
    except ValueError:
        return []
    return [said for said in found if isinstance(said, dict)]


def _media_type(response: httpx.Response) -> str:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower()
