"""What a citizen's own page says of who looks along with their post. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consent import State
from mailbox.domain.identifiers import GrantId
from mailbox.domain.sealed import GrantNotice
from mailbox.services.grant_views import GrantView
from mailbox.services.oversight import is_asked, looks_now
from mailbox.web.court_words import CourtNews, court_news
from mailbox.web.formats import listed
from mailbox.web.grant_words import GrantCard, grant_card
from mailbox.web.looks_words import NOTICES


@dataclass(frozen=True, kw_only=True, slots=True)
class Noticed:
    """Something unusual: through which grant, what, and when."""

    card: GrantCard
    what: str
    at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Watching:
    """`sentences`: who looks, and who might; there as long as any grant is live. `ending`: grants that end soon.

    `asked`: who sees post, where the citizen is to say whether that is right. `noticed`: newest first. `court`: what a
    court's decision did lately. `may_stop`: there is something that the citizen can end.
    """

    sentences: Sequence[str]
    ending: Sequence[GrantCard]
    asked: Sequence[GrantCard]
    noticed: Sequence[Noticed]
    court: Sequence[CourtNews]
    may_stop: bool


def watching(
    grants: Sequence[GrantView], notices: Sequence[GrantNotice], names: Mapping[str, str], now_ms: int
) -> Watching:
    """From the live grants of the citizen, and what was noticed with its grants. `names`: of agencies, by OIN."""
    cards = {one.grant_id: grant_card(one, names, now_ms) for one in grants}
    live = [one for one in grants if cards[one.grant_id].is_live]
    looking = [cards[one.grant_id] for one in grants if looks_now(one, now_ms)]
    return Watching(
        sentences=_sentences(live),
        ending=[cards[one.grant_id] for one in live if cards[one.grant_id].ending],
        asked=looking if is_asked(grants, now_ms) else [],
        noticed=_noticed(notices, cards),
        court=court_news(grants, now_ms),
        may_stop=any(cards[one.grant_id].may_change for one in live),
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


def _noticed(notices: Sequence[GrantNotice], cards: Mapping[GrantId, GrantCard]) -> list[Noticed]:
    return [
        Noticed(card=cards[one.grant_id], what=NOTICES[one.kind], at_ms=one.at_ms)
        for one in notices
        if one.grant_id in cards and one.kind in NOTICES
    ]
