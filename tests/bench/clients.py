"""How fast the list of 500 people opens for who helps them, with what each one's letters ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

from rich.table import Table

from consent import EVERY, Action, Scope
from mailbox.bootstrap import Services
from mailbox.domain.people import Person
from mailbox.services.giving_rules import DAY_MS
from mailbox.services.granting import GrantDraft
from tests.bench.bare import box_ms, open_ms
from tests.bench.letters import citizens, letter_of
from tests.bench.load import Outcome
from tests.bench.service import beside, deliver, login, memory_mb, page, restarted, serving
from tests.processes import Server

NOTE = """Opened: the first list of all, for which every letter is opened. Started: the first list after a restart, with
the looks at its rows logged anew. Again: all pages, the other order, filters and searches, in turn.
Bare: the keys and metadata of as many letters opened, and nothing else; or two boxes for each of the people."""
_PEOPLE, _LETTERS, _MATTERS = 500, 40, 15
_RESTARTS, _LISTS = 10, 300
_PAGES = [f"/clienten?pagina={number}" for number in range(1, 11)]
_ASKED = [*_PAGES, "/clienten?volgorde=naam", "/clienten?toon=week", "/clienten?zoek=Burger+12"]


async def clients(folder: Path) -> Table:
    """The list as its helper asks for it: for the first time, after restarts, and again and again."""
    table = Table("people", "letters", "list", "times", "p50 ms", "p99 ms", "bare ms", "times bare", "memory MB")
    async with serving(folder) as server:
        cookie = await _helped(server)
        opened, started, again = Outcome(), Outcome(), Outcome()
        await _show(server, ["/clienten"], cookie, opened)
        for _ in range(_RESTARTS):
            await restarted(server)
            await _show(server, ["/clienten"], cookie, started)
        await _show(server, islice(cycle(_ASKED), _LISTS), cookie, again)
        letters_ms, boxes_ms = open_ms() * _PEOPLE * _LETTERS, 2 * box_ms() * _PEOPLE
        for which, outcome, bare_ms in (
            ("opened", opened, letters_ms),
            ("started", started, boxes_ms),
            ("again", again, boxes_ms),
        ):
            p50, p99 = (outcome.percentile_ms(share) for share in (0.5, 0.99))
            figures = (f"{p50:,.0f}", f"{p99:,.0f}", f"{bare_ms:,.0f}", f"{p50 / bare_ms:.1f}", memory_mb(server))
            table.add_row(f"{_PEOPLE}", f"{_PEOPLE * _LETTERS:,}", which, str(len(outcome.seconds)), *figures)
    return table


async def _helped(server: Server) -> str:
    """Everybody's letters, and one helper for all of them; the helper's cookie."""
    helper_bsn, *bsns = citizens(_PEOPLE + 1)
    await deliver(server, (letter for bsn in bsns for letter in _life(bsn)))
    async with beside(server) as services:
        helper, cookie = await login(services, helper_bsn, "Karin Bos", "Schuldhulp")
        for number, bsn in enumerate(bsns):
            await _help(services, helper, bsn, f"Burger {number}")
    return cookie


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


async def _show(server: Server, paths: Iterable[str], cookie: str, outcome: Outcome) -> None:
    for path in paths:
        outcome.seconds += (await page(server, path, cookie)).seconds
