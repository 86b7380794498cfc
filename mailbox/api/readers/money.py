"""What somebody owes, over all senders; of oneself, or of a client."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import accept_json
from mailbox.api.readers.callers import Reader, helping, own, services_of
from mailbox.api.readers.money_json import money_json
from mailbox.api.readers.queries import Query
from mailbox.domain.apps import AppScope
from mailbox.domain.local_time import local_day

router = APIRouter()


@router.get("/betalen")
async def get_money(request: Request) -> Response:
    return await _money_of(request, await own(request, AppScope.POST))


@router.get("/clienten/{grant_id}/betalen")
async def get_clients_money(request: Request, grant_id: str) -> Response:
    return await _money_of(request, await helping(request, grant_id))


async def _money_of(request: Request, reader: Reader) -> Response:
    accept_json(request)
    Query(request).check()
    services = services_of(request)
    money = await services.paying.overview(reader.person, through=reader.through)
    today = local_day(services.clock.now_ms())
    return JSONResponse(money_json(money, await services.agencies.names(), reader.base, today))
