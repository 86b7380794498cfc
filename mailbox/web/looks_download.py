"""The access log to keep, as CSV and as PDF: what the filter shows, whole, made in pieces beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.services.access_log import LogPage, LogQuery
from mailbox.web import formats, headers
from mailbox.web.csv_text import csv_head
from mailbox.web.looks_files import COLUMNS, LooksPdf, csv_note, csv_rows
from mailbox.web.looks_filter import AskedLooks
from mailbox.web.looks_view import file_lines, helper_names
from mailbox.web.visitor import Visitor, services_of

routes = APIRouter()
PDF_LINES: Final = 1_000
"""A second and a half of work; more is no document that anybody reads. The CSV has no end."""
_NOT_WHOLE: Final = "Let op: deze lijst klopt niet. Er is iets weg of veranderd."
_NOTHING: Final = "Er staat niets in deze lijst."
_CUT: Final = "Oudere regels staan hier niet bij. Kies een kortere periode, of download de lijst als CSV."


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What is needed to tell entries in words."""

    names: Mapping[str, str]
    helpers: Mapping[GrantId, str]
    pages: AsyncIterator[LogPage]


@routes.get("/inzage.csv")
async def fetch_csv(request: Request, person: Visitor, asked: AskedLooks) -> Response:
    telling = await telling_of(request, person, _query(request, asked))
    return StreamingResponse(log_csv(telling), media_type="text/csv", headers=headers.to_save("wie-keek-wanneer.csv"))


@routes.get("/inzage.pdf")
async def fetch_pdf(request: Request, person: Visitor, asked: AskedLooks) -> Response:
    query = _query(request, asked)
    telling = await telling_of(request, person, query)
    about = ["Dit is een deel van de lijst."] if asked.narrows else []
    pdf = LooksPdf(owner=person.name, made_ms=services_of(request).clock.now_ms(), about=about)
    content = await _pdf(pdf, telling)
    return Response(content, media_type="application/pdf", headers=headers.to_save("wie-keek-wanneer.pdf"))


def _query(request: Request, asked: AskedLooks) -> LogQuery:
    return asked.query(formats.local(services_of(request).clock.now_ms()).date())


async def telling_of(request: Request, person: Person, query: LogQuery) -> Telling:
    """What these entries need to be told in words. Raises NotFound: they are of a letter that is not theirs."""
    services = services_of(request)
    if query.letter_id is not None:
        await services.log_book.letter(person, query.letter_id)
    return Telling(
        names=await services.agencies.names(),
        helpers=helper_names(await services.granting.grants_of(person)),
        pages=services.log_book.whole(person, query),
    )


async def log_csv(telling: Telling) -> AsyncIterator[str]:
    """The file, in pieces. Its last line says so where the log is not what was written."""
    yield csv_head(COLUMNS)
    intact = True
    async for page in telling.pages:
        intact = intact and page.intact
        yield csv_rows(file_lines(page.lines, telling.names, telling.helpers))
    if not intact:
        yield csv_note(_NOT_WHOLE)


async def _pdf(pdf: LooksPdf, telling: Telling) -> bytes:
    intact, left = True, PDF_LINES
    async for page in telling.pages:
        intact = intact and page.intact
        lines = file_lines(page.lines[:left], telling.names, telling.helpers)
        await asyncio.to_thread(pdf.add, lines)
        if len(page.lines) > left or (len(page.lines) == left and page.next_seq is not None):
            pdf.note(_CUT)
            break
        left -= len(page.lines)
    if left == PDF_LINES:
        pdf.note(_NOTHING)
    if not intact:
        pdf.note(_NOT_WHOLE)
    return await asyncio.to_thread(pdf.content)
