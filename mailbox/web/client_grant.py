"""What a helper may see of one person, and why: the page behind "Wat mag u zien?"."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.web import words
from mailbox.web.grant_words import given_words, scope_words
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Visitor, grant_id_of, services_of

routes = APIRouter(prefix="/clienten/{grant_id}")
SECTION = "/clienten"


@routes.get("/toestemming")
async def show(request: Request, person: Visitor, grant_id: str) -> Response:
    services = services_of(request)
    client = await services.client_grants.show(person, grant_id_of(grant_id))
    values = {
        "base": f"/clienten/{grant_id}/post",
        "client": client.name,
        "grant": client.grant,
        "given": given_words(client.grant, client.name),
        "purpose": words.PURPOSES[client.grant.scope.purpose],
        "seen": scope_words(client.grant.scope, await services.agencies.names()),
    }
    return pages_of(request).page("client_grant.html", values, person=person, section=SECTION)
