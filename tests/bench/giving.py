"""How long a citizen waits who gives a grant over a long mailbox, and how long others wait meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from rich.table import Table

from mailbox.domain.identifiers import id_text
from mailbox.web.grant_form import DEFAULTS
from tests.bench.bare import seal_ms
from tests.bench.letters import citizens, letter_of
from tests.bench.load import Outcome, request, run
from tests.bench.service import access_token, beside, deliver, login, page, serving
from tests.processes import Server

NOTE = """Check: the page that lists the letters, none of which was opened before. Give: the answer to its button, with
a key to each letter. Bare: as many keys sealed with HPKE alone, in the same run.
Meanwhile: the slowest of the single letters to somebody else that came in one after the other while this was done."""
_MAILBOXES = {2_000: 5, 10_000: 2}
_ANSWERS = {**DEFAULTS, "naam": ["Mijn zus"]}


@dataclass(kw_only=True)
class _Waits:
    """What was waited for: the page before giving, giving, and letters of others meanwhile."""

    check: Outcome = field(default_factory=Outcome)
    give: Outcome = field(default_factory=Outcome)
    meanwhile: Outcome = field(default_factory=Outcome)


async def giving(folder: Path) -> Table:
    """Grants over mailboxes of some sizes."""
    table = Table(
        "letters", "grants", "check p50 ms", "give p50 ms", "give max ms", "bare ms", "times bare", "meanwhile max ms"
    )
    async with serving(folder) as server:
        first, *bsns = citizens(sum(_MAILBOXES.values()) + 1)
        others = await _letters_to(server, first)
        await _give(server, first, others, _Waits())  # what a process does once is not what is measured
        for size, number in _MAILBOXES.items():
            chosen, bsns = bsns[:number], bsns[number:]
            await deliver(server, (letter_of(4_096, bsn, f"g{bsn[-4:]}-{n}") for bsn in chosen for n in range(size)))
            waits, bare_ms = _Waits(), seal_ms() * size
            for bsn in chosen:
                await _give(server, bsn, others, waits)
            give_ms, longest_ms = (waits.give.percentile_ms(share) for share in (0.5, 1))
            measured = (waits.check.percentile_ms(0.5), give_ms, longest_ms, bare_ms)
            figures = [f"{ms:,.0f}" for ms in measured]
            slowest = f"{waits.meanwhile.percentile_ms(1):.0f}"
            table.add_row(f"{size:,}", str(number), *figures, f"{give_ms / bare_ms:.1f}", slowest)
    return table


async def _give(server: Server, bsn: str, others: Iterator[bytes], waits: _Waits) -> None:
    """The last page of giving and its answer, as a browser asks for them."""
    async with beside(server) as services:
        citizen, cookie = await login(services, bsn)
        draft = await services.drafts.begin(citizen, _ANSWERS)
    address = f"/meekijken/geven/{id_text(draft.draft_id)}/controleren"
    done = asyncio.Event()
    meanwhile = asyncio.create_task(_keep_sending(server, others, done, waits.meanwhile))
    waits.check.seconds += (await page(server, address, cookie)).seconds
    waits.give.seconds += (await page(server, address, cookie, form=b"doe=geven")).seconds
    done.set()
    await meanwhile


async def _letters_to(server: Server, bsn: str) -> Iterator[bytes]:
    headers = {"Authorization": f"Bearer {await access_token(server)}", "Content-Type": "application/json"}
    return (
        request("POST", "/aanlever/v1/berichten", headers, letter_of(4_096, bsn, f"meanwhile-{n}")) for n in count()
    )


async def _keep_sending(server: Server, letters: Iterator[bytes], done: asyncio.Event, outcome: Outcome) -> None:
    while not done.is_set():
        outcome.seconds += (await run(server.port, [next(letters)], connections=1)).seconds
