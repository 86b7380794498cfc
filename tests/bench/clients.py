"""How fast the list of 500 people opens for who helps them, with what each one's letters ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

from rich.table import Table

from consent import EVERY, Action, Scope
from mailbox.bootstrap import Services
from mailbox.domain.people import Person
from mailbox.services.granting import DAY_MS, GrantDraft
from tests.bench.bare import open_ms
from tests.bench.letters import citizens, letter_of
from tests.bench.load import Outcome
from tests.bench.service import beside, deliver, login, memory_mb, page, restarted, started
from tests.processes import Server

NOTE = """First: the first list after a restart, which opens every letter and logs the look at each row shown.
Logged: the first time today that a page with other people is shown. Warm: these pages once more, and filters.
Bare: the keys and metadata of as many letters opened, and nothing else, in the same run."""
_PEOPLE, _LETTERS, _MATTERS = 500, 40, 15
_RESTARTS, _WARM = 5, 300
_PAGES = [f"/clienten?pagina={number}" for number in range(2, 11)]
_ASKED = ["/clienten", *_PAGES, "/clienten?volgorde=naam", "/clienten?toon=week", "/clienten?zoek=Burger+12"]


async def clients(folder: Path) -> Table:
    """The list as its helper asks for it: after restarts, and again and again."""
    table = Table("people", "letters", "which", "lists", "p50 ms", "p99 ms", "bare ms", "times bare", "memory MB")
    server = await started(folder)
    helper_bsn, *bsns = citizens(_PEOPLE + 1)
    await deliver(server, (letter for bsn in bsns for letter in _life(bsn)))
    async with beside(server) as services:
        helper, cookie = await login(services, helper_bsn, "Karin Bos", "Schuldhulp")
        for number, bsn in enumerate(bsns):
            await _help(services, helper, bsn, f"Burger {number}")
    first, logged, warm = Outcome(), Outcome(), Outcome()
    for _ in range(_RESTARTS):
        await restarted(server)
        await _show(server, ["/clienten"], cookie, first)
    await _show(server, _PAGES, cookie, logged)
    await _show(server, islice(cycle(_ASKED), _WARM), cookie, warm)
    bare_ms = open_ms() * _PEOPLE * _LETTERS
    for which, outcome in (("first", first), ("logged", logged), ("warm", warm)):
        p50, p99 = (outcome.percentile_ms(share) for share in (0.5, 0.99))
        figures = (f"{p50:,.1f}", f"{p99:,.1f}", f"{bare_ms:,.0f}", f"{p50 / bare_ms:.2f}")
        table.add_row(str(_PEOPLE), str(_LETTERS), which, str(len(outcome.seconds)), *figures, memory_mb(server))
    await server.stop()
    return table


def _life(bsn: str) -> Iterator[bytes]:
    """Forty letters in fifteen matters; some dates have passed, others are to come."""
    today = date.today()  # noqa: DTZ011 - a day, not an instant
    for n in range(_LETTERS):
        by = today + timedelta(days=(int(bsn) * 7 + n * 13) % 120 - 60)
        yield letter_of(2_048, bsn, f"c{bsn[-4:]}-{n}", zaakkenmerk=f"ZAAK {n % _MATTERS}", termijnen=_terms(by))


def _terms(by: date) -> list[dict[str, str]]:
    asked = {"uiterlijk": by.isoformat(), "grondslag": "Wahv art. 26", "gevolg": "Daarna wordt het bedrag hoger."}
    return [{"soort": kind, **asked} for kind in ("betalen", "beroep")]


async def _help(services: Services, helper: Person, bsn: str, name: str) -> None:
    citizen, _ = await login(services, bsn, name)
    until_ms = services.clock.now_ms() + 90 * DAY_MS
    scope = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=until_ms)
    offer = await services.granting.offer(citizen, GrantDraft(helper_note="Schuldhulp", scope=scope))
    await services.helping.accept(helper, offer.code)


async def _show(server: Server, paths: Iterator[str] | list[str], cookie: str, outcome: Outcome) -> None:
    for path in paths:
        outcome.seconds += (await page(server, path, cookie)).seconds
