"""The people one helps: their post, as far as they allow."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import CodeRefused, MailboxError, TooManyAttempts
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.web.grant_words import scope_words
from mailbox.web.reading_pages import Asked, attachment_file, letter_page, timeline_page
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, grant_id_of, services_of

routes = APIRouter(prefix="/clienten")


@routes.get("")
async def show_clients(request: Request, person: Visitor, zoek: str = "", nieuw: str = "") -> Response:
    return await _clients_page(request, person, search=zoek, added=nieuw)


@routes.post("/code")
async def enter_code(request: Request, person: Visitor, form: PostedForm) -> Response:
    try:
        client = await services_of(request).helping.accept(person, form.one("code"))
    except CodeRefused as error:
        return await _clients_page(request, person, error=error, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except TooManyAttempts as error:
        return await _clients_page(request, person, error=error, status=HTTPStatus.TOO_MANY_REQUESTS)
    return RedirectResponse(f"/clienten?nieuw={id_text(client.grant_id)}", HTTPStatus.SEE_OTHER)


@routes.get("/{grant_id}/post")
async def show_post(request: Request, person: Visitor, grant_id: str, asked: Asked) -> Response:
    return await timeline_page(request, person, asked, grant_id_of(grant_id))


@routes.get("/{grant_id}/post/{letter_id}")
async def show_letter(request: Request, person: Visitor, grant_id: str, letter_id: str) -> Response:
    return await letter_page(request, person, letter_id, grant_id_of(grant_id))


@routes.get("/{grant_id}/post/{letter_id}/bijlagen/{number}")
async def fetch_attachment(request: Request, person: Visitor, grant_id: str, letter_id: str, number: str) -> Response:
    return await attachment_file(request, person, letter_id, number, grant_id_of(grant_id))


async def _clients_page(  # noqa: PLR0913 - one page in all its states
    request: Request,
    person: Person,
    *,
    search: str = "",
    added: str = "",
    error: MailboxError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    services = services_of(request)
    clients = await services.helping.clients_of(person)
    names = await services.agencies.names()
    wanted = search.strip().casefold()
    values = {
        "clients": [
            (id_text(c.grant_id), c.name, scope_words(c.scope, names)) for c in clients if wanted in c.name.casefold()
        ],
        "total": len(clients),
        "search": search,
        "added": next((c.name for c in clients if id_text(c.grant_id) == added), ""),
        "error": str(error) if error else "",
    }
    return pages_of(request).page("clients.html", values, person=person, section="/clienten", status=status)
