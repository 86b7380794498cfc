"""The ladder: who hears of a letter that nobody opens, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mailbox.domain.identifiers import GrantId
from mailbox.domain.ladder import Ladder, climbs
from mailbox.domain.reminders import Date

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BOTH = Ladder(helper=GrantId(b"g" * 16), helper_days=7, sender_days=14)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).timestamp() * 1000)


def planned(ladder: Ladder | None, due: Date | None, came: str = "2026-11-24T12:00") -> list[str]:
    """Of each step who hears of it, when, and whether also if the letter was opened."""
    found = []
    for climb in climbs(ladder, due, published_ms=ms(came)):
        at = datetime.fromtimestamp(climb.at_ms / 1000, UTC).astimezone(AMSTERDAM)
        found.append(f"{climb.rung} {at:%m-%d %H:%M}{'' if climb.unread else ' opened too'}")
    return found


def test_after_days_unopened_first_the_helper_and_then_the_sender() -> None:
    assert planned(BOTH, None) == ["helper 12-01 09:00", "afzender 12-08 09:00"]


def test_a_date_that_is_near_does_not_wait_for_the_days() -> None:
    # Thursday 3 December: five days before, three days before
    assert planned(BOTH, Date(kind="antwoorden", by=date(2026, 12, 3)), "2026-11-20T12:00") == [
        "helper 11-27 09:00",
        "afzender 11-30 09:00",
        "afwezig 11-28 09:00",
    ]


def test_of_a_bill_the_helper_hears_also_when_it_was_opened_and_the_date_is_near() -> None:
    # Monday 18 January: money must be on its way on Thursday the 14th; five days before that
    assert planned(Ladder(helper=BOTH.helper), Date(kind="betalen", by=date(2027, 1, 18))) == [
        "helper 12-01 09:00",
        "helper 01-09 09:00 opened too",
        "afwezig 12-08 09:00",
    ]


@pytest.mark.parametrize("by", [date(2026, 11, 26), date(2026, 11, 25)])
def test_a_letter_that_comes_late_is_told_the_next_morning(by: date) -> None:
    assert planned(BOTH, Date(kind="antwoorden", by=by)) == [
        "helper 11-25 09:00",
        "afzender 11-25 09:00",
        "afwezig 11-25 09:00",
    ]


def test_after_the_date_nobody_hears_anything() -> None:
    assert planned(BOTH, Date(kind="antwoorden", by=date(2026, 11, 24))) == []


@pytest.mark.parametrize("ladder", [None, Ladder()])
def test_who_chose_nothing_is_only_missed_when_a_date_comes(ladder: Ladder | None) -> None:
    assert planned(ladder, None) == []
    assert planned(ladder, Date(kind="antwoorden", by=date(2027, 1, 18))) == ["afwezig 12-08 09:00"]


def test_the_morning_is_that_of_the_netherlands_in_summer_too() -> None:
    assert planned(Ladder(helper=BOTH.helper, helper_days=3), None, "2027-03-26T12:00") == ["helper 03-29 09:00"]
