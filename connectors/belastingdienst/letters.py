"""What the Belastingdienst writes: returns and assessments, and allowances that must be paid back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from connectors.belastingdienst.dialect import FiscaalStuk, aanslagnummer, bedrag, dmj
from connectors.calendar import last_day, objection_until
from connectors.costs import tax_reminder, writ
from connectors.matter import Matter

_SIX_WEEKS, _TWO_WEEKS = 42, 14
_RECLAIM: Final = 1_240_00
_NO_OBJECTION: Final = frozenset({"UA", "HA", "TI", "TR"})
_LETTERS: Final = {"T": "T", "N": "M"}


def tax_return(matter: Matter) -> Iterator[FiscaalStuk]:
    """An invitation, a reminder, an assessment to pay. Payment dates may fall on a Sunday (IW 1990 art. 9 lid 10)."""
    yield _asking(matter, 1, "UA", 0, date(matter.start.year, 5, 1) if matter.start.month < 5 else None)  # noqa: PLR2004
    yield _asking(matter, 2, "HA", 110, None)
    total = 180_00 + matter.source.randrange(0, 700_00, 1_00)
    yield _paying(matter, 3, "DA", 170, total, _SIX_WEEKS)


def provisional(matter: Matter) -> Iterator[FiscaalStuk]:
    """A provisional assessment for the year."""
    yield _letter(matter, 1, "VA", 0, 240_00 + matter.source.randrange(0, 900_00, 12_00))


def vehicle_tax(matter: Matter) -> Iterator[FiscaalStuk]:
    """A post-clearance assessment, two weeks to pay, and a reminder with costs."""
    total = 89_00 + matter.source.randrange(0, 120_00, 1_00)
    yield _paying(matter, 1, "NM", 0, total, _TWO_WEEKS)
    reminder = _paying(matter, 2, "AM", 24, total, _TWO_WEEKS)
    yield replace(reminder, kosten=bedrag(tax_reminder(total)))


def allowance(matter: Matter) -> Iterator[FiscaalStuk]:
    """An advance for next year, and a question for evidence."""
    yield _letter(matter, 1, "TV", 0, 1_300_00 + matter.source.randrange(0, 2_500_00, 1_00))
    yield _asking(matter, 2, "TI", 60, None)


def allowance_reclaimed(matter: Matter) -> Iterator[FiscaalStuk]:
    """Chain b: advance, settlement, € 1.240 to pay back, a plan that is missed, reminder, writ, seizure."""
    yield _letter(matter, 1, "TV", 0, 3_120_00)
    yield _letter(matter, 2, "TD", 60, _RECLAIM)
    yield _paying(matter, 3, "TT", 67, _RECLAIM, _SIX_WEEKS)
    yield _paying(matter, 4, "TR", 100, _RECLAIM, _SIX_WEEKS)
    reminder_costs = tax_reminder(_RECLAIM)
    reminder = _paying(matter, 5, "AM", 190, _RECLAIM, _TWO_WEEKS)
    yield replace(reminder, kosten=bedrag(reminder_costs))
    writ_costs = reminder_costs + writ(_RECLAIM)
    order = _paying(matter, 6, "DB", 225, _RECLAIM, _TWO_WEEKS)
    yield replace(order, kosten=bedrag(writ_costs))
    yield replace(_letter(matter, 7, "BV", 265, _RECLAIM), kosten=bedrag(writ_costs + _SEIZURE_COSTS))


_SEIZURE_COSTS: Final = 78_00
"""Costs of a seizure by the bailiff of taxes (Kostenwet invordering rijksbelastingen, 2026)."""


def _letter(matter: Matter, step: int, piece: str, days: int, cents: int) -> FiscaalStuk:
    dated = matter.day(days)
    year = dated.year if piece in {"VA", "TV"} else dated.year - 1
    return FiscaalStuk(
        stuk=piece,
        belastingplichtige=matter.resident,
        aanslagnummer=aanslagnummer(matter.resident, _LETTERS.get(piece[0], "H"), year, 6),
        briefnummer=matter.reference("BD", step),
        vorig_briefnummer=matter.reference("BD", step - 1) if step > 1 else "",
        zaak=f"BD {matter.serial:011d}",
        dagtekening=dmj(dated),
        bedrag=bedrag(cents),
        kosten=bedrag(0),
        betalen_voor="",
        bezwaar_voor="" if piece in _NO_OBJECTION else dmj(objection_until(dated)),
        reageren_voor="",
        soort=matter.source.choice(("zorgtoeslag", "huurtoeslag", "kinderopvangtoeslag")),
        jaar=year,
    )


def _paying(matter: Matter, step: int, piece: str, days: int, cents: int, term: int) -> FiscaalStuk:  # noqa: PLR0913, PLR0917 - a letter has this many sides
    letter = _letter(matter, step, piece, days, cents)
    return replace(letter, betalen_voor=dmj(matter.day(days) + timedelta(days=term)))


def _asking(matter: Matter, step: int, piece: str, days: int, until: date | None) -> FiscaalStuk:
    by = until or last_day(matter.day(days), 28)
    return replace(_letter(matter, step, piece, days, 0), reageren_voor=dmj(by))
