"""Who looked when: the citizen's own log, by an app."""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import accept_json
from mailbox.api.readers.callers import Reader, address, own, services_of
from mailbox.api.readers.letter_json import link
from mailbox.api.readers.log_json import line_json
from mailbox.api.readers.queries import Query, flag, number
from mailbox.domain.apps import AppScope
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, id_from_text
from mailbox.services.access_log import LogQuery

router = APIRouter()
_PER_PAGE: Final = 50
_MOST: Final = 100
_SEQ: Final = number(0, 10**15)
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


@router.get("/inzagelog")
async def get_log(request: Request) -> Response:
    """A page, newest first."""
    reader = await own(request, AppScope.LOG)
    accept_json(request)
    query = Query(request)
    wanted = LogQuery(
        grant_id=query.read("toestemmingId", lambda text: GrantId(id_from_text(text)), None),
        letter_id=query.read("berichtId", lambda text: LetterId(id_from_text(text)), None),
        since_ms=query.read("vanaf", moment, None),
        until_ms=query.read("tot", moment, None),
        own=query.read("eigen", flag, None),
    )
    before, limit = query.read("voor", _SEQ, None), query.read("aantal", number(1, _MOST), _PER_PAGE)
    query.check()
    services = services_of(request)
    page = await services.log_book.entries(reader.person, wanted, before_seq=before, limit=limit)
    names, here = await services.agencies.names(), address(request, "inzagelog")
    links = {"self": link(here)}
    if page.next_seq is not None:
        again = [(name, value) for name, value in request.query_params.items() if name != "voor"]
        links["volgende"] = link(f"{here}?{urlencode([*again, ('voor', str(page.next_seq))])}")
    lines = [line_json(line, names, reader.base, sees_post=_sees_post(reader)) for line in page.lines]
    return JSONResponse({"regels": lines, "ongeschonden": page.intact, "_links": links})


@router.get("/inzagelog/{number}")
async def get_line(request: Request, number: str) -> Response:
    reader = await own(request, AppScope.LOG)
    accept_json(request)
    Query(request).check()
    services = services_of(request)
    line = await services.log_book.line(reader.person, _seq(number))
    names = await services.agencies.names()
    return JSONResponse(line_json(line, names, reader.base, sees_post=_sees_post(reader)))


@router.post("/inzagelog/{number}/meldingen")
async def post_report(request: Request, number: str) -> Response:
    """The citizen says that this is not right. Once a line: again is no error."""
    reader = await own(request, AppScope.LOG)
    await services_of(request).log_book.report(reader.person, _seq(number))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def moment(text: str) -> int:
    """An instant with its offset (RFC 3339), in UTC milliseconds. Raises ValueError."""
    if not _MOMENT.fullmatch(text):
        raise ValueError
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def _sees_post(reader: Reader) -> bool:
    return AppScope.POST in reader.scopes


def _seq(text: str) -> int:
    try:
        return _SEQ(text)
    except ValueError:
        raise NotFound from None
