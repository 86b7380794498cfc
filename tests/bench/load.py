"""A load generator that costs little: bytes made beforehand, raw HTTP/1.1 over kept connections on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Outcome:
    """What a run gave: seconds per request, in order of answer, and how often each status."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    wall: float = 0.0

    def percentile_ms(self, share: float) -> float:
        """The latency below which `share` of the requests stayed, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A whole request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def run(port: int, requests: Sequence[bytes], *, connections: int, keep_bodies: bool = False) -> Outcome:
    """Sends all requests over so many connections, each waiting for its answer before the next."""
    outcome, waiting = Outcome(), iter(requests)
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, waiting, outcome, keep_bodies) for _ in range(connections)))
    outcome.wall = time.perf_counter() - started
    return outcome


async def _connection(port: int, waiting: Iterator[bytes], outcome: Outcome, keep_bodies: bool) -> None:  # noqa: FBT001
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    for raw in waiting:
        started = time.perf_counter()
        writer.write(raw)
        await writer.drain()
        status, body = await _answer(reader)
        outcome.seconds.append(time.perf_counter() - started)
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        if keep_bodies:
            outcome.bodies.append(body)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    if b"transfer-encoding: chunked" in lowered:
        return status, await _chunks(reader)
    start = lowered.find(b"content-length: ")
    if start < 0:
        return status, b""
    length = int(lowered[start + 16 : lowered.index(b"\r\n", start)])
    return status, await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size = int(await reader.readline(), 16)
        chunk = await reader.readexactly(size + 2)
        if size == 0:
            return body
        body += chunk[:-2]
