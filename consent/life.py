"""The life of a grant: its states, and what may happen in each. Who may do it depends on what the grant rests on."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Only `ACTIVE` opens anything. `OFFERED` and `ACTIVE` receive keys; `PAUSED` gets them back when it resumes.

    A `DRAFT` is a form that was not sent, or what an app put ready. It is nowhere kept as a grant: the citizen's yes
    makes it one, and its first stored state is `OFFERED`.
    """

    DRAFT = "draft"
    OFFERED = "offered"
    ACTIVE = "active"
    PAUSED = "paused"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happens to a grant. `CHANGE` is a wider or narrower scope, a later or earlier end: renewing is one too."""

    OFFER = "offer"
    ACCEPT = "accept"
    REFUSE = "refuse"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    EXPIRE = "expire"


class Basis(StrEnum):
    """What a grant rests on: the citizen's own yes, their yes at a desk, or a court's decision (BW 1:378, 431, 450)."""

    CITIZEN = "burger"
    DESK = "balie"
    COURT = "rechter"


class Actor(StrEnum):
    """As what someone acts on a grant."""

    CITIZEN = "burger"
    HELPER = "helper"
    OPERATOR = "beheer"


class NotPossible(ValueError):
    """This does not happen to a grant in this state, or not by this actor."""


LIVE: Final = frozenset({State.OFFERED, State.ACTIVE, State.PAUSED})
"""Not ended. From an ended state nothing leads back: helping again is a new grant."""
ENDED: Final = frozenset({State.REFUSED, State.REVOKED, State.EXPIRED})
"""For good: no event leads out."""
RECEIVING: Final = frozenset({State.OFFERED, State.ACTIVE})
"""New letters are sealed to these."""

_CITIZENS: Final = frozenset({Event.OFFER, Event.CHANGE, Event.PAUSE, Event.RESUME, Event.STOP})
_HELPERS: Final = frozenset({Event.ACCEPT, Event.REFUSE, Event.STOP})
_NEXT: Final[Mapping[State, Mapping[Event, State]]] = {
    State.DRAFT: {Event.OFFER: State.OFFERED},
    State.OFFERED: {
        Event.ACCEPT: State.ACTIVE,
        Event.REFUSE: State.REFUSED,
        Event.CHANGE: State.OFFERED,
        Event.STOP: State.REVOKED,
        Event.EXPIRE: State.EXPIRED,
    },
    State.ACTIVE: {
        Event.CHANGE: State.ACTIVE,
        Event.PAUSE: State.PAUSED,
        Event.STOP: State.REVOKED,
        Event.EXPIRE: State.EXPIRED,
    },
    State.PAUSED: {
        Event.CHANGE: State.PAUSED,
        Event.RESUME: State.ACTIVE,
        Event.STOP: State.REVOKED,
        Event.EXPIRE: State.EXPIRED,
    },
}


def after(state: State, event: Event) -> State:
    """The state that the event leads to.

    Raises:
        NotPossible: this does not happen in this state.
    """
    try:
        return _NEXT[state][event]
    except KeyError:
        raise NotPossible(f"{event} while {state}") from None


def may(actor: Actor, event: Event, basis: Basis) -> bool:
    """Whether this actor may do this to a grant on this basis.

    What a court decided the citizen cannot change or end (BW 1:449); the operator registers and ends it.
    """
    match actor:
        case Actor.CITIZEN:
            return basis is not Basis.COURT and event in _CITIZENS
        case Actor.HELPER:
            return event in _HELPERS
        case Actor.OPERATOR:
            return event is Event.EXPIRE or basis is Basis.COURT
