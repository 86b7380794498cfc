"""What it costs that a letter is covered by ten grants: the work of the server for each letter, beside none."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from consent import EVERY, Action, Scope
from mailbox.bootstrap import Services
from mailbox.services.giving_rules import DAY_MS
from mailbox.services.granting import GrantDraft
from tests.bench.bare import seal_ms
from tests.bench.letters import citizens, letters
from tests.bench.load import Outcome, request, run
from tests.bench.service import access_token, beside, cpu_seconds, login, serving
from tests.processes import Server

NOTE = """Work: processor time of the server for each letter of 4 KB, single lane, 64 connections.
More: than without grants, in the same run. Bare: ten more keys sealed with HPKE alone."""
_CITIZENS, _GRANTS, _LETTERS, _ROUNDS = 50, 10, 2_000, 3


async def arrival(folder: Path) -> Table:
    """Letters to people without grants and to people with ten, in turn."""
    table = Table("grants", "letters/s", "p50 ms", "p99 ms", "work ms", "more ms", "bare ms", "times bare")
    async with serving(folder) as server:
        alone, helped = (citizens(2 * _CITIZENS)[start::2] for start in (0, 1))
        async with beside(server) as services:
            for bsn in helped:
                await _give(services, bsn)
        await _send(server, [*alone, *helped], "first", Outcome())  # what a process does once is not what is measured
        outcomes, works = (Outcome(), Outcome()), [0.0, 0.0]
        for round_ in range(_ROUNDS):
            for which, bsns in enumerate((alone, helped)):
                works[which] += await _send(server, bsns, f"{which}-{round_}", outcomes[which])
    bare_ms = seal_ms() * _GRANTS
    work_ms = [work * 1000 / (_ROUNDS * _LETTERS) for work in works]
    more_ms = work_ms[1] - work_ms[0]
    rest = (["", "", ""], [f"{more_ms:.2f}", f"{bare_ms:.2f}", f"{more_ms / bare_ms:.2f}"])
    for which, grants in enumerate((0, _GRANTS)):
        outcome = outcomes[which]
        latencies = [f"{outcome.percentile_ms(share):.1f}" for share in (0.5, 0.99)]
        rate = len(outcome.seconds) / outcome.wall
        table.add_row(str(grants), f"{rate:,.0f}", *latencies, f"{work_ms[which]:.2f}", *rest[which])
    return table


async def _send(server: Server, bsns: list[str], prefix: str, outcome: Outcome) -> float:
    """Sends letters spread over these people; the processor time that they took, in seconds."""
    headers = {"Authorization": f"Bearer {await access_token(server)}", "Content-Type": "application/json"}
    made = letters(_LETTERS, 4_096, bsns, f"a{prefix}")
    requests = [request("POST", "/aanlever/v1/berichten", headers, body) for body in made]
    before = cpu_seconds(server)
    sent = await run(server.port, requests, connections=64)
    assert sent.statuses == {202: _LETTERS}, sent.statuses
    outcome.seconds += sent.seconds
    outcome.wall += sent.wall
    return cpu_seconds(server) - before


async def _give(services: Services, bsn: str) -> None:
    citizen, _ = await login(services, bsn)
    until_ms = services.clock.now_ms() + 90 * DAY_MS
    scope = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=until_ms)
    for n in range(_GRANTS):
        await services.granting.offer(citizen, GrantDraft(helper_note=f"Helper {n}", scope=scope))
