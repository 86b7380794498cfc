"""One table from what went wrong to problem+json (RFC 9457; ADR /core/error-handling)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mailbox.domain.errors import MailboxError
from mailbox.observability import request_id
from schemas import Fault

_log = structlog.get_logger()

STATUS: Final[Mapping[str, HTTPStatus]] = {
    "ongeldig-bericht": HTTPStatus.BAD_REQUEST,
    "ongeldig-verzoek": HTTPStatus.BAD_REQUEST,
    "ongeldig-nummer": HTTPStatus.BAD_REQUEST,
    "ongeldige-toestemming": HTTPStatus.BAD_REQUEST,
    "ongeldige-app": HTTPStatus.BAD_REQUEST,
    "ongeldig-betaaloverzicht": HTTPStatus.BAD_REQUEST,
    "kan-nu-niet": HTTPStatus.CONFLICT,
    "intussen-gewijzigd": HTTPStatus.CONFLICT,
    "code-geweigerd": HTTPStatus.BAD_REQUEST,
    "ongeldige-reden": HTTPStatus.BAD_REQUEST,
    "niet-ingelogd": HTTPStatus.UNAUTHORIZED,
    "inloggen-mislukt": HTTPStatus.UNAUTHORIZED,
    "invalid_client": HTTPStatus.UNAUTHORIZED,
    "geen-toegang": HTTPStatus.FORBIDDEN,
    "reden-nodig": HTTPStatus.FORBIDDEN,
    "andere-afzender": HTTPStatus.FORBIDDEN,
    "niet-gevonden": HTTPStatus.NOT_FOUND,
    "niet-acceptabel": HTTPStatus.NOT_ACCEPTABLE,
    "te-langzaam": HTTPStatus.REQUEST_TIMEOUT,
    "kenmerk-hergebruikt": HTTPStatus.CONFLICT,
    "bestaat-al": HTTPStatus.CONFLICT,
    "te-groot": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "ander-mediatype": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "te-veel-verzoeken": HTTPStatus.TOO_MANY_REQUESTS,
    "te-veel-pogingen": HTTPStatus.TOO_MANY_REQUESTS,
    "interne-fout": HTTPStatus.INTERNAL_SERVER_ERROR,
    "zegel-verbroken": HTTPStatus.INTERNAL_SERVER_ERROR,
    "sleutelbestand-geweigerd": HTTPStatus.INTERNAL_SERVER_ERROR,
    "sleutelregister-verbroken": HTTPStatus.SERVICE_UNAVAILABLE,
    "tijdelijk-niet-beschikbaar": HTTPStatus.SERVICE_UNAVAILABLE,
}
TITLES: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "Ongeldig verzoek",
    HTTPStatus.UNAUTHORIZED: "Niet ingelogd",
    HTTPStatus.FORBIDDEN: "Geen toegang",
    HTTPStatus.NOT_FOUND: "Niet gevonden",
    HTTPStatus.METHOD_NOT_ALLOWED: "Methode niet toegestaan",
    HTTPStatus.NOT_ACCEPTABLE: "Niet acceptabel",
    HTTPStatus.REQUEST_TIMEOUT: "Verzoek duurde te lang",
    HTTPStatus.CONFLICT: "Conflict",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Te groot",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Mediatype niet ondersteund",
    HTTPStatus.TOO_MANY_REQUESTS: "Te veel verzoeken",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Interne fout",
    HTTPStatus.SERVICE_UNAVAILABLE: "Tijdelijk niet beschikbaar",
}
_RETRY_SECONDS: Final = 5
_ATTEMPTS_SECONDS: Final = 3_600
"""Wrong codes count for an hour."""


class BadRequest(MailboxError):
    """Het verzoek klopt niet."""

    code = "ongeldig-verzoek"


class InvalidBericht(MailboxError):
    """Het bericht voldoet niet aan het schema van zijn berichtsoort. Alle fouten staan in `fouten`."""

    code = "ongeldig-bericht"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class InvalidBody(InvalidBericht):
    """Er klopt iets niet aan dit verzoek. Alle fouten staan in `fouten`."""

    code = "ongeldig-verzoek"


class NotLoggedIn(MailboxError):
    """Stuur een geldig toegangstoken mee (Authorization: Bearer)."""

    code = "niet-ingelogd"


class NotAcceptable(MailboxError):
    """Dit antwoord is er alleen als JSON."""

    code = "niet-acceptabel"


class UnsupportedMediaType(MailboxError):
    """De inhoud van dit verzoek heeft een ander mediatype, tekenset of codering dan hier kan."""

    code = "ander-mediatype"


class TooLarge(MailboxError):
    """Het verzoek is groter dan is afgesproken."""

    code = "te-groot"


class TooSlow(MailboxError):
    """Het verzoek kwam te langzaam binnen."""

    code = "te-langzaam"


class TooManyRequests(MailboxError):
    """Te veel verzoeken per seconde. Probeer het zo weer."""

    code = "te-veel-verzoeken"

    def __init__(self, retry_seconds: int) -> None:
        super().__init__()
        self.retry_seconds = retry_seconds


def status_of(error: MailboxError) -> HTTPStatus:
    """The status of an error; an unknown code is a fault of ours."""
    return STATUS.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def detail_of(error: MailboxError) -> str:
    """What may be told of an error. A fault of ours says nothing of itself: its text may hold anything."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return MailboxError.__doc__ or ""
    ours = status is HTTPStatus.SERVICE_UNAVAILABLE  # its text names the code of a driver, for the operator
    return type(error).__doc__ or "" if ours else str(error)


