"""A grant in plain words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consent import Action, Every, Scope, State
from mailbox.domain.identifiers import id_text
from mailbox.services.grant_views import GrantView
from mailbox.web import formats, words


@dataclass(frozen=True, kw_only=True, slots=True)
class ScopeWords:
    """What a scope covers, each part as one line."""

    agencies: str
    topics: str
    period: str
    actions: tuple[str, ...]
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantCard:
    """A grant as its citizen sees it."""

    grant_id: str
    who: str
    note: str
    state: str
    is_live: bool
    is_offered: bool
    changed: int
    scope: ScopeWords


_STATES = {
    State.OFFERED: "Wacht op de code",
    State.ACTIVE: "Kijkt mee",
    State.REVOKED: "Gestopt",
    State.EXPIRED: "Afgelopen",
}


def scope_words(scope: Scope, names: Mapping[str, str]) -> ScopeWords:
    """The scope, with names for numbers and words for codes."""
    return ScopeWords(
        agencies=_agencies(scope, names),
        topics=_topics(scope),
        period=_period(scope),
        actions=tuple(words.ACTIONS[action] for action in Action if action in scope.actions),
        until=formats.until(scope.until_ms),
    )


def grant_card(view: GrantView, names: Mapping[str, str], now_ms: int) -> GrantCard:
    """A grant for the page "Wie mag meekijken". One past its end has ended, even before the record says so."""
    over = now_ms >= view.scope.until_ms
    live = view.state in {State.OFFERED, State.ACTIVE} and not over
    state = State.EXPIRED if over and view.state is not State.REVOKED else view.state
    return GrantCard(
        grant_id=id_text(view.grant_id),
        who=view.helper or view.note,
        note=view.note if view.helper and view.note != view.helper else "",
        state=_STATES[state],
        is_live=live,
        is_offered=live and view.state is State.OFFERED,
        changed=view.changed_ms,
        scope=scope_words(view.scope, names),
    )


def _agencies(scope: Scope, names: Mapping[str, str]) -> str:
    if isinstance(scope.agencies, Every):
        return "Alle organisaties"
    return ", ".join(sorted((names.get(oin, f"Organisatie {oin}") for oin in scope.agencies), key=str.casefold))


def _topics(scope: Scope) -> str:
    if isinstance(scope.topics, Every):
        return "Alle onderwerpen, maar niet gezondheid en strafrecht"
    if scope.topics >= words.TOPICS.keys():
        extra = [label for topic, label in words.SENSITIVE.items() if topic in scope.topics]
        return f"Alle onderwerpen, ook {' en '.join(label.lower() for label in extra)}" if extra else "Alle onderwerpen"
    return ", ".join(label for topic, label in words.ALL_TOPICS.items() if topic in scope.topics)


def _period(scope: Scope) -> str:
    start, end = scope.dated_from, scope.dated_to
    if start and end:
        return f"Brieven van {formats.day(start)} tot en met {formats.day(end)}"
    if start:
        return f"Brieven vanaf {formats.day(start)}"
    return f"Brieven tot en met {formats.day(end)}" if end else "Oude en nieuwe brieven"
