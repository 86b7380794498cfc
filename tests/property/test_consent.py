"""Consent over all scopes and letters: never more than named, and never more by narrowing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consent import (
    EVERY,
    SENSITIVE_TOPICS,
    Action,
    Coverage,
    Every,
    Granted,
    LetterFacts,
    Scope,
    Standing,
    coverage,
    decide,
)

AGENCIES = [f"0000009900000000{n}000" for n in range(1, 6)]
TOPICS = ["geld", "belasting", "boete", "strafrecht", "gezondheid", "wonen"]
DAY0 = date(2026, 1, 1)

dates = st.integers(0, 400).map(lambda n: DAY0 + timedelta(days=n))
names = st.sampled_from([frozenset({Action.LIST}), frozenset({Action.LIST, Action.READ}), frozenset(Action)])


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    ends = sorted([draw(dates), draw(dates)])
    return Scope(
        agencies=draw(st.just(EVERY) | st.frozensets(st.sampled_from(AGENCIES), min_size=1)),
        topics=draw(st.just(EVERY) | st.frozensets(st.sampled_from(TOPICS), min_size=1)),
        actions=draw(names),
        until_ms=draw(st.integers(0, 1000)),
        dated_from=draw(st.none() | st.just(ends[0])),
        dated_to=draw(st.none() | st.just(ends[1])),
    )


letters = st.builds(
    LetterFacts,
    agency=st.sampled_from(AGENCIES),
    topics=st.frozensets(st.sampled_from(TOPICS), min_size=1, max_size=4),
    dated=dates,
    addressee_only=st.booleans(),
)
actions = st.sampled_from(Action)
instants = st.integers(0, 1000)


@given(scopes(), letters, actions, instants)
def test_nothing_is_granted_that_the_scope_does_not_name(
    scope: Scope, letter: LetterFacts, action: Action, now: int
) -> None:
    if decide(Standing(active=True, scope=scope), letter, action, now) != Granted():
        return
    named = frozenset() if isinstance(scope.topics, Every) else scope.topics
    assert not letter.addressee_only
    assert now < scope.until_ms
    assert action in scope.actions
    assert isinstance(scope.agencies, Every) or letter.agency in scope.agencies
    assert (letter.topics & SENSITIVE_TOPICS) <= named
    assert isinstance(scope.topics, Every) or letter.topics & named
    assert scope.dated_from is None or scope.dated_from <= letter.dated
    assert scope.dated_to is None or letter.dated <= scope.dated_to


@given(scopes(), letters, actions, instants)
def test_what_is_granted_has_the_key_for_it(scope: Scope, letter: LetterFacts, action: Action, now: int) -> None:
    if decide(Standing(active=True, scope=scope), letter, action, now) == Granted():
        wanted = {Coverage.FULL} if action is not Action.LIST else {Coverage.FULL, Coverage.METADATA}
        assert coverage(scope, letter) in wanted


@given(scopes(), scopes(), letters, actions, instants)
def test_narrowing_never_grants(scope: Scope, other: Scope, letter: LetterFacts, action: Action, now: int) -> None:
    both_agencies = _both(scope.agencies, other.agencies)
    both_topics = _both(scope.topics, other.topics)
    if not both_agencies or not both_topics:
        return
    narrower = replace(scope, agencies=both_agencies, topics=both_topics, actions=scope.actions & other.actions)
    if decide(Standing(active=True, scope=narrower), letter, action, now) == Granted():
        topics_named_anew = isinstance(scope.topics, Every) and letter.topics & SENSITIVE_TOPICS
        wide = decide(Standing(active=True, scope=scope), letter, action, now)
        assert wide == Granted() or topics_named_anew


@given(scopes())
def test_a_scope_survives_its_json(scope: Scope) -> None:
    assert Scope.from_json(json.loads(json.dumps(scope.to_json()))) == scope


def _both(a: frozenset[str] | Every, b: frozenset[str] | Every) -> frozenset[str] | Every:
    if isinstance(a, Every):
        return b
    return a if isinstance(b, Every) else a & b
