"""One's own post."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.marking import Mark
from mailbox.web.mark_words import NO_LETTER, Done
from mailbox.web.reading_pages import (
    FILTER_FIELDS,
    Asked,
    Filter,
    attachment_file,
    letter_page,
    search,
    timeline_page,
)
from mailbox.web.visitor import Form, PostedForm, Visitor, letter_id_of, number_of, services_of

routes = APIRouter()


@routes.get("/post")
async def show_post(request: Request, person: Visitor, asked: Asked, gedaan: str = "", aantal: str = "") -> Response:
    done = Done(word=gedaan, count=number_of(aantal or "0"))
    return await timeline_page(request, person, asked, done=done)


@routes.post("/post/zoeken")
async def search_post(request: Request, person: Visitor, form: PostedForm) -> Response:
    return await search(request, person, form)


@routes.post("/post/markeren")
async def mark_letters(request: Request, person: Visitor, form: PostedForm) -> Response:
    """Of the letters that were ticked; the list comes back as it was asked for."""
    letter_ids = [letter_id_of(text) for text in form.many("brief")]
    asked = Filter(**{name: form.one(name) for name in FILTER_FIELDS})
    return await _marked(request, person, letter_ids, _mark(form), asked)


@routes.post("/post/{letter_id}/markeren")
async def mark_letter(request: Request, person: Visitor, letter_id: str, form: PostedForm) -> Response:
    return await _marked(request, person, [letter_id_of(letter_id)], _mark(form), Filter())


@routes.get("/post/{letter_id}")
async def show_letter(request: Request, person: Visitor, letter_id: str) -> Response:
    return await letter_page(request, person, letter_id)


@routes.get("/post/{letter_id}/bijlagen/{number}")
async def fetch_attachment(request: Request, person: Visitor, letter_id: str, number: str) -> Response:
    return await attachment_file(request, person, letter_id, number)


async def _marked(
    request: Request, person: Person, letter_ids: Sequence[LetterId], mark: Mark, asked: Filter
) -> Response:
    await services_of(request).marking.mark(person, letter_ids, mark)
    told = {"gedaan": mark.value if letter_ids else NO_LETTER, "aantal": str(len(letter_ids))}
    return RedirectResponse(asked.address("/post", **told), HTTPStatus.SEE_OTHER)


def _mark(form: Form) -> Mark:
    """Which button was pressed. Raises NotFound: none of ours."""
    try:
        return Mark(form.one("markering"))
    except ValueError:
        raise NotFound from None
