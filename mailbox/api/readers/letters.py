"""Post, one's own and that of a client: the same handlers, with another reader."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import accept_json
from mailbox.api.readers.bodies import CLIENT_SEARCH, SEARCH, TOPICS, read_json
from mailbox.api.readers.callers import Reader, id_in_path, own, services_of
from mailbox.api.readers.letter_json import Json, instant, link, present, summary_json, text_json
from mailbox.api.readers.queries import Query, flag, number
from mailbox.domain.apps import AppScope
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId, Oin
from mailbox.services.marking import Mark
from mailbox.services.reading import Timeline, TimelineQuery

router = APIRouter()
_PER_PAGE: Final = 50
_MOST: Final = 100
_NUMBER: Final = number(0, 99)


def topic(text: str) -> str:
    """Raises ValueError."""
    if text not in TOPICS:
        raise ValueError
    return text


@router.get("/tijdlijn")
async def get_timeline(request: Request) -> Response:
    return await timeline_of(request, await own(request, AppScope.POST))


@router.post("/tijdlijn/_zoek")
async def search(request: Request) -> Response:
    return await search_of(request, await own(request, AppScope.POST))


@router.get("/berichten/{letter_id}")
async def get_letter(request: Request, letter_id: str) -> Response:
    return await letter_of(request, await own(request, AppScope.POST), letter_id)


@router.get("/berichten/{letter_id}/bijlagen/{number}")
async def get_attachment(request: Request, letter_id: str, number: str) -> Response:
    return await attachment_of(request, await own(request, AppScope.POST), letter_id, number)


@router.put("/berichten/{letter_id}/leesmarkering")
async def put_mark(request: Request, letter_id: str) -> Response:
    """The person read it. Fetching a letter does not say so: an app fetches by itself."""
    return await _mark(request, letter_id, Mark.READ)


@router.delete("/berichten/{letter_id}/leesmarkering")
async def delete_mark(request: Request, letter_id: str) -> Response:
    return await _mark(request, letter_id, Mark.UNREAD)


@router.put("/berichten/{letter_id}/archiefmarkering")
async def put_away(request: Request, letter_id: str) -> Response:
    """The person put it away. Its dates, sums and reminders stay."""
    return await _mark(request, letter_id, Mark.ARCHIVE)


@router.delete("/berichten/{letter_id}/archiefmarkering")
async def take_back(request: Request, letter_id: str) -> Response:
    return await _mark(request, letter_id, Mark.RESTORE)


async def timeline_of(request: Request, reader: Reader) -> Response:
    accept_json(request)
    query = Query(request)
    wanted = TimelineQuery(
        agency=query.read("afzender", Oin, None),
        topic=query.read("domein", topic, None),
        only_dated=query.read("metTermijn", flag, default=False),
        only_new=reader.is_own and query.read("alleenNieuw", flag, default=False),
        archived=query.read("inArchief", flag, None) if reader.is_own else None,
        before=query.read("voor", str, None),
        limit=query.read("aantal", number(1, _MOST), _PER_PAGE),
    )
    query.check()
    services = services_of(request)
    timeline = await services.reading.timeline(reader.person, wanted, through=reader.through)
    return JSONResponse(_timeline_json(timeline, wanted, await services.agencies.names(), reader))


async def search_of(request: Request, reader: Reader) -> Response:
    """By words, which are in the body: what somebody has on their mind is in no address."""
    body = await read_json(request, SEARCH if reader.is_own else CLIENT_SEARCH)
    services = services_of(request)
    timeline = await services.reading.timeline(reader.person, _searched(body), through=reader.through)
    told = _timeline_json(timeline, TimelineQuery(), await services.agencies.names(), reader)
    until_ms = timeline.searched_to_ms
    more = {"voor": timeline.next, "gezochtTot": None if until_ms is None else instant(until_ms)}
    return JSONResponse(present({"berichten": told["berichten"], **more}))


async def letter_of(request: Request, reader: Reader, letter_id: str) -> Response:
    accept_json(request)
    Query(request).check()
    services = services_of(request)
    opened = await services.reading.letter(reader.person, _letter_id(letter_id), through=reader.through)
    told = summary_json(opened.metadata, await services.agencies.names(), reader.base, own=reader.is_own)
    return JSONResponse({**told, **(text_json(opened.text) if opened.text else {})})


async def attachment_of(request: Request, reader: Reader, letter_id: str, number: str) -> Response:
    """Its bytes. To save, also where something takes this for a page."""
    Query(request).check()
    try:
        which = _NUMBER(number)
    except ValueError:
        raise NotFound from None
    reading = services_of(request).reading
    attachment = await reading.attachment(reader.person, _letter_id(letter_id), which, through=reader.through)
    headers = {"Content-Disposition": "attachment"}
    return Response(attachment.content, media_type=attachment.info.media_type, headers=headers)


async def _mark(request: Request, letter_id: str, mark: Mark) -> Response:
    reader = await own(request, AppScope.POST)
    await services_of(request).marking.mark(reader.person, [_letter_id(letter_id)], mark)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _searched(body: Mapping[str, Any]) -> TimelineQuery:
    return TimelineQuery(
        text=body["woorden"],
        agency=Oin(body["afzender"]) if "afzender" in body else None,
        topic=body.get("domein"),
        only_new=body.get("alleenNieuw", False),
        only_dated=body.get("metTermijn", False),
        archived=body.get("inArchief"),
        before=body.get("voor"),
        limit=body.get("aantal", _PER_PAGE),
    )


def _timeline_json(timeline: Timeline, wanted: TimelineQuery, names: Mapping[str, str], reader: Reader) -> Json:
    here = f"{reader.base}/tijdlijn"
    links = {"self": link(here)}
    if timeline.next is not None:
        links["volgende"] = link(f"{here}?{urlencode(_again(wanted) | {'voor': timeline.next})}")
    return present(
        {
            "berichten": [summary_json(letter, names, reader.base, own=reader.is_own) for letter in timeline.letters],
            "aantalNieuw": timeline.new_count,
            "aantalOnleesbaar": len(timeline.broken) or None,
            "_links": links,
        }
    )


def _again(wanted: TimelineQuery) -> dict[str, str]:
    """The same question, for the next page."""
    asked = {"aantal": str(wanted.limit)}
    if wanted.agency is not None:
        asked["afzender"] = wanted.agency.value
    if wanted.only_new:
        asked["alleenNieuw"] = "true"
    if wanted.topic is not None:
        asked["domein"] = wanted.topic
    if wanted.only_dated:
        asked["metTermijn"] = "true"
    if wanted.archived is not None:
        asked["inArchief"] = "true" if wanted.archived else "false"
    return asked


def _letter_id(text: str) -> LetterId:
    return LetterId(id_in_path(text))
