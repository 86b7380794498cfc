"""The people one helps: their post, as far as they allow."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import CodeRefused, MailboxError, NotFound, TooManyAttempts
from mailbox.domain.helper_marks import HelperMark
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.web.clients_view import FILTERS, ORDERS, AskedClients, ClientsAsked, clients_view
from mailbox.web.reading_pages import Asked, attachment_file, letter_page, search, timeline_page
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, check_client, grant_id_of, letter_id_of, services_of

routes = APIRouter(prefix="/clienten")
_DONE: Mapping[str, str] = {"gestopt": "U bent gestopt met helpen. U ziet deze post niet meer."}
"""What was just done, by its word in the address."""


@routes.get("")
async def show_clients(
    request: Request, person: Visitor, asked: AskedClients, nieuw: str = "", gedaan: str = ""
) -> Response:
    done = _DONE.get(gedaan, "")
    if nieuw and (name := await _name_of(request, person, nieuw)):
        done = f"De code klopt. U kunt nu meekijken met de post van {name}."
    return await _clients_page(request, person, asked, done=done)


@routes.post("/code")
async def enter_code(request: Request, person: Visitor, form: PostedForm) -> Response:
    try:
        client = await services_of(request).helping.accept(person, form.one("code"))
    except CodeRefused as error:
        return await _clients_page(request, person, ClientsAsked(), error=error, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except TooManyAttempts as error:
        return await _clients_page(request, person, ClientsAsked(), error=error, status=HTTPStatus.TOO_MANY_REQUESTS)
    return RedirectResponse(f"/clienten?nieuw={id_text(client.grant_id)}", HTTPStatus.SEE_OTHER)


@routes.post("/{grant_id}/favoriet")
async def star(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    check_client(form, grant_id)
    asked = ClientsAsked(**{name: form.one(name) for name in ("zoek", "toon", "volgorde", "pagina")})
    page = asked.query().page
    favourite = form.one("favoriet") == "ja"
    await services_of(request).client_list.star(person, grant_id_of(grant_id), favourite=favourite)
    return RedirectResponse(f"{asked.address(page)}#{grant_id}", HTTPStatus.SEE_OTHER)


@routes.get("/{grant_id}/post")
async def show_post(request: Request, person: Visitor, grant_id: str, asked: Asked) -> Response:
    return await timeline_page(request, person, asked, grant_id_of(grant_id))


@routes.post("/{grant_id}/post/zoeken")
async def search_post(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    check_client(form, grant_id)
    return await search(request, person, form, grant_id_of(grant_id))


@routes.get("/{grant_id}/post/{letter_id}")
async def show_letter(request: Request, person: Visitor, grant_id: str, letter_id: str) -> Response:
    return await letter_page(request, person, letter_id, grant_id_of(grant_id))


@routes.post("/{grant_id}/post/{letter_id}/merk")
async def mark(request: Request, person: Visitor, grant_id: str, letter_id: str, form: PostedForm) -> Response:
    """The helper's own; whatever is no mark takes it away."""
    check_client(form, grant_id)
    word = form.one("merk")
    wanted = HelperMark(word) if word in set(HelperMark) else None
    await services_of(request).helper_marks.put(person, grant_id_of(grant_id), letter_id_of(letter_id), wanted)
    return RedirectResponse(f"/clienten/{grant_id}/post#{letter_id}", HTTPStatus.SEE_OTHER)


@routes.get("/{grant_id}/post/{letter_id}/bijlagen/{number}")
async def fetch_attachment(request: Request, person: Visitor, grant_id: str, letter_id: str, number: str) -> Response:
    return await attachment_file(request, person, letter_id, number, grant_id_of(grant_id))


async def _name_of(request: Request, person: Person, grant_id: str) -> str:
    """Who is behind a grant that this helper holds; empty when it is none."""
    try:
        return (await services_of(request).client_grants.show(person, grant_id_of(grant_id))).name
    except NotFound:
        return ""


async def _clients_page(  # noqa: PLR0913 - one page in all its states
    request: Request,
    person: Person,
    asked: ClientsAsked,
    *,
    done: str = "",
    error: MailboxError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    services = services_of(request)
    page = await services.client_list.page(person, asked.query())
    values = {
        "view": clients_view(page, asked, await services.agencies.names(), services.clock.now_ms()),
        "asked": asked,
        "page": page.page,
        "filters": FILTERS,
        "orders": ORDERS,
        "done": done,
        "error": str(error) if error else "",
    }
    return pages_of(request).page("clients.html", values, person=person, section="/clienten", status=status)
