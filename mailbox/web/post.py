"""One's own post."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.web.reading_pages import Asked, attachment_file, letter_page, timeline_page
from mailbox.web.visitor import Visitor, letter_id_of, services_of

routes = APIRouter()


@routes.get("/post")
async def show_post(request: Request, person: Visitor, asked: Asked, gedaan: str = "") -> Response:
    return await timeline_page(request, person, asked, done=gedaan)


@routes.get("/post/{letter_id}")
async def show_letter(request: Request, person: Visitor, letter_id: str) -> Response:
    return await letter_page(request, person, letter_id)


@routes.post("/post/{letter_id}/ongelezen")
async def mark_unread(request: Request, person: Visitor, letter_id: str) -> Response:
    await services_of(request).reading.mark_unread(person, letter_id_of(letter_id))
    return RedirectResponse("/post", HTTPStatus.SEE_OTHER)


@routes.get("/post/{letter_id}/bijlagen/{number}")
async def fetch_attachment(request: Request, person: Visitor, letter_id: str, number: str) -> Response:
    return await attachment_file(request, person, letter_id, number)
