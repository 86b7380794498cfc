"""How fast a timeline opens, in a small store and in a large one."""

from __future__ import annotations

import html
import re
from pathlib import Path

from rich.table import Table

from tests.bench.filler import fill
from tests.bench.letters import citizens, letter_of
from tests.bench.load import Outcome
from tests.bench.service import beside, deliver, login, memory_mb, page, restarted, serving
from tests.processes import Server

NOTE = """A page: 50 letters of a mailbox of 2,000, as HTML over HTTP, opened, logged and rendered.
Cold: the first time these letters are opened (public-key seals), after a restart. Warm: the second time."""
_MAILBOXES, _LETTERS = 5, 2_000


async def timeline(folder: Path, store_sizes: list[int]) -> Table:
    """Every page of five long mailboxes, in a store that grows to each of these sizes."""
    table = Table(
        "letters in the store", "pages", "cold p50 ms", "cold p99 ms", "warm p50 ms", "warm p99 ms", "memory MB"
    )
    async with serving(folder) as server:
        stored = 0
        for round_, size in enumerate(store_sizes):
            bsns = citizens(_MAILBOXES * (round_ + 1))[-_MAILBOXES:]
            await deliver(
                server, (letter_of(4_096, bsn, f"t{round_}-{bsn[-4:]}-{n}") for bsn in bsns for n in range(_LETTERS))
            )
            stored += _MAILBOXES * _LETTERS
            await fill(server.database_url, max(0, size - stored))
            stored = max(stored, size)
            await restarted(server)
            cold, warm = Outcome(), Outcome()
            async with beside(server) as services:
                cookies = [(await login(services, bsn))[1] for bsn in bsns]
            for cookie in cookies:
                await _pages(server, cookie, cold)
                await _pages(server, cookie, warm)
            figures = [f"{o.percentile_ms(share):.1f}" for o in (cold, warm) for share in (0.5, 0.99)]
            table.add_row(f"{size:,}", str(len(cold.seconds)), *figures, memory_mb(server))
    return table


async def _pages(server: Server, cookie: str, outcome: Outcome) -> None:
    """All pages of a mailbox, newest first, one after the other."""
    path: str | None = "/post"
    while path is not None:
        shown = await page(server, path, cookie)
        outcome.seconds += shown.seconds
        path = _older(shown.bodies[0].decode())


def _older(shown: str) -> str | None:
    """Where the link "Oudere post" of this page leads."""
    found = re.search(r'href="(/post\?[^"]*voor=[^"]*)"', shown)
    return html.unescape(found[1]) if found else None
