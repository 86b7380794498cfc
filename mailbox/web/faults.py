"""What people see when something goes wrong: one table from code to page, one handler for each way to fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.errors import MailboxError
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.opening_reasons import ReasonNeeded
from mailbox.web.guard import AUTHORIZE, is_page
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import NotLoggedIn, clear_session, settings_of

_log = structlog.get_logger()
_RETRY_SECONDS: Final = "5"
_Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A page about something that went wrong: what happened, and what one can do."""

    status: HTTPStatus
    title: str
    what: str
    do: str


_HOME = "Ga naar het begin, of bel ons als u er niet uitkomt."
_LATER = "Wacht een paar minuten en probeer het dan opnieuw. Uw post blijft veilig bewaard."

BY_STATUS: Final[Mapping[HTTPStatus, Fault]] = {
    fault.status: fault
    for fault in (
        Fault(HTTPStatus.BAD_REQUEST, "Dit ging niet goed", "Wij begrijpen niet wat u wilt doen.", _HOME),
        Fault(
            HTTPStatus.FORBIDDEN,
            "Dit mag niet",
            "U mag dit niet doen. Of uw vraag kwam van een andere website.",
            "Ga terug naar Mijnoverzicht en probeer het daar opnieuw.",
        ),
        Fault(
            HTTPStatus.NOT_FOUND,
            "Deze pagina is er niet",
            "De pagina bestaat niet, of u mag deze niet zien.",
            "Kijk of het adres klopt. Of ga naar het begin.",
        ),
        Fault(HTTPStatus.METHOD_NOT_ALLOWED, "Dit kan hier niet", "U kunt dit niet doen op deze pagina.", _HOME),
        Fault(
            HTTPStatus.GONE,
            "Deze pagina is er niet meer",
            "De pagina bestond wel, maar is weg.",
            "Ga naar het begin.",
        ),
        Fault(
            HTTPStatus.TOO_MANY_REQUESTS,
            "U heeft dit te vaak geprobeerd",
            "U probeerde dit te vaak achter elkaar.",
            "Wacht een uur en probeer het dan opnieuw.",
        ),
        Fault(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Er ging iets mis bij ons",
            "Er is een fout in onze dienst. Dat ligt niet aan u.",
            _LATER,
        ),
        Fault(
            HTTPStatus.NOT_IMPLEMENTED,
            "Hier kan nog niemand inloggen",
            "Deze dienst neemt post aan, maar heeft nog geen manier om in te loggen.",
            "Vraag de beheerder van deze dienst wanneer dat kan.",
        ),
        Fault(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Mijnoverzicht doet het nu niet",
            "Wij kunnen uw post nu niet laten zien. Dat ligt niet aan u.",
            _LATER,
        ),
    )
}