def faults_json(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Faults as they are on the wire."""
    return [{"pointer": fault.pointer, "code": fault.code, "melding": fault.message} for fault in faults]


def problem(  # noqa: PLR0913 - a problem has this many parts
    request: Request,
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
) -> Response:
    """A problem+json response. Its `instance` is the id that the log has of this request."""
    instance = f"urn:uuid:{request_id(request.scope)}"
    body: dict[str, Any] = {
        "type": f"urn:mijnoverzicht:fout:{code}",
        "title": TITLES.get(status, status.phrase),
        "status": status.value,
        "detail": detail,
        "instance": instance,
    }
    if faults:
        body["fouten"] = faults_json(faults)
    _log.info("problem", code=code, status=status.value, id=request_id(request.scope))
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status.value, dict(headers or {}), "application/problem+json")


async def on_mailbox_error(request: Request, error: Exception) -> Response:
    """Any error of ours."""
    assert isinstance(error, MailboxError)  # noqa: S101 - registered for this class only
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("internal_error", kind=type(error).__name__, id=request_id(request.scope), exc_info=error)
    headers = _headers(error, status)
    return problem(request, status, error.code, detail_of(error), headers=headers, faults=_faults(error))


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    status = HTTPStatus(error.status_code)
    code = {HTTPStatus.NOT_FOUND: "niet-gevonden", HTTPStatus.METHOD_NOT_ALLOWED: "methode-niet-toegestaan"}
    detail = {
        HTTPStatus.NOT_FOUND: "Dit adres bestaat niet.",
        HTTPStatus.METHOD_NOT_ALLOWED: "Deze methode kan hier niet; zie de header Allow.",
    }
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods_at(request))) or headers["Allow"]
    return problem(
        request,
        status,
        code.get(status, "ongeldig-verzoek"),
        detail.get(status, "Het verzoek klopt niet."),
        headers=headers,
    )


async def on_disconnect(_: Request, __: Exception) -> Response:
    """The caller left before its request was whole. Nobody reads this; it is not a fault of ours."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def on_invalid_parameters(request: Request, __: Exception) -> Response:
    """What the framework cannot read as a parameter: 400, never 422 (ADR /core/error-handling/invalid-input)."""
    return problem(request, HTTPStatus.BAD_REQUEST, BadRequest.code, BadRequest.__doc__ or "")


async def on_unexpected(request: Request, error: Exception) -> Response:
    """A fault of ours: its class and place go to the log, nothing of it to the caller."""
    _log.error("internal_error", kind=type(error).__name__, id=request_id(request.scope), exc_info=error)
    detail = "Er ging iets mis. Noem de instance bij vragen."
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "interne-fout", detail)


def _methods_at(request: Request) -> set[str]:
    """What can be done at the first address that this path is: the framework names the methods of one route only."""
    found: dict[str, set[str]] = {}
    for route in iter_route_contexts(request.app.routes):
        if route.path and route.path_regex.match(request.url.path):
            found.setdefault(route.path, set()).update(route.methods or ())
    return next(iter(found.values()), set()) - {"HEAD"}


def _headers(error: MailboxError, status: HTTPStatus) -> dict[str, str]:
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_seconds)}
    if error.code == "te-veel-pogingen":
        return {"Retry-After": str(_ATTEMPTS_SECONDS)}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(_RETRY_SECONDS)}
    if status is HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="mijnoverzicht", error="invalid_token"'}
    if error.code == "geen-toegang":
        return {"WWW-Authenticate": 'Bearer realm="mijnoverzicht", error="insufficient_scope"'}
    return {}


def _faults(error: MailboxError) -> Sequence[Fault]:
    return error.faults if isinstance(error, InvalidBericht) else ()
