"""What an app puts ready for its citizen. Only they give it, on our page, which shows the code to nobody else."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import accept_json
from mailbox.api.readers.bodies import PROPOSAL, read_json, scope_in
from mailbox.api.readers.callers import address, id_in_path, own, services_of
from mailbox.api.readers.letter_json import Json, instant, link, present
from mailbox.api.readers.queries import Query
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import DraftId, id_text
from mailbox.services.proposals import Waiting

router = APIRouter(prefix="/concepten")


@router.get("")
async def get_concepts(request: Request) -> Response:
    """All that waits, of whichever app."""
    reader = await own(request, AppScope.GRANTS)
    accept_json(request)
    Query(request).check()
    waiting = await services_of(request).proposals.waiting(reader.person)
    told = {
        "concepten": [_told(request, one) for one in waiting],
        "_links": {"self": link(address(request, "concepten"))},
    }
    return JSONResponse(told)


@router.post("")
async def post_concept(request: Request) -> Response:
    reader = await own(request, AppScope.GRANTS)
    body = await read_json(request, PROPOSAL)
    services = services_of(request)
    scope = scope_in(body, services.clock.now_ms())
    return made(request, await services.proposals.put(reader.person, body["helper"], scope))


@router.get("/{concept_id}")
async def get_concept(request: Request, concept_id: str) -> Response:
    reader = await own(request, AppScope.GRANTS)
    accept_json(request)
    Query(request).check()
    draft_id = DraftId(id_in_path(concept_id))
    return JSONResponse(_told(request, await services_of(request).proposals.get(reader.person, draft_id)))


@router.delete("/{concept_id}")
async def delete_concept(request: Request, concept_id: str) -> Response:
    reader = await own(request, AppScope.GRANTS)
    await services_of(request).proposals.discard(reader.person, DraftId(id_in_path(concept_id)))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def made(request: Request, one: Waiting) -> Response:
    """The answer to who put something ready."""
    told = _told(request, one)
    return JSONResponse(told, HTTPStatus.CREATED, {"Location": told["_links"]["self"]["href"]})


def _told(request: Request, one: Waiting) -> Json:
    concept_id = id_text(one.draft_id)
    page = f"{request.app.state.settings.public_url.rstrip('/')}/meekijken/geven/{concept_id}/controleren"
    told = {
        "conceptId": concept_id,
        "app": one.proposal.app,
        "naam": one.proposal.helper,
        "toestemming": one.proposal.scope.to_json(),
        "toestemmingId": id_text(one.grant_id) if one.grant_id else None,
        "vervaltijdstip": instant(one.until_ms),
        "_links": {"self": link(address(request, "concepten", concept_id)), "pagina": link(page)},
    }
    return present(told)
