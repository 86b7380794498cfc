"""Going on after the end: one question, and a fresh yes."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.people import Person
from mailbox.web.giving import SECTION, own_grant
from mailbox.web.grant_form import Known, until_of
from mailbox.web.grant_words import grant_card
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, grant_id_of, services_of

routes = APIRouter()


@routes.get("/meekijken/{grant_id}/verlengen")
async def ask_until(request: Request, person: Visitor, grant_id: str) -> Response:
    return await _page(request, person, grant_id, Form({"tot": ["3-maanden"]}), {})


@routes.post("/meekijken/{grant_id}/verlengen")
async def renew(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    services = services_of(request)
    view = await own_grant(request, person, grant_id_of(grant_id))
    until_ms, errors = until_of(form, Known(agencies=(), now_ms=services.clock.now_ms()))
    if until_ms is None:
        return await _page(request, person, grant_id, form, errors)
    if until_ms != view.scope.until_ms:
        await services.granting.renew(person, view.grant_id, until_ms)
    return RedirectResponse(f"{SECTION}/{grant_id}?gedaan=verlengd", HTTPStatus.SEE_OTHER)


async def _page(request: Request, person: Person, grant_id: str, form: Form, errors: dict[str, str]) -> Response:
    services = services_of(request)
    view = await own_grant(request, person, grant_id_of(grant_id))
    card = grant_card(view, await services.agencies.names(), services.clock.now_ms())
    if not card.may_change:
        return RedirectResponse(f"{SECTION}/{card.grant_id}", HTTPStatus.SEE_OTHER)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    values = {"card": card, "form": form, "errors": errors}
    return pages_of(request).page("grant_renew.html", values, person=person, section=SECTION, status=status)
