"""Who looked when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import id_text
from mailbox.services.access_log import LogLine
from mailbox.services.log_entries import LOOKS, Act, Role
from mailbox.web import formats, words
from mailbox.web.rendering import pages_of
from mailbox.web.timeline_view import sender_name
from mailbox.web.visitor import Visitor, services_of

routes = APIRouter()
_LONGEST_NUMBER = 15
_GRANT_ACTS = {
    Act.OFFERED: "gaf toestemming om mee te kijken",
    Act.ACCEPTED: "ging meekijken met uw code",
    Act.REFUSED: "wil niet meekijken",
    Act.CHANGED: "veranderde wat iemand mag zien",
    Act.PAUSED: "pauzeerde het meekijken",
    Act.RESUMED: "liet het meekijken weer doorgaan",
    Act.STOPPED: "stopte het meekijken",
    Act.EXPIRED: "stopte het meekijken: de einddatum was voorbij",
    Act.REPORTED: "meldde dat iets niet klopt",
    Act.NOTICED: "zag iets ongewoons",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LookView:
    """One look as a sentence, with the letter it was about if there is one to show.

    The same look more than once in a row is one line: `times` of them, the first at `since_ms`.
    """

    sentence: str
    at_ms: int
    since_ms: int
    times: int
    letter_id: str
    subject: str


@routes.get("/inzage")
async def show_looks(request: Request, person: Visitor, voor: str = "") -> Response:
    services = services_of(request)
    page = await services.log_book.entries(person, before_seq=_number(voor))
    names = await services.agencies.names()
    values = {
        "others": _views([line for line in page.lines if line.role is Role.HELPER], names),
        "own": _views([line for line in page.lines if line.role is not Role.HELPER], names),
        "intact": page.intact,
        "older": page.next_seq,
        "first_page": not voor,
    }
    return pages_of(request).page("looks.html", values, person=person, section="/inzage")


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise NotFound
    return int(text)


def _views(lines: Sequence[LogLine], names: Mapping[str, str]) -> list[LookView]:
    """Newest first, as the log gives them; what was done again and again on a day is told once."""
    groups = groupby(lines, key=lambda line: (_sentence(line, names), _letter(line), formats.day_iso(line.at_ms)))
    return [_view(sentence, list(group)) for (sentence, _, _), group in groups]


def _view(sentence: str, same: Sequence[LogLine]) -> LookView:
    ref = same[0].letters[0] if same[0].action is not Act.LIST and same[0].letters else None
    return LookView(
        sentence=sentence,
        at_ms=same[0].at_ms,
        since_ms=same[-1].at_ms,
        times=len(same),
        letter_id=_letter(same[0]) if ref and ref.subject else "",
        subject=(ref.subject or "") if ref else "",
    )


def _letter(line: LogLine) -> str:
    """The letter that was opened; empty for a look at the list."""
    return id_text(line.letters[0].letter_id) if line.action is not Act.LIST and line.letters else ""


def _sentence(line: LogLine, names: Mapping[str, str]) -> str:
    who = "U" if line.role is Role.CITIZEN else line.actor
    if line.action not in LOOKS:
        return f"{who} {_GRANT_ACTS[line.action]}."
    if line.action is Act.LIST:
        count = len(line.letters)
        return f"{who} bekeek het overzicht van uw post ({count} {'brief' if count == 1 else 'brieven'})."
    agency = line.letters[0].agency if line.letters else None
    sender = f" van {words.with_article(sender_name(agency, names))}" if agency else ""
    if line.action is Act.DOWNLOAD:
        return f"{who} opende een bijlage bij uw brief{sender}."
    return f"{who} las uw brief{sender}."
