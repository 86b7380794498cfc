"""One grant: what it says, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent import InvalidScope, Scope, changes
from mailbox.domain.people import Person
from mailbox.services.access_log import LogLine, LogQuery
from mailbox.services.grant_views import GrantView
from mailbox.services.log_entries import LOOKS, Act
from mailbox.web.court_words import measure_of
from mailbox.web.giving import SECTION, own_grant
from mailbox.web.grant_words import ScopeWords, extent_words, grant_card, scope_words
from mailbox.web.looks_words import sentence
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Visitor, grant_id_of, services_of

routes = APIRouter()
_TOLD: Final = 50
"""Happenings on the page; all of them, and the looks, are in the log."""
_DONE: Final[Mapping[str, str]] = {
    "gewijzigd": "Uw keuze is bewaard. Die geldt vanaf nu.",
    "verlengd": "De nieuwe einddatum is bewaard.",
    "collega": "Deze persoon kijkt niet meer mee.",
    "ja": "U zei ja. Deze persoon kan vanaf nu meekijken.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Something that happened to a grant; for a change: what was added, what was taken away, and all that it was."""

    at_ms: int
    sentence: str
    added: Sequence[str] = ()
    taken: Sequence[str] = ()
    was: ScopeWords | None = None


@routes.get("/meekijken/{grant_id}")
async def show_grant(request: Request, person: Visitor, grant_id: str, gedaan: str = "") -> Response:
    services = services_of(request)
    view = await own_grant(request, person, grant_id_of(grant_id))
    names = await services.agencies.names()
    values = {
        "card": grant_card(view, names, services.clock.now_ms()),
        "barred": measure_of(await services.granting.grants_of(person), services.clock.now_ms()) is not None,
        "history": await _history(request, person, view, names),
        "done": _DONE.get(gedaan, ""),
    }
    return pages_of(request).page("grant_detail.html", values, person=person, section=SECTION)


async def _history(request: Request, person: Person, view: GrantView, names: Mapping[str, str]) -> list[Happening]:
    """What was done with the grant, newest first; looks at letters are not part of it."""
    told: list[Happening] = []
    query = LogQuery(grant_id=view.grant_id, since_ms=view.created_ms)
    async for page in services_of(request).log_book.whole(person, query):
        told += [_happening(line, view, names) for line in page.lines if line.action not in LOOKS]
        if len(told) >= _TOLD:
            break
    return told[:_TOLD]


def _happening(line: LogLine, view: GrantView, names: Mapping[str, str]) -> Happening:
    said = sentence(line, names, {view.grant_id: view.who})
    if line.action is not Act.CHANGED:
        return Happening(at_ms=line.at_ms, sentence=said)
    try:
        was, now = (Scope.from_json(line.details[name]) for name in ("was", "scope"))
    except (KeyError, InvalidScope):  # an entry of before scopes were written with a change
        return Happening(at_ms=line.at_ms, sentence=said)
    change = changes(was, now)
    return Happening(
        at_ms=line.at_ms,
        sentence=said,
        was=scope_words(was, names),
        added=extent_words(change.added, names),
        taken=extent_words(change.taken, names),
    )
