"""The people a helper helps: the list, who comes onto it and goes off it, and each one's post.

The list is the helper's own, with a token that represents nobody. Post is a client's: the token says whose, and it
represents the citizen of exactly this grant.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import accept_json
from mailbox.api.readers.bodies import CODE, read_json
from mailbox.api.readers.callers import address, helping, id_in_path, own, services_of
from mailbox.api.readers.client_json import client_json, new_client_json
from mailbox.api.readers.letter_json import Json, link
from mailbox.api.readers.letters import attachment_of, letter_of, search_of, timeline_of
from mailbox.api.readers.queries import Query, number
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.services.client_rows import ClientFilter, ClientOrder, ClientPage, ClientQuery

router = APIRouter()
_MOST_PAGES: Final = 10_000


@router.get("/clienten")
async def get_clients(request: Request) -> Response:
    """A page of people. Each that is shown with figures is a look, in that person's log."""
    reader = await own(request, AppScope.CLIENTS)
    accept_json(request)
    query = Query(request)
    wanted = ClientQuery(
        order=query.read("volgorde", ClientOrder, ClientOrder.FIRST_DATE),
        filter=query.read("toon", _filter, ClientFilter.ALL),
        page=query.read("pagina", number(1, _MOST_PAGES), 1),
    )
    query.check()
    page = await services_of(request).client_list.page(reader.person, wanted)
    here = address(request, "clienten")
    told = {
        "clienten": [client_json(row, here) for row in page.rows],
        "aantalGevonden": page.found,
        "aantalTotaal": page.total,
        "_links": _links(wanted, page, here),
    }
    return JSONResponse(told)


@router.post("/clienten")
async def post_client(request: Request) -> Response:
    """Takes up an invitation with its code."""
    reader = await own(request, AppScope.NEW_CLIENTS)
    body = await read_json(request, CODE)
    client = await services_of(request).helping.accept(reader.person, body["code"])
    here = address(request, "clienten")
    headers = {"Location": f"{here}/{id_text(client.grant_id)}/tijdlijn"}
    return JSONResponse(new_client_json(client, here), HTTPStatus.CREATED, headers)


@router.delete("/clienten/{grant_id}")
async def delete_client(request: Request, grant_id: str) -> Response:
    """The helper stops. Colleagues go on."""
    reader = await own(request, AppScope.NEW_CLIENTS)
    await services_of(request).helping.give_back(reader.person, _grant_id(grant_id))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.put("/favorieten/{grant_id}")
async def put_favourite(request: Request, grant_id: str) -> Response:
    """The helper's own star in the list."""
    return await _star(request, grant_id, favourite=True)


@router.delete("/favorieten/{grant_id}")
async def delete_favourite(request: Request, grant_id: str) -> Response:
    return await _star(request, grant_id, favourite=False)


@router.get("/clienten/{grant_id}/tijdlijn")
async def get_timeline(request: Request, grant_id: str) -> Response:
    return await timeline_of(request, await helping(request, grant_id))


@router.post("/clienten/{grant_id}/tijdlijn/_zoek")
async def search(request: Request, grant_id: str) -> Response:
    return await search_of(request, await helping(request, grant_id))


@router.get("/clienten/{grant_id}/berichten/{letter_id}")
async def get_letter(request: Request, grant_id: str, letter_id: str) -> Response:
    return await letter_of(request, await helping(request, grant_id), letter_id)


@router.get("/clienten/{grant_id}/berichten/{letter_id}/bijlagen/{number}")
async def get_attachment(request: Request, grant_id: str, letter_id: str, number: str) -> Response:
    return await attachment_of(request, await helping(request, grant_id), letter_id, number)


async def _star(request: Request, grant_id: str, *, favourite: bool) -> Response:
    reader = await own(request, AppScope.CLIENTS)
    await services_of(request).client_list.star(reader.person, _grant_id(grant_id), favourite=favourite)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _filter(text: str) -> ClientFilter:
    """One of those that leave somebody out. Raises ValueError."""
    if not text:
        raise ValueError
    return ClientFilter(text)


def _links(wanted: ClientQuery, page: ClientPage, here: str) -> Json:
    links = {"self": link(here)}
    if page.page < page.pages:
        again = {"volgorde": wanted.order.value, "pagina": str(page.page + 1)}
        if wanted.filter is not ClientFilter.ALL:
            again["toon"] = wanted.filter.value
        links["volgende"] = link(f"{here}?{urlencode(again)}")
    return links


def _grant_id(text: str) -> GrantId:
    return GrantId(id_in_path(text))
