"""Where one chooses who hears it when one does not open one's post."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.alerts import AlertFacts, AlertKind, Way
from mailbox.domain.errors import InvalidIdentifier
from mailbox.domain.identifiers import GrantId, id_from_text, id_text
from mailbox.domain.ladder import HELPER_DAYS, SENDER_DAYS, Ladder
from mailbox.domain.people import Person
from mailbox.services.alert_texts import alert_text
from mailbox.services.ladders import ChosenLadder, LadderRefused, SenderTooSoon
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, services_of

routes = APIRouter()
SECTION: Final = "/instellingen"
PAGE: Final = f"{SECTION}/waarschuwen"
_NOBODY: Final = "niemand"
_LONGEST_NUMBER: Final = 2


@routes.get(PAGE)
async def show_ladder(request: Request, person: Visitor, gedaan: str = "") -> Response:
    chosen = await services_of(request).ladders.show(person)
    return await _page(request, person, chosen, _form_of(chosen.ladder), done=bool(gedaan))


@routes.post(PAGE)
async def choose_ladder(request: Request, person: Visitor, form: PostedForm) -> Response:
    """A second click chooses the same again."""
    ladders = services_of(request).ladders
    try:
        await ladders.choose(person, _ladder_of(form))
    except LadderRefused as refused:
        chosen = await ladders.show(person)
        field = "afzenderdagen" if isinstance(refused, SenderTooSoon) else "helper"
        return await _page(request, person, chosen, form, errors={field: str(refused)})
    return RedirectResponse(f"{PAGE}?gedaan=ja", HTTPStatus.SEE_OTHER)


async def _page(  # noqa: PLR0913 - a page has this many states
    request: Request,
    person: Person,
    chosen: ChosenLadder,
    form: Form,
    *,
    errors: dict[str, str] | None = None,
    done: bool = False,
) -> Response:
    contacts = services_of(request).contacts
    values = {
        "gone": chosen.gone,
        "helpers": [(id_text(one.grant_id), one.who) for one in chosen.helpers],
        "others": [(id_text(one.grant_id), one.who) for one in chosen.others],
        "form": form,
        "errors": errors or {},
        "done": done,
        "possible": contacts.is_possible,
        "reached": await contacts.reach(person),
        "helper_days": HELPER_DAYS,
        "sender_days": SENDER_DAYS,
        "message": alert_text([AlertFacts(kind=AlertKind.CALLED)], {}, Way.EMAIL).strip().split("\n\n"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page("ladder.html", values, person=person, section=SECTION, status=status)


def _ladder_of(form: Form) -> Ladder:
    """Raises LadderRefused for what no form of ours sends."""
    return Ladder(
        helper=_grant_of(form.one("helper")),
        helper_days=_number(form.one("helperdagen")),
        sender_days=_number(form.one("afzenderdagen")) if form.one("afzender") else None,
    )


def _form_of(ladder: Ladder) -> Form:
    return Form(
        {
            "helper": [id_text(ladder.helper) if ladder.helper else _NOBODY],
            "helperdagen": [str(ladder.helper_days)],
            "afzender": ["ja"] if ladder.sender_days is not None else [],
            "afzenderdagen": [str(ladder.sender_days or SENDER_DAYS[1])],
        }
    )


def _grant_of(text: str) -> GrantId | None:
    if text == _NOBODY:
        return None
    try:
        return GrantId(id_from_text(text))
    except InvalidIdentifier:
        raise LadderRefused("Kies een helper, of kies: niemand.") from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise LadderRefused("Kies een van de aantallen dagen.")
    return int(text)
