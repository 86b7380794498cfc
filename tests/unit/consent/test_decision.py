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
    InvalidScope,
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


@pytest.mark.parametrize(
    "changes",
    [
        {"agencies": frozenset()},
        {"topics": frozenset()},
        {"actions": frozenset()},
        {"actions": frozenset({Action.READ})},
        {"actions": frozenset({Action.LIST, Action.DOWNLOAD})},
        {"dated_from": date(2026, 2, 2), "dated_to": date(2026, 2, 1)},
    ],
)
def test_a_scope_that_cannot_be_meant_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidScope):
        replace(SCOPE, **changes)  # type: ignore[arg-type]
