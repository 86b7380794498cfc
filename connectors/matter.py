"""A matter: one thing between a resident and an agency, told in one or more letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from connectors.calendar import holidays
from connectors.residents import Resident

_SUNDAY: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """Whose, since when, and the how-manieth of this resident. The same matter gives the same letters, always."""

    resident: Resident
    start: date
    number: int

    @property
    def source(self) -> Random:
        """Chance that is the same each time."""
        return Random(f"{self.resident.number}/{self.number}/{self.start}")  # noqa: S311 - amounts, not secrets

    @property
    def serial(self) -> int:
        """A number for this matter alone, without personal data."""
        return self.resident.number * 100_000 + self.start.toordinal() % 1000 * 100 + self.number % 100

    def day(self, days: int) -> date:
        """So many days after the start; a letter is not written on a Sunday or a holiday."""
        day = self.start + timedelta(days=days)
        while day.weekday() == _SUNDAY or day in holidays(day.year):
            day += timedelta(days=1)
        return day

    def reference(self, prefix: str, step: int) -> str:
        """The sender's own reference of a letter in this matter."""
        return f"{prefix}-{self.serial:011d}-{step}"
