"""Reading requests: no larger, no slower and nothing else than agreed."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import ClientDisconnect, Request

from mailbox.api.large_bodies import LARGE, Turn
from mailbox.api.problems import NotAcceptable, TooLarge, TooSlow, UnsupportedMediaType

_ANY: Final = {"", "*/*", "application/*"}
_NEVER: Final = re.compile(r"\s*q\s*=\s*0(\.0{0,3})?\s*")
_SLOWEST: Final = 64 * 1024
"""Bytes a second of a body of many letters; any line that can send post in bulk has more."""


async def read_body(request: Request, *, limit: int, seconds: float, turn: Turn | None = None) -> bytes:
    """The whole body. One that is large, or does not say how large it is, takes the turn first, if there is one.

    Raises:
        TooLarge: more than `limit` bytes, said or sent.
        TooSlow: not there within `seconds`.
        TemporarilyUnavailable: no turn came.
    """
    parts: list[bytes] = []
    size = 0
    said = int(request.headers.get("content-length") or limit)
    if said > limit:
        raise TooLarge
    if turn and said > LARGE:
        await turn.take()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                parts.append(chunk)
    except TimeoutError:
        raise TooSlow from None
    return b"".join(parts)


async def read_lines(
    request: Request, *, limit: int, line_limit: int, seconds: float, turn: Turn
) -> AsyncIterator[bytes | None]:
    """The body line by line, as it comes; line ends are not included. None for a line of more than `line_limit`.

    Each byte is looked at once, whatever the lines are: a line of many chunks must not cost its square. A line that
    gets large takes the turn, and gives it back when the next line is asked for.

    Raises:
        TooLarge: more than `limit` bytes.
        TooSlow: as `_chunks`.
        TemporarilyUnavailable: no turn came.
        ClientDisconnect: the request was cut off; its last, half line is not given.
    """
    line = _Line(line_limit)
    async for chunk in _chunks(request, limit=limit, seconds=seconds):
        for number, piece in enumerate(chunk.split(b"\n")):
            if number:
                yield line.whole
                turn.give_back()
                line = _Line(line_limit)
            line.add(piece)
            if line.kept > LARGE:
                await turn.take()
    if line.length:
        yield line.whole


class _Line:
    """A line in the making. What is too long is counted and not kept."""

    def __init__(self, limit: int) -> None:
        self.length = 0
        self._limit = limit
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        self.length += len(part)
        if self.length <= self._limit:
            self._parts.append(part)
        else:
            self._parts.clear()

    @property
    def kept(self) -> int:
        """Bytes in memory."""
        return self.length if self.length <= self._limit else 0

    @property
    def whole(self) -> bytes | None:
        return b"".join(self._parts) if self.length <= self._limit else None


async def _chunks(request: Request, *, limit: int, seconds: float) -> AsyncIterator[bytes]:
    """The body as it comes. Only waiting for the sender counts, not what is done with a chunk.

    Raises:
        TooLarge: more than `limit` bytes, said or sent.
        TooSlow: the sender took longer than `seconds` and a second for every `_SLOWEST` bytes: one that sends a byte
            now and then would hold its place for days.
    """
    if int(request.headers.get("content-length") or 0) > limit:
        raise TooLarge
    size, waited = 0, 0.0
    stream = aiter(request.stream())
    while True:
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds + size / _SLOWEST - waited):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise TooSlow from None
        if chunk is None:
            return
        waited += time.monotonic() - began
        size += len(chunk)
        if size > limit:
            raise TooLarge
        yield chunk


def expect(request: Request, media_type: str) -> None:
    """Content-Type and Accept are what this operation speaks.

    Raises:
        UnsupportedMediaType, NotAcceptable
    """
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    encoded = request.headers.get("content-encoding", "identity").lower() != "identity"
    if kind.strip().lower() != media_type or charset not in {"", "utf-8"} or encoded:
        raise UnsupportedMediaType
    accept_json(request, media_type)


def accept_json(request: Request, media_type: str = "application/json") -> None:
    """Raises NotAcceptable when the caller takes none of what we have."""
    parts = [part.split(";") for part in request.headers.get("accept", "").split(",")]
    wanted = {kind.strip().lower() for kind, *weights in parts if not any(map(_NEVER.fullmatch, weights))}
    if not wanted & (_ANY | {media_type, "application/json", "application/problem+json"}):
        raise NotAcceptable


__all__ = ["ClientDisconnect", "accept_json", "expect", "read_body", "read_lines"]
