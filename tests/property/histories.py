"""Random histories of consent: what happens, and what a reader of the rules expects of it.

`Expected` is the model: it knows a grant's state, scope and helpers, and asks `consent.decide` about each letter. It
shares no code with the services.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from consent import EVERY, Action, Every, Granted, LetterFacts, Scope, Standing, State, decide
from tests.world import CJIB, DAY_MS, UWV

HELPERS: Final = 3
"""Two of one organisation, and a neighbour."""
LETTERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "fine": {"afzender": CJIB.value, "domeinen": ["boete"]},
    "old fine": {"afzender": CJIB.value, "domeinen": ["boete"], "dagtekening": "2025-06-01"},
    "crime": {"afzender": CJIB.value, "domeinen": ["boete", "strafrecht"]},
    "benefit": {"afzender": UWV.value, "domeinen": ["boete", "uitkering"]},
    "health": {"afzender": UWV.value, "domeinen": ["boete", "gezondheid"]},
    "personal": {"afzender": CJIB.value, "domeinen": ["boete"], "alleenGeadresseerde": True},
}
"""What differs from the least that a fine asks, by name."""

_ALL: Final = frozenset({"boete", "uitkering", "gezondheid", "strafrecht"})
_AGENCIES: Final[Sequence[frozenset[str] | Every]] = (EVERY, EVERY, frozenset({CJIB.value}), frozenset({UWV.value}))
_TOPICS: Final[Sequence[frozenset[str] | Every]] = (
    EVERY,
    _ALL,
    frozenset({"boete"}),
    frozenset({"uitkering", "gezondheid"}),
)
_ACTIONS: Final = (frozenset({Action.LIST}), frozenset({Action.LIST, Action.READ}), frozenset(Action))
_DAYS: Final = (None, None, date(2026, 1, 1))
_WIDE: Final = Scope(agencies=EVERY, topics=_ALL, actions=frozenset(Action), until_ms=60 * DAY_MS)
_WEIGHTS: Final[Mapping[str, int]] = {
    "letter": 5,
    "offer": 1,
    "agree": 3,
    "accept": 2,
    "change": 3,
    "take out": 2,
    "give": 2,
    "pause": 4,
    "join": 3,
    "leave": 2,
    "remove": 2,
    "stop": 1,
    "days": 2,
}
"""What happens, and how often beside the rest."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens. `what` is the name of a method of the player; `grant` and `helper` are numbers."""

    what: str
    grant: int = 0
    helper: int = 0
    detail: Any = None


def history(rng: random.Random) -> list[Step]:
    """Begins with a letter and a grant of everything for two colleagues, so that there is something to take away."""
    steps = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=rng.randint(8, 16))
    begin = [Step("letter", detail="fine"), Step("offer", detail=_WIDE), Step("accept"), Step("join", helper=1)]
    return begin + [_step(rng, what) for what in steps]


def _step(rng: random.Random, what: str) -> Step:
    details: Mapping[str, Callable[[], Any]] = {
        "letter": lambda: rng.choice(list(LETTERS)),
        "offer": lambda: _scope(rng),
        "agree": lambda: _scope(rng),
        "change": lambda: _scope(rng),
        "take out": lambda: rng.randrange(6),
        "give": lambda: rng.randrange(6),
        "days": lambda: rng.randint(1, 20),
    }
    detail = details[what]() if what in details else None
    return Step(what, grant=rng.choice((0, 0, 1)), helper=rng.randrange(HELPERS), detail=detail)


def _scope(rng: random.Random) -> Scope:
    """Without single letters, which come and go by steps of their own. `until_ms` counts from now."""
    first, last = rng.choice(_DAYS), rng.choice(_DAYS)
    return Scope(
        agencies=rng.choice(_AGENCIES),
        topics=rng.choice(_TOPICS),
        actions=rng.choice(_ACTIONS),
        until_ms=rng.randint(1, 60) * DAY_MS,
        dated_from=first,
        dated_to=last,
    )


@dataclass(kw_only=True)
class Grant:
    """A grant as the rules say that it stands. `scope.until_ms` and `made_ms` are instants."""

    state: State
    scope: Scope
    made_ms: int
    helpers: set[int] = field(default_factory=set)

    @property
    def is_live(self) -> bool:
        return self.state in {State.OFFERED, State.ACTIVE, State.PAUSED}

    def is_over(self, now_ms: int) -> bool:
        """Past its end, or offered for a week and not taken up."""
        waits = self.state is State.OFFERED and now_ms >= self.made_ms + 7 * DAY_MS
        return self.is_live and (waits or now_ms >= self.scope.until_ms)


@dataclass(kw_only=True)
class Expected:
    """All grants by number, and all letters in the order in which they came."""

    grants: dict[int, Grant] = field(default_factory=dict)
    letters: list[LetterFacts] = field(default_factory=list)

    def allowed(self, number: int, helper: int, action: Action, now_ms: int) -> set[str]:
        """The letters with which this helper may do this through this grant."""
        grant = self.grants[number]
        standing = Standing(active=grant.state is State.ACTIVE and helper in grant.helpers, scope=grant.scope)
        return {one.letter_id for one in self.letters if decide(standing, one, action, now_ms) == Granted()}

    def days_pass(self, now_ms: int) -> int:
        """What is over has ended. Returns how many."""
        over = [grant for grant in self.grants.values() if grant.is_over(now_ms)]
        for grant in over:
            grant.state = State.EXPIRED
        return len(over)
