"""What comes in at the token endpoint, and how it says no (RFC 6749 §5.2)."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import read_body
from mailbox.domain.errors import MailboxError

NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORM_BYTES: Final = 16 * 1024
_FIELDS: Final = 20

Form = dict[str, str]


class OAuthError(MailboxError):
    """Het verzoek om een token klopt niet."""

    code = "invalid_request"

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


def refusal(error: OAuthError) -> Response:
    """The answer that says it."""
    status = 401 if error.error == "invalid_client" else 400
    return JSONResponse({"error": error.error, "error_description": str(error)}, status, NO_STORE)


async def read_form(request: Request) -> Form:
    """The fields of the form. Raises OAuthError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Stuur een formulier (application/x-www-form-urlencoded).")
    try:
        raw = await read_body(request, limit=_FORM_BYTES, seconds=request.app.state.settings.request_seconds)
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=_FIELDS)
    except (MailboxError, ValueError):
        raise OAuthError("invalid_request", "Het formulier klopt niet of is te groot.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthError("invalid_request", "Een veld staat twee keer in het formulier.")
    return form


def field(form: Form, name: str) -> str:
    """A field that must be there. Raises OAuthError."""
    if not form.get(name):
        raise OAuthError("invalid_request", f"{name} ontbreekt.")
    return form[name]
