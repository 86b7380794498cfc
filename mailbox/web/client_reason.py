"""Why do you look into this post? Asked once a session for each person, where the helper's organisation wants that."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.people import Person
from mailbox.services.opening_reasons import NOTE_LENGTH, NoteRefused, ReasonRefused
from mailbox.web import words
from mailbox.web.entrance import own_path
from mailbox.web.grant_form import printable
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, check_client, grant_id_of, services_of, session_token

routes = APIRouter(prefix="/clienten/{grant_id}")


@routes.get("/reden")
async def ask(request: Request, person: Visitor, grant_id: str, naar: str = "") -> Response:
    return await _page(request, person, grant_id, Form({"naar": [naar]}))


@routes.post("/reden")
async def answer(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    check_client(form, grant_id)
    token, note = session_token(request) or "", printable(form.one("toelichting"))
    try:
        await services_of(request).client_grants.state_reason(
            person, token, grant_id_of(grant_id), code=form.one("waarom"), note=note
        )
    except ReasonRefused as error:
        field = "toelichting" if isinstance(error, NoteRefused) else "waarom"
        return await _page(request, person, grant_id, form, {field: str(error)})
    return RedirectResponse(_goal(form, grant_id), HTTPStatus.SEE_OTHER)


async def _page(
    request: Request, person: Person, grant_id: str, form: Form, errors: Mapping[str, str] | None = None
) -> Response:
    """Where nobody asks there is no question."""
    client = await services_of(request).client_grants.show(person, grant_id_of(grant_id))
    if not client.reasons:
        return RedirectResponse(_goal(form, grant_id), HTTPStatus.SEE_OTHER)
    values = {
        "client": client.name,
        "client_id": grant_id,
        "grant": client.grant,
        "form": form,
        "goal": _goal(form, grant_id),
        "errors": errors or {},
        "reasons": {code: words.OPENING_REASONS[code] for code in client.reasons},
        "note_length": NOTE_LENGTH,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page("client_reason.html", values, person=person, section="/clienten", status=status)


def _goal(form: Form, grant_id: str) -> str:
    """Where one was going: to post of this person, or else to all of it."""
    post = f"/clienten/{grant_id}/post"
    asked = own_path(form.one("naar")) or ""
    return asked if asked == post or asked.startswith(f"{post}/") else post
