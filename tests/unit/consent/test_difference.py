"""What a change adds and takes away, as a citizen reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consent import EVERY, Action, Days, Extent, Purpose, Scope, changes, is_within

CJIB, UWV = "00000099000000004000", "00000099000000002000"
NOW = 1_800_000_000_000
NOTHING = Extent()
SCOPE = Scope(
    agencies=frozenset({CJIB}),
    topics=frozenset({"boete"}),
    actions=frozenset({Action.LIST, Action.READ}),
    until_ms=NOW,
    dated_from=date(2026, 2, 1),
    dated_to=date(2026, 2, 28),
)

WIDER: list[tuple[dict[str, Any], Extent]] = [
    ({"agencies": frozenset({CJIB, UWV})}, Extent(agencies=frozenset({UWV}))),
    ({"agencies": EVERY}, Extent(agencies=EVERY)),
    ({"topics": frozenset({"boete", "gezondheid"})}, Extent(topics=frozenset({"gezondheid"}))),
    ({"topics": EVERY}, Extent(topics=EVERY)),
    ({"actions": SCOPE.actions | {Action.DOWNLOAD}}, Extent(actions=frozenset({Action.DOWNLOAD}))),
    ({"until_ms": NOW + 1}, Extent(until_ms=NOW + 1)),
    ({"also": frozenset({"b1"})}, Extent(letters=frozenset({"b1"}))),
    ({"dated_from": None}, Extent(days=(Days(first=None, last=date(2026, 1, 31)),))),
    ({"dated_to": date(2026, 3, 2)}, Extent(days=(Days(first=date(2026, 3, 1), last=date(2026, 3, 2)),))),
    (
        {"dated_from": date(2026, 1, 31), "dated_to": None},
        Extent(
            days=(
                Days(first=date(2026, 1, 31), last=date(2026, 1, 31)),
                Days(first=date(2026, 3, 1), last=None),
            )
        ),
    ),
]


@pytest.mark.parametrize(("change", "more"), WIDER)
def test_what_is_wider_is_added_and_taken_again_on_the_way_back(change: dict[str, Any], more: Extent) -> None:
    wider = replace(SCOPE, **change)
    there, back = changes(SCOPE, wider), changes(wider, SCOPE)
    assert (there.added, there.taken) == (more, NOTHING)
    assert (back.added, back.taken) == (NOTHING, more)
    assert (there.only_narrows, back.only_narrows) == (False, True)
    assert (is_within(SCOPE, wider), is_within(wider, SCOPE)) == (True, False)


def test_no_change_is_none() -> None:
    change = changes(SCOPE, SCOPE)
    assert (change.added, change.taken, change.purpose) == (NOTHING, NOTHING, None)


def test_another_purpose_is_told_and_covers_nothing_more() -> None:
    change = changes(SCOPE, replace(SCOPE, purpose=Purpose.DEBTS))
    assert (change.purpose, change.only_narrows) == (Purpose.DEBTS, True)


def test_every_topic_holds_no_sensitive_one() -> None:
    every, health = replace(SCOPE, topics=EVERY), replace(SCOPE, topics=frozenset({"gezondheid", "geld"}))
    change = changes(every, health)
    assert change.added == Extent(topics=frozenset({"gezondheid"}))
    assert change.taken == Extent(topics=EVERY)
    assert not is_within(health, every)


def test_a_period_that_does_not_meet_the_other_is_told_whole() -> None:
    april = replace(SCOPE, dated_from=date(2026, 4, 1), dated_to=date(2026, 4, 30))
    change = changes(SCOPE, april)
    assert change.added.days == (Days(first=date(2026, 4, 1), last=date(2026, 4, 30)),)
    assert change.taken.days == (Days(first=date(2026, 2, 1), last=date(2026, 2, 28)),)


def test_a_letter_taken_out_and_put_back() -> None:
    without = replace(SCOPE, without=frozenset({"b1"}))
    assert changes(SCOPE, without).taken == Extent(letters=frozenset({"b1"}))
    assert changes(without, SCOPE).added == Extent(letters=frozenset({"b1"}))
    assert is_within(without, SCOPE)
    assert not is_within(SCOPE, without)


def test_a_letter_that_was_taken_out_is_added_once_when_it_is_given() -> None:
    without, also = replace(SCOPE, without=frozenset({"b1"})), replace(SCOPE, also=frozenset({"b1"}))
    assert changes(without, also).added == Extent(letters=frozenset({"b1"}))


def test_from_just_this_one_to_more() -> None:
    only = Scope.only(["b1"], actions=SCOPE.actions, until_ms=NOW)
    change = changes(only, replace(SCOPE, also=frozenset({"b1"})))
    assert change.added == Extent(
        agencies=SCOPE.agencies,
        topics=SCOPE.topics,
        days=(Days(first=SCOPE.dated_from, last=SCOPE.dated_to),),
    )
    assert change.taken == NOTHING


def test_a_single_letter_is_within_only_when_it_is_given_there_too() -> None:
    only = Scope.only(["b1"], actions=SCOPE.actions, until_ms=NOW)
    everything = replace(SCOPE, agencies=EVERY, topics=EVERY, dated_from=None, dated_to=None)
    assert not is_within(only, everything)  # it may be about health
    assert is_within(only, replace(everything, also=frozenset({"b1", "b2"})))
