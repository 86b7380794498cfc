"""How fast the overview of money opens for who has many letters and many claims."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from rich.table import Table

from tests.bench.bare import open_ms
from tests.bench.letters import citizens, letter_of
from tests.bench.load import Outcome
from tests.bench.service import beside, deliver, login, memory_mb, page, restarted, serving
from tests.berichten import bericht

NOTE = """The page /betalen of a mailbox of 2,000 letters, 600 of them in 200 claims, as HTML over HTTP.
First: every letter is opened, which happens once. Again: from what was kept. Claim: the page of one of them.
Came: the first page after one more letter came, which alone is opened.
Bare: the keys and metadata of as many letters opened, and nothing else."""
_MAILBOXES, _LETTERS, _CLAIMS, _CHAIN, _TIMES = 5, 2_000, 200, 3, 60


async def money(folder: Path) -> Table:
    """Five such mailboxes, each opened for the first time, and then again and again."""
    table = Table("letters", "claims", "page", "times", "p50 ms", "p99 ms", "bare ms", "memory MB")
    bsns = citizens(_MAILBOXES)
    async with serving(folder) as server:
        await deliver(server, (letter for bsn in bsns for letter in _post(bsn)))
        async with beside(server) as services:
            people = [await login(services, bsn) for bsn in bsns]
        first, again, one, came = Outcome(), Outcome(), Outcome(), Outcome()
        for bsn, (_, cookie) in zip(bsns, people, strict=True):
            await restarted(server)
            shown = await page(server, "/betalen", cookie)
            first.seconds += shown.seconds
            claim = shown.bodies[0].decode().partition('href="/betalen/')[2].partition('"')[0]
            for _ in range(_TIMES):
                again.seconds += (await page(server, "/betalen", cookie)).seconds
                one.seconds += (await page(server, f"/betalen/{claim}", cookie)).seconds
            await deliver(server, [letter_of(2_048, bsn, f"m{bsn[-4:]}-came", **_step(0, _CLAIMS))])
            came.seconds += (await page(server, "/betalen", cookie)).seconds
        bare = {"first": open_ms() * _LETTERS, "claim": open_ms() * _CHAIN}
        for which, outcome in (("first", first), ("again", again), ("claim", one), ("came", came)):
            p50, p99 = (f"{outcome.percentile_ms(share):.1f}" for share in (0.5, 0.99))
            told = f"{bare[which]:.1f}" if which in bare else ""
            table.add_row(
                f"{_LETTERS:,}", f"{_CLAIMS}", which, str(len(outcome.seconds)), p50, p99, told, memory_mb(server)
            )
    return table


def _post(bsn: str) -> Iterator[bytes]:
    """Two hundred fines, each with two reminders; the rest asks nothing."""
    for n in range(_LETTERS):
        claim, step = n % _CLAIMS, n // _CLAIMS
        changes = _step(step, claim) if step < _CHAIN else _STATEMENT
        yield letter_of(2_048, bsn, f"m{bsn[-4:]}-{n}", **changes)


def _step(step: int, claim: int) -> dict[str, object]:
    """The fine, or the first or second reminder of it; some days to pay have passed."""
    by = date.today() + timedelta(days=claim % 120 - 60)  # noqa: DTZ011 - a day, not an instant
    due = {"uiterlijk": by.isoformat(), "grondslag": "Wahv art. 24", "gevolg": "Het wordt meer."}
    kinds = ["betalen", "beroep"] if step == 0 else ["betalen"]
    terms = {"zaakkenmerk": f"ZAAK {claim}", "termijnen": [{"soort": kind, **due} for kind in kinds]}
    payment = {**bericht()["betaling"], "uiterlijk": due["uiterlijk"]}
    sums = _sums(step, 100_00 + claim * 1_00)
    dated = ("2026-03-02", "2026-05-04", "2026-06-08")[step]
    reminder = {"berichtsoort": f"cjib_wahv_aanmaning{step}", "aard": "aanmaning", "rechtsmiddel": None}
    return {**terms, "betaling": payment, "bedragen": sums, "dagtekening": dated, **(reminder if step else {})}


def _sums(step: int, sanction: int) -> dict[str, object]:
    """Half more, and then twice that (Wahv art. 23 and 25)."""
    increase = (0, sanction // 2, sanction * 2)[step]
    parts = {"hoofdsom": sanction, "verhoging": increase, "kosten": 9_00}
    return {"totaal": sum(parts.values()), **parts, "richting": "betalen"}


_STATEMENT: dict[str, object] = {
    "berichtsoort": "svb_jaaropgave",
    "aard": "jaaropgave",
    "domeinen": ["pensioen"],
    "bedragen": {"totaal": 10000, "richting": "ontvangen"},
    "betaling": None,
    "termijnen": None,
    "rechtsmiddel": None,
    "zaakkenmerk": None,
}
