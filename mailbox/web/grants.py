"""Who may look along: the cards, and what one does with a grant that is there."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import ScopeRefused, SealBroken
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.grant_views import GrantView
from mailbox.web import giving, giving_check, grant_detail, grant_receipt, on_the_spot, oversight, requests
from mailbox.web.court import barred_page
from mailbox.web.court_words import measure_of
from mailbox.web.giving import SECTION, answers_about, answers_to_change, begin, own_grant
from mailbox.web.grant_renewal import routes as renewal
from mailbox.web.grant_words import GrantCard, grant_card
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, grant_id_of, services_of

routes = APIRouter()
routes.include_router(giving_check.routes)
routes.include_router(giving.routes)
routes.include_router(requests.routes)
routes.include_router(on_the_spot.routes)
routes.include_router(renewal)
routes.include_router(oversight.routes)
_DONE: Mapping[str, str] = {
    "gepauzeerd": "Meekijken is gepauzeerd. Zolang dat zo is, ziet niemand via deze toestemming uw post.",
    "hervat": "Meekijken gaat weer door.",
    "opgeruimd": "De toestemming die niet klopte, is weg.",
    "weggegooid": "Weg. Niemand ziet hierdoor iets van uw post.",
    "alles-gestopt": "Alles is gestopt. Niemand die u zelf toestemming gaf, kijkt nog mee.",
}
"""What was just done, by its word in the address."""


@routes.get("/meekijken")
async def show_grants(request: Request, person: Visitor, gedaan: str = "") -> Response:
    services = services_of(request)
    names, now_ms = await services.agencies.names(), services.clock.now_ms()
    own = await services.granting.all_of(person)
    cards = [grant_card(view, names, now_ms) for view in own.sound]
    measure = measure_of(own.sound, now_ms)
    broken = [(id_text(one.grant_id), one.note) for one in own.broken if one.is_live]
    waiting = await services.proposals.waiting(person)
    values = {
        "waiting": [] if measure else [(id_text(one.draft_id), one) for one in waiting],
        "measure": measure,
        "broken": broken,
        "live": [card for card in cards if card.is_live],
        "ended": [card for card in cards if not card.is_live],
        "stoppable": sum(card.may_change for card in cards) + len(broken),
        "done": _DONE.get(gedaan, ""),
    }
    return pages_of(request).page("grants.html", values, person=person, section=SECTION)


@routes.get("/meekijken/alles-stoppen")
async def ask_stop_all(request: Request, person: Visitor) -> Response:
    services = services_of(request)
    names, now_ms = await services.agencies.names(), services.clock.now_ms()
    own = await services.granting.all_of(person)
    cards = [card for view in own.sound if (card := grant_card(view, names, now_ms)).may_change]
    broken = [one.note for one in own.broken if one.is_live]
    if not (cards or broken):
        return RedirectResponse(SECTION, HTTPStatus.SEE_OTHER)
    values = {"cards": cards, "broken": broken}
    return pages_of(request).page("grant_stop_all.html", values, person=person, section=SECTION)


@routes.post("/meekijken/alles-stoppen")
async def stop_all(request: Request, person: Visitor, form: PostedForm) -> Response:
    await services_of(request).granting.stop_all(person, quiet=form.one("stil") == "ja")
    return RedirectResponse(f"{SECTION}?gedaan=alles-gestopt", HTTPStatus.SEE_OTHER)


@routes.get("/meekijken/{grant_id}/wijzigen")
async def change(request: Request, person: Visitor, grant_id: str) -> Response:
    view = await _own(request, person, grant_id)
    if not grant_card(view, {}, services_of(request).clock.now_ms()).may_change:
        return RedirectResponse(f"{SECTION}/{grant_id}", HTTPStatus.SEE_OTHER)
    return await begin(request, person, answers_to_change(view), grant_id=view.grant_id, step="controleren")


@routes.get("/meekijken/{grant_id}/opnieuw")
async def give_again(request: Request, person: Visitor, grant_id: str) -> Response:
    """A new grant with the answers of one that ended: one sees them all, and says yes freshly."""
    view = await _own(request, person, grant_id)
    if barred := await barred_page(request, person):
        return barred
    answers = {**answers_about(view.scope), "naam": [view.note or view.who], "tot": ["3-maanden"], "grens": []}
    return await begin(request, person, answers, step="wie")


@routes.post("/meekijken/{grant_id}/pauzeren")
async def pause(request: Request, person: Visitor, grant_id: str) -> Response:
    """Pausing what is paused already is no error: a second click finds it done."""
    if (await _card(request, person, grant_id)).is_paused:
        return RedirectResponse(f"{SECTION}?gedaan=gepauzeerd", HTTPStatus.SEE_OTHER)
    await services_of(request).granting.pause(person, grant_id_of(grant_id))
    return RedirectResponse(f"{SECTION}?gedaan=gepauzeerd", HTTPStatus.SEE_OTHER)


@routes.post("/meekijken/{grant_id}/hervatten")
async def resume(request: Request, person: Visitor, grant_id: str) -> Response:
    card = await _card(request, person, grant_id)
    if card.is_live and not card.is_paused:
        return RedirectResponse(f"{SECTION}?gedaan=hervat", HTTPStatus.SEE_OTHER)
    await services_of(request).granting.resume(person, grant_id_of(grant_id))
    return RedirectResponse(f"{SECTION}?gedaan=hervat", HTTPStatus.SEE_OTHER)


@routes.get("/meekijken/{grant_id}/stoppen")
async def ask_stop(request: Request, person: Visitor, grant_id: str) -> Response:
    card = await _card(request, person, grant_id)
    if not card.is_live:
        return RedirectResponse(f"{SECTION}/{card.grant_id}/gestopt", HTTPStatus.SEE_OTHER)
    if card.by_court:
        return RedirectResponse(f"{SECTION}/{card.grant_id}", HTTPStatus.SEE_OTHER)
    return pages_of(request).page("grant_stop.html", {"card": card}, person=person, section=SECTION)


@routes.post("/meekijken/{grant_id}/stoppen")
async def stop(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    granting, which = services_of(request).granting, grant_id_of(grant_id)
    try:
        await granting.stop(person, which, quiet=form.one("stil") == "ja")
    except SealBroken:
        await granting.clear_away(person, which)
        return RedirectResponse(f"{SECTION}?gedaan=opgeruimd", HTTPStatus.SEE_OTHER)
    except ScopeRefused:
        return RedirectResponse(f"{SECTION}/{grant_id}", HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"{SECTION}/{grant_id}/gestopt", HTTPStatus.SEE_OTHER)


@routes.get("/meekijken/{grant_id}/gestopt")
async def show_stopped(request: Request, person: Visitor, grant_id: str) -> Response:
    card = await _card(request, person, grant_id)
    if card.is_live:
        return RedirectResponse(SECTION, HTTPStatus.SEE_OTHER)
    return pages_of(request).page("grant_stopped.html", {"card": card}, person=person, section=SECTION)


@routes.get("/meekijken/{grant_id}/collega")
async def ask_remove_helper(request: Request, person: Visitor, grant_id: str, wie: str = "") -> Response:
    card = await _card(request, person, grant_id)
    helper = next((helper for helper in card.helpers if helper.ref == wie), None)
    if helper is None or not card.may_change:
        return RedirectResponse(f"{SECTION}/{card.grant_id}", HTTPStatus.SEE_OTHER)
    values = {"card": card, "helper": helper}
    return pages_of(request).page("grant_stop_one.html", values, person=person, section=SECTION)


@routes.post("/meekijken/{grant_id}/collega")
async def remove_helper(request: Request, person: Visitor, grant_id: str, form: PostedForm) -> Response:
    """One of several people of an organisation stops; the others go on. A second click finds it done."""
    card = await _card(request, person, grant_id)
    if not card.may_change:
        return RedirectResponse(f"{SECTION}/{card.grant_id}", HTTPStatus.SEE_OTHER)
    if any(helper.ref == form.one("wie") for helper in card.helpers):
        await services_of(request).granting.remove_helper(person, grant_id_of(grant_id), form.one("wie"))
    return RedirectResponse(f"{SECTION}/{card.grant_id}?gedaan=collega", HTTPStatus.SEE_OTHER)


routes.include_router(grant_receipt.routes)
routes.include_router(grant_detail.routes)


async def _own(request: Request, person: Person, grant_id: str) -> GrantView:
    return await own_grant(request, person, grant_id_of(grant_id))


async def _card(request: Request, person: Person, grant_id: str) -> GrantCard:
    """One of this citizen's own grants. Raises NotFound."""
    services = services_of(request)
    view = await _own(request, person, grant_id)
    return grant_card(view, await services.agencies.names(), services.clock.now_ms())
