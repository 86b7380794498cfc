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
_PARTS: Final = 24
_THIRD_QUARTER: Final = (7, 8, 9)
_AHEAD: Final = frozenset({"VA", "TV"})
"""Made before their year is over: theirs is the year that is there, or from November on the next."""
_TWO_MONTHS: Final = timedelta(days=61)
_WORKING_DAYS: Final = frozenset({"AM", "DB"})
"""Their terms end on a working day; those of the assessment itself need not (IW 1990 art. 9 lid 10, Awir art. 28)."""
_NO_OBJECTION: Final = frozenset({"UA", "HA", "TI", "TR", "TH"})
_LETTERS: Final = {"T": "T", "N": "M"}


def tax_return(matter: Matter) -> Iterator[FiscaalStuk]:
    """An invitation, a reminder, an assessment to pay. Payment dates may fall on a Sunday (IW 1990 art. 9 lid 10)."""
    invited = matter.day(0)
    before_may = date(invited.year, 4, 30)
    yield _asking(matter, 1, "UA", 0, max(before_may, _month_after(invited)))
    yield _asking(matter, 2, "HA", 110, None)
    total = 180_00 + matter.source.randrange(0, 700_00, 1_00)
    yield _paying(matter, 3, "DA", 170, total, _SIX_WEEKS)


def provisional(matter: Matter) -> Iterator[FiscaalStuk]:
    """A provisional assessment for the year, in monthly parts.

    The first within a month; of one made before its year, at the end of January (IW 1990 art. 9 lid 5 and 7).
    """
    letter, dated = _letter(matter, 1, "VA", 0, 240_00 + matter.source.randrange(0, 900_00, 12_00)), matter.day(0)
    first = _month_after(dated) if dated.year == letter.jaar else date(letter.jaar, 1, 31)
    yield replace(letter, betalen_voor=dmj(first))


def vehicle_tax(matter: Matter) -> Iterator[FiscaalStuk]:
    """A post-clearance assessment, two weeks to pay, and a reminder with costs."""
    total = 89_00 + matter.source.randrange(0, 120_00, 1_00)
    yield _paying(matter, 1, "NM", 0, total, _TWO_WEEKS)
    reminder = _paying(matter, 2, "AM", 24, total, _TWO_WEEKS)
    number = aanslagnummer(matter.resident, "M", reminder.jaar, 6)
    yield replace(reminder, kosten=bedrag(tax_reminder(total)), aanslagnummer=number)


def allowance(matter: Matter) -> Iterator[FiscaalStuk]:
    """An advance for next year, and a question for evidence."""
    yield _letter(matter, 1, "TV", 0, 1_300_00 + matter.source.randrange(0, 2_500_00, 1_00))
    yield _asking(matter, 2, "TI", 60, None)


def allowance_reclaimed(matter: Matter) -> Iterator[FiscaalStuk]:
    """Chain b: advance, settlement, € 1.240 to pay back, a plan that is missed, reminder, writ, seizure.

    The advance is of December before its year, the settlement of the third quarter after it; the matter starts then or
    within the year.
    """
    settled = _third_quarter(matter.start)
    for letter in _reclaiming(matter, settled):
        number = aanslagnummer(matter.resident, "T", settled.year - 1, 0 if letter.stuk in _AHEAD else 6)
        yield replace(letter, jaar=settled.year - 1, aanslagnummer=number)


def _reclaiming(matter: Matter, settled: date) -> Iterator[FiscaalStuk]:
    advance = (date(settled.year - 2, 12, 20) - matter.start).days
    days = (settled - matter.start).days
    monthly = bedrag(-(-_RECLAIM // (_PARTS * 1_00)) * 1_00)
    reminder_costs = tax_reminder(_RECLAIM)
    writ_costs = reminder_costs + writ(_RECLAIM)
    yield _letter(matter, 1, "TV", advance, 3_120_00)
    yield _letter(matter, 2, "TD", days, _RECLAIM)
    yield _paying(matter, 3, "TT", days + 7, _RECLAIM, _SIX_WEEKS)
    yield replace(_paying(matter, 4, "TR", days + 40, _RECLAIM, _SIX_WEEKS), per_maand=monthly)
    yield replace(_paying(matter, 5, "TH", 160, _RECLAIM, _TWO_WEEKS), per_maand=monthly)
    yield replace(_paying(matter, 6, "AM", 190, _RECLAIM, _TWO_WEEKS), kosten=bedrag(reminder_costs))
    yield replace(_paying(matter, 7, "DB", 225, _RECLAIM, _TWO_WEEKS), kosten=bedrag(writ_costs))
    yield replace(_letter(matter, 8, "BV", 265, _RECLAIM), kosten=bedrag(writ_costs + _SEIZURE_COSTS))


def _third_quarter(day: date) -> date:
    """This day, or the last 15 September before it when it lies in another quarter."""
    if day.month in _THIRD_QUARTER:
        return day
    return date(day.year if day.month > max(_THIRD_QUARTER) else day.year - 1, 9, 15)


def _month_after(day: date) -> date:
    """A month later, or the last day of that month (IW 1990 art. 9 lid 5)."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


_SEIZURE_COSTS: Final = 78_00
"""Costs of a seizure by the bailiff of taxes (Kostenwet invordering rijksbelastingen, 2026)."""


def _letter(matter: Matter, step: int, piece: str, days: int, cents: int) -> FiscaalStuk:
    dated = matter.day(days)
    year = (dated + _TWO_MONTHS).year if piece in _AHEAD else dated.year - 1
    return FiscaalStuk(
        stuk=piece,
        belastingplichtige=matter.resident,
        aanslagnummer=aanslagnummer(matter.resident, _LETTERS.get(piece[0], "H"), year, 0 if piece in _AHEAD else 6),
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
        per_maand="",
    )


def _paying(matter: Matter, step: int, piece: str, days: int, cents: int, term: int) -> FiscaalStuk:  # noqa: PLR0913, PLR0917 - a letter has this many sides
    dated = matter.day(days)
    until = last_day(dated, term) if piece in _WORKING_DAYS else dated + timedelta(days=term)
    return replace(_letter(matter, step, piece, days, cents), betalen_voor=dmj(until))


def _asking(matter: Matter, step: int, piece: str, days: int, until: date | None) -> FiscaalStuk:
    by = until or last_day(matter.day(days), 28)
    return replace(_letter(matter, step, piece, days, 0), reageren_voor=dmj(by))
