"""What a citizen's own page says of who looks along with their post. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consent import State
from mailbox.services.grant_views import GrantView
from mailbox.web.formats import listed
from mailbox.web.grant_words import GrantCard, grant_card


@dataclass(frozen=True, kw_only=True, slots=True)
class Watching:
    """`sentences`: who looks, and who might; there as long as any grant is live. `ending`: grants that end soon.

    `may_stop`: there is something that the citizen can end.
    """

    sentences: Sequence[str]
    ending: Sequence[GrantCard]
    may_stop: bool


def watching(grants: Sequence[GrantView], names: Mapping[str, str], now_ms: int) -> Watching:
    """From all grants of the citizen. `names`: of agencies, by OIN."""
    live = [(one, card) for one in grants if (card := grant_card(one, names, now_ms)).is_live]
    return Watching(
        sentences=_sentences([one for one, _ in live]),
        ending=[card for _, card in live if card.ending],
        may_stop=any(card.may_change for _, card in live),
    )


def _sentences(live: Sequence[GrantView]) -> list[str]:
    """Somebody who looks along is named once, whatever else they were given."""
    people = {state: _people(live, state) for state in (State.ACTIVE, State.PAUSED, State.OFFERED)}
    now = people[State.ACTIVE]
    paused, waiting = ([one for one in people[state] if one not in now] for state in (State.PAUSED, State.OFFERED))
    told = []
    if now:
        told.append(f"{listed(now)} {'kijkt' if len(now) == 1 else 'kijken'} mee met uw post.")
    if paused:
        told.append(f"{listed(paused)} {'kan' if len(paused) == 1 else 'kunnen'} nu even niet meekijken.")
    if waiting:
        told.append(f"{listed(waiting)} {'kan' if len(waiting) == 1 else 'kunnen'} gaan meekijken met uw code.")
    return told


def _people(live: Sequence[GrantView], state: State) -> list[str]:
    found = (name for one in live if one.state is state for name in _names(one))
    return list(dict.fromkeys(found))


def _names(grant: GrantView) -> list[str]:
    return [helper.name for helper in grant.helpers] or [grant.note]
