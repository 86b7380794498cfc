"""The days that come: on a page, as a file for a calendar, and with all that is open on one paper."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.domain.errors import NotFound
from mailbox.domain.people import Person
from mailbox.web import formats, headers, money_words
from mailbox.web.agenda_view import agenda_view, calendar_days
from mailbox.web.calendar_file import calendar_file
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Visitor, services_of

routes = APIRouter()
_FULL = "alles"


@routes.get("/betalen/datums")
async def show_days(request: Request, person: Visitor) -> Response:
    return await _page(request, person, "days.html")


@routes.get("/betalen/printen")
async def show_paper(request: Request, person: Visitor) -> Response:
    return await _page(request, person, "paper.html")


@routes.get("/betalen/datums.ics")
async def fetch_calendar(request: Request, person: Visitor, inhoud: str = "") -> Response:
    """For one's calendar. Raises NotFound for what no form of ours sends."""
    if inhoud not in {"", _FULL}:
        raise NotFound
    services = services_of(request)
    made = await services.agenda.take(person)
    days = calendar_days(made.what.days, await services.agencies.names(), is_full=inhoud == _FULL)
    content = calendar_file(days, made_ms=services.clock.now_ms())
    return Response(content, media_type="text/calendar", headers=headers.to_save("datums.ics"))


async def _page(request: Request, person: Person, template: str) -> Response:
    services = services_of(request)
    made = await services.agenda.ahead(person)
    view = agenda_view(made.what, await services.agencies.names(), _today(request))
    values = {
        "agenda": view,
        "owner": made.owner,
        "now_ms": services.clock.now_ms(),
        "unread": money_words.unread_words(made.broken),
    }
    return pages_of(request).page(template, values, person=person, section="/betalen")


def _today(request: Request) -> date:
    return formats.local(services_of(request).clock.now_ms()).date()
