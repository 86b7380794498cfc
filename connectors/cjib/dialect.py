"""The CJIB's own record of a letter: dates as DDMMJJJJ, money as cents with leading zeros, numbers in fours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from connectors.residents import Resident

_DATE = "%d%m%Y"
_MOMENT = "%d%m%Y%H%M"


@dataclass(frozen=True, kw_only=True, slots=True)
class CjibBrief:
    """One letter. Empty text where a field does not apply.

    `briefcode`: WB01 beschikking, WA01 and WA02 aanmaningen, VH01 verhaal, DW01 dwangbevel, DW02 dwangbevel voor DUO,
    GZ01 gijzeling, SB01 strafbeschikking, BR01 betalingsregeling.
    """

    briefcode: str
    geadresseerde: Resident
    cjib_nummer: str
    kenmerk: str
    vorig_kenmerk: str
    datum: str
    sanctie: str
    verhoging: str
    kosten: str
    voldaan: str
    betaal_voor: str
    rechtsmiddel_voor: str
    zitting: str
    feit: str
    overgenomen: str = ""


def datum(day: date) -> str:
    """`05032026`."""
    return day.strftime(_DATE)


def from_datum(text: str) -> date:
    return datetime.strptime(text, _DATE).date()  # noqa: DTZ007 - a date has no zone


def zitting(day: date, hour: int) -> str:
    """`050320260930`."""
    return f"{datum(day)}{hour:02d}30"


def from_zitting(text: str) -> datetime:
    return datetime.strptime(text, _MOMENT)  # noqa: DTZ007 - clock time at the court


def bedrag(cents: int) -> str:
    """`00010900`."""
    return f"{cents:08d}"


def cjib_nummer(digits: str) -> str:
    """`1062 5421 5704 7959`."""
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))
