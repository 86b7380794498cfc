"""Colleagues of one organisation: one shows a code, another lets them in for the people they choose."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import CodeRefused, MailboxError, NotFound, TooManyAttempts
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.caseworkers import Joining
from mailbox.services.draft_boxes import Draft, DraftKind
from mailbox.web.colleagues_view import FIELDS, choice, chosen
from mailbox.web.giving import draft_id_of
from mailbox.web.qr_codes import qr_code
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, services_of, settings_of

_PLACE: Final = "/clienten/collegas"
_SECTION: Final = "/clienten"
_NAMED: Final = 50
"""People named on the page that asks whether it is right; of more it says how many."""
routes = APIRouter(prefix=_PLACE)


async def caseworker(person: Visitor) -> Person:
    """Somebody who is logged in for an organisation. Raises NotFound."""
    if person.organisation is None:
        raise NotFound
    return person


Caseworker = Annotated[Person, Depends(caseworker)]


@routes.get("")
async def show_colleagues(request: Request, person: Caseworker) -> Response:
    return _start_page(request, person)


@routes.post("/vragen")
async def ask(request: Request, person: Caseworker) -> Response:
    """Shows the code in the answer itself: it is kept nowhere, so there is no page to come back to."""
    asked = await services_of(request).caseworkers.ask(person)
    address = f"{settings_of(request).public_url.rstrip('/')}{_PLACE}"
    values = {"asked": asked, "address": address, "qr": qr_code(address)}
    return pages_of(request).page("colleague_asked.html", values, person=person, section=_SECTION)


@routes.post("")
async def enter_code(request: Request, person: Caseworker, form: PostedForm) -> Response:
    """Keeps the code in a draft: it is in no address."""
    services = services_of(request)
    try:
        await services.caseworkers.look(person, form.one("code"))
    except (CodeRefused, TooManyAttempts) as error:
        return _start_page(request, person, error=error)
    draft = await services.drafts.begin(person, {"code": [form.one("code")]}, kind=DraftKind.COLLEAGUE)
    return RedirectResponse(_address(draft), HTTPStatus.SEE_OTHER)


@routes.get("/{joining_id}")
async def show_choice(request: Request, person: Caseworker, joining_id: str) -> Response:
    draft = await _draft(request, person, joining_id)
    if _is_done(draft):
        return RedirectResponse(f"{_address(draft)}/klaar", HTTPStatus.SEE_OTHER)
    try:
        joining = await services_of(request).caseworkers.look(person, Form(draft.answers).one("code"))
    except (CodeRefused, TooManyAttempts) as error:
        return _start_page(request, person, error=error)
    return _choice_page(request, person, draft, joining, {})


@routes.post("/{joining_id}")
async def choose(request: Request, person: Caseworker, joining_id: str, form: PostedForm) -> Response:
    """Keeps what is ticked, over searches and pages; then goes on, unless another part of the list was asked."""
    draft = await _draft(request, person, joining_id)
    ticked = form.ticked("client", before=Form(draft.answers).many("client"))
    kept = {**{name: [form.one(name)] for name in FIELDS}, "client": sorted(ticked)}
    if form.one("doe").startswith("pagina-"):
        kept["pagina"] = [form.one("doe").removeprefix("pagina-")]
    draft = await services_of(request).drafts.save(person, draft.draft_id, kept)
    following = "" if form.one("doe") != "verder" else "/controleren"
    return RedirectResponse(f"{_address(draft)}{following}", HTTPStatus.SEE_OTHER)


@routes.get("/{joining_id}/controleren")
async def show_check(request: Request, person: Caseworker, joining_id: str) -> Response:
    draft = await _draft(request, person, joining_id)
    if _is_done(draft):
        return RedirectResponse(f"{_address(draft)}/klaar", HTTPStatus.SEE_OTHER)
    answers = Form(draft.answers)
    try:
        joining = await services_of(request).caseworkers.look(person, answers.one("code"))
    except (CodeRefused, TooManyAttempts) as error:
        return _start_page(request, person, error=error)
    people = chosen(answers, joining.clients)
    if not people:
        return _choice_page(request, person, draft, joining, {"keuze": "Kies met wie uw collega mag meekijken."})
    values = {
        "newcomer": joining.newcomer,
        "names": [client.name for client in people[:_NAMED]],
        "count": len(people),
        "more": len(people) - _NAMED,
        "address": _address(draft),
    }
    return pages_of(request).page("colleague_check.html", values, person=person, section=_SECTION)


@routes.post("/{joining_id}/controleren")
async def let_in(request: Request, person: Caseworker, joining_id: str) -> Response:
    services, draft = services_of(request), await _draft(request, person, joining_id)
    done = RedirectResponse(f"{_address(draft)}/klaar", HTTPStatus.SEE_OTHER)
    if _is_done(draft):
        return done
    answers = Form(draft.answers)
    try:
        joining = await services.caseworkers.look(person, answers.one("code"))
        people = chosen(answers, joining.clients)
        if not people:
            return RedirectResponse(_address(draft), HTTPStatus.SEE_OTHER)
        grants = [client.grant_id for client in people]
        newcomer = await services.caseworkers.let_in(person, answers.one("code"), grants)
    except (CodeRefused, TooManyAttempts) as error:
        return _start_page(request, person, error=error)
    told = {"klaar": [str(len(people))], "naam": [newcomer.name], "code": [], "client": []}
    await services.drafts.save(person, draft.draft_id, told)
    return done


@routes.get("/{joining_id}/klaar")
async def show_done(request: Request, person: Caseworker, joining_id: str) -> Response:
    draft = await _draft(request, person, joining_id)
    if not _is_done(draft):
        return RedirectResponse(_address(draft), HTTPStatus.SEE_OTHER)
    answers = Form(draft.answers)
    values = {"name": answers.one("naam"), "count": int(answers.one("klaar"))}
    return pages_of(request).page("colleague_done.html", values, person=person, section=_SECTION)


async def _draft(request: Request, person: Person, joining_id: str) -> Draft:
    return await services_of(request).drafts.get(person, draft_id_of(joining_id), kind=DraftKind.COLLEAGUE)


def _address(draft: Draft) -> str:
    return f"{_PLACE}/{id_text(draft.draft_id)}"


def _is_done(draft: Draft) -> bool:
    return bool(Form(draft.answers).one("klaar"))


def _start_page(request: Request, person: Person, *, error: MailboxError | None = None) -> Response:
    status = HTTPStatus.OK
    if error is not None:
        too_many = isinstance(error, TooManyAttempts)
        status = HTTPStatus.TOO_MANY_REQUESTS if too_many else HTTPStatus.UNPROCESSABLE_ENTITY
    values = {"errors": {"code": str(error)} if error else {}}
    return pages_of(request).page("colleagues.html", values, person=person, section=_SECTION, status=status)


def _choice_page(
    request: Request, person: Person, draft: Draft, joining: Joining, errors: Mapping[str, str]
) -> Response:
    form = Form(draft.answers)
    values = {
        "newcomer": joining.newcomer,
        "total": len(joining.clients),
        "choice": choice(form, joining.clients),
        "form": form,
        "errors": errors,
        "address": _address(draft),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page("colleague_choose.html", values, person=person, section=_SECTION, status=status)
