"""The receipt of a consent: a page to print, with the whole signed receipt in a QR code, and the same as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent import NOTICES, ConsentRecord, Method, PartyRole, RecordEvent
from mailbox.crypto import to_paper
from mailbox.domain.errors import NotFound
from mailbox.services.access_log import LogLine
from mailbox.services.consent_receipts import Receipt
from mailbox.services.log_entries import Act, Role
from mailbox.web import formats, headers, words
from mailbox.web.giving import SECTION, own_grant
from mailbox.web.grant_words import STATES, ScopeWords, grant_card, scope_words
from mailbox.web.looks_words import sentence
from mailbox.web.qr_codes import large_qr_code, qr_code
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Visitor, grant_id_of, services_of, settings_of

routes = APIRouter()
_MOST_MS: Final = 10**14
_ROLES: Final[Mapping[PartyRole, Role]] = {
    PartyRole.CITIZEN: Role.CITIZEN,
    PartyRole.HELPER: Role.HELPER,
    PartyRole.DESK: Role.DESK,
    PartyRole.SERVICE: Role.SERVICE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An event in words. `is_given`: it says what may be seen; `scope`: what, if that is not what holds now."""

    at_ms: int
    sentence: str
    is_given: bool
    scope: ScopeWords | None


@routes.get("/meekijken/{grant_id}/bewijs")
async def show_receipt(request: Request, person: Visitor, grant_id: str) -> Response:
    services, pages = services_of(request), pages_of(request)
    names = await services.agencies.names()
    card = grant_card(await own_grant(request, person, grant_id_of(grant_id)), names, services.clock.now_ms())
    if card.by_court:
        return pages.page("grant_no_receipt.html", {"card": card}, person=person, section=SECTION)
    receipt = await services.consent_receipts.receipt(person, grant_id_of(grant_id), site=_site(request))
    values = {"card": card, "receipt": receipt, **_told(receipt, names)}
    return pages.page("grant_receipt.html", values, person=person, section=SECTION)


@routes.get("/meekijken/{grant_id}/bewijs.jws")
async def fetch_receipt(
    request: Request, person: Visitor, grant_id: str, op: Annotated[int | None, Query(ge=0, le=_MOST_MS)] = None
) -> Response:
    """The very receipt of the page of `op` (UTC milliseconds); if something happened since, the page as it is."""
    view = await own_grant(request, person, grant_id_of(grant_id))
    receipts = services_of(request).consent_receipts
    try:
        receipt = await receipts.receipt(person, view.grant_id, site=_site(request), at_ms=op)
    except NotFound:
        return RedirectResponse(f"{SECTION}/{grant_id}/bewijs", HTTPStatus.SEE_OTHER)
    name = f"toestemming-{formats.day_iso(receipt.record.issued_ms)}.jws"
    return Response(
        receipt.signed,
        media_type="application/jose",
        headers=headers.to_save(name),
    )


def _site(request: Request) -> str:
    return settings_of(request).public_url


def _told(receipt: Receipt, names: Mapping[str, str]) -> Mapping[str, object]:
    record = receipt.record
    whole = large_qr_code(to_paper(receipt.signed))
    return {
        "who": _who(record),
        "purpose": words.PURPOSES[record.scope.purpose],
        "state": STATES[record.state],
        "given": _given(record),
        "scope": scope_words(record.scope, names),
        "events": [_told_event(record, event, names) for event in record.events],
        "notice": NOTICES[record.notice],
        "is_whole": whole is not None,
        "qr": whole or _numbers(receipt),
    }


def _numbers(receipt: Receipt) -> Markup:
    """What binds a paper to a file, where the file is too long for a code."""
    return qr_code(f"Mijnoverzicht sha256:{receipt.sha256} sleutel:{receipt.record.principal}")


def _who(record: ConsentRecord) -> str:
    return ", ".join(helper.name for helper in record.helpers)


def _given(record: ConsentRecord) -> str:
    """How the citizen said yes."""
    first = record.events[0]
    match record.method:
        case Method.ONLINE:
            return "U gaf de toestemming zelf, ingelogd bij Mijnoverzicht."
        case Method.REQUEST:
            return "Uw helper vroeg erom. U zei ja, ingelogd bij Mijnoverzicht."
        case Method.DESK:
            return f"U gaf de toestemming aan een balie. {record.party(first.by).name} schreef die voor u op."


def _told_event(record: ConsentRecord, event: RecordEvent, names: Mapping[str, str]) -> Told:
    by = record.party(event.by)
    line = LogLine(
        seq=0,
        at_ms=event.at_ms,
        actor=by.name,
        role=_ROLES[by.role],
        action=Act(event.happened.value),
        grant_id=None,
        letters=(),
        details={"helper": record.party(event.about).name if event.about else _who(record)},
    )
    older = event.scope if event.scope != record.scope else None
    return Told(
        at_ms=event.at_ms,
        sentence=sentence(line, names, {}),
        is_given=event.scope is not None,
        scope=scope_words(older, names) if older else None,
    )
