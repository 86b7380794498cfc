"""A matter: one thing between a resident and an agency, told in one or more letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from connectors.residents import Resident


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
        """So many days after the start; a letter is not written on a Sunday."""
        day = self.start + timedelta(days=days)
        return day + timedelta(days=1) if day.weekday() == 6 else day  # noqa: PLR2004 - Sunday

    def reference(self, prefix: str, step: int) -> str:
        """The sender's own reference of a letter in this matter."""
        return f"{prefix}-{self.serial:011d}-{step}"
