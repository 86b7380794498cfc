"""The life of a grant, event by event, and who may do what."""

from __future__ import annotations

import pytest

from consent import ENDED, LIVE, RECEIVING, Actor, Basis, Event, NotPossible, State, after, may

POSSIBLE = {
    (State.DRAFT, Event.OFFER): State.OFFERED,
    (State.OFFERED, Event.ACCEPT): State.ACTIVE,
    (State.OFFERED, Event.REFUSE): State.REFUSED,
    (State.OFFERED, Event.CHANGE): State.OFFERED,
    (State.OFFERED, Event.STOP): State.REVOKED,
    (State.OFFERED, Event.EXPIRE): State.EXPIRED,
    (State.ACTIVE, Event.CHANGE): State.ACTIVE,
    (State.ACTIVE, Event.PAUSE): State.PAUSED,
    (State.ACTIVE, Event.STOP): State.REVOKED,
    (State.ACTIVE, Event.EXPIRE): State.EXPIRED,
    (State.PAUSED, Event.CHANGE): State.PAUSED,
    (State.PAUSED, Event.RESUME): State.ACTIVE,
    (State.PAUSED, Event.STOP): State.REVOKED,
    (State.PAUSED, Event.EXPIRE): State.EXPIRED,
}
OWN, COURT = (Basis.CITIZEN, Basis.DESK), (Basis.COURT,)
MAY: set[tuple[Actor, str, Basis]] = {
    *((Actor.CITIZEN, event, basis) for event in ("offer", "change", "pause", "resume", "stop") for basis in OWN),
    *((Actor.HELPER, event, basis) for event in ("accept", "refuse", "stop") for basis in Basis),
    *((Actor.OPERATOR, "expire", basis) for basis in Basis),
    *((Actor.OPERATOR, event, basis) for event in Event for basis in COURT),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_each_event_leads_where_the_table_says_or_does_not_happen(state: State, event: Event) -> None:
    if (state, event) in POSSIBLE:
        assert after(state, event) is POSSIBLE[state, event]
    else:
        with pytest.raises(NotPossible):
            after(state, event)


@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("basis", Basis)
def test_who_may_do_what(actor: Actor, event: Event, basis: Basis) -> None:
    assert may(actor, event, basis) is ((actor, event, basis) in MAY)


def test_every_stored_state_is_live_or_ended() -> None:
    assert {State.DRAFT} | LIVE | ENDED == set(State)
    assert frozenset() == LIVE & ENDED
    assert RECEIVING < LIVE


def test_no_path_leads_out_of_an_ended_state() -> None:
    for start in ENDED:
        for event in Event:
            with pytest.raises(NotPossible):
                after(start, event)


def test_every_live_state_is_reached_and_can_end() -> None:
    reached, fresh = {State.DRAFT}, {State.DRAFT}
    while fresh:
        fresh = {end for (begin, _), end in POSSIBLE.items() if begin in fresh} - reached
        reached |= fresh
    assert set(State) == reached
    for state in LIVE:
        assert after(state, Event.STOP) is State.REVOKED
        assert after(state, Event.EXPIRE) is State.EXPIRED
