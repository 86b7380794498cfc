"""SVB's own record of a letter: dates written out in Dutch, euros with a comma, forms by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from connectors.bericht import MONTHS
from connectors.residents import Resident


@dataclass(frozen=True, kw_only=True, slots=True)
class SvbBrief:
    """One letter.

    `formulier`: AOW-1 toekenning, AIO-1 inlichtingen, AIO-2 besluit, AIO-3 opschorting, TV-1 terugvordering, AM-1
    aanmaning, KB-1 kinderbijslag, JO-1 jaaropgave, LB-1 levensbewijs. Empty text where a field does not apply.
    """

    formulier: str
    klant: Resident
    ons_kenmerk: str
    vorig_kenmerk: str
    zaak: str
    datum: str
    bedrag: str
    kosten: str
    betalen_voor: str
    terugsturen_voor: str
    bezwaar_voor: str


def datum(day: date) -> str:
    """`3 maart 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def from_datum(text: str) -> date:
    day, month, year = text.split()
    return date(int(year), MONTHS.index(month) + 1, int(day))


def bedrag(cents: int) -> str:
    """`1240,00`."""
    return f"{cents // 100},{cents % 100:02d}"


def from_bedrag(text: str) -> int:
    """Cents."""
    return int(text.replace(",", ""))
