"""How fast letters come in: both lanes, beside sealing and storing without HTTP."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from tests.bench.letters import citizens, letters
from tests.bench.limit import seal_and_store
from tests.bench.load import Outcome, request, run
from tests.bench.service import NDJSON, accepted, access_token, batched, memory_mb, serving, sqlite
from tests.processes import Server

NOTE = "limit: seal and durable insert in one process, without HTTP, in the same run. Mass: ms per bulk."
_MAILBOXES = 900
_SIZES = {"4 KB": 4_096, "50 KB": 51_200}
_SINGLE = {"4 KB": 8_000, "50 KB": 3_000}
_MASS = {"4 KB": 20_000, "50 KB": 5_000}
_BULK_LINES = {"4 KB": 500, "50 KB": 100}


async def incoming(folder: Path) -> Table:
    """Both lanes and both sizes, each on a fresh server of one process, and of two."""
    table = Table("processes", "lane", "size", "letters/s", "p50 ms", "p99 ms", "limit/s", "of the limit", "memory MB")
    for processes in (1, 2):
        await _lanes(folder / str(processes), processes, table)
    return table


async def _lanes(folder: Path, processes: int, table: Table) -> None:
    async with serving(folder / "in", processes) as server:
        access = await access_token(server)
        for name, size in _SIZES.items():
            limit = await _limit(folder / f"limit-{size}", size)
            single = await _single(server, access, name, size)
            figures = _figures(single, _SINGLE[name], limit)
            table.add_row(str(processes), "single, 64 connections", name, *figures, memory_mb(server))
            mass = await _mass(server, access, name, size)
            figures = _figures(mass, _MASS[name], limit)
            table.add_row(str(processes), "mass, 4 connections", name, *figures, memory_mb(server))


def _figures(outcome: Outcome, number: int, limit: float) -> list[str]:
    rate = number / outcome.wall
    latencies = [f"{outcome.percentile_ms(share):.1f}" for share in (0.5, 0.99)]
    return [f"{rate:,.0f}", *latencies, f"{limit:,.0f}", f"{rate / limit:.2f}"]


async def _limit(folder: Path, size: int) -> float:
    server = Server(database_url=sqlite(folder), folder=folder)
    await server.run("migrate")
    kek = folder / "limit-kek.json"
    number = 10_000 if size < 10_000 else 3_000
    return await seal_and_store(server.database_url, kek, size=size, number=number, mailboxes=_MAILBOXES)


async def _single(server: Server, access: str, name: str, size: int) -> Outcome:
    headers = {"Authorization": f"Bearer {access}", "Content-Type": "application/json"}
    made = letters(_SINGLE[name], size, citizens(_MAILBOXES), f"s{size}")
    requests = [request("POST", "/aanlever/v1/berichten", headers, body) for body in made]
    outcome = await run(server.port, requests, connections=64)
    assert outcome.statuses == {202: _SINGLE[name]}, outcome.statuses
    return outcome


async def _mass(server: Server, access: str, name: str, size: int) -> Outcome:
    headers = {"Authorization": f"Bearer {access}", "Content-Type": NDJSON, "Accept": NDJSON}
    made = letters(_MASS[name], size, citizens(_MAILBOXES), f"m{size}")
    bulks = [b"\n".join(lines) for lines in batched(made, _BULK_LINES[name])]
    requests = [request("POST", "/aanlever/v1/berichten/_bulk", headers, bulk) for bulk in bulks]
    outcome = await run(server.port, requests, connections=4, keep_bodies=True)
    assert accepted(outcome) == _MASS[name], outcome.statuses
    return outcome
