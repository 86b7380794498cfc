"""The authorization endpoint: a person reads what an app asks, and says yes or no."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.apps import AppRecord, AppScope, origin_of
from mailbox.domain.errors import InvalidIdentifier
from mailbox.domain.identifiers import AppId, id_from_text
from mailbox.domain.people import Person
from mailbox.services.app_access import AppQuestion
from mailbox.web import headers
from mailbox.web.app_questions import FIELDS, Unanswerable, fault_of, fields_of, scopes_of, way_back
from mailbox.web.guard import AUTHORIZE
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, services_of, settings_of

routes = APIRouter()
_WANTS: Final[Mapping[AppScope, str]] = {
    AppScope.POST: "uw post lezen, met de bijlagen",
    AppScope.GRANTS: "regelen wie er met u meekijkt: klaarzetten, veranderen en stoppen",
    AppScope.LOG: "zien wie wanneer naar uw post keek",
    AppScope.CLIENTS: "de post lezen van mensen die u helpt, zover u die zelf mag zien",
    AppScope.NEW_CLIENTS: "de code invullen van iemand die u gaat helpen, en vragen of u mag meekijken",
}


@routes.get(AUTHORIZE)
async def ask(request: Request, person: Visitor) -> Response:
    try:
        fields, app = await _asked(request, request.query_params.multi_items())
    except Unanswerable:
        return _refused_page(request, person)
    fault = fault_of(fields)
    if fault is not None:
        return _back(request, fields, ("error", fault))
    values = {"app": app, "wants": _wants(fields), "fields": fields, "host": _host(fields)}
    page = pages_of(request).page("app_consent.html", values, person=person)
    page.headers["Content-Security-Policy"] = headers.policy_with(form_action=origin_of(fields["redirect_uri"]))
    return page


@routes.post(AUTHORIZE)
async def answer(request: Request, person: Visitor, form: PostedForm) -> Response:
    """Everything is looked at again: the form is as much in the hands of others as the address was."""
    try:
        fields, app = await _asked(request, [(name, value) for name in FIELDS for value in form.fields.get(name, ())])
    except Unanswerable:
        return _refused_page(request, person)
    fault = fault_of(fields)
    if fault is not None or form.one("antwoord") != "ja":
        return _back(request, fields, ("error", fault or "access_denied"))
    question = AppQuestion(
        app=app,
        return_address=fields["redirect_uri"],
        scopes=scopes_of(fields),
        challenge=fields["code_challenge"],
    )
    return _back(request, fields, ("code", await services_of(request).app_access.allow(person, question)))


async def _asked(request: Request, pairs: Collection[tuple[str, str]]) -> tuple[Mapping[str, str], AppRecord]:
    """The question, and the app that it comes from for certain.

    Raises:
        Unanswerable: an unknown or blocked app, or a return address that is not literally one of its own.
    """
    fields = fields_of(pairs)
    try:
        app = await services_of(request).apps.get(AppId(id_from_text(fields.get("client_id", ""))))
    except InvalidIdentifier:
        raise Unanswerable from None
    if app is None or app.blocked or fields.get("redirect_uri") not in app.return_addresses:
        raise Unanswerable
    return fields, app


def _back(request: Request, fields: Mapping[str, str], said: tuple[str, str]) -> Response:
    state = [("state", fields["state"])] if fields.get("state") else []
    address = way_back(fields["redirect_uri"], settings_of(request).public_url, [said, *state])
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _refused_page(request: Request, person: Person) -> Response:
    return pages_of(request).page("app_refused.html", {}, person=person, status=HTTPStatus.BAD_REQUEST)


def _wants(fields: Mapping[str, str]) -> list[str]:
    scopes = scopes_of(fields)
    return [words for scope, words in _WANTS.items() if scope in scopes]


def _host(fields: Mapping[str, str]) -> str:
    """Where the answer goes, as people know such a place."""
    host = origin_of(fields["redirect_uri"]).partition("://")[2]
    return "een app op dit apparaat" if host.startswith("127.0.0.1") else host
