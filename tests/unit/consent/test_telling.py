"""When people are told of a grant, at the bounds; and what a helper is not told of its scope."""

from __future__ import annotations

from dataclasses import replace

from consent import EVERY, Action, Scope, asks_again, ends_soon, told_to_helper

DAY = 86_400_000
UNTIL = 1_000 * DAY


def test_the_end_is_told_in_its_last_two_weeks() -> None:
    left = [14 * DAY + 1, 14 * DAY, 1, 0, -1]
    told = [ends_soon(given_ms=0, until_ms=UNTIL, now_ms=UNTIL - one) for one in left]
    assert told == [False, True, True, False, False]


def test_what_was_given_for_minutes_or_a_day_ends_without_a_warning() -> None:
    lengths = [600_000, DAY, 2 * DAY, 2 * DAY + 1, 7 * DAY]
    told = [ends_soon(given_ms=UNTIL - one, until_ms=UNTIL, now_ms=UNTIL - 1) for one in lengths]
    assert told == [False, False, False, True, True]


def test_a_yes_is_asked_again_after_three_months() -> None:
    since = [-DAY, 92 * DAY - 1, 92 * DAY, 900 * DAY]
    assert [asks_again(agreed_ms=0, now_ms=one) for one in since] == [False, False, True, True]


def test_a_helper_is_not_told_what_was_taken_out() -> None:
    scope = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=UNTIL, also=frozenset({"given"}))
    assert told_to_helper(replace(scope, without=frozenset({"hidden"}))) == scope
