"""Who may look along: giving, seeing and stopping."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import NotFound, ScopeRefused
from mailbox.domain.people import Person
from mailbox.web import formats, words
from mailbox.web.grant_form import DEFAULTS, check
from mailbox.web.grant_words import GrantCard, grant_card, scope_words
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, grant_id_of, services_of

routes = APIRouter(prefix="/meekijken")
_SECTION = "/meekijken"


@routes.get("")
async def show_grants(request: Request, person: Visitor) -> Response:
    services = services_of(request)
    names, now_ms = await services.agencies.names(), services.clock.now_ms()
    cards = [grant_card(view, names, now_ms) for view in await services.granting.grants_of(person)]
    values = {"live": [c for c in cards if c.is_live], "ended": [c for c in cards if not c.is_live]}
    return pages_of(request).page("grants.html", values, person=person, section=_SECTION)


@routes.get("/geven")
async def show_form(request: Request, person: Visitor) -> Response:
    return await _form_page(request, person, DEFAULTS, {})


@routes.post("/geven")
async def give(request: Request, person: Visitor, form: PostedForm) -> Response:
    """Shows the code in the answer itself: it is kept nowhere, so there is no page to come back to."""
    services = services_of(request)
    names = await services.agencies.names()
    checked = check(form, agencies=names.keys(), today=formats.local(services.clock.now_ms()).date())
    if checked.draft is None:
        return await _form_page(request, person, form, checked.errors)
    try:
        offer = await services.granting.offer(person, checked.draft)
    except ScopeRefused as refused:
        return await _form_page(request, person, form, {"naam": str(refused)})
    values = {
        "offer": offer,
        "who": checked.draft.helper_note,
        "scope": scope_words(checked.draft.scope, names),
    }
    return pages_of(request).page("grant_given.html", values, person=person, section=_SECTION)


@routes.get("/{grant_id}/stoppen")
async def ask_stop(request: Request, person: Visitor, grant_id: str) -> Response:
    card = await _card(request, person, grant_id)
    if not card.is_live:
        return RedirectResponse(f"/meekijken/{card.grant_id}/gestopt", HTTPStatus.SEE_OTHER)
    return pages_of(request).page("grant_stop.html", {"card": card}, person=person, section=_SECTION)


@routes.post("/{grant_id}/stoppen")
async def stop(request: Request, person: Visitor, grant_id: str) -> Response:
    await services_of(request).granting.stop(person, grant_id_of(grant_id))
    return RedirectResponse(f"/meekijken/{grant_id}/gestopt", HTTPStatus.SEE_OTHER)


@routes.get("/{grant_id}/gestopt")
async def show_stopped(request: Request, person: Visitor, grant_id: str) -> Response:
    card = await _card(request, person, grant_id)
    if card.is_live:
        return RedirectResponse(_SECTION, HTTPStatus.SEE_OTHER)
    return pages_of(request).page("grant_stopped.html", {"card": card}, person=person, section=_SECTION)


async def _card(request: Request, person: Person, grant_id: str) -> GrantCard:
    """One of this citizen's own grants. Raises NotFound."""
    services, wanted = services_of(request), grant_id_of(grant_id)
    for view in await services.granting.grants_of(person):
        if view.grant_id == wanted:
            return grant_card(view, await services.agencies.names(), services.clock.now_ms())
    raise NotFound


async def _form_page(request: Request, person: Person, form: Form, errors: Mapping[str, str]) -> Response:
    names = await services_of(request).agencies.names()
    values = {
        "form": form,
        "errors": errors,
        "agencies": sorted(names.items(), key=lambda pair: pair[1].casefold()),
        "topics": words.TOPICS,
        "sensitive": words.SENSITIVE,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page("grant_form.html", values, person=person, section=_SECTION, status=status)
