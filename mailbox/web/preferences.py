"""What one sets oneself: where messages go, and of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.alerts import Address, EmailAddress, PhoneNumber, Way, Wishes
from mailbox.domain.errors import CodeRefused, InvalidIdentifier, MailboxError, NotFound, TooManyAttempts
from mailbox.domain.people import Person
from mailbox.services.contacts import AddressRefused, Contacts, NothingAsked, NotSent
from mailbox.services.message_limits import TooManyCodes
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, services_of

routes = APIRouter()
SECTION: Final = "/instellingen"
_DONE: Final = {
    "bevestigd": "De code klopt. Vanaf nu sturen wij u daar een bericht als er post is.",
    "bewaard": "Wij hebben uw keuze bewaard.",
    "weg-email": "Uw e-mailadres is weg. Wij sturen er niets meer naartoe.",
    "weg-sms": "Uw telefoonnummer is weg. Wij sturen er niets meer naartoe.",
}
_READ: Final[Mapping[str, Callable[[str], Address]]] = {"email": EmailAddress, "nummer": PhoneNumber.typed}
_NONE: Final = {
    "email": "Vul een e-mailadres in. Bijvoorbeeld naam@voorbeeld.nl.",
    "nummer": "Vul een Nederlands mobiel nummer in. Bijvoorbeeld 06-12345678.",
}
_STATUS: Final = {
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyCodes: HTTPStatus.TOO_MANY_REQUESTS,
    NotSent: HTTPStatus.SERVICE_UNAVAILABLE,
}


@routes.get(SECTION)
async def show_settings(request: Request, person: Visitor, gedaan: str = "") -> Response:
    return await _page(request, person, done=_DONE.get(gedaan, ""))


@routes.post(f"{SECTION}/adres")
async def enter_address(request: Request, person: Visitor, form: PostedForm) -> Response:
    return await _ask(request, person, form, "email")


@routes.post(f"{SECTION}/nummer")
async def enter_number(request: Request, person: Visitor, form: PostedForm) -> Response:
    """Raises NotFound: no text messages go out from here."""
    return await _ask(request, person, form, "nummer")


@routes.get(f"{SECTION}/code")
async def show_code(request: Request, person: Visitor) -> Response:
    return await _code_page(request, person)


@routes.post(f"{SECTION}/code")
async def enter_code(request: Request, person: Visitor, form: PostedForm) -> Response:
    try:
        await _contacts(request).confirm(person, form.one("code"))
    except NothingAsked:  # a second click on what went well: the page says how it stands
        return RedirectResponse(SECTION, HTTPStatus.SEE_OTHER)
    except (CodeRefused, TooManyAttempts) as error:
        return await _code_page(request, person, error=error)
    await services_of(request).earlier_post.plan(person)
    return RedirectResponse(f"{SECTION}?gedaan=bevestigd", HTTPStatus.SEE_OTHER)


@routes.post(f"{SECTION}/berichten")
async def choose(request: Request, person: Visitor, form: PostedForm) -> Response:
    wanted = form.many("bericht")
    wishes = Wishes(
        new_post="nieuw" in wanted,
        reminders="herinnering" in wanted,
        with_date="datum" in wanted,
        watching="meekijken" in wanted,
        calls="gevraagd" in wanted,
        grants="toestemming" in wanted,
    )
    try:
        await _contacts(request).choose(person, wishes, _way(form.one("naar")))
    except NotFound:  # the address was removed meanwhile: the page says so
        return RedirectResponse(SECTION, HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"{SECTION}?gedaan=bewaard", HTTPStatus.SEE_OTHER)


@routes.post(f"{SECTION}/weg")
async def remove(request: Request, person: Visitor, form: PostedForm) -> Response:
    """Raises NotFound: there is no such way."""
    way = _way(form.one("wat"))
    if way is None:
        raise NotFound
    await _contacts(request).remove(person, way)
    return RedirectResponse(f"{SECTION}?gedaan=weg-{way}", HTTPStatus.SEE_OTHER)


@routes.get("/uitgaand")
async def show_outgoing(request: Request, person: Visitor) -> Response:
    """In a demo: what would have gone to whoever is logged in. Raises NotFound: messages really go out."""
    outbox = services_of(request).outbox
    if outbox is None:
        raise NotFound
    values = {"messages": outbox.messages(person.mailbox_id)}
    return pages_of(request).page("outgoing.html", values, person=person, section=SECTION)


async def _ask(request: Request, person: Person, form: Form, field: str) -> Response:
    """Sends a code there. Where that is, is in no URL."""
    typed = {field: form.one(field)}
    try:
        address = _READ[field](typed[field])
    except InvalidIdentifier:
        return await _page(request, person, errors={field: _NONE[field]}, typed=typed)
    try:
        await _contacts(request).ask(person, address)
    except (AddressRefused, NotSent, TooManyAttempts) as error:
        return await _page(request, person, errors={field: str(error)}, typed=typed, status=_status(error))
    return RedirectResponse(f"{SECTION}/code", HTTPStatus.SEE_OTHER)


async def _page(  # noqa: PLR0913 - a page has this many states
    request: Request,
    person: Person,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    status: HTTPStatus | None = None,
) -> Response:
    contacts = _contacts(request)
    values = {
        "contact": await contacts.show(person),
        "possible": contacts.is_possible,
        "ways": contacts.ways,
        "shows_outgoing": services_of(request).outbox is not None,
        "done": done,
        "errors": errors or {},
        "typed": typed or {},
    }
    refused = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page("preferences.html", values, person=person, section=SECTION, status=status or refused)


async def _code_page(request: Request, person: Person, *, error: MailboxError | None = None) -> Response:
    contact = await _contacts(request).show(person)
    if contact.waiting is None and error is None:
        return RedirectResponse(SECTION, HTTPStatus.SEE_OTHER)
    values = {
        "waiting": contact.waiting,
        "shows_outgoing": services_of(request).outbox is not None,
        "errors": {"code": str(error)} if error else {},
    }
    status = _status(error) if error else HTTPStatus.OK
    return pages_of(request).page("contact_code.html", values, person=person, section=SECTION, status=status)


def _way(value: str) -> Way | None:
    return Way(value) if value in set(Way) else None


def _status(error: MailboxError) -> HTTPStatus:
    return _STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)


def _contacts(request: Request) -> Contacts:
    return services_of(request).contacts
