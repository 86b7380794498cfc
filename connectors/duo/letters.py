"""What DUO writes: an award, a stopped study with money to pay back, the travel card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from connectors.calendar import last_day, objection_until
from connectors.costs import awb_reminder
from connectors.duo.dialect import DuoBericht, dag, euro
from connectors.matter import Matter
from connectors.numbers import payment_reference

_SIX_WEEKS, _TWO_WEEKS = 42, 14
_TRAVEL_FINE: Final = 75_00
TOO_MUCH: Final = 622_00
"""What was received after the study had stopped, in cents."""
DAYS_TO_CJIB: Final = 30 + 49 + 21 + 28
"""After the last reminder was not paid either, the claim goes to the CJIB (LETTERS 6.3)."""


def award(matter: Matter) -> Iterator[DuoBericht]:
    """A monthly amount for someone at school."""
    yield _letter(matter, 1, "TOEK", 0, 311_00 + matter.source.randrange(0, 60_00, 1_00))


def too_much_received(matter: Matter) -> Iterator[DuoBericht]:
    """Debt, request, reminder, final reminder with costs (Awb 4:113), then it goes to the CJIB."""
    debt = 1_800_00 + matter.source.randrange(0, 2_000_00, 10_00)
    yield replace(_letter(matter, 1, "TERUG", 0, debt), maanden=180)
    claim = TOO_MUCH
    request = _letter(matter, 2, "BVZ", 30, claim, pay_days=_SIX_WEEKS)
    yield request
    reminder = _letter(matter, 3, "HER", 30 + 49, claim, pay_days=_TWO_WEEKS)
    yield reminder
    final = _letter(matter, 4, "AAN", 30 + 49 + 21, claim, pay_days=_TWO_WEEKS)
    yield replace(final, kosten=euro(awb_reminder(claim)))


def travel_card(matter: Matter) -> Iterator[DuoBericht]:
    """The travel product was not stopped in time."""
    yield _letter(matter, 1, "OVB", 0, _TRAVEL_FINE, pay_days=_SIX_WEEKS)


def statement(matter: Matter) -> Iterator[DuoBericht]:
    """The debt at the end of the year."""
    yield _letter(matter, 1, "JAAR", 0, 1_500_00 + matter.source.randrange(0, 9_000_00, 1_00))


_OBJECTABLE: Final = frozenset({"TOEK", "TERUG", "BVZ", "OVB"})


def _letter(matter: Matter, step: int, block: str, days: int, cents: int, *, pay_days: int = 0) -> DuoBericht:  # noqa: PLR0913 - a letter has this many sides
    dated = matter.day(days)
    return DuoBericht(
        blok=block,
        klant=matter.resident,
        berichtnummer=matter.reference("DUO", step),
        vorig_berichtnummer=matter.reference("DUO", step - 1) if step > 1 else "",
        dossier=f"DUO {matter.serial:011d}",
        dag=dag(dated),
        hoofdbedrag=euro(cents),
        kosten=euro(0),
        betaaldag=dag(last_day(dated, pay_days)) if pay_days else 0,
        bezwaardag=dag(objection_until(dated)) if block in _OBJECTABLE else 0,
        maanden=0,
        kenmerk_betaling=payment_reference(500_000_000_000_000 + matter.serial),
    )
