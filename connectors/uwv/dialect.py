"""UWV's own record of a letter: ISO dates, decimal euros, a case with numbered decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from connectors.residents import Resident


@dataclass(frozen=True, kw_only=True, slots=True)
class UwvBeschikking:
    """One letter.

    `type`: WW-TOEK, BET-SPEC, INK-OPG, VRN-BOETE, HERZ, TERUGV, BOETE, INVORD, OPROEP, JAAROPG. Dates ISO 8601, empty
    where they do not apply.
    """

    type: str
    werkzoekende: Resident
    briefnummer: str
    vorige_brief: str
    zaaknummer: str
    verzenddatum: str
    bedrag: Decimal
    kosten: Decimal
    betalen_op_of_voor: str
    reageren_op_of_voor: str
    bezwaar_op_of_voor: str
    gesprek: str
    periode: str


def iso(day: date) -> str:
    return day.isoformat()


def from_iso(text: str) -> date:
    return date.fromisoformat(text)


def moment_from_iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def euro(amount: int) -> Decimal:
    """Decimal euros of cents."""
    return Decimal(amount).scaleb(-2)
