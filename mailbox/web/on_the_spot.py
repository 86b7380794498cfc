"""Letting somebody read one letter along, now: at a table or a counter, for minutes or a day."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent import Action, Scope
from mailbox.domain.errors import ScopeRefused
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft
from mailbox.web.court import barred_page
from mailbox.web.giving_check import code_page
from mailbox.web.grant_form import Known, errors_of, helper_name
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, letter_id_of, services_of

routes = APIRouter()
_MINUTE_MS: Final = 60_000
LENGTHS: Final[Mapping[str, tuple[str, int]]] = {
    "10-minuten": ("10 minuten", 10 * _MINUTE_MS),
    "1-uur": ("1 uur", 60 * _MINUTE_MS),
    "1-dag": ("1 dag", 24 * 60 * _MINUTE_MS),
}
"""How long, in words and in milliseconds, by the value of its button."""


@routes.get("/post/{letter_id}/meelezen")
async def ask_who(request: Request, person: Visitor, letter_id: str) -> Response:
    if barred := await barred_page(request, person):
        return barred
    return await _page(request, person, letter_id, Form({"lang": ["1-uur"]}), {})


@routes.post("/post/{letter_id}/meelezen")
async def give(request: Request, person: Visitor, letter_id: str, form: PostedForm) -> Response:
    services = services_of(request)
    letter = await services.log_book.letter(person, letter_id_of(letter_id))
    now_ms = services.clock.now_ms()
    errors = dict(errors_of("wie", form, Known(agencies=(), now_ms=now_ms)))
    if form.one("lang") not in LENGTHS:
        errors["lang"] = "Kies hoe lang deze persoon mag meelezen."
    if errors:
        return await _page(request, person, letter_id, form, errors)
    until_ms = now_ms + LENGTHS[form.one("lang")][1]
    read = frozenset({Action.LIST, Action.READ})
    scope = Scope.only([id_text(letter.letter_id)], actions=read, until_ms=until_ms)
    who = helper_name(form)
    try:
        offer = await services.granting.offer(person, GrantDraft(helper_note=who, scope=scope))
    except ScopeRefused as refused:
        return await _page(request, person, letter_id, form, {"naam": str(refused)})
    return code_page(request, person, offer, who=who, scope=scope, names=await services.agencies.names())


async def _page(request: Request, person: Person, letter_id: str, form: Form, errors: Mapping[str, str]) -> Response:
    """Raises NotFound: no letter of this citizen."""
    letter = await services_of(request).reading.glance(person, letter_id_of(letter_id))
    values = {"letter": letter, "address": f"/post/{letter_id}", "form": form, "errors": errors, "lengths": LENGTHS}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page("giving_meelezen.html", values, person=person, section="/post", status=status)
