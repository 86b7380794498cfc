"""Whom a helper helps: the list, which is the helper's own, and who comes onto it by a code.

An app searches by itself: a name does not belong in an address.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import accept_json, expect, read_body
from mailbox.api.problems import BadRequest
from mailbox.api.readers.callers import address, own, services_of
from mailbox.api.readers.client_json import client_json, new_client_json
from mailbox.api.readers.letter_json import Json, link
from mailbox.api.readers.queries import Query, number
from mailbox.domain.apps import AppScope
from mailbox.services.client_rows import ClientFilter, ClientOrder, ClientPage, ClientQuery
from schemas import MalformedJson, parse_json

router = APIRouter(prefix="/clienten")
_MOST_PAGES: Final = 10_000
_CODE_BYTES: Final = 1_024
"""Of a body with a code of twelve characters, however it is typed."""


@router.get("")
async def get_clients(request: Request) -> Response:
    """A page of people. Each that is shown with figures is a look, and in that person's log before this answers."""
    reader = await own(request, AppScope.CLIENTS)
    accept_json(request)
    wanted = _wanted(request)
    page = await services_of(request).client_list.page(reader.person, wanted)
    return JSONResponse(_page_json(page, wanted, address(request, "clienten")))


@router.post("")
async def post_client(request: Request) -> Response:
    """Takes up an invitation with its code."""
    reader = await own(request, AppScope.NEW_CLIENTS)
    expect(request, "application/json")
    Query(request).check()
    client = await services_of(request).helping.accept(reader.person, await _code(request))
    told = new_client_json(client, address(request, "clienten"))
    return JSONResponse(told, HTTPStatus.CREATED, {"Location": told["_links"]["tijdlijn"]["href"]})


def _wanted(request: Request) -> ClientQuery:
    query = Query(request)
    wanted = ClientQuery(
        order=query.read("volgorde", ClientOrder, ClientOrder.FIRST_DATE),
        filter=query.read("toon", ClientFilter, ClientFilter.ALL),
        page=query.read("pagina", number(1, _MOST_PAGES), 1),
    )
    query.check()
    return wanted


async def _code(request: Request) -> str:
    """The code in the body. Raises BadRequest, TooLarge, TooSlow."""
    raw = await read_body(request, limit=_CODE_BYTES, seconds=request.app.state.settings.request_seconds)
    try:
        match parse_json(raw):
            case {"code": str(code), **more} if not more:
                return code
    except MalformedJson:
        pass
    raise BadRequest('Stuur alleen de code, als {"code": "…"}.')


def _page_json(page: ClientPage, wanted: ClientQuery, here: str) -> Json:
    links = {"self": link(here)}
    if page.page < page.pages:
        asked = {"toon": wanted.filter.value, "volgorde": wanted.order.value, "pagina": str(page.page + 1)}
        links["volgende"] = link(f"{here}?{urlencode({name: value for name, value in asked.items() if value})}")
    return {
        "clienten": [client_json(row, here) for row in page.rows],
        "aantalGevonden": page.found,
        "aantalTotaal": page.total,
        "_links": links,
    }
