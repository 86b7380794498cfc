"""What a grant allows, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from consent import (
    EVERY,
    Action,
    Coverage,
    Denied,
    Granted,
    LetterFacts,
    Reason,
    Scope,
    Standing,
    coverage,
    decide,
)

NOW = 1_800_000_000_000
CJIB, UWV = "00000099000000004000", "00000099000000002000"
ALL = frozenset(Action)

SCOPE = Scope(agencies=frozenset({CJIB}), topics=frozenset({"boete"}), actions=ALL, until_ms=NOW + 1)
FINE = LetterFacts(agency=CJIB, topics=frozenset({"boete", "geld"}), dated=date(2026, 3, 1))


def allowed(scope: Scope = SCOPE, letter: LetterFacts = FINE, action: Action = Action.READ, now: int = NOW) -> object:
    return decide(Standing(active=True, scope=scope), letter, action, now)


def test_what_the_scope_names_is_granted() -> None:
    assert allowed() == Granted()


def test_a_grant_that_is_not_active_gives_nothing() -> None:
    assert decide(Standing(active=False, scope=SCOPE), FINE, Action.LIST, NOW) == Denied(Reason.NOT_ACTIVE)


def test_until_is_exclusive() -> None:
    assert allowed(now=NOW + 1) == Denied(Reason.ENDED)


@pytest.mark.parametrize("action", [Action.READ, Action.DOWNLOAD])
def test_list_alone_neither_reads_nor_downloads(action: Action) -> None:
    assert allowed(replace(SCOPE, actions=frozenset({Action.LIST})), action=action) == Denied(Reason.ACTION)


def test_another_agency_is_outside() -> None:
    assert allowed(letter=replace(FINE, agency=UWV)) == Denied(Reason.AGENCY)


def test_another_topic_is_outside() -> None:
    assert allowed(letter=replace(FINE, topics=frozenset({"wonen"}))) == Denied(Reason.TOPIC)


def test_a_letter_for_the_addressee_only_is_never_covered() -> None:
    everything = replace(SCOPE, agencies=EVERY, topics=EVERY)
    assert allowed(everything, replace(FINE, addressee_only=True)) == Denied(Reason.ADDRESSEE_ONLY)


@pytest.mark.parametrize("sensitive", ["gezondheid", "strafrecht"])
def test_every_topic_does_not_mean_health_or_criminal_law(sensitive: str) -> None:
    letter = replace(FINE, topics=frozenset({"geld", sensitive}))
    assert allowed(replace(SCOPE, topics=EVERY), letter) == Denied(Reason.TOPIC)
    assert allowed(replace(SCOPE, topics=frozenset({"geld"})), letter) == Denied(Reason.TOPIC)
    assert allowed(replace(SCOPE, topics=frozenset({"geld", sensitive})), letter) == Granted()


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        (date(2026, 1, 31), Denied(Reason.PERIOD)),
        (date(2026, 2, 1), Granted()),
        (date(2026, 2, 28), Granted()),
        (date(2026, 3, 1), Denied(Reason.PERIOD)),
    ],
)
def test_the_period_includes_both_ends(dated: date, expected: object) -> None:
    scope = replace(SCOPE, dated_from=date(2026, 2, 1), dated_to=date(2026, 2, 28))
    assert allowed(scope, replace(FINE, dated=dated)) == expected


def test_coverage_follows_the_actions() -> None:
    assert coverage(SCOPE, FINE) is Coverage.FULL
    assert coverage(replace(SCOPE, actions=frozenset({Action.LIST})), FINE) is Coverage.METADATA
    assert coverage(SCOPE, replace(FINE, agency=UWV)) is Coverage.NONE


GIVEN = replace(FINE, letter_id="b1", agency=UWV, topics=frozenset({"gezondheid"}), dated=date(2020, 1, 1))


def test_a_letter_that_was_given_is_covered_whatever_it_is_about() -> None:
    scope = replace(SCOPE, dated_from=date(2026, 1, 1), also=frozenset({"b1"}))
    assert allowed(scope, GIVEN) == Granted()
    assert allowed(scope, replace(GIVEN, letter_id="b2")) == Denied(Reason.AGENCY)


def test_a_letter_that_was_given_is_still_bound_by_action_end_and_addressee() -> None:
    only = Scope.only(["b1"], actions=frozenset({Action.LIST}), until_ms=NOW + 1)
    assert allowed(only, GIVEN, Action.LIST) == Granted()
    assert allowed(only, GIVEN, Action.READ) == Denied(Reason.ACTION)
    assert allowed(only, GIVEN, Action.LIST, NOW + 1) == Denied(Reason.ENDED)
    assert allowed(only, replace(GIVEN, addressee_only=True), Action.LIST) == Denied(Reason.ADDRESSEE_ONLY)
    assert coverage(only, GIVEN) is Coverage.METADATA


def test_just_this_one_gives_no_other_letter() -> None:
    only = Scope.only(["b1"], actions=ALL, until_ms=NOW + 1)
    assert allowed(only, FINE) == Denied(Reason.AGENCY)
    assert coverage(only, FINE) is Coverage.NONE


def test_a_letter_that_was_taken_out_is_not_covered() -> None:
    scope = replace(SCOPE, without=frozenset({"b1"}))
    taken_out = replace(FINE, letter_id="b1")
    assert allowed(scope, taken_out) == Denied(Reason.TAKEN_OUT)
    assert coverage(scope, taken_out) is Coverage.NONE
    assert allowed(scope, replace(FINE, letter_id="b2")) == Granted()


def test_an_addressee_only_letter_that_was_taken_out_is_for_the_addressee_only() -> None:
    scope = replace(SCOPE, without=frozenset({"b1"}))
    letter = replace(FINE, letter_id="b1", addressee_only=True)
    assert allowed(scope, letter) == Denied(Reason.ADDRESSEE_ONLY)


@pytest.mark.parametrize("action", [Action.MARK, Action.ALERT, Action.REPLY])
def test_each_action_is_given_by_itself(action: Action) -> None:
    scope = replace(SCOPE, actions=frozenset({Action.LIST, action}))
    assert allowed(scope, action=action) == Granted()
    assert {other for other in Action if allowed(scope, action=other) == Granted()} == {Action.LIST, action}
    assert coverage(scope, FINE) is Coverage.METADATA
