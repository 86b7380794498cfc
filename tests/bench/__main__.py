"""`make bench`: how fast letters come in and pages go out, beside what this machine can do at most, in one run.

Server and load generator share the machine, so absolute figures say as much about it as about the code; the
ratios are what to compare. LETTERS=… sets the size of the large store (default 1,000,000), REMINDERS=… how many are
due (default 100,000); ONLY=… names the measurements to do (default all).
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import arrival, clients, giving, incoming, money, reminders, timeline

out = Console(highlight=False, width=120)


async def _timelines(folder: Path) -> Table:
    return await timeline.timeline(folder, [10_000, int(os.environ.get("LETTERS", "1000000"))])


MEASUREMENTS: dict[str, tuple[Callable[[Path], Awaitable[Table]], str]] = {
    "incoming": (incoming.incoming, incoming.NOTE),
    "arrival": (arrival.arrival, arrival.NOTE),
    "giving": (giving.giving, giving.NOTE),
    "clients": (clients.clients, clients.NOTE),
    "money": (money.money, money.NOTE),
    "reminders": (reminders.reminders, reminders.NOTE),
    "timeline": (_timelines, timeline.NOTE),
}


async def main() -> None:
    """All measurements, each on a fresh server, in one run."""
    chosen = os.environ.get("ONLY", " ".join(MEASUREMENTS)).split()
    for name in chosen:
        measure, note = MEASUREMENTS[name]
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            out.print(await measure(Path(folder)))
        out.print(f"{note}\n")


if __name__ == "__main__":
    asyncio.run(main())
