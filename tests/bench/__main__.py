"""`make bench`: how fast letters come in and pages go out, beside what this machine can do at most, in one run.

Server and load generator share the machine, so absolute figures say as much about it as about the code; the
ratios are what to compare. LETTERS=… sets the size of the large store (default 1,000,000).
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from mailbox.bootstrap import SystemClock, assemble
from mailbox.crypto import FileKek
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Subject
from mailbox.store import Database, FolderObjects
from tests.bench.filler import fill
from tests.bench.letters import citizens, letter_of, letters
from tests.bench.limit import seal_and_store
from tests.bench.load import Outcome, request, run
from tests.processes import Server, register, token

MAILBOXES = 900
PROCESSES = (1, 2)
SIZES = {"4 KB": 4_096, "50 KB": 51_200}
SINGLE = {"4 KB": 8_000, "50 KB": 3_000}
MASS = {"4 KB": 20_000, "50 KB": 5_000}
BULK_LINES = {"4 KB": 500, "50 KB": 100}
LONG_MAILBOXES, LONG_LETTERS, PAGE = 5, 2_000, 50
AGENCY = "00000099000000004000"
_NDJSON = "application/x-ndjson"

out = Console(highlight=False, width=110)


async def main() -> None:
    """All measurements, each on a fresh server, in one run."""
    large = int(os.environ.get("LETTERS", "1000000"))
    table = Table("processes", "lane", "size", "letters/s", "p50 ms", "p99 ms", "limit/s", "of the limit", "memory MB")
    for processes in PROCESSES:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            await _incoming(Path(folder), processes, table)
    out.print(table)
    out.print("limit: seal and durable insert in one process, without HTTP, in the same run. Mass: ms per bulk.\n")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        await _timeline(Path(folder) / "out", [10_000, large])


async def _incoming(folder: Path, processes: int, table: Table) -> None:
    server = await _server(folder / "in", processes)
    access = await token(server, AGENCY, server.folder / f"{AGENCY}.jwk")
    for name, size in SIZES.items():
        limit = await _limit(folder / f"limit-{size}", size)
        single = await _single(server, access, name, size)
        figures = _figures(single, SINGLE[name], limit)
        table.add_row(str(processes), "single, 64 connections", name, *figures, _memory(server))
        mass = await _mass(server, access, name, size)
        figures = _figures(mass, MASS[name], limit)
        table.add_row(str(processes), "mass, 4 connections", name, *figures, _memory(server))
    await server.stop()


def _figures(outcome: Outcome, number: int, limit: float) -> list[str]:
    rate = number / outcome.wall
    latencies = [f"{outcome.percentile_ms(share):.1f}" for share in (0.5, 0.99)]
    return [f"{rate:,.0f}", *latencies, f"{limit:,.0f}", f"{rate / limit:.2f}"]


async def _limit(folder: Path, size: int) -> float:
    server = Server(database_url=_sqlite(folder), folder=folder)
    await server.run("migrate")
    kek = folder / "limit-kek.json"
    number = 10_000 if size < 10_000 else 3_000
    return await seal_and_store(server.database_url, kek, size=size, number=number, mailboxes=MAILBOXES)


async def _single(server: Server, access: str, name: str, size: int) -> Outcome:
    headers = {"Authorization": f"Bearer {access}", "Content-Type": "application/json"}
    made = letters(SINGLE[name], size, citizens(MAILBOXES), f"s{size}")
    requests = [request("POST", "/aanlever/v1/berichten", headers, body) for body in made]
    outcome = await run(server.port, requests, connections=64)
    assert outcome.statuses == {202: SINGLE[name]}, outcome.statuses
    return outcome


async def _mass(server: Server, access: str, name: str, size: int) -> Outcome:
    headers = {"Authorization": f"Bearer {access}", "Content-Type": _NDJSON, "Accept": _NDJSON}
    made = letters(MASS[name], size, citizens(MAILBOXES), f"m{size}")
    bulks = [b"\n".join(lines) for lines in _batched(made, BULK_LINES[name])]
    requests = [request("POST", "/aanlever/v1/berichten/_bulk", headers, bulk) for bulk in bulks]
    outcome = await run(server.port, requests, connections=4, keep_bodies=True)
    accepted = sum(body.count(b'"status":202') + body.count(b'"status": 202') for body in outcome.bodies)
    assert accepted == MASS[name], (accepted, outcome.statuses)
    return outcome


async def _timeline(folder: Path, store_sizes: list[int]) -> None:
    table = Table(
        "letters in the store", "pages", "cold p50 ms", "cold p99 ms", "warm p50 ms", "warm p99 ms", "memory MB"
    )
    server = await _server(folder)
    stored = 0
    for round_, size in enumerate(store_sizes):
        bsns = citizens(LONG_MAILBOXES * (round_ + 1))[-LONG_MAILBOXES:]
        await _deliver_long(server, bsns, round_)
        stored += LONG_MAILBOXES * LONG_LETTERS
        await fill(server.database_url, max(0, size - stored))
        stored = max(stored, size)
        await server.stop()
        await server.start()
        cold, warm = Outcome(), Outcome()
        for cookie in await _login(server, bsns):
            await _pages(server, cookie, cold)
            await _pages(server, cookie, warm)
        figures = [f"{o.percentile_ms(share):.1f}" for o in (cold, warm) for share in (0.5, 0.99)]
        table.add_row(f"{size:,}", str(len(cold.seconds)), *figures, _memory(server))
    await server.stop()
    out.print(table)
    out.print("A page: 50 letters of a mailbox of 2,000, as HTML over HTTP, opened, logged and rendered.")
    out.print(
        "Cold: the first time these letters are opened (public-key seals), after a restart. Warm: the second time."
    )


async def _deliver_long(server: Server, bsns: list[str], round_: int) -> None:
    access = await token(server, AGENCY, server.folder / f"{AGENCY}.jwk")
    headers = {"Authorization": f"Bearer {access}", "Content-Type": _NDJSON}
    made = (letter_of(4_096, bsn, f"t{round_}-{bsn[-4:]}-{n}") for bsn in bsns for n in range(LONG_LETTERS))
    requests = [
        request("POST", "/aanlever/v1/berichten/_bulk", headers, b"\n".join(lines)) for lines in _batched(made, 500)
    ]
    await run(server.port, requests, connections=2)


async def _login(server: Server, bsns: list[str]) -> list[str]:
    """A session cookie for each citizen, made by the service itself: logging in is not what is measured."""
    store, kek = Database(server.database_url), FileKek(server.folder / "keys" / "kek.json")
    built = assemble(store=store, objects=FolderObjects(server.folder / "objects"), kek=kek, clock=SystemClock())
    people = [Identity(subject=Subject.of_bsn(Bsn(bsn)), name="Burger") for bsn in bsns]
    await built.receiving.start()
    tokens = [await built.sessions.login(person) for person in people]
    await built.receiving.stop()
    await store.close()
    return [f"mo={token}" for token in tokens]


async def _pages(server: Server, cookie: str, outcome: Outcome) -> None:
    """All pages of a mailbox, newest first, one after the other."""
    path: str | None = "/post"
    while path is not None:
        page = await run(server.port, [request("GET", path, {"Cookie": cookie})], connections=1, keep_bodies=True)
        assert page.statuses == {200: 1}, page.statuses
        outcome.seconds += page.seconds
        path = _older(page.bodies[0].decode())


def _older(page: str) -> str | None:
    """Where the link "Oudere post" of this page leads."""
    found = re.search(r'href="(/post\?[^"]*voor=[^"]*)"', page)
    return html.unescape(found[1]) if found else None


async def _server(folder: Path, processes: int = 1) -> Server:
    server = Server(database_url=_sqlite(folder), folder=folder)
    await server.run("migrate")
    await register(server, AGENCY, "CJIB")
    await server.start("--processes", str(processes))
    return server


def _sqlite(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{folder / 'mailbox.db'}"


def _memory(server: Server) -> str:
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    sizes = [p.memory_info().rss for p in (process, *process.children(recursive=True))]
    return f"{max(sizes) / 2**20:.0f}"


def _batched(lines: Iterator[bytes], number: int) -> Iterator[list[bytes]]:
    while batch := list(islice(lines, number)):
        yield batch


if __name__ == "__main__":
    asyncio.run(main())
