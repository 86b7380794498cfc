"""What one has to pay: all of it, and one claim."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.web import formats
from mailbox.web.claim_view import claim_view
from mailbox.web.paying_view import money_view
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Visitor, letter_id_of, services_of

routes = APIRouter()
_SECTION = "/betalen"


@routes.get("/betalen")
async def show_money(request: Request, person: Visitor) -> Response:
    services = services_of(request)
    claims = await services.paying.overview(person)
    view = money_view(claims, await services.agencies.names(), _today(request))
    return pages_of(request).page("money.html", {"money": view}, person=person, section=_SECTION)


@routes.get("/betalen/{letter_id}")
async def show_claim(request: Request, person: Visitor, letter_id: str) -> Response:
    services = services_of(request)
    claim = await services.paying.claim(person, letter_id_of(letter_id))
    view = claim_view(claim, await services.agencies.names(), _today(request))
    return pages_of(request).page("claim.html", {"claim": view}, person=person, section=_SECTION)


def _today(request: Request) -> date:
    return formats.local(services_of(request).clock.now_ms()).date()