STATUS_OF_CODE: Final[Mapping[str, HTTPStatus]] = {
    "ongeldig-verzoek": HTTPStatus.BAD_REQUEST,
    "ongeldig-nummer": HTTPStatus.NOT_FOUND,
    "niet-gevonden": HTTPStatus.NOT_FOUND,
    "geen-toegang": HTTPStatus.FORBIDDEN,
    "inloggen-mislukt": HTTPStatus.FORBIDDEN,
    "ongeldige-reden": HTTPStatus.BAD_REQUEST,
    "code-geweigerd": HTTPStatus.BAD_REQUEST,
    "ongeldige-toestemming": HTTPStatus.BAD_REQUEST,
    "kan-nu-niet": HTTPStatus.BAD_REQUEST,
    "intussen-gewijzigd": HTTPStatus.BAD_REQUEST,
    "te-veel-pogingen": HTTPStatus.TOO_MANY_REQUESTS,
    "te-veel-verzoeken": HTTPStatus.TOO_MANY_REQUESTS,
    "tijdelijk-niet-beschikbaar": HTTPStatus.SERVICE_UNAVAILABLE,
    "sleutelregister-verbroken": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Codes that people can meet. Any other is a fault of ours."""


def fault_page(request: Request, status: HTTPStatus, *, person: Person | None = None) -> Response:
    """The page for this status; for one without a page of its own, that of its class."""
    fault = BY_STATUS.get(status)
    if fault is None:
        server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        fault = BY_STATUS[HTTPStatus.INTERNAL_SERVER_ERROR if server else HTTPStatus.BAD_REQUEST]
    response = pages_of(request).page("fault.html", {"fault": fault}, person=person, status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_SECONDS
    response.headers.update(request.app.state.page_headers)  # a 500 is answered outside all middleware
    return response


async def refuse_foreign_form(request: Request) -> Response:
    """For a form that did not come from a page of ours."""
    return fault_page(request, HTTPStatus.FORBIDDEN)


async def _on_not_logged_in(request: Request, error: Exception) -> Response:
    """To the login page. Who sent a form, or whose session has ended, is told that nothing was done."""
    read = request.method == "GET"
    target = _target(request) if read else "/"
    if not (isinstance(error, NotLoggedIn) and error.ended):
        asked = {"naar": target} if read else {"naar": target, "formulier": "weg"}
        return RedirectResponse(f"/inloggen?{urlencode(asked)}", HTTPStatus.SEE_OTHER)
    response = pages_of(request).page(
        "session_ended.html", {"target": target}, person=None, status=HTTPStatus.FORBIDDEN
    )
    clear_session(response, settings_of(request))
    return response


def _target(request: Request) -> str:
    """Where one goes on after login. Only an app's question takes its query along: others may hold what one sought."""
    return f"{AUTHORIZE}?{request.url.query}" if request.url.path == AUTHORIZE else request.url.path


async def _on_reason_needed(request: Request, error: Exception) -> Response:
    """To the question why, and from there to where one was going."""
    assert isinstance(error, ReasonNeeded)  # noqa: S101 - registered for this class only
    asked = f"?{urlencode({'naar': request.url.path})}" if request.method == "GET" else ""
    return RedirectResponse(f"/clienten/{id_text(error.grant_id)}/reden{asked}", HTTPStatus.SEE_OTHER)


async def _on_mailbox_error(request: Request, error: Exception) -> Response:
    code = error.code if isinstance(error, MailboxError) else ""
    status = STATUS_OF_CODE.get(code, HTTPStatus.INTERNAL_SERVER_ERROR)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("internal_error", kind=type(error).__name__)
    return fault_page(request, status)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    response = fault_page(request, HTTPStatus(error.status_code))
    response.headers.update(error.headers or {})
    return response


async def _on_invalid(request: Request, _: Exception) -> Response:
    return fault_page(request, HTTPStatus.BAD_REQUEST)


async def _on_unexpected(request: Request, error: Exception) -> Response:
    _log.error("internal_error", kind=type(error).__name__)
    return fault_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def add_handlers(app: FastAPI) -> None:
    """Pages for people; what the app had before keeps answering machines."""
    handlers: Mapping[type[Exception], _Handler] = {
        NotLoggedIn: _on_not_logged_in,
        ReasonNeeded: _on_reason_needed,
        MailboxError: _on_mailbox_error,
        HTTPException: _on_http_error,
        RequestValidationError: _on_invalid,
        Exception: _on_unexpected,
    }
    for kind, handler in handlers.items():
        before = next((app.exception_handlers[one] for one in kind.__mro__ if one in app.exception_handlers), None)
        app.add_exception_handler(kind, _for_pages(handler, before))


def _for_pages(ours: _Handler, theirs: _Handler | None) -> _Handler:
    async def handle(request: Request, error: Exception) -> Response:
        chosen = ours if theirs is None or is_page(request.url.path) else theirs
        answer = chosen(request, error)
        return answer if isinstance(answer, Response) else await answer

    return handle
