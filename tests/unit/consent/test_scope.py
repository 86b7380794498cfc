"""What can be meant by a scope, and its JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consent import EVERY, Action, InvalidScope, Purpose, Scope

NOW = 1_800_000_000_000
SCOPE = Scope(
    agencies=frozenset({"00000099000000004000"}),
    topics=frozenset({"boete", "geld"}),
    actions=frozenset({Action.LIST, Action.READ}),
    until_ms=NOW,
    dated_from=date(2026, 2, 1),
    purpose=Purpose.DEBTS,
    also=frozenset({"b2", "b1"}),
    without=frozenset({"b3"}),
)
JSON: dict[str, object] = {
    "type": "mijnoverzicht_toestemming",
    "agencies": ["00000099000000004000"],
    "topics": ["boete", "geld"],
    "data_period": {"from": "2026-02-01", "to": None},
    "actions": ["list", "read"],
    "purpose": "schuldhulp",
    "until_ms": NOW,
    "also": ["b1", "b2"],
    "without": ["b3"],
}


def test_its_json_is_sorted_and_complete() -> None:
    assert SCOPE.to_json() == JSON
    assert Scope.from_json(JSON) == SCOPE


def test_every_agency_and_topic_is_a_star() -> None:
    every = replace(SCOPE, agencies=EVERY, topics=EVERY)
    assert {name: every.to_json()[name] for name in ("agencies", "topics")} == {"agencies": "*", "topics": "*"}
    assert Scope.from_json(every.to_json()) == every


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "payment_initiation"},
        {"agencies": "00000099000000004000"},
        {"agencies": ["*", 1]},
        {"topics": None},
        {"data_period": {"from": "2026-02-01"}},
        {"data_period": {"from": "20260201", "to": None}},
        {"data_period": {"from": "2026-02-31", "to": None}},
        {"data_period": {"from": 20260201, "to": None}},
        {"data_period": {"from": None, "to": None, "until": "2026-02-01"}},
        {"data_period": None},
        {"actions": ["list", "delete"]},
        {"actions": "list"},
        {"purpose": "hulp bij post"},
        {"purpose": None},
        {"until_ms": True},
        {"until_ms": 1.5},
        {"until_ms": "1800000000000"},
        {"also": {"b1": True}},
        {"without": ["b1"]},
    ],
)
def test_json_that_is_no_scope_is_refused_without_telling_what_was_in_it(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidScope) as refused:
        Scope.from_json(JSON | wrong)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert not any(str(value) in str(refused.value) for value in wrong.values() if isinstance(value, str))


@pytest.mark.parametrize("name", JSON)
def test_a_field_that_is_missing_is_refused(name: str) -> None:
    with pytest.raises(InvalidScope):
        Scope.from_json({key: value for key, value in JSON.items() if key != name})


def test_just_these_letters() -> None:
    only = Scope.only(["b1"], actions=frozenset({Action.LIST}), until_ms=NOW, purpose=Purpose.TAXES)
    assert only == Scope(
        agencies=frozenset(),
        topics=frozenset(),
        actions=frozenset({Action.LIST}),
        until_ms=NOW,
        purpose=Purpose.TAXES,
        also=frozenset({"b1"}),
    )
    assert (only.is_only_letters, SCOPE.is_only_letters) == (True, False)
    assert Scope.from_json(only.to_json()) == only


@pytest.mark.parametrize(
    "wrong",
    [
        {"also": frozenset({""})},
        {"without": frozenset({""})},
        {"also": frozenset({"b3"})},
        {"agencies": frozenset()},
        {"topics": frozenset()},
        {"agencies": frozenset(), "topics": frozenset(), "also": frozenset()},
        {"actions": frozenset({Action.READ})},
        {"actions": frozenset({Action.LIST, Action.DOWNLOAD})},
        {"dated_to": date(2026, 1, 31)},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidScope):
        replace(SCOPE, **wrong)


def test_purposes_are_few_and_their_names_are_dutch() -> None:
    assert [purpose.value for purpose in Purpose] == [
        "hulp-bij-post",
        "schuldhulp",
        "belastingaangifte",
        "toeslagen-en-uitkering",
        "bewind",
        "curatele",
        "mentorschap",
    ]
