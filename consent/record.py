"""The record of one consent: who gave what to whom, and all that happened to it, as it stood at one instant.

`record_json` writes it with the fields of ISO/IEC TS 27560:2023.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final

from consent.life import LIVE, Event, NotPossible, State, after
from consent.notice import NOTICES
from consent.scope import Scope


class InvalidRecord(ValueError):
    """A record of what cannot have happened, or that is not written as one. Names places, and no value."""


class PartyRole(StrEnum):
    """As what someone is in a record."""

    CITIZEN = "pii_principal"
    SERVICE = "pii_controller"
    HELPER = "third_party"
    DESK = "desk"


class Happened(StrEnum):
    """What happened to a grant. `AGREED`: the citizen said yes to a helper's question, so the helper was known.

    `CONFIRMED`: they said yes again to what there was, so that it is no new version.
    """

    OFFERED = "offered"
    AGREED = "agreed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    JOINED = "joined"
    LEFT = "left"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    EXPIRED = "expired"
    LAPSED = "lapsed"


class Method(StrEnum):
    """How a citizen said yes: logged in, to a helper who asked for it, or to an employee at a desk."""

    ONLINE = "online"
    REQUEST = "request"
    DESK = "desk"


GIVING: Final = frozenset({Happened.OFFERED, Happened.AGREED})
TELLING: Final = GIVING | {Happened.CHANGED}
"""Events that say what is given from then on."""
RENEWING: Final = frozenset({Happened.CHANGED, Happened.CONFIRMED, Happened.RESUMED})
"""A yes of the citizen's to what there was already, or to something else in its place."""
_ABOUT_SOMEONE: Final = frozenset({Happened.JOINED, Happened.LEFT})
_STEPS: Final[Mapping[Happened, tuple[Event, ...]]] = {
    Happened.OFFERED: (Event.OFFER,),
    Happened.AGREED: (Event.OFFER, Event.ACCEPT),
    Happened.ACCEPTED: (Event.ACCEPT,),
    Happened.REFUSED: (Event.REFUSE,),
    Happened.CHANGED: (Event.CHANGE,),
    Happened.CONFIRMED: (Event.CHANGE,),
    Happened.JOINED: (Event.CHANGE,),
    Happened.LEFT: (Event.CHANGE,),
    Happened.PAUSED: (Event.PAUSE,),
    Happened.RESUMED: (Event.RESUME,),
    Happened.STOPPED: (Event.STOP,),
    Happened.EXPIRED: (Event.EXPIRE,),
    Happened.LAPSED: (Event.EXPIRE,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """Someone in the record, with an id that means nothing outside it."""

    party_id: str
    name: str
    role: PartyRole


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordEvent:
    """One happening. `by` and `about` are ids of parties; `about` is who joined or left.

    `scope`: what is given from then on, of an event that says so.
    """

    at_ms: int
    happened: Happened
    by: str
    scope: Scope | None = None
    about: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentRecord:
    """One consent as it stood at `issued_ms`. Each event but a confirmation makes a version of it; the first is 1.

    `principal`: the thumbprint of the citizen's key, a pseudonym. `site`: where the service is reached.
    `notice`: the version of what the citizen read before. `recipients`: ids of who may look along.

    Raises:
        InvalidRecord: events that cannot follow each other, a party that is not there, or a notice that never was.
    """

    record_id: str
    issued_ms: int
    principal: str
    site: str
    notice: str
    parties: tuple[Party, ...]
    recipients: tuple[str, ...]
    events: tuple[RecordEvent, ...]

    def __post_init__(self) -> None:
        if self.notice not in NOTICES:
            raise InvalidRecord("the notice is not one that was ever shown")
        if not self.events:
            raise InvalidRecord("nothing happened")
        self._check_parties()
        for event in self.events:
            _check(event)
        self.states()

    def _check_parties(self) -> None:
        known = [party.party_id for party in self.parties]
        named = {*self.recipients, *(event.by for event in self.events)}
        named |= {event.about for event in self.events if event.about is not None}
        roles = [party.role for party in self.parties]
        if len(set(known)) != len(known) or not named <= set(known):
            raise InvalidRecord("a party is missing, or is there twice")
        if (roles.count(PartyRole.CITIZEN), roles.count(PartyRole.SERVICE)) != (1, 1):
            raise InvalidRecord("there is one citizen and one service")

    @property
    def version(self) -> int:
        return self.versions()[-1]

    @property
    def citizen(self) -> Party:
        return next(party for party in self.parties if party.role is PartyRole.CITIZEN)

    @property
    def helpers(self) -> tuple[Party, ...]:
        """Who may look along, or is meant to."""
        return tuple(map(self.party, self.recipients))

    @property
    def scope(self) -> Scope:
        """What was given last."""
        return self.scopes()[-1]

    @property
    def method(self) -> Method:
        given = self.events[0]
        if given.happened is Happened.AGREED:
            return Method.REQUEST
        return Method.DESK if self.party(given.by).role is PartyRole.DESK else Method.ONLINE

    @property
    def state(self) -> State:
        """How it stood when the record was made. One past its end has ended, also if nothing ended it yet."""
        state = self.states()[-1]
        return State.EXPIRED if state in LIVE and self.issued_ms >= self.scope.until_ms else state

    def party(self, party_id: str) -> Party:
        return next(party for party in self.parties if party.party_id == party_id)

    def versions(self) -> list[int]:
        """The version that it was, after each event."""
        return list(accumulate(int(event.happened is not Happened.CONFIRMED) for event in self.events))

    def scopes(self) -> list[Scope]:
        """What was given, after each event."""
        found: list[Scope] = []
        for event in self.events:
            found.append(event.scope or found[-1])
        return found

    def states(self) -> list[State]:
        """How it stood, after each event."""
        state, found = State.DRAFT, []
        for event in self.events:
            try:
                for step in _STEPS[event.happened]:
                    state = after(state, step)
            except NotPossible:
                raise InvalidRecord("the events cannot have followed each other") from None
            found.append(state)
        return found


def _check(event: RecordEvent) -> None:
    if (event.scope is not None) != (event.happened in TELLING):
        raise InvalidRecord("an event says what is given when that changes, and only then")
    if event.about is not None and event.happened not in _ABOUT_SOMEONE:
        raise InvalidRecord("an event is about somebody else when one joins or leaves, and only then")
