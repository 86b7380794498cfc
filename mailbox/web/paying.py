"""What one has to pay: all of it, and one claim; of oneself, or of somebody who lets one look along."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.claims.said import Word
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Person
from mailbox.services.grant_views import GrantView
from mailbox.web import formats
from mailbox.web.claim_view import claim_view
from mailbox.web.paying_view import money_view
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, grant_id_of, letter_id_of, services_of

routes = APIRouter()


@routes.get("/betalen")
async def show_money(request: Request, person: Visitor) -> Response:
    return await _money_page(request, person)


@routes.get("/betalen/{letter_id}")
async def show_claim(request: Request, person: Visitor, letter_id: str) -> Response:
    return await _claim_page(request, person, letter_id)


@routes.post("/betalen/{letter_id}/notitie")
async def say(request: Request, person: Visitor, letter_id: str, form: PostedForm) -> Response:
    """The citizen's own word on a letter, or takes it back. A second click finds it done."""
    word, is_so = _word(form.one("woord")), form.one("aan") == "ja"
    await services_of(request).paying.say(person, letter_id_of(letter_id), word, is_so=is_so)
    return RedirectResponse(f"/betalen/{letter_id}", HTTPStatus.SEE_OTHER)


@routes.get("/clienten/{grant_id}/betalen")
async def show_clients_money(request: Request, person: Visitor, grant_id: str) -> Response:
    return await _money_page(request, person, grant_id_of(grant_id))


@routes.get("/clienten/{grant_id}/betalen/{letter_id}")
async def show_clients_claim(request: Request, person: Visitor, grant_id: str, letter_id: str) -> Response:
    return await _claim_page(request, person, letter_id, grant_id_of(grant_id))


async def _money_page(request: Request, reader: Person, through: GrantId | None = None) -> Response:
    services = services_of(request)
    money = await services.paying.overview(reader, through=through)
    view = money_view(money, await services.agencies.names(), _today(request))
    values = {"money": view, **_around(money.owner, money.grant, through)}
    return pages_of(request).page("money.html", values, person=reader, section=_section(through))


async def _claim_page(request: Request, reader: Person, letter_id: str, through: GrantId | None = None) -> Response:
    services = services_of(request)
    one = await services.paying.claim(reader, letter_id_of(letter_id), through=through)
    view = claim_view(one.claim, one.said, await services.agencies.names(), _today(request))
    values = {"claim": view, **_around(one.owner, one.grant, through)}
    return pages_of(request).page("claim.html", values, person=reader, section=_section(through))


def _around(owner: str, grant: GrantView | None, through: GrantId | None) -> dict[str, object]:
    """Whose it is, and where its pages are."""
    base = f"/clienten/{id_text(through)}" if through else ""
    return {"client": owner if through else "", "grant": grant, "base": f"{base}/betalen", "post": f"{base}/post"}


def _word(text: str) -> Word:
    """Raises NotFound for one that no button of ours sends."""
    try:
        return Word(text)
    except ValueError:
        raise NotFound from None


def _section(through: GrantId | None) -> str:
    return "/clienten" if through else "/betalen"


def _today(request: Request) -> date:
    return formats.local(services_of(request).clock.now_ms()).date()
