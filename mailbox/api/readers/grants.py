"""A citizen's own grants: who may look along, and everything that can be done with that."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from consent import is_within
from mailbox.api.bodies import accept_json
from mailbox.api.readers.bodies import CHANGE, PREVIEW, STOP, read_json, scope_in
from mailbox.api.readers.callers import address, id_in_path, own, services_of
from mailbox.api.readers.concepts import made
from mailbox.api.readers.grant_json import grant_json
from mailbox.api.readers.letter_json import link, present, summary_json
from mailbox.api.readers.queries import Query
from mailbox.domain.apps import AppScope
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.services.grant_views import GrantView

router = APIRouter()
_JOSE: Final = "application/jose"


@router.get("/toestemmingen")
async def get_grants(request: Request) -> Response:
    """All that this citizen ever gave, newest first."""
    reader = await own(request, AppScope.GRANTS)
    accept_json(request)
    Query(request).check()
    services = services_of(request)
    own_grants, now_ms = await services.granting.all_of(reader.person), services.clock.now_ms()
    broken = [id_text(one.grant_id) for one in own_grants.broken if one.is_live]
    told = {
        "toestemmingen": [grant_json(grant, now_ms, reader.base) for grant in own_grants.sound],
        "kloptNiet": broken or None,
        "_links": {"self": link(address(request, "toestemmingen"))},
    }
    return JSONResponse(present(told))


@router.get("/toestemmingen/{grant_id}")
async def get_grant(request: Request, grant_id: str) -> Response:
    reader = await own(request, AppScope.GRANTS)
    accept_json(request)
    Query(request).check()
    wanted = _grant_id(grant_id)
    grants = await services_of(request).granting.grants_of(reader.person)
    found = next((grant for grant in grants if grant.grant_id == wanted), None)
    if found is None:
        raise NotFound
    return _told(request, found)


@router.get("/toestemmingen/{grant_id}/bewijs")
async def get_receipt(request: Request, grant_id: str) -> Response:
    """The receipt, signed with the citizen's own key: a compact JWS that anyone verifies offline."""
    reader = await own(request, AppScope.GRANTS)
    accept_json(request, _JOSE)
    Query(request).check()
    site = str(request.app.state.settings.public_url)
    receipt = await services_of(request).consent_receipts.receipt(reader.person, _grant_id(grant_id), site=site)
    return Response(receipt.signed, media_type=_JOSE)


@router.post("/toestemmingen/{grant_id}/wijzigingen")
async def post_change(request: Request, grant_id: str) -> Response:
    """Less, at once; more is put ready for the citizen. Refused when the grant has changed since the app saw it."""
    reader = await own(request, AppScope.GRANTS)
    body = await read_json(request, CHANGE)
    services = services_of(request)
    scope = scope_in(body, services.clock.now_ms())
    granting, which, version = services.granting, _grant_id(grant_id), body["versie"]
    view = await granting.check_change(reader.person, which, scope, version=version)
    if is_within(scope, view.scope):
        return _told(request, await granting.change(reader.person, which, scope, version=version))
    return made(request, await services.proposals.put_change(reader.person, view, scope))


@router.post("/toestemmingen/{grant_id}/pauzes")
async def post_pause(request: Request, grant_id: str) -> Response:
    reader = await own(request, AppScope.GRANTS)
    accept_json(request)
    return _told(request, await services_of(request).granting.pause(reader.person, _grant_id(grant_id)))


@router.post("/toestemmingen/{grant_id}/hervattingen")
async def post_resumption(request: Request, grant_id: str) -> Response:
    reader = await own(request, AppScope.GRANTS)
    accept_json(request)
    return _told(request, await services_of(request).granting.resume(reader.person, _grant_id(grant_id)))


@router.post("/toestemmingen/{grant_id}/stops")
async def post_stop(request: Request, grant_id: str) -> Response:
    """Ends it at once. Stopping what was stopped is no error."""
    reader = await own(request, AppScope.GRANTS)
    body = await read_json(request, STOP)
    granting, which = services_of(request).granting, _grant_id(grant_id)
    try:
        return _told(request, await granting.stop(reader.person, which, quiet=body.get("stil", False)))
    except SealBroken:
        await granting.clear_away(reader.person, which)
        raise NotFound from None


@router.delete("/toestemmingen/{grant_id}/helpers/{ref}")
async def delete_helper(request: Request, grant_id: str, ref: str) -> Response:
    """Ends it for one of its helpers; the others go on."""
    reader = await own(request, AppScope.GRANTS)
    await services_of(request).granting.remove_helper(reader.person, _grant_id(grant_id), ref)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/stops")
async def post_stop_of_all(request: Request) -> Response:
    """Ends all that the citizen can end."""
    reader = await own(request, AppScope.GRANTS)
    body = await read_json(request, STOP)
    stopped = await services_of(request).granting.stop_all(reader.person, quiet=body.get("stil", False))
    return JSONResponse({"aantalGestopt": stopped})


@router.post("/voorvertoningen")
async def post_preview(request: Request) -> Response:
    """The letters that somebody with this scope would see now. Nothing is given."""
    reader = await own(request, AppScope.GRANTS, AppScope.POST)
    body = await read_json(request, PREVIEW)
    services = services_of(request)
    letters = await services.previewing.letters(reader.person, scope_in(body, services.clock.now_ms()))
    names = await services.agencies.names()
    return JSONResponse({"berichten": [summary_json(letter, names, reader.base, own=True) for letter in letters]})


def _told(request: Request, grant: GrantView) -> Response:
    return JSONResponse(grant_json(grant, services_of(request).clock.now_ms(), address(request)))


def _grant_id(text: str) -> GrantId:
    return GrantId(id_in_path(text))
