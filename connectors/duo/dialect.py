"""DUO's own record of a letter: days since 1970, euros as text with a point, and blocks of codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from connectors.residents import Resident

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DuoBericht:
    """One letter.

    `blok`: TOEK toekenning, TERUG terugbetalen, BVZ betalingsverzoek, OVB ov-boete, HER herinnering, AAN aanmaning,
    JAAR jaaroverzicht. Days count from 1970-01-01; 0 where a day does not apply.
    """

    blok: str
    klant: Resident
    berichtnummer: str
    vorig_berichtnummer: str
    dossier: str
    dag: int
    hoofdbedrag: str
    kosten: str
    betaaldag: int
    bezwaardag: int
    maanden: int
    kenmerk_betaling: str


def dag(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def from_dag(days: int) -> date:
    return _EPOCH + timedelta(days=days)


def euro(cents: int) -> str:
    """`109.00`."""
    return str(Decimal(cents).scaleb(-2))


def from_euro(text: str) -> int:
    """Cents."""
    return int(Decimal(text).scaleb(2))
