"""The pages of an employee at a counter: giving for somebody who cannot log in, and stopping. No post is on them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import Forbidden, MayNotGive, NotFound, ScopeRefused
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.desk import REASON_LENGTH
from mailbox.services.draft_boxes import DraftKind
from mailbox.services.granting import Offer
from mailbox.web import words
from mailbox.web.desk_form import Errors, Given, answers_in, given_of, visit_of
from mailbox.web.giving import draft_id_of, form_choices
from mailbox.web.grant_form import DEFAULTS, Known
from mailbox.web.grant_words import scope_words
from mailbox.web.qr_codes import qr_code
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, services_of, settings_of

routes = APIRouter(prefix="/balie")
SECTION: Final = "/balie"
_BARRED: Final = "Deze persoon kan nu zelf niemand laten meekijken. Dat komt door een besluit van een rechter."


async def employee(person: Visitor) -> Person:
    """Who is logged in and works at a counter. Raises NotFound: for others these pages do not exist."""
    if not person.desk or person.organisation is None:
        raise NotFound
    return person


Employee = Annotated[Person, Depends(employee)]


@routes.get("")
async def show_form(request: Request, person: Employee) -> Response:
    return await _form_page(request, person, Form(DEFAULTS), {})


@routes.post("")
async def fill_in(request: Request, person: Employee, form: PostedForm) -> Response:
    """Keeps the answers sealed to the employee, until they are given."""
    answers = answers_in(form)
    _, errors = await _given(request, Form(answers))
    if errors:
        return await _form_page(request, person, Form(answers), errors)
    draft = await services_of(request).drafts.begin(person, answers, kind=DraftKind.COUNTER)
    return RedirectResponse(f"{SECTION}/geven/{id_text(draft.draft_id)}", HTTPStatus.SEE_OTHER)


@routes.get("/geven/{counter_id}")
async def show_check(request: Request, person: Employee, counter_id: str) -> Response:
    try:
        draft = await services_of(request).drafts.get(person, draft_id_of(counter_id), kind=DraftKind.COUNTER)
    except NotFound:
        return _gone_page(request, person)
    given, errors = await _given(request, Form(draft.answers))
    if given is None:
        return await _form_page(request, person, Form(draft.answers), errors)
    values = {**await _agreed(request, given), "counter_id": id_text(draft.draft_id)}
    return pages_of(request).page("desk_check.html", values, person=person, section=SECTION)


@routes.post("/geven/{counter_id}")
async def give(request: Request, person: Employee, counter_id: str, form: PostedForm) -> Response:
    """Takes the answers away, whatever is done with them: a second click finds nothing to give."""
    services = services_of(request)
    try:
        draft = await services.drafts.take(person, draft_id_of(counter_id), kind=DraftKind.COUNTER)
    except NotFound:
        return _gone_page(request, person)
    if form.one("doe") == "nee":
        return RedirectResponse(SECTION, HTTPStatus.SEE_OTHER)
    answers = Form(draft.answers)
    given, errors = await _given(request, answers)
    if given is None or form.one("doe") == "wijzigen":
        return await _form_page(request, person, answers, errors)
    try:
        offer = await services.desk.give(person, given.visit, given.draft)
    except (ScopeRefused, Forbidden) as refused:
        told = _BARRED if isinstance(refused, MayNotGive) else str(refused)
        return await _form_page(request, person, answers, {"bsn": told})
    return await _paper(request, person, given, offer)


@routes.get("/stoppen")
async def show_stop(request: Request, person: Employee, gedaan: str = "") -> Response:
    return _stop_page(request, person, Form({}), {}, done=bool(gedaan))


@routes.post("/stoppen")
async def stop_all(request: Request, person: Employee, form: PostedForm) -> Response:
    """The same answer, whether there was anything to stop or not."""
    visit, errors = visit_of(form)
    if visit is None:
        return _stop_page(request, person, form, errors)
    try:
        await services_of(request).desk.stop_all(person, visit)
    except Forbidden as refused:
        return _stop_page(request, person, form, {"bsn": str(refused)})
    return RedirectResponse(f"{SECTION}/stoppen?gedaan=ja", HTTPStatus.SEE_OTHER)


@routes.get("/bereikbaar")
async def show_reach_form(request: Request, person: Employee) -> Response:
    return _reach_page(request, person, Form({}), {})


@routes.post("/bereikbaar")
async def look_at_reach(request: Request, person: Employee, form: PostedForm) -> Response:
    """The answer itself, and no page to come back to: it is about whoever is at the counter now."""
    visit, errors = visit_of(form)
    if visit is None:
        return _reach_page(request, person, form, errors)
    try:
        reachable = await services_of(request).desk.reach(person, visit)
    except Forbidden as refused:
        return _reach_page(request, person, form, {"bsn": str(refused)})
    values = {"visit": visit, "reach": reachable.reach.value, "last_seen_ms": reachable.last_seen_ms}
    return pages_of(request).page("desk_reached.html", values, person=person, section=SECTION)


async def _given(request: Request, answers: Form) -> tuple[Given | None, Errors]:
    services = services_of(request)
    return given_of(answers, Known(agencies=await services.agencies.names(), now_ms=services.clock.now_ms()))


async def _agreed(request: Request, given: Given) -> dict[str, Any]:
    names = await services_of(request).agencies.names()
    who, scope = given.draft.helper_note, scope_words(given.draft.scope, names)
    return {"visit": given.visit, "who": who, "scope": scope}


async def _paper(request: Request, person: Person, given: Given, offer: Offer) -> Response:
    """The papers, in the answer itself: the code is kept nowhere. What the mailbox holds is not on them."""
    address = f"{settings_of(request).public_url.rstrip('/')}/clienten"
    values = {
        **await _agreed(request, given),
        "offer": offer,
        "given": services_of(request).clock.now_ms(),
        "address": address,
        "qr": qr_code(address),
    }
    return pages_of(request).page("desk_paper.html", values, person=person, section=SECTION)


async def _form_page(request: Request, person: Person, form: Form, errors: Errors) -> Response:
    choices = form_choices(await services_of(request).agencies.names())
    values = {**choices, **_asked(form, errors)}
    return pages_of(request).page("desk_form.html", values, person=person, section=SECTION, status=_status(errors))


def _stop_page(request: Request, person: Person, form: Form, errors: Errors, *, done: bool = False) -> Response:
    values = {**_asked(form, errors), "done": done}
    return pages_of(request).page("desk_stop.html", values, person=person, section=SECTION, status=_status(errors))


def _reach_page(request: Request, person: Person, form: Form, errors: Errors) -> Response:
    values = _asked(form, errors)
    return pages_of(request).page("desk_reach.html", values, person=person, section=SECTION, status=_status(errors))


def _gone_page(request: Request, person: Person) -> Response:
    """For answers that were used, are too old, are another's, or never were."""
    return pages_of(request).page("desk_gone.html", {}, person=person, section=SECTION, status=HTTPStatus.NOT_FOUND)


def _asked(form: Form, errors: Errors) -> dict[str, Any]:
    return {"form": form, "errors": errors, "documents": words.DOCUMENTS, "reason_length": REASON_LENGTH}


def _status(errors: Errors) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
