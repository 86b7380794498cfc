"""Questions for access: a helper asks and hands over a code; the citizen looks, and says yes, less, or no."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.readers.bodies import ANSWER, CODE, REQUEST, read_json, scope_in
from mailbox.api.readers.callers import address, own, services_of
from mailbox.api.readers.concepts import made
from mailbox.api.readers.letter_json import instant, link, present
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import id_text

router = APIRouter(prefix="/toestemmingsverzoeken")


@router.post("")
async def post_request(request: Request) -> Response:
    """A helper asks. The code in the answer is there once: the citizen gets it from the helper, another way."""
    reader = await own(request, AppScope.NEW_CLIENTS)
    body = await read_json(request, REQUEST)
    services = services_of(request)
    scope = scope_in(body, services.clock.now_ms())
    asked = await services.asking.ask(reader.person, scope, body["reden"])
    told = {"code": asked.code, "vervaltijdstipCode": instant(asked.expires_ms)}
    return JSONResponse(told, HTTPStatus.CREATED)


@router.post("/_zoek")
async def post_look(request: Request) -> Response:
    """A citizen sees who asks what, and why. The code is in the body: it is in no address."""
    reader = await own(request, AppScope.GRANTS)
    body = await read_json(request, CODE)
    asked = await services_of(request).asking.look(reader.person, body["code"])
    told = {
        "helper": present({"naam": asked.helper.name, "organisatie": asked.helper.organisation}),
        "reden": asked.reason,
        "toestemming": asked.scope.to_json(),
        "vervaltijdstipCode": instant(asked.expires_ms),
        "toestemmingId": id_text(asked.given) if asked.given else None,
    }
    return JSONResponse(present(told))


@router.post("/antwoorden")
async def post_answer(request: Request) -> Response:
    """A yes, to all or to less, is put ready for the citizen. Of a no nothing stays."""
    reader = await own(request, AppScope.GRANTS)
    body = await read_json(request, ANSWER)
    services = services_of(request)
    if body["antwoord"] == "nee":
        await services.asking.refuse(reader.person, body["code"])
        return Response(status_code=HTTPStatus.NO_CONTENT)
    scope = scope_in(body, services.clock.now_ms())
    asked = await services.asking.look(reader.person, body["code"])
    if asked.given is None:
        return made(request, await services.proposals.put_answer(reader.person, body["code"], asked, scope))
    grant_id = id_text(asked.given)
    told = {"toestemmingId": grant_id, "_links": {"self": link(address(request, "toestemmingen", grant_id))}}
    return JSONResponse(told)
