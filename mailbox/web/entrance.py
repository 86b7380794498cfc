"""Coming in and going out."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import LoginRefused
from mailbox.domain.logins import OutsideLogin
from mailbox.domain.people import Identity, Person
from mailbox.web.faults import fault_page
from mailbox.web.guard import AUTHORIZE
from mailbox.web.login import DemoLogin
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import (
    MaybeVisitor,
    PostedForm,
    clear_session,
    device_of,
    services_of,
    session_token,
    set_session,
    settings_of,
)

routes = APIRouter()

_OWN_PATH: Final = re.compile(
    rf"/(?:post|betalen|meekijken|inzage|clienten|balie|instellingen)(?:/[0-9a-z-]+)*|{AUTHORIZE}\?[A-Za-z0-9._~!$&()*+,=:@%/?-]*"
)
"""Where a login may lead: to pages of ours by name, so never to another site."""
_LONGEST_PATH: Final = 2_000


def own_path(path: str) -> str | None:
    """The path, if it is one of ours to continue at after login, and fits in a cookie with what goes around it."""
    return path if len(path) <= _LONGEST_PATH and _OWN_PATH.fullmatch(path) else None


@routes.get("/")
async def start(person: MaybeVisitor) -> Response:
    return RedirectResponse(home_of(person) if person else "/inloggen", HTTPStatus.SEE_OTHER)


@routes.get("/inloggen")
async def show_login(request: Request, person: MaybeVisitor, naar: str = "", formulier: str = "") -> Response:
    if person is not None:
        return RedirectResponse(own_path(naar) or home_of(person), HTTPStatus.SEE_OTHER)
    return login_page(request, target=own_path(naar), form_lost=bool(formulier))


@routes.post("/inloggen")
async def log_in(request: Request, form: PostedForm) -> Response:
    login: DemoLogin | None = request.app.state.demo_login
    if login is None:
        return fault_page(request, HTTPStatus.NOT_IMPLEMENTED)
    target = own_path(form.one("naar"))
    try:
        identity = login.identify(form.one("persoon"))
    except LoginRefused:
        return login_page(request, target=target, error="Kies een persoon uit de lijst.")
    token = await services_of(request).sessions.login(
        identity, replaces=session_token(request), device=device_of(request)
    )
    response = RedirectResponse(target or home_of(identity), HTTPStatus.SEE_OTHER)
    set_session(response, token, settings_of(request))
    return response


@routes.post("/uitloggen")
async def log_out(request: Request) -> Response:
    token = session_token(request)
    if token is not None:
        await services_of(request).sessions.logout(token)
    return logged_out(request)


@routes.get("/uitgelogd")
async def show_logged_out(request: Request) -> Response:
    outside: OutsideLogin | None = request.app.state.outside_login
    values = {"exits": outside.exits() if outside else (), "failed": False}
    return pages_of(request).page("logged_out.html", values, person=None)


def logged_out(request: Request) -> Response:
    """The browser forgets its session, which has ended."""
    response = RedirectResponse("/uitgelogd", HTTPStatus.SEE_OTHER)
    clear_session(response, settings_of(request))
    return response


def home_of(person: Person | Identity) -> str:
    """Professionals begin at their counter, or at the people they help."""
    if person.desk:
        return "/balie"
    return "/clienten" if person.organisation else "/post"


def login_page(
    request: Request,
    *,
    target: str | None,
    error: str = "",
    form_lost: bool = False,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    """With all ways to log in. `error`: why it did not work, with this status."""
    demo: DemoLogin | None = request.app.state.demo_login
    outside: OutsideLogin | None = request.app.state.outside_login
    login = demo or outside
    if login is None:
        return fault_page(request, HTTPStatus.NOT_IMPLEMENTED)
    values = {
        "choices": login.choices(),
        "is_demo": demo is not None,
        "target": target or "",
        "error": error,
        "form_lost": form_lost,
    }
    return pages_of(request).page("login.html", values, person=None, status=status if error else HTTPStatus.OK)
