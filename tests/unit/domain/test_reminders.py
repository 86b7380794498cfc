"""Reminders come fourteen, seven and two days before a date, in the morning; of a payment, while money is in time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mailbox.domain.reminders import Date, is_daytime, is_past, next_morning_ms, reminders_ms

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def ms(text: str) -> int:
    """Of a time in Amsterdam."""
    return int(datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).timestamp() * 1000)


def told(kind: str, by: date, after: str) -> list[str]:
    found = reminders_ms(Date(kind=kind, by=by), after_ms=ms(after))
    return [datetime.fromtimestamp(at / 1000, UTC).astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M") for at in found]


@pytest.mark.parametrize(
    ("kind", "by", "expected"),
    [
        ("antwoorden", date(2027, 1, 18), ["2027-01-04 09:00", "2027-01-11 09:00", "2027-01-16 09:00"]),
        # a Monday: two working days before it is the Thursday
        ("betalen", date(2027, 1, 18), ["2026-12-31 09:00", "2027-01-07 09:00", "2027-01-12 09:00"]),
        # before Easter Monday, Easter, Good Friday: Wednesday 24 March
        ("betalen", date(2027, 3, 30), ["2027-03-10 09:00", "2027-03-17 09:00", "2027-03-22 09:00"]),
        # over the change to summer time, at nine by the clock on the wall
        ("indienen", date(2027, 4, 2), ["2027-03-19 09:00", "2027-03-26 09:00", "2027-03-31 09:00"]),
    ],
)
def test_when_somebody_is_reminded(kind: str, by: date, expected: list[str]) -> None:
    assert expected == told(kind, by, "2026-11-24T12:00")


def test_not_of_what_is_sooner_than_a_day_after_the_letter() -> None:
    assert told("antwoorden", date(2027, 1, 18), "2027-01-10T09:00") == ["2027-01-16 09:00"]
    assert told("antwoorden", date(2027, 1, 18), "2027-01-10T08:59") == ["2027-01-11 09:00", "2027-01-16 09:00"]
    assert told("antwoorden", date(2027, 1, 18), "2027-01-17T12:00") == []


@pytest.mark.parametrize(
    ("at", "day", "morning"),
    [
        ("2026-11-24T07:59", False, "2026-11-24T09:00"),
        ("2026-11-24T08:00", True, "2026-11-24T09:00"),
        ("2026-11-24T09:00", True, "2026-11-25T09:00"),
        ("2026-11-24T19:59", True, "2026-11-25T09:00"),
        ("2026-11-24T20:00", False, "2026-11-25T09:00"),
        ("2027-03-27T23:00", False, "2027-03-28T09:00"),
    ],
)
def test_day_and_night_are_those_of_amsterdam(at: str, day: bool, morning: str) -> None:  # noqa: FBT001
    assert (is_daytime(ms(at)), next_morning_ms(ms(at))) == (day, ms(morning))


def test_a_day_is_past_when_it_is_over() -> None:
    assert [is_past(date(2027, 1, 18), ms(at)) for at in ("2027-01-18T23:59", "2027-01-19T00:00")] == [False, True]
