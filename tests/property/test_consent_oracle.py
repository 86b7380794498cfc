"""`decide` against the same rules written in another language, by another engine: Cedar, over 100,000 pairs.

The policies below are written from the words of `consent/README.md` and share no code with `consent`: a scope becomes
attributes of a principal, a letter attributes of a resource, and each reason is one policy of its own.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import cedarpy
import pytest

from consent import (
    EVERY,
    Action,
    Decision,
    Denied,
    Every,
    Granted,
    LetterFacts,
    Reason,
    Scope,
    Standing,
    decide,
)

POLICIES: Final = cedarpy.PolicySet.from_str("""
permit (principal, action, resource);

@id("not-active")
forbid (principal, action, resource) unless { principal.active };

@id("ended")
forbid (principal, action, resource) when { context.now >= principal.until };

@id("action")
forbid (principal, action, resource) unless { principal.actions.contains(action) };

@id("addressee-only")
forbid (principal, action, resource) when { resource.addressee_only };

@id("taken-out")
forbid (principal, action, resource) when { principal.taken_out.contains(resource.name) };

@id("agency")
forbid (principal, action, resource) unless {
  principal.given.contains(resource.name) || principal.every_agency || principal.agencies.contains(resource.agency)
};

@id("topic")
forbid (principal, action, resource) unless {
  principal.given.contains(resource.name) ||
  ((principal.every_topic || principal.topics.containsAny(resource.topics)) &&
   (!resource.topics.contains("gezondheid") || principal.topics.contains("gezondheid")) &&
   (!resource.topics.contains("strafrecht") || principal.topics.contains("strafrecht")))
};

