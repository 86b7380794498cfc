"""What a helper may see of one person, and why; and giving that back."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import NotFound
from mailbox.web import words
from mailbox.web.grant_words import given_words, news_words, scope_words
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, check_client, grant_id_of, number_of, services_of

routes = APIRouter(prefix="/clienten/{grant_id}")
SECTION = "/clienten"


@routes.get("/toestemming")
async def show(request: Request, person: Visitor, grant_id: str) -> Response:
    services = services_of(request)
    client, names = await services.client_grants.show(person, grant_id_of(grant_id)), await services.agencies.names()
    values = {
        "base": f"/clienten/{grant_id}/post",
        "client": client.name,
        "grant": client.grant,
        "given": given_words(client.grant, client.name),
        "purpose": words.PURPOSES[client.grant.scope.purpose],
        "seen": scope_words(client.grant.scope, names),
        "news": news_words(client.news, names) if client.news else None,
        "leave": f"/clienten/{grant_id}/stoppen",
    }
    return pages_of(request).page("client_grant.html", values, person=person, section=SECTION)


@routes.post("/gewijzigd")
async def saw_news(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    """The helper read what changed."""
    check_client(form, grant_id)
    version = number_of(form.one("versie"))
    await services_of(request).client_grants.saw_news(person, grant_id_of(grant_id), version)
    return RedirectResponse(f"/clienten/{grant_id}/post", HTTPStatus.SEE_OTHER)


@routes.get("/stoppen")
async def ask_leave(request: Request, person: Visitor, grant_id: str) -> Response:
    client = await services_of(request).client_grants.show(person, grant_id_of(grant_id))
    values = {"client": client, "grant_id": grant_id}
    return pages_of(request).page("client_leave.html", values, person=person, section=SECTION)


@routes.post("/stoppen")
async def leave(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    """A second click finds it done: whoever it is about, this helper does not help them."""
    check_client(form, grant_id)
    with suppress(NotFound):
        await services_of(request).helping.give_back(person, grant_id_of(grant_id))
    return RedirectResponse(f"{SECTION}?gedaan=gestopt", HTTPStatus.SEE_OTHER)
