"""Questions for access: a helper asks and hands over a code, the citizen says yes, less, or no."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import CodeRefused, ScopeRefused, TooManyAttempts
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.asking import REASON_LENGTH
from mailbox.web.court import barred_page
from mailbox.web.giving import SECTION, answers_about, draft_id_of, form_choices
from mailbox.web.grant_form import DEFAULTS, Known, printable, scope_of
from mailbox.web.grant_words import scope_words
from mailbox.web.qr_codes import qr_code
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, services_of, settings_of

routes = APIRouter()
_PLACE = "/meekijken/verzoek"


@routes.get(_PLACE)
async def ask_code(request: Request, person: Visitor, gedaan: str = "") -> Response:
    if barred := await barred_page(request, person):
        return barred
    return _code_page(request, person, refused=gedaan == "nee")


@routes.post(_PLACE)
async def enter_code(request: Request, person: Visitor, form: PostedForm) -> Response:
    """Keeps code and question in a draft: neither is in an address."""
    services = services_of(request)
    try:
        asked = await services.asking.look(person, form.one("code"))
    except CodeRefused as error:
        return _code_page(request, person, error=str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except TooManyAttempts as error:
        return _code_page(request, person, error=str(error), status=HTTPStatus.TOO_MANY_REQUESTS)
    if asked.given is not None:
        return RedirectResponse(f"{SECTION}/{id_text(asked.given)}", HTTPStatus.SEE_OTHER)
    answers = {**answers_about(asked.scope), "vraag": [asked.helper.label], "code": [form.one("code")]}
    draft = await services.drafts.begin(person, answers)
    return RedirectResponse(f"{_PLACE}/{id_text(draft.draft_id)}", HTTPStatus.SEE_OTHER)


@routes.get(f"{_PLACE}/{{draft_id}}")
async def show_question(request: Request, person: Visitor, draft_id: str) -> Response:
    services = services_of(request)
    draft = await services.drafts.get(person, draft_id_of(draft_id))
    form = Form(draft.answers)
    if form.one("gegeven"):
        return RedirectResponse(f"{SECTION}/{form.one('gegeven')}", HTTPStatus.SEE_OTHER)
    try:
        asked = await services.asking.look(person, form.one("code"))
    except (CodeRefused, TooManyAttempts):
        return RedirectResponse(_PLACE, HTTPStatus.SEE_OTHER)
    if asked.given is not None:
        return RedirectResponse(f"{SECTION}/{id_text(asked.given)}", HTTPStatus.SEE_OTHER)
    values = {
        "asked": asked,
        "draft_id": draft_id,
        "scope": scope_words(asked.scope, await services.agencies.names()),
    }
    return pages_of(request).page("request_answer.html", values, person=person, section=SECTION)


@routes.post(f"{_PLACE}/{{draft_id}}/nee")
async def refuse(request: Request, person: Visitor, draft_id: str) -> Response:
    """No. Nothing of the question stays; saying it twice is no error. Who said yes before is shown what they gave."""
    services = services_of(request)
    draft = await services.drafts.get(person, draft_id_of(draft_id))
    form = Form(draft.answers)
    if given := form.one("gegeven"):
        return RedirectResponse(f"{SECTION}/{given}", HTTPStatus.SEE_OTHER)
    if code := form.one("code"):
        with suppress(CodeRefused):  # answered already, by a click before this one
            if (found := (await services.asking.look(person, code)).given) is not None:
                return RedirectResponse(f"{SECTION}/{id_text(found)}", HTTPStatus.SEE_OTHER)
            await services.asking.refuse(person, code)
        await services.drafts.save(person, draft.draft_id, {"code": []})
    return RedirectResponse(f"{_PLACE}?gedaan=nee", HTTPStatus.SEE_OTHER)


@routes.get("/clienten/vragen")
async def show_ask(request: Request, person: Visitor) -> Response:
    return await _ask_page(request, person, Form(DEFAULTS), {})


@routes.post("/clienten/vragen")
async def ask(request: Request, person: Visitor, form: PostedForm) -> Response:
    services = services_of(request)
    names = await services.agencies.names()
    answers = Form({**form.fields, "periode": form.fields.get("periode", ["alle"])})
    checked = scope_of(answers, Known(agencies=names, now_ms=services.clock.now_ms()))
    errors, reason = dict(checked.errors), printable(form.one("reden"))
    if not 0 < len(reason) <= REASON_LENGTH:
        errors["reden"] = f"Vul in waarom u wilt meekijken, in ten hoogste {REASON_LENGTH} tekens."
    if errors or checked.scope is None:
        return await _ask_page(request, person, form, errors)
    try:
        asked = await services.asking.ask(person, checked.scope, reason)
    except ScopeRefused as refused:
        return await _ask_page(request, person, form, {"reden": str(refused)})
    address = f"{settings_of(request).public_url.rstrip('/')}{_PLACE}"
    values = {
        "asked": asked,
        "scope": scope_words(checked.scope, names),
        "reason": reason,
        "address": address,
        "qr": qr_code(address),
    }
    return pages_of(request).page("request_asked.html", values, person=person, section="/clienten")


async def _ask_page(request: Request, person: Person, form: Form, errors: Mapping[str, str]) -> Response:
    names = await services_of(request).agencies.names()
    values = {**form_choices(names), "form": form, "errors": errors, "reason_length": REASON_LENGTH}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page("request_ask.html", values, person=person, section="/clienten", status=status)


def _code_page(
    request: Request,
    person: Person,
    *,
    error: str = "",
    refused: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    values = {"errors": {"code": error} if error else {}, "refused": refused}
    return pages_of(request).page("request_code.html", values, person=person, section=SECTION, status=status)