@id("period")
forbid (principal, action, resource) unless {
  principal.given.contains(resource.name) ||
  ((!(principal has day_from) || resource.day >= principal.day_from) &&
   (!(principal has day_to) || resource.day <= principal.day_to))
};
""")
"""One policy per reason. All that apply are named, so the first in `ORDER` is the one that is told."""
ORDER: Final = (
    "not-active",
    "ended",
    "action",
    "addressee-only",
    "taken-out",
    "agency",
    "topic",
    "period",
)

SEED: Final = 20261124
BATCH: Final = 2_500
BATCHES: Final = 40
DRAWN: Final = 250
"""Grants in a batch, and letters: so many that they differ, and few, because reading them in is what takes time."""
AGENCIES: Final = [f"0000009900000000{n}000" for n in range(1, 6)]
TOPICS: Final = ["geld", "belasting", "boete", "strafrecht", "gezondheid", "wonen", "werk"]
LETTERS: Final = [f"brief-{n}" for n in range(12)]
DAY0: Final = date(2026, 1, 1)
ACTIONS: Final = [
    frozenset({Action.LIST}),
    frozenset({Action.LIST, Action.READ}),
    frozenset({Action.LIST, Action.READ, Action.DOWNLOAD}),
    frozenset({Action.LIST, Action.ALERT, Action.MARK}),
    frozenset(Action),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    standing: Standing
    letter: LetterFacts
    action: Action
    now_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """Grants and letters, and which of them meet: numbers of a grant and a letter, an action and an instant."""

    grants: tuple[Standing, ...]
    letters: tuple[LetterFacts, ...]
    meetings: tuple[tuple[int, int, Action, int], ...]

    def cases(self) -> tuple[Case, ...]:
        return tuple(
            Case(standing=self.grants[grant], letter=self.letters[letter], action=action, now_ms=now_ms)
            for grant, letter, action, now_ms in self.meetings
        )


def by_code(case: Case) -> Decision:
    return decide(case.standing, case.letter, case.action, case.now_ms)


def by_cedar(draw: Draw) -> list[Decision]:
    entities = [_grant(n, standing) for n, standing in enumerate(draw.grants)]
    entities += [_letter(n, letter) for n, letter in enumerate(draw.letters)]
    requests = [
        {
            "principal": {"type": "Grant", "id": str(grant)},
            "action": {"type": "Action", "id": action.value},
            "resource": {"type": "Letter", "id": str(letter)},
            "context": {"now": now_ms},
        }
        for grant, letter, action, now_ms in draw.meetings
    ]
    answers = cedarpy.is_authorized_batch(requests, POLICIES, cedarpy.Entities.from_json_str(json.dumps(entities)))
    return [_decision(answer) for answer in answers]


def _decision(answer: cedarpy.AuthzResult) -> Decision:
    assert answer.diagnostics.errors == []
    if answer.allowed:
        return Granted()
    named = set(answer.diagnostics.id_annotations_by_reason.values())
    return Denied(Reason(next(reason for reason in ORDER if reason in named)))


def _grant(number: int, standing: Standing) -> dict[str, Any]:
    scope = standing.scope
    days = {"day_from": scope.dated_from, "day_to": scope.dated_to}
    return {
        "uid": {"type": "Grant", "id": str(number)},
        "parents": [],
        "attrs": {
            "active": standing.active,
            "until": scope.until_ms,
            "actions": [{"__entity": {"type": "Action", "id": action.value}} for action in scope.actions],
            "every_agency": isinstance(scope.agencies, Every),
            "agencies": [] if isinstance(scope.agencies, Every) else sorted(scope.agencies),
            "every_topic": isinstance(scope.topics, Every),
            "topics": [] if isinstance(scope.topics, Every) else sorted(scope.topics),
            "given": sorted(scope.also),
            "taken_out": sorted(scope.without),
        }
        | {name: _number(day) for name, day in days.items() if day is not None},
    }


def _letter(number: int, letter: LetterFacts) -> dict[str, Any]:
    return {
        "uid": {"type": "Letter", "id": str(number)},
        "parents": [],
        "attrs": {
            "name": letter.letter_id,
            "agency": letter.agency,
            "topics": sorted(letter.topics),
            "day": _number(letter.dated),
            "addressee_only": letter.addressee_only,
        },
    }


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


def _draw(rng: random.Random) -> Draw:
    """Every grant meets as many letters as every other."""
    return Draw(
        grants=tuple(Standing(active=rng.random() > 0.03, scope=_scope(rng)) for _ in range(DRAWN)),
        letters=tuple(_facts(rng) for _ in range(DRAWN)),
        meetings=tuple(
            (number % DRAWN, rng.randrange(DRAWN), rng.choice(list(Action)), rng.randrange(100))
            for number in range(BATCH)
        ),
    )


def _facts(rng: random.Random) -> LetterFacts:
    return LetterFacts(
        agency=rng.choice(AGENCIES),
        topics=frozenset(rng.sample(TOPICS, rng.choice((1, 1, 2, 3)))),
        dated=_day(rng),
        addressee_only=rng.random() < 0.05,
        letter_id=rng.choice(["", *LETTERS]),
    )


def _scope(rng: random.Random) -> Scope:
    letters = rng.sample(LETTERS, rng.choice((0, 0, 2, 6)))
    cut = rng.randint(0, len(letters))
    agencies, topics = _some(rng, AGENCIES), _some(rng, TOPICS)
    if letters[:cut] and rng.random() < 0.2:
        agencies = topics = frozenset()
    first, last = sorted((_day(rng), _day(rng)))
    return Scope(
        agencies=agencies,
        topics=topics,
        actions=rng.choice(ACTIONS),
        until_ms=rng.randrange(50, 400),
        dated_from=first if rng.random() < 0.4 else None,
        dated_to=last if rng.random() < 0.4 else None,
        also=frozenset(letters[:cut]),
        without=frozenset(letters[cut:]),
    )


def _some(rng: random.Random, names: list[str]) -> frozenset[str] | Every:
    return EVERY if rng.random() < 0.3 else frozenset(rng.sample(names, rng.randint(1, len(names))))


def _day(rng: random.Random) -> date:
    """Few different days, so that letters often lie on the edge of a period."""
    return DAY0 + timedelta(days=rng.randrange(40))


@lru_cache(maxsize=1)
def _batch(seed: int) -> tuple[tuple[Case, ...], tuple[Decision, ...]]:
    draw = _draw(random.Random(seed))
    return draw.cases(), tuple(by_cedar(draw))


def test_code_and_cedar_agree_on_100_000_pairs() -> None:
    seen: Counter[str] = Counter()
    for number in range(BATCHES):
        cases, expected = _batch(SEED + number)
        decided = [by_code(case) for case in cases]
        differing = [(case, *both) for case, *both in zip(cases, expected, decided, strict=True) if both[0] != both[1]]
        assert differing == []
        seen.update(answer.reason if isinstance(answer, Denied) else "granted" for answer in decided)
    assert seen.total() == 100_000
    rare = {name: seen[name] for name in ["granted", *Reason] if seen[name] <= 500}
    assert rare == {}


def test_all_reasons_have_a_policy_in_the_order_in_which_they_are_told() -> None:
    assert tuple(Reason) == ORDER


def _with_letter(case: Case, **changes: Any) -> Case:
    return replace(case, letter=replace(case.letter, **changes))


def _with_scope(case: Case, **changes: Any) -> Case:
    return replace(case, standing=replace(case.standing, scope=replace(case.standing.scope, **changes)))


FORGETTING: Final[dict[str, Callable[[Case], Case]]] = {
    "not-active": lambda case: replace(case, standing=replace(case.standing, active=True)),
    "ended": lambda case: replace(case, now_ms=case.now_ms - 1),  # until would be included
    "action": lambda case: _with_scope(case, actions=frozenset(Action)),
    "addressee-only": lambda case: _with_letter(case, addressee_only=False),
    "taken-out": lambda case: _with_scope(case, without=frozenset()),
    "agency": lambda case: case if case.standing.scope.is_only_letters else _with_scope(case, agencies=EVERY),
    "topic": lambda case: _with_letter(case, topics=case.letter.topics - {"gezondheid"} or frozenset({"geld"})),
    "period": lambda case: _with_scope(case, dated_to=None),
}
"""Per reason: what `decide` would see if it had forgotten that rule, or part of it."""


@pytest.mark.parametrize("reason", ORDER)
def test_cedar_notices_a_rule_that_is_forgotten(reason: str) -> None:
    cases, expected = _batch(SEED)
    forgot = [by_code(FORGETTING[reason](case)) for case in cases]
    noticed = [wrong for wrong, right in zip(forgot, expected, strict=True) if wrong != right == Denied(Reason(reason))]
    assert len(noticed) > 0


def test_cedar_notices_when_a_letter_that_was_given_is_forgotten() -> None:
    cases, expected = _batch(SEED)
    forgot = [by_code(_with_letter(case, letter_id="")) for case in cases]
    noticed = [right for wrong, right in zip(forgot, expected, strict=True) if wrong != right == Granted()]
    assert len(noticed) > 0
