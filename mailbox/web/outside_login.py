"""Logging in by way of another site, such as a broker of DigiD: there, and back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import LoginCancelled, LoginRefused, LoginTooWeak, LoginUnavailable, NotFound
from mailbox.domain.logins import OutsideLogin
from mailbox.services.pending_logins import LIFE_S
from mailbox.settings import Settings
from mailbox.web.entrance import home_of, login_page, own_path
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import MaybeVisitor, device_of, services_of, session_token, set_session, settings_of

routes = APIRouter()

RETURN_PATH: Final = "/inloggen/terug"
_WHY: Final = {
    LoginCancelled: "Het inloggen is gestopt. Er is niets gebeurd. U kunt het opnieuw proberen.",
    LoginTooWeak: "U logde in op een manier die niet veilig genoeg is voor uw post. Kies bij het inloggen een "
    "veiligere manier, zoals de app met een controle van uw identiteitsbewijs.",
    LoginUnavailable: "Inloggen lukt nu niet, door een storing bij de inlogdienst. Probeer het over een paar minuten "
    "opnieuw. Uw post blijft gewoon staan.",
}
_ELSE: Final = "Het inloggen is niet gelukt, of duurde te lang. Probeer het opnieuw."


@routes.get("/inloggen/met/{key}")
async def go(request: Request, key: str, person: MaybeVisitor, naar: str = "") -> Response:
    """Sends somebody to the other site. A link, not a form: a browser also stops where a form is sent on to."""
    target = own_path(naar) or ""
    if person is not None:
        return RedirectResponse(target or home_of(person), HTTPStatus.SEE_OTHER)
    try:
        address, pending = await _outside(request).begin(key, target=target)
    except LoginRefused as exc:
        return _not_in(request, exc, target)
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    _remember(response, services_of(request).pending_logins.sealed(pending), settings_of(request))
    return response


@routes.get(f"{RETURN_PATH}/{{key}}")
async def back(request: Request, key: str, person: MaybeVisitor) -> Response:
    """They are back. The session's cookie is only sent from our own pages: so one of ours leads on."""
    kept = request.cookies.get(_cookie_name(settings_of(request)))
    if kept is None and person is not None:  # the second click
        return RedirectResponse(home_of(person), HTTPStatus.SEE_OTHER)
    target = ""
    try:
        pending = services_of(request).pending_logins.opened(kept or "")
        target = pending.target
        identity = await _outside(request).finish(key, pending, request.query_params)
    except LoginRefused as exc:
        return _not_in(request, exc, target)
    sessions, before = services_of(request).sessions, session_token(request)
    token = await sessions.login(identity, replaces=before, device=device_of(request))
    goal = target or home_of(identity)
    response = pages_of(request).page("logged_in.html", {"goal": goal}, person=None)
    response.headers["Refresh"] = f"0; url={goal}"
    set_session(response, token, settings_of(request))
    _forget(response, settings_of(request))
    return response


@routes.get("/uitloggen/bij/{key}")
async def leave(request: Request, key: str, person: MaybeVisitor) -> Response:
    """There as well, for who is out here. A link, for the reason that `go` is one. Raises NotFound: not of that one."""
    if person is not None:
        return RedirectResponse(home_of(person), HTTPStatus.SEE_OTHER)
    try:
        address = await _outside(request).leave(key)
    except LoginUnavailable:
        values = {"exits": (), "failed": True}
        return pages_of(request).page("logged_out.html", values, person=None, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except LoginRefused:
        raise NotFound from None
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _outside(request: Request) -> OutsideLogin:
    """Raises LoginRefused: nobody logs in that way here."""
    login: OutsideLogin | None = request.app.state.outside_login
    if login is None:
        raise LoginRefused
    return login


def _not_in(request: Request, error: LoginRefused, target: str) -> Response:
    """The login page again, which says why. What was remembered is of no use any more."""
    status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, LoginUnavailable) else HTTPStatus.UNPROCESSABLE_ENTITY
    response = login_page(request, target=target or None, error=_WHY.get(type(error), _ELSE), status=status)
    _forget(response, settings_of(request))
    return response


def _cookie_name(settings: Settings) -> str:
    return "__Host-mo-inloggen" if settings.cookies_are_secure else "mo-inloggen"


def _remember(response: Response, text: str, settings: Settings) -> None:
    """Lax: the browser must bring it along when it comes back from the other site."""
    response.set_cookie(
        _cookie_name(settings),
        text,
        path="/",
        max_age=LIFE_S,
        secure=settings.cookies_are_secure,
        httponly=True,
        samesite="lax",
    )


def _forget(response: Response, settings: Settings) -> None:
    response.set_cookie(
        _cookie_name(settings),
        path="/",
        max_age=0,
        secure=settings.cookies_are_secure,
        httponly=True,
        samesite="lax",
    )
