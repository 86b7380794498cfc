"""Help: how this works, and who helps with letters and money."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.web.rendering import pages_of
from mailbox.web.visitor import MaybeVisitor

routes = APIRouter()


@routes.get("/hulp")
async def show_help(request: Request, person: MaybeVisitor) -> Response:
    return pages_of(request).page("help.html", {}, person=person, section="/hulp")
