"""Who looked when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import id_text
from mailbox.services.access_log import LogLine
from mailbox.services.log_entries import Act, Role
from mailbox.web import words
from mailbox.web.rendering import pages_of
from mailbox.web.timeline_view import sender_name
from mailbox.web.visitor import Visitor, services_of

routes = APIRouter()
_LONGEST_NUMBER = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class LookView:
    """One look as a sentence, with the letter it was about if there is one to show."""

    sentence: str
    at_ms: int
    letter_id: str
    subject: str


@routes.get("/inzage")
async def show_looks(request: Request, person: Visitor, voor: str = "") -> Response:
    services = services_of(request)
    page = await services.log_book.entries(person, before_seq=_number(voor))
    names = await services.agencies.names()
    values = {
        "others": [_view(line, names) for line in page.lines if line.role is Role.HELPER],
        "own": [_view(line, names) for line in page.lines if line.role is not Role.HELPER],
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


def _view(line: LogLine, names: Mapping[str, str]) -> LookView:
    ref = line.letters[0] if line.action is not Act.LIST and line.letters else None
    return LookView(
        sentence=_sentence(line, names),
        at_ms=line.at_ms,
        letter_id=id_text(ref.letter_id) if ref and ref.subject else "",
        subject=(ref.subject or "") if ref else "",
    )


def _sentence(line: LogLine, names: Mapping[str, str]) -> str:
    who = line.actor if line.role is Role.HELPER else "U"
    if line.action is Act.LIST:
        count = len(line.letters)
        return f"{who} bekeek het overzicht van uw post ({count} {'brief' if count == 1 else 'brieven'})."
    agency = line.letters[0].agency if line.letters else None
    sender = f" van {words.with_article(sender_name(agency, names))}" if agency else ""
    if line.action is Act.DOWNLOAD:
        return f"{who} opende een bijlage bij uw brief{sender}."
    return f"{who} las uw brief{sender}."
