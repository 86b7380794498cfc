"""A sender API that misbehaves to order: a real server on 127.0.0.1 that speaks HTTP/1.1 byte by byte.

It checks each client assertion with the agency's public key, hands out tokens, and keeps letters by reference as the
real one does. Before it answers, it does what the test has put in `moves`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

OIN = "00000099000000004000"
Headers = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came in."""

    path: str
    token: str
    body: bytes
    at: float


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A whole answer. `close_after`: cut the connection after so many bytes of the body."""

    status: int
    body: bytes = b"{}"
    media_type: str = "application/json"
    headers: Headers = field(default_factory=dict)
    close_after: int | None = None
    sized: bool = True

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} x", f"Content-Type: {self.media_type}"]
        lines += [f"Content-Length: {len(self.body)}"] if self.sized else ["Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


Move = Callable[["UnrulyServer", Asked], Awaitable[Reply | None]]
"""What happens with one request. None: the server does what it should."""


class Hangup(Exception):
    """The server closes the connection without a word."""


@dataclass(kw_only=True)
class UnrulyServer:
    """`moves` are for posts of letters, `logins` for the token endpoint; when they are used up it behaves."""

    key: ECKey
    moves: deque[Move] = field(default_factory=deque)
    logins: deque[Move] = field(default_factory=deque)
    letters: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()
    fails_on: frozenset[str] = frozenset()
    largest_bulk: int = 1_000
    asked: list[Asked] = field(default_factory=list)
    stored: int = 0
    tokens: set[str] = field(default_factory=set)
    token_seconds: int = 600
    url: str = ""
    under_way: int = 0
    most_under_way: int = 0
    _jtis: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def posts(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path != "/oauth/token"]

    def log_ins(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == "/oauth/token"]

    async def reply(self, asked: Asked) -> Reply:
        queue = self.logins if asked.path == "/oauth/token" else self.moves
        if queue and (reply := await queue.popleft()(self, asked)) is not None:
            return reply
        return self.behave(asked)

    def behave(self, asked: Asked) -> Reply:
        """What a good server does."""
        if asked.path == "/oauth/token":
            return self._log_in(asked)
        if asked.token not in self.tokens:
            return problem(401, "Geen geldig token")
        if asked.path == "/aanlever/v1/berichten":
            line = self._store(json.loads(asked.body))
            receipt = line | {"status": "ontvangen"} if line["status"] in {200, 202} else line
            return Reply(status=line["status"], body=json.dumps(receipt).encode())
        lines = asked.body.split(b"\n")
        if len(lines) > self.largest_bulk:
            return problem(413, "Te groot")
        results = [json.dumps(self._store(json.loads(line))).encode() + b"\n" for line in lines]
        return Reply(status=200, body=b"".join(results), media_type="application/x-ndjson")

    def _log_in(self, asked: Asked) -> Reply:
        form = parse_qs(asked.body.decode())
        claims = jwt.decode(form["client_assertion"][0], self.key).claims
        expected = {"iss": OIN, "sub": OIN, "aud": f"{self.url}/oauth/token"}
        if {name: claims[name] for name in expected} != expected or claims["jti"] in self._jtis:
            return Reply(status=401, body=b'{"error": "invalid_client"}')
        self._jtis.add(claims["jti"])
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds}
        return Reply(status=200, body=json.dumps(body).encode())

    def _store(self, letter: dict[str, Any]) -> dict[str, Any]:
        reference = letter["kenmerk"]
        if reference in self.fails_on:
            return {"kenmerk": reference, "status": 500, "titel": "Er ging iets mis"}
        if reference in self.refuses:
            faults = [{"pointer": "/bedragen", "code": "verplicht", "melding": "Dit veld ontbreekt."}]
            return {"kenmerk": reference, "status": 400, "titel": "Ongeldig", "fouten": faults}
        known = self.letters.setdefault(reference, letter)
        if known != letter:
            return {"kenmerk": reference, "status": 409, "titel": "Bestaat al"}
        first = known is letter
        self.stored += first
        return {"kenmerk": reference, "status": 202 if first else 200, "berichtId": reference.lower()}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests one after the other, until one side has had enough."""
        try:
            while (asked := await _request(reader)) is not None:
                self.asked.append(asked)
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
                try:
                    reply = await self.reply(asked)
                finally:
                    self.under_way -= 1
                writer.write(reply.head() + reply.body[: reply.close_after])
                await writer.drain()
                if reply.close_after is not None or not reply.sized:
                    break
        except (Hangup, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def problem(status: int, title: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"title": title, "status": status}).encode()
    return Reply(status=status, body=body, media_type="application/problem+json", headers=named)


def always(reply: Reply) -> Move:
    async def move(_: UnrulyServer, __: Asked) -> Reply:
        return reply

    return move


def after_storing(change: Callable[[Reply], Reply]) -> Move:
    """The server takes the letters, and then its answer goes wrong."""

    async def move(server: UnrulyServer, asked: Asked) -> Reply:
        return change(server.behave(asked))

    return move


def letters(number: int) -> list[dict[str, Any]]:
    return [{"kenmerk": f"CJIB-{n}", "afzender": OIN, "inhoud": f"Tekst {n}, €"} for n in range(number)]


async def hang_up(_: UnrulyServer, __: Asked) -> Reply:
    raise Hangup


def slow(seconds: float) -> Move:
    async def move(_: UnrulyServer, __: Asked) -> None:
        await asyncio.sleep(seconds)

    return move


async def withdraw_tokens(server: UnrulyServer, _: Asked) -> None:
    """Every token stops working, as when they expire or the server gets another key."""
    server.tokens.clear()


HTML = Reply(status=200, body=b"<html>Welkom op de wifi</html>", media_type="text/html")
LANES = pytest.mark.parametrize("mass", [False, True], ids=["single", "bulk"])
"""Both ways to send."""


@asynccontextmanager
async def unruly_server(key: ECKey) -> AsyncIterator[UnrulyServer]:
    unruly = UnrulyServer(key=key)
    server = await asyncio.start_server(unruly.handle, "127.0.0.1", 0, limit=64 * 1024 * 1024)
    unruly.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield unruly
    finally:
        server.close()
        await server.wait_closed()


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    token = headers.get("authorization", "").removeprefix("Bearer ")
    return Asked(path=first.split(" ")[1], token=token, body=body, at=time.monotonic())
