"""The clock on the wall in the Netherlands. Instants are UTC milliseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")


def local(at_ms: int) -> datetime:
    """An instant as a time there."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(AMSTERDAM)


def local_day(at_ms: int) -> date:
    """The day there at an instant."""
    return local(at_ms).date()
