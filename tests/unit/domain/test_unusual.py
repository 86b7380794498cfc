"""What is unusual in how a helper looks, at the limits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.sealed import GrantUse
from mailbox.domain.unusual import AT_NIGHT, MANY, MANY_OLD, Unusual, day_of_notice, night_began_ms, unusual

HOUR = 3_600_000


def at(text: str) -> int:
    """An instant by the clock of the Netherlands."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp() * 1000)


def use(at_ms: int, **counted: Any) -> GrantUse:
    """What was opened in the hour of this instant."""
    hour_ms = at_ms - at_ms % HOUR
    return GrantUse(
        mailbox_id=MailboxId(bytes(16)), grant_id=GrantId(bytes(16)), hour_ms=hour_ms, last_ms=at_ms, **counted
    )


DAY, NIGHT = at("2026-11-24T14:30:00"), at("2026-11-25T02:30:00")


@pytest.mark.parametrize(("letters", "found"), [(0, []), (MANY, []), (MANY + 1, [Unusual.MANY])])
def test_many_in_an_hour(letters: int, found: list[Unusual]) -> None:
    assert unusual([use(DAY, letters=letters)], DAY) == found


@pytest.mark.parametrize(("letters", "found"), [(MANY_OLD, []), (MANY_OLD + 1, [Unusual.OLD])])
def test_many_old_ones_in_an_hour(letters: int, found: list[Unusual]) -> None:
    assert unusual([use(DAY, letters=letters, old_letters=letters)], DAY) == found


@pytest.mark.parametrize(("letters", "found"), [(AT_NIGHT - 1, []), (AT_NIGHT, [Unusual.NIGHT])])
def test_some_in_a_night(letters: int, found: list[Unusual]) -> None:
    assert unusual([use(NIGHT, letters=letters)], NIGHT) == found
    assert unusual([use(DAY, letters=letters)], DAY) == []


def test_a_night_is_counted_together_and_an_hour_is_not() -> None:
    hours = [use(at("2026-11-24T23:00:00"), letters=2)]
    hours += [use(at(f"2026-11-25T0{hour}:10:00"), letters=1) for hour in (0, 1, 2)]
    assert unusual(hours, NIGHT) == [Unusual.NIGHT]
    assert unusual(hours[1:], NIGHT) == []
    before = [use(DAY - HOUR, letters=MANY), use(DAY, letters=MANY)]
    assert unusual(before, DAY) == []
    evening = use(at("2026-11-24T22:59:00"), letters=9)
    assert unusual([evening, *hours[1:]], NIGHT) == []


def test_all_at_once() -> None:
    assert unusual([use(NIGHT, letters=90, old_letters=90)], NIGHT) == [Unusual.MANY, Unusual.OLD, Unusual.NIGHT]


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-11-24T22:59:59.999", None),
        ("2026-11-24T23:00:00", "2026-11-24T23:00:00"),
        ("2026-11-25T05:59:59.999", "2026-11-24T23:00:00"),
        ("2026-11-25T06:00:00", None),
        ("2026-10-25T03:30:00", "2026-10-24T23:00:00"),  # the clock went back: a night of eight hours
        ("2026-03-29T03:30:00", "2026-03-28T23:00:00"),  # and forth: one of six
        ("2026-07-01T00:00:00", "2026-06-30T23:00:00"),
    ],
)
def test_a_night_is_that_of_the_netherlands(now: str, began: str | None) -> None:
    assert night_began_ms(at(now)) == (at(began) if began else None)


def test_a_day_of_notices_begins_in_the_morning_so_that_a_night_is_one() -> None:
    moments = ["2026-11-24T06:00:00", "2026-11-24T23:30:00", "2026-11-25T05:59:59.999", "2026-11-25T06:00:00"]
    days = [day_of_notice(at(moment)) for moment in moments]
    assert days == [date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 25)]
