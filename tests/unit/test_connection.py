"""What no application sees: heads and trailers that do not end, and who never comes to the point."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from uvicorn.server import ServerState

from mailbox.connection import HEAD_BYTES, Connection

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


class Hasty(Connection):
    head_seconds = 0.2


async def answering(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body, and says how long it was."""
    assert scope["type"] == "http"
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    content = str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(content))]})
    await send({"type": "http.response.body", "body": content})


@pytest_asyncio.fixture
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    config = uvicorn.Config(answering, http=Connection, log_config=None, access_log=False)
    config.load()
    kind: type[Connection] = getattr(request, "param", Connection)
    server = await asyncio.get_running_loop().create_server(lambda: kind(config, ServerState(), {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def said(port: int, *pieces: bytes) -> tuple[bytes, int]:
    """All that comes back, and how many of the pieces were taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = 0
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            taken += 1
            await asyncio.sleep(0)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), timeout=20)
    except ConnectionError:
        answer = b""
    finally:
        writer.close()
    return answer, taken


async def first_line(port: int, *pieces: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
        return await asyncio.wait_for(reader.readline(), timeout=20)
    finally:
        writer.close()


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "many headers": [GET, *(b"X-%d: %s\r\n" % (n, b"a" * 60_000) for n in range(200))],
    "one header": [GET + b"X-A: ", *([b"a" * 60_000] * 200)],
    "the address": [b"GET /", *([b"a" * 60_000] * 200)],
    "trailers": [CHUNKED + b"1\r\nx\r\n0\r\n", *(b"X-%d: %s\r\n" % (n, b"a" * 60_000) for n in range(200))],
    "one trailer": [CHUNKED + b"1\r\nx\r\n0\r\nX-A: ", *([b"a" * 60_000] * 200)],
    "what may follow a chunk's size": [CHUNKED + b"1;", *([b"a" * 60_000] * 200)],
}


@pytest.mark.parametrize("pieces", ENDLESS.values(), ids=ENDLESS)
async def test_what_does_not_end_is_cut_off(port: int, pieces: list[bytes]) -> None:
    answer, taken = await said(port, *pieces)
    assert taken < len(pieces) / 2
    assert answer == b"" or b" 431 " in answer or b" 400 " in answer


async def test_a_head_that_is_too_large_is_a_problem(port: int) -> None:
    answer, _ = await said(port, GET + b"X-A: " + b"a" * HEAD_BYTES)
    head, _, content = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert json.loads(content)["status"] == 431


async def test_what_is_no_http_is_a_problem_too(port: int) -> None:
    answer, _ = await said(port, b"\x16\x03\x01 hello\r\n\r\n")
    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(content)["status"] == 400


@pytest.mark.parametrize("size", [0, 1, 40_000, 3_000_000])
async def test_a_body_is_none_of_its_business(port: int, size: int) -> None:
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (b"x" * size, b"y" * 7) if part]
    assert (await said(port, CHUNKED, *chunks, b"0\r\n\r\n"))[0].endswith(b"%d" % (size + 7))
    whole = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size
    assert (await said(port, whole, b"x" * size))[0].endswith(b"%d" % size)


async def test_a_large_head_that_is_not_too_large_comes_in(port: int) -> None:
    head = GET + b"Authorization: Bearer " + b"a" * 9_000 + b"\r\n\r\n"
    assert await first_line(port, head) == b"HTTP/1.1 200 OK\r\n"


async def test_many_requests_on_one_connection_are_counted_apart(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(20):
        writer.write(GET + b"X-A: " + b"a" * 9_000 + b"\r\n\r\n")
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(1) == b"0"
    writer.close()


@pytest.mark.parametrize("port", [Hasty], indirect=True)
@pytest.mark.parametrize("begun", [b"", b"G", GET])
async def test_who_never_comes_to_the_point_is_let_go(port: int, begun: bytes) -> None:
    assert await first_line(port, begun) == b""


@pytest.mark.parametrize("port", [Hasty], indirect=True)
async def test_a_second_request_must_come_to_the_point_as_well(port: int) -> None:
    assert await first_line(port, GET + b"\r\n") == b"HTTP/1.1 200 OK\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(GET + b"\r\n" + GET)
    answer = await asyncio.wait_for(reader.read(), timeout=20)
    assert answer.count(b"HTTP/1.1") == 1
    writer.close()
