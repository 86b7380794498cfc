"""What NotifyNL tells of a message after it took it: its callback. It is for nobody else, so in no openapi.

Source: docs.notifications.service.gov.uk/rest-api.html, "Delivery receipts". It tries again on 5xx, and not on 4xx.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.api.bodies import expect, read_body
from mailbox.api.problems import BadRequest, NotLoggedIn
from mailbox.domain.alerts import message_key
from schemas import MalformedJson, parse_json

OUTCOMES: Final = "/kennisgevingen/uitkomsten"
_LARGEST: Final = 16 * 1024
_SECONDS: Final = 10
_NO_SUCH_ADDRESS: Final = "permanent-failure"

_log = structlog.get_logger()

router = APIRouter()


@router.post(OUTCOMES)
async def tell_outcome(request: Request) -> Response:
    """Also of a message that nobody knows the answer is 204, as it is again for what was told before."""
    _check_token(request)
    expect(request, "application/json")
    told = _object(await read_body(request, limit=_LARGEST, seconds=_SECONDS))
    key = message_key(str(told.get("reference")))
    if key is not None and told.get("status") == _NO_SUCH_ADDRESS:
        known = await request.app.state.services.bounces.no_such_address(key)
        _log.info("message_came_back", known=known)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _check_token(request: Request) -> None:
    """Raises NotLoggedIn, also where nobody has a token."""
    token: bytes | None = request.app.state.outcome_token
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if token is None or kind.lower() != "bearer" or not hmac.compare_digest(given.encode("latin-1"), token):
        raise NotLoggedIn


def _object(body: bytes) -> dict[str, object]:
    try:
        told = parse_json(body)
    except MalformedJson:
        raise BadRequest from None
    if not isinstance(told, dict):
        raise BadRequest
    return told
