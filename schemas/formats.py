"""Dates and instants: the same strict functions for both validators, so that they cannot differ."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_INSTANT: Final = re.compile(rf"{_DATE.pattern}T{_TIME}:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-]{_TIME})")


def is_date(value: object) -> bool:
    """RFC 3339 full-date that exists."""
    return not isinstance(value, str) or (bool(_DATE.fullmatch(value)) and _exists(date, value))


def is_instant(value: object) -> bool:
    """RFC 3339 date-time with upper-case T and Z, and no unknown offset -00:00 (ADR /core/date-time/format)."""
    if not isinstance(value, str):
        return True
    return bool(_INSTANT.fullmatch(value)) and not value.endswith("-00:00") and _exists(datetime, value)


def _exists(kind: type[date], value: str) -> bool:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return False
    return True


FORMATS: Final = {"date": is_date, "date-time": is_instant}
