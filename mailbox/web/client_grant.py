"""What a helper may see of one person, and why: the page behind "Wat mag u zien?"."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.web import words
from mailbox.web.clients import check_client
from mailbox.web.grant_words import given_words, news_words, scope_words
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, grant_id_of, number_of, services_of

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
    }
    return pages_of(request).page("client_grant.html", values, person=person, section=SECTION)


@routes.post("/gewijzigd")
async def saw_news(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    """The helper read what changed."""
    check_client(form, grant_id)
    version = number_of(form.one("versie"))
    await services_of(request).client_grants.saw_news(person, grant_id_of(grant_id), version)
    return RedirectResponse(f"/clienten/{grant_id}/post", HTTPStatus.SEE_OTHER)
