"""A grant in plain words: what it covers, what a change of it means, and a card to show it on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from consent import ENDED, Action, Actor, Basis, Days, Event, Every, Extent, Scope, State, ends_soon, may
from mailbox.domain.identifiers import id_text
from mailbox.services.grant_views import GrantView, HelperName
from mailbox.services.scope_news import ScopeNews
from mailbox.web import formats, words
from mailbox.web.court_words import role


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
    """A grant as its citizen sees it. `ending`: how soon it ends, where there is a warning to give.

    `role`: what the helper is by a court's decision (its number is the `reference`); empty for a citizen's own yes.
    `lapsed`: ended by such a decision.
    """

    grant_id: str
    who: str
    are_many: bool
    note: str
    organisation: str
    helpers: tuple[HelperName, ...]
    state: str
    is_live: bool
    is_offered: bool
    is_paused: bool
    by_court: bool
    role: str
    lapsed: bool
    at_desk: bool
    reference: str
    ending: str
    quiet: bool
    last_look: int | None
    changed: int
    version: int
    scope: ScopeWords

    @property
    def title(self) -> str:
        """What a court decided is no consent, and is not called one."""
        return f"{'Meekijken door' if self.by_court else 'Toestemming voor'} {self.who}"

    @property
    def what(self) -> str:
        """The same, within a sentence."""
        return f"{'het meekijken door' if self.by_court else 'de toestemming van'} {self.who}"

    @property
    def may_change(self) -> bool:
        """Whether the citizen decides: what a court decided only a court ends."""
        return self.is_live and not self.by_court


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsWords:
    """What changed of a grant, as its helper reads it. `purpose`: the new one; empty where it stayed."""

    version: int
    changed_ms: int
    added: Sequence[str]
    taken: Sequence[str]
    purpose: str


STATES: Final = {
    State.OFFERED: "Wacht op de code",
    State.ACTIVE: "Kijkt mee",
    State.PAUSED: "Gepauzeerd",
    State.REFUSED: "Wilde niet meekijken",
    State.REVOKED: "Gestopt",
    State.EXPIRED: "Afgelopen",
}


def scope_words(scope: Scope, names: Mapping[str, str]) -> ScopeWords:
    """The scope, with names for numbers and words for codes."""
    return ScopeWords(
        agencies=_agencies(scope, names),
        topics="Alleen waar deze brieven over gaan" if scope.is_only_letters else _topics(scope),
        period=_letters(scope),
        actions=tuple(action_words(scope.actions)),
        until=until_words(scope.until_ms),
    )


def action_words(actions: frozenset[Action]) -> list[str]:
    """What one may do; with a line for what one may not read."""
    told = [words.ACTIONS[action] for action in Action if action in actions]
    if Action.LIST in actions and Action.READ not in actions:
        told.insert(1, "De tekst van de brieven niet")
    return told


def until_words(until_ms: int) -> str:
    """The last day; with the time when it ends before the day does."""
    if formats.local(until_ms).time() == time():
        return formats.until(until_ms)
    return f"{formats.day(until_ms)}, {formats.clock_time(until_ms)}"


def extent_words(extent: Extent, names: Mapping[str, str]) -> list[str]:
    """What one scope gives beyond another, a line for each part."""
    told = []
    if extent.agencies:
        told.append(f"Post van: {_named(extent.agencies, names, 'alle andere organisaties')}")
    if extent.topics:
        told.append(f"Over: {_named(extent.topics, words.ALL_TOPICS, 'alle andere onderwerpen')}")
    told += [_days(days) for days in extent.days]
    told += [words.ACTIONS[action] for action in Action if action in extent.actions]
    if extent.letters:
        told.append("1 losse brief" if len(extent.letters) == 1 else f"{len(extent.letters)} losse brieven")
    if extent.until_ms is not None:
        told.append(f"De tijd tot en met {until_words(extent.until_ms)}")
    return told


def news_words(news: ScopeNews, names: Mapping[str, str]) -> NewsWords:
    """What changed, in words."""
    return NewsWords(
        version=news.version,
        changed_ms=news.changed_ms,
        added=extent_words(news.change.added, names),
        taken=extent_words(news.change.taken, names),
        purpose=words.PURPOSES[news.change.purpose] if news.change.purpose else "",
    )


def grant_card(view: GrantView, names: Mapping[str, str], now_ms: int) -> GrantCard:
    """A grant for the page "Wie mag meekijken". One past its end has ended, even before the record says so."""
    over = now_ms >= view.scope.until_ms
    live = view.state not in ENDED and not over
    by_court = not may(Actor.CITIZEN, Event.STOP, view.basis)
    return GrantCard(
        grant_id=id_text(view.grant_id),
        who=view.who,
        are_many=view.are_many,
        note=view.note if view.helper and view.note != view.helper else "",
        organisation=view.organisation or "",
        helpers=_people(view),
        state="Door de rechter" if live and by_court else _state(view, over=over),
        is_live=live,
        is_offered=live and view.state is State.OFFERED,
        is_paused=live and view.state is State.PAUSED,
        by_court=by_court,
        role=role(view),
        lapsed=view.lapsed,
        at_desk=view.basis is Basis.DESK,
        reference=view.reference or "",
        ending=ending_words(view, now_ms) if live and view.state is not State.OFFERED else "",
        quiet=view.quiet,
        last_look=view.last_look_ms,
        changed=view.changed_ms,
        version=view.version,
        scope=scope_words(view.scope, names),
    )


def ending_words(view: GrantView, now_ms: int) -> str:
    """How soon it ends, where there is a warning to give; else empty."""
    soon = ends_soon(given_ms=view.created_ms, until_ms=view.scope.until_ms, now_ms=now_ms)
    return formats.ending(view.scope.until_ms, now_ms) if soon else ""


def given_words(view: GrantView, client: str) -> str:
    """Who gave it, and when, as its helper reads it."""
    since = formats.day(view.created_ms)
    if view.basis is Basis.COURT:
        return (
            f"Een rechter stelde u aan als {role(view)}, in beschikking {view.reference}. Dat staat hier sinds {since}."
        )
    return f"{client} gaf u toestemming op {since}{', aan een balie' if view.basis is Basis.DESK else ''}."


def _people(view: GrantView) -> tuple[HelperName, ...]:
    """Who hold it, without the organisation: the card names that once."""
    of_it = f" ({view.organisation})"
    return tuple(
        replace(one, name=one.name.removesuffix(of_it), let_in_by=one.let_in_by and one.let_in_by.removesuffix(of_it))
        for one in view.helpers
    )


def _state(view: GrantView, *, over: bool) -> str:
    if view.lapsed:
        return "Niet meer geldig"
    ended = view.state in {State.REVOKED, State.REFUSED}
    return STATES[view.state if ended or not over else State.EXPIRED]


def _agencies(scope: Scope, names: Mapping[str, str]) -> str:
    if scope.is_only_letters:
        return "Alleen de gekozen brieven"
    return _named(scope.agencies, names, "Alle organisaties")


def _named(chosen: frozenset[str] | Every, names: Mapping[str, str], every: str) -> str:
    if isinstance(chosen, Every):
        return every
    return ", ".join(sorted((names.get(one, f"Organisatie {one}") for one in chosen), key=str.casefold))


def _topics(scope: Scope) -> str:
    if isinstance(scope.topics, Every):
        return "Alle onderwerpen, maar niet gezondheid en strafrecht"
    if scope.topics >= words.TOPICS.keys():
        extra = [label for topic, label in words.SENSITIVE.items() if topic in scope.topics]
        return f"Alle onderwerpen, ook {' en '.join(label.lower() for label in extra)}" if extra else "Alle onderwerpen"
    return ", ".join(label for topic, label in words.ALL_TOPICS.items() if topic in scope.topics)


def _letters(scope: Scope) -> str:
    """The period, and how many single letters were taken out or given beside it."""
    given, taken = len(scope.also), len(scope.without)
    if scope.is_only_letters:
        return "1 brief" if given == 1 else f"{given} brieven"
    told = _days(Days(first=scope.dated_from, last=scope.dated_to))
    told += f", en {_counted(given)} apart" if given else ""
    return told + (f", maar niet {_counted(taken)} die u eruit haalde" if taken else "")


def _counted(number: int) -> str:
    return "1 brief" if number == 1 else f"{number} brieven"


def _days(days: Days) -> str:
    if days.first and days.last:
        return f"Brieven van {formats.day(days.first)} tot en met {formats.day(days.last)}"
    if days.first:
        return f"Brieven vanaf {formats.day(days.first)}"
    return f"Brieven tot en met {formats.day(days.last)}" if days.last else "Oude en nieuwe brieven"
