"""Consent over all scopes and letters: never more than named, and never more by narrowing."""

from __future__ import annotations

import json
from datetime import date, timedelta

from hypothesis import assume, given
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
    changes,
    coverage,
    decide,
    is_within,
)

AGENCIES = [f"0000009900000000{n}000" for n in range(1, 6)]
TOPICS = ["geld", "belasting", "boete", "strafrecht", "gezondheid", "wonen"]
DAY0 = date(2026, 1, 1)

dates = st.integers(0, 400).map(lambda n: DAY0 + timedelta(days=n))
cuts = st.integers(0, 60)
letter_ids = st.sampled_from(["b1", "b2", "b3", "b4"])
names = st.sampled_from([frozenset({Action.LIST}), frozenset({Action.LIST, Action.READ}), frozenset(Action)])


def some(choices: list[str]) -> st.SearchStrategy[frozenset[str] | Every]:
    return st.just(EVERY) | st.frozensets(st.sampled_from(choices), min_size=1)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    ends = sorted([draw(dates), draw(dates)])
    also = draw(st.frozensets(letter_ids, max_size=3))
    only_letters = bool(also) and draw(st.booleans())
    return Scope(
        agencies=frozenset() if only_letters else draw(some(AGENCIES)),
        topics=frozenset() if only_letters else draw(some(TOPICS)),
        actions=draw(names),
        until_ms=draw(st.integers(0, 1000)),
        dated_from=draw(st.none() | st.just(ends[0])),
        dated_to=draw(st.none() | st.just(ends[1])),
        also=also,
        without=draw(st.frozensets(letter_ids)) - also,
    )


@st.composite
def narrower(draw: st.DrawFn, scope: Scope) -> Scope:
    """A scope that gives less, or as much: each part is cut a little, or left as it is."""
    first = draw(st.none() | dates) if scope.dated_from is None else scope.dated_from + timedelta(days=draw(cuts))
    last = draw(st.none() | dates) if scope.dated_to is None else scope.dated_to - timedelta(days=draw(cuts))
    assume(first is None or last is None or first <= last)
    also = draw(_fewer(scope.also))
    assume(also or not scope.is_only_letters)
    return Scope(
        agencies=draw(_fewer_names(scope.agencies, AGENCIES)),
        topics=draw(_fewer_names(scope.topics, sorted(set(TOPICS) - SENSITIVE_TOPICS))),
        actions=scope.actions & draw(names),
        until_ms=scope.until_ms - draw(cuts),
        dated_from=first,
        dated_to=last,
        also=also,
        without=(scope.without | draw(st.frozensets(letter_ids))) - also,
    )


def _fewer(names: frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(names))) if names else st.just(names)


def _fewer_names(names: frozenset[str] | Every, unsensitive: list[str]) -> st.SearchStrategy[frozenset[str] | Every]:
    if isinstance(names, Every):
        return st.just(EVERY) | st.frozensets(st.sampled_from(unsensitive), min_size=1)
    return st.frozensets(st.sampled_from(sorted(names)), min_size=1) if names else st.just(names)


letters = st.builds(
    LetterFacts,
    agency=st.sampled_from(AGENCIES),
    topics=st.frozensets(st.sampled_from(TOPICS), min_size=1, max_size=4),
    dated=dates,
    addressee_only=st.booleans(),
    letter_id=st.just("") | letter_ids,
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
    assert letter.letter_id not in scope.without
    if letter.letter_id in scope.also:
        return
    assert isinstance(scope.agencies, Every) or letter.agency in scope.agencies
    assert (letter.topics & SENSITIVE_TOPICS) <= named
    assert isinstance(scope.topics, Every) or letter.topics & named
    assert scope.dated_from is None or scope.dated_from <= letter.dated
    assert scope.dated_to is None or letter.dated <= scope.dated_to


@given(scopes(), letters, actions, instants)
def test_what_is_granted_has_the_key_for_it(scope: Scope, letter: LetterFacts, action: Action, now: int) -> None:
    if decide(Standing(active=True, scope=scope), letter, action, now) == Granted():
        needs_text = action in {Action.READ, Action.DOWNLOAD}
        assert coverage(scope, letter) in ({Coverage.FULL} if needs_text else {Coverage.FULL, Coverage.METADATA})


@given(st.data(), scopes(), letters, actions, instants)
def test_narrowing_never_grants(
    data: st.DataObject, wide: Scope, letter: LetterFacts, action: Action, now: int
) -> None:
    narrow = data.draw(narrower(wide))
    assert is_within(narrow, wide)
    assert changes(wide, narrow).only_narrows
    if decide(Standing(active=True, scope=narrow), letter, action, now) == Granted():
        assert decide(Standing(active=True, scope=wide), letter, action, now) == Granted()
    assert coverage(narrow, letter) in _at_most(coverage(wide, letter))


@given(scopes(), scopes(), letters, actions, instants)
def test_what_is_within_grants_nothing_more(
    inner: Scope, outer: Scope, letter: LetterFacts, action: Action, now: int
) -> None:
    if (
        decide(Standing(active=True, scope=inner), letter, action, now)
        == Granted()
        != decide(Standing(active=True, scope=outer), letter, action, now)
    ):
        assert not is_within(inner, outer)


@given(scopes(), scopes())
def test_a_change_and_its_undoing_are_mirrors(one: Scope, other: Scope) -> None:
    there, back = changes(one, other), changes(other, one)
    assert (there.added, there.taken) == (back.taken, back.added)
    if there.added.is_nothing and there.taken.is_nothing and there.purpose is None:
        assert one.to_json() == other.to_json() or one.is_only_letters


@given(scopes())
def test_a_scope_survives_its_json(scope: Scope) -> None:
    assert Scope.from_json(json.loads(json.dumps(scope.to_json()))) == scope


def _at_most(most: Coverage) -> set[Coverage]:
    return {
        Coverage.NONE: {Coverage.NONE},
        Coverage.METADATA: {Coverage.NONE, Coverage.METADATA},
        Coverage.FULL: set(Coverage),
    }[most]
