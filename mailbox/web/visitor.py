"""Who asks for this page: the session cookie, and the services behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from mailbox.bootstrap import Services
from mailbox.domain.devices import Device
from mailbox.domain.errors import InvalidIdentifier, MailboxError, NotFound
from mailbox.domain.identifiers import GrantId, LetterId, id_from_text
from mailbox.domain.people import Person
from mailbox.settings import Settings

FORM_BYTES: Final = 64 * 1024
_FORM_FIELDS: Final = 200
_LONGEST_NUMBER: Final = 15


class NotLoggedIn(MailboxError):
    """U bent niet ingelogd."""

    code = "niet-ingelogd"

    def __init__(self, *, ended: bool) -> None:
        super().__init__()
        self.ended = ended


class FormRefused(MailboxError):
    """Dit formulier is te groot of niet goed verstuurd."""

    code = "ongeldig-verzoek"


def services_of(request: Request) -> Services:
    """The services of this application, set by its lifespan."""
    services: Services = request.app.state.services
    return services


def settings_of(request: Request) -> Settings:
    """The settings of this application, set by `mount`."""
    settings: Settings = request.app.state.web_settings
    return settings


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host over https (RFC 6265bis §4.1.3.2); on loopback there is no https."""
    return "__Host-mo" if settings.cookies_are_secure else "mo"


def session_token(request: Request) -> str | None:
    """What the browser says its session is."""
    return request.cookies.get(cookie_name(settings_of(request)))


def device_of(request: Request) -> Device | None:
    """What the browser says of itself."""
    return Device.of_user_agent(request.headers.get("user-agent", ""))


def set_session(response: Response, token: str, settings: Settings) -> None:
    """Gives the browser its session; it ends with the browser."""
    response.set_cookie(
        cookie_name(settings), token, path="/", secure=settings.cookies_are_secure, httponly=True, samesite="strict"
    )


def clear_session(response: Response, settings: Settings) -> None:
    """Makes the browser forget its session."""
    response.set_cookie(
        cookie_name(settings),
        path="/",
        max_age=0,  # without `expires`, which would put the clock in the answer
        secure=settings.cookies_are_secure,
        httponly=True,
        samesite="strict",
    )


async def known_visitor(request: Request) -> Person | None:
    """Who is logged in, if anyone is."""
    token = session_token(request)
    return await services_of(request).sessions.person(token) if token else None


async def visitor(request: Request) -> Person:
    """Who is logged in.

    Raises:
        NotLoggedIn: nobody, or a session that has ended.
    """
    person = await known_visitor(request)
    if person is None:
        raise NotLoggedIn(ended=session_token(request) is not None)
    return person


Visitor = Annotated[Person, Depends(visitor)]
MaybeVisitor = Annotated[Person | None, Depends(known_visitor)]


def letter_id_of(text: str) -> LetterId:
    """The letter a path names. Raises NotFound: a path that names none is not more wrong than a foreign one."""
    return LetterId(_id(text))


def grant_id_of(text: str) -> GrantId:
    """The grant a path names. Raises NotFound."""
    return GrantId(_id(text))


def number_of(text: str) -> int:
    """A number of an address or a form of ours. Raises NotFound for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise NotFound
    return int(text)


def _id(text: str) -> bytes:
    try:
        return id_from_text(text)
    except InvalidIdentifier:
        raise NotFound from None


@dataclass(frozen=True, slots=True)
class Form:
    """Fields of a posted form, trimmed."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        """The first value; empty when absent."""
        values = self.fields.get(name, ())
        return values[0].strip() if values else ""

    def many(self, name: str) -> frozenset[str]:
        """All values of a field that may be ticked more than once."""
        return frozenset(self.fields.get(name, ()))

    def ticked(self, name: str, *, before: frozenset[str]) -> frozenset[str]:
        """What is ticked of a long list, of which `getoond` was on the page: of the rest, what was ticked before."""
        return (before - set(self.one("getoond").split())) | self.many(name)


async def read_form(request: Request) -> Form:
    """The posted form. Our forms are small and have no files.

    Raises:
        FormRefused: another media type, too large, too many fields, or not UTF-8.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise FormRefused
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise FormRefused
    try:
        return Form(parse_qs(body.decode("ascii"), max_num_fields=_FORM_FIELDS, errors="strict"))
    except ValueError:
        raise FormRefused from None


PostedForm = Annotated[Form, Depends(read_form)]


def check_client(form: Form, grant_id: str) -> None:
    """A form about a client says whose post it is: a page of one person never does something to another.

    Raises:
        FormRefused: it names another, or none.
    """
    if form.one("client") != grant_id:
        raise FormRefused
