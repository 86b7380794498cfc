"""The Belastingdienst's own record of a letter: dd-mm-jjjj, `1.240,00`, and assessment numbers that hold a BSN.

An aanslagnummer is the BSN with a letter and digits behind it. It stays inside this record: what goes out as
reference is the sender's letter number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from connectors.residents import Resident

_DATE = "%d-%m-%Y"
_TO_DUTCH = str.maketrans(",.", ".,")


@dataclass(frozen=True, kw_only=True, slots=True)
class FiscaalStuk:
    """One letter.

    `stuk`: UA uitnodiging aangifte, HA herinnering aangifte, VA voorlopige aanslag, DA definitieve aanslag, NM
    naheffing motorrijtuigen, AM aanmaning, DB dwangbevel, BV vordering, TV voorschot, TD definitief, TT
    terugvordering, TR regeling, TH herinnering regeling, TI informatieverzoek. Empty text where a field does not
    apply.
    """

    stuk: str
    belastingplichtige: Resident
    aanslagnummer: str
    briefnummer: str
    vorig_briefnummer: str
    zaak: str
    dagtekening: str
    bedrag: str
    kosten: str
    betalen_voor: str
    bezwaar_voor: str
    reageren_voor: str
    soort: str
    jaar: int
    per_maand: str


def dmj(day: date) -> str:
    """`05-03-2026`."""
    return day.strftime(_DATE)


def from_dmj(text: str) -> date:
    return datetime.strptime(text, _DATE).date()  # noqa: DTZ007 - a date has no zone


def bedrag(cents: int) -> str:
    """`1.240,00`."""
    return f"{cents / 100:,.2f}".translate(_TO_DUTCH)


def from_bedrag(text: str) -> int:
    """Cents."""
    return int(text.replace(".", "").replace(",", ""))


def aanslagnummer(resident: Resident, letter: str, year: int, serial: int) -> str:
    """`9999.90.019.H.66`. H income tax, T allowances, M motor vehicles; 0 provisional, 6 final."""
    bsn = resident.bsn
    return f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}.{letter}.{year % 10}{serial}"


def of_allowance(number: str) -> bool:
    """Whether an aanslagnummer is about an allowance."""
    return number.split(".")[3] == "T"
