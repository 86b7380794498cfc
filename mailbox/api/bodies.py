"""Reading requests: no larger, no slower and nothing else than agreed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import ClientDisconnect, Request

from mailbox.api.problems import NotAcceptable, TooLarge, TooSlow, UnsupportedMediaType

_ANY: Final = {"", "*/*", "application/*"}


async def read_body(request: Request, *, limit: int, seconds: float) -> bytes:
    """The whole body.

    Raises:
        TooLarge: more than `limit` bytes, said or sent.
        TooSlow: not there within `seconds`.
    """
    if int(request.headers.get("content-length") or 0) > limit:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
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


async def read_lines(request: Request, *, limit: int, line_limit: int, seconds: float) -> AsyncIterator[bytes]:
    """The body line by line, as it comes; line ends are not included.

    Raises:
        TooLarge: more than `limit` bytes, or a line of more than `line_limit`.
        TooSlow: a chunk that took longer than `seconds`.
        ClientDisconnect: the request was cut off; its last, half line is not given.
    """
    if int(request.headers.get("content-length") or 0) > limit:
        raise TooLarge
    size, rest = 0, bytearray()
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(seconds):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise TooSlow from None
        if chunk is None:
            break
        size += len(chunk)
        rest += chunk
        *lines, last = rest.split(b"\n")
        if size > limit or len(last) > line_limit:
            raise TooLarge
        for line in lines:
            yield bytes(line)
        rest = bytearray(last)
    if rest:
        yield bytes(rest)


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
    wanted = {part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")}
    if not wanted & (_ANY | {media_type, "application/json", "application/problem+json"}):
        raise NotAcceptable


__all__ = ["ClientDisconnect", "accept_json", "expect", "read_body", "read_lines"]
