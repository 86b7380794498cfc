"""The last page of giving: what one is about to give, letter by letter, and then giving it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent import Scope, changes
from mailbox.domain.errors import ChangedMeanwhile, CodeRefused, InvalidIdentifier, ScopeRefused, TooManyAttempts
from mailbox.domain.identifiers import id_from_text, id_text
from mailbox.domain.people import Person
from mailbox.services.granting import GrantDraft, Offer
from mailbox.web.giving import CHECK, SECTION, Visit, visit_of
from mailbox.web.grant_words import extent_words, scope_words
from mailbox.web.qr_codes import qr_code
from mailbox.web.rendering import pages_of
from mailbox.web.timeline_view import sender_name
from mailbox.web.visitor import Form, PostedForm, Visitor, services_of, settings_of

routes = APIRouter(prefix="/meekijken/geven")
_SHOWN: Final = 100
"""Letters in the preview before one asks for all of them."""


@routes.get("/{draft_id}/controleren")
async def show_check(request: Request, person: Visitor, draft_id: str, alle: str = "") -> Response:
    visit = await visit_of(request, person, draft_id)
    if visit.given:
        return RedirectResponse(f"/meekijken/{visit.given}", HTTPStatus.SEE_OTHER)
    if wrong := visit.first_wrong():
        return RedirectResponse(f"{visit.address}/{wrong}", HTTPStatus.SEE_OTHER)
    if visit.is_overtaken:
        return _overtaken_page(request, person, visit)
    return await _check_page(request, person, visit, whole=bool(alle))


@routes.post("/{draft_id}/controleren")
async def finish(request: Request, person: Visitor, draft_id: str, form: PostedForm) -> Response:
    """Keeps which letters were taken out; then gives, unless only the list was to be brought up to date."""
    visit = await visit_of(request, person, draft_id)
    if visit.given:
        return RedirectResponse(f"/meekijken/{visit.given}", HTTPStatus.SEE_OTHER)
    if wrong := visit.first_wrong():
        return RedirectResponse(f"{visit.address}/{wrong}", HTTPStatus.SEE_OTHER)
    taken = _taken(visit.form.many("zonder"), form)
    drafts = services_of(request).drafts
    visit = visit.saved(await drafts.save(person, visit.draft.draft_id, {"zonder": taken}))
    if form.one("doe") == "bijwerken":
        return RedirectResponse(f"{visit.address}/{CHECK}", HTTPStatus.SEE_OTHER)
    try:
        return await _give(request, person, visit)
    except ChangedMeanwhile:
        return _overtaken_page(request, person, visit)
    except (ScopeRefused, CodeRefused, TooManyAttempts) as refused:
        return await _check_page(request, person, visit, error=str(refused))


async def _give(request: Request, person: Person, visit: Visit) -> Response:
    granting, scope = services_of(request).granting, visit.scope()
    if "vraag" in visit.draft.answers:
        return await _agree(request, person, visit, scope)
    if visit.changed is None:
        wanted = GrantDraft(helper_note=visit.who, scope=scope, prepared_by=visit.app or None)
        offer = await granting.offer(person, wanted)
        await services_of(request).proposals.decided(person, visit.draft.draft_id)
        return code_page(request, person, offer, who=visit.who, scope=scope, names=visit.names)
    grant_id = visit.changed.grant_id
    if visit.changed.scope != scope:
        await granting.change(person, grant_id, scope, version=visit.version)
    await services_of(request).proposals.decided(person, visit.draft.draft_id)
    return RedirectResponse(f"/meekijken/{id_text(grant_id)}?gedaan=gewijzigd", HTTPStatus.SEE_OTHER)


async def _agree(request: Request, person: Person, visit: Visit, scope: Scope) -> Response:
    services = services_of(request)
    grant_id = await services.asking.agree(person, visit.code, scope)
    given = {"gegeven": [id_text(grant_id)], "code": []}
    await services.drafts.save(person, visit.draft.draft_id, given)
    await services.proposals.decided(person, visit.draft.draft_id)
    return RedirectResponse(f"/meekijken/{id_text(grant_id)}?gedaan=ja", HTTPStatus.SEE_OTHER)


def code_page(  # noqa: PLR0913 - one page with all that it says
    request: Request, person: Person, offer: Offer, *, who: str, scope: Scope, names: Mapping[str, str]
) -> Response:
    """Shows the code in the answer itself: it is kept nowhere, so there is no page to come back to."""
    address = f"{settings_of(request).public_url.rstrip('/')}/clienten"
    values = {
        "offer": offer,
        "grant_id": id_text(offer.grant_id),
        "who": who,
        "scope": scope_words(scope, names),
        "address": address,
        "qr": qr_code(address),
    }
    return pages_of(request).page("grant_given.html", values, person=person, section=SECTION)


def _overtaken_page(request: Request, person: Person, visit: Visit) -> Response:
    """The answers began with what the grant was. What was decided since is not undone unseen."""
    values = {"visit": visit, "grant_id": id_text(visit.changed.grant_id) if visit.changed else ""}
    return pages_of(request).page(
        "grant_overtaken.html", values, person=person, section=SECTION, status=HTTPStatus.CONFLICT
    )


async def _check_page(
    request: Request, person: Person, visit: Visit, *, whole: bool = False, error: str = ""
) -> Response:
    scope = visit.scope()
    found = await services_of(request).previewing.letters(person, replace(scope, without=frozenset()))
    taken = scope.without & {id_text(letter.letter_id) for letter in found}
    shown = found if whole else found[:_SHOWN]
    values = {
        "visit": visit,
        "title": "Klopt dit?",
        "scope": scope_words(scope, visit.names),
        "letters": [(id_text(letter.letter_id), letter, sender_name(letter.agency, visit.names)) for letter in shown],
        "taken": taken,
        "seen": len(found) - len(taken),
        "hidden": len(found) - len(shown),
        "is_list": not scope.is_only_letters,
        "errors": {"antwoorden": error} if error else {},
        **_difference(visit, scope),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return pages_of(request).page("giving_controleren.html", values, person=person, section=SECTION, status=status)


def _difference(visit: Visit, scope: Scope) -> dict[str, Any]:
    """What a change adds and takes away; nothing for a new grant."""
    if visit.changed is None:
        return {"added": [], "removed": []}
    change = changes(visit.changed.scope, scope)
    return {"added": extent_words(change.added, visit.names), "removed": extent_words(change.taken, visit.names)}


def _taken(before: frozenset[str], form: Form) -> list[str]:
    """The letters taken out: of those on the page what is ticked, of the others what was before."""
    return sorted(name for name in form.ticked("zonder", before=before) if _is_id(name))


def _is_id(text: str) -> bool:
    try:
        return bool(id_from_text(text))
    except InvalidIdentifier:
        return False
