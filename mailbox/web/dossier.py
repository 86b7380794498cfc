"""A dossier of what there is to pay: choose a period, see what is in it, keep it as PDF or CSV.

One's own, or that of a client who lets one download. Files are made in pieces beside the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Person
from mailbox.services.dossiers import Dossier, Period
from mailbox.services.pieces import pieces
from mailbox.services.whole_post import Made
from mailbox.web import formats, headers, money_words
from mailbox.web.csv_text import csv_head
from mailbox.web.dossier_files import COLUMNS, DossierPdf, csv_claims, csv_note
from mailbox.web.dossier_view import NOT_ALL, DossierView, dossier_view
from mailbox.web.looks_filter import days_of, period_choices
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Visitor, grant_id_of, services_of

routes = APIRouter()
PDF_LETTERS: Final = 1_000
"""A few seconds of work, and sixty pages; more is no document that anybody reads. The CSV has no end."""
_PIECE: Final = 20
_CUT: Final = "Hierna komen nog zaken. Die staan hier niet bij. Kies een kortere periode, of download als CSV."
_PART: Final = "Dit zijn de zaken met een brief uit deze periode: {}."
_HELPER: Final = "Gemaakt door {}. Hier staat alleen wat {} met deze helper deelt."
_OWN, _CLIENT = "/betalen/overzicht", "/clienten/{grant_id}/betalen/overzicht"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Whose dossier, over which period: empty for all, or as the log's filter has it."""

    person: Person
    through: GrantId | None
    periode: str


def asked_own(person: Visitor, periode: str = "") -> Asked:
    return Asked(person=person, through=None, periode=periode)


def asked_client(person: Visitor, grant_id: str, periode: str = "") -> Asked:
    return Asked(person=person, through=grant_id_of(grant_id), periode=periode)


Own = Annotated[Asked, Depends(asked_own)]
Client = Annotated[Asked, Depends(asked_client)]


@routes.get(_OWN)
async def show_own(request: Request, asked: Own) -> Response:
    return await _page(request, asked)


@routes.get(f"{_OWN}.pdf")
async def fetch_own_pdf(request: Request, asked: Own) -> Response:
    return await _pdf_file(request, asked)


@routes.get(f"{_OWN}.csv")
async def fetch_own_csv(request: Request, asked: Own) -> Response:
    return await _csv_file(request, asked)


@routes.get(_CLIENT)
async def show_client(request: Request, asked: Client) -> Response:
    return await _page(request, asked)


@routes.get(f"{_CLIENT}.pdf")
async def fetch_client_pdf(request: Request, asked: Client) -> Response:
    return await _pdf_file(request, asked)


@routes.get(f"{_CLIENT}.csv")
async def fetch_client_csv(request: Request, asked: Client) -> Response:
    return await _csv_file(request, asked)


async def _page(request: Request, asked: Asked) -> Response:
    dossiers = services_of(request).dossiers
    made = await dossiers.glance(asked.person, _period(request, asked), through=asked.through)
    values = {
        "dossier": await _view(request, made),
        "base": _base(asked.through),
        "back": "/betalen" if asked.through is None else f"/clienten/{id_text(asked.through)}/post",
        "periode": asked.periode,
        "periods": period_choices(formats.local(services_of(request).clock.now_ms()).date()),
        "client": made.owner if asked.through else "",
        "grant": made.grant,
        "unread": money_words.unread_words(made.broken),
        "not_all": NOT_ALL,
    }
    section = "/clienten" if asked.through else "/betalen"
    return pages_of(request).page("dossier.html", values, person=asked.person, section=section)


async def _pdf_file(request: Request, asked: Asked) -> Response:
    made = await _taken(request, asked)
    if not made.what.claims:
        return _nothing(asked)
    now_ms, view = services_of(request).clock.now_ms(), await _view(request, made)
    pdf = DossierPdf(owner=made.owner, made_ms=now_ms, about=[*_about(request, asked, made), _said(view)])
    content = await _pdf(pdf, view)
    return Response(content, media_type="application/pdf", headers=headers.to_save(_name(now_ms, "pdf")))


async def _csv_file(request: Request, asked: Asked) -> Response:
    made = await _taken(request, asked)
    if not made.what.claims:
        return _nothing(asked)
    now_ms, view = services_of(request).clock.now_ms(), await _view(request, made)
    when = f"Post van {made.owner}. Gemaakt op {formats.day(now_ms)}, {formats.clock_time(now_ms)}."
    lines = _csv(view, [when, *_about(request, asked, made), _said(view)])
    return StreamingResponse(lines, media_type="text/csv", headers=headers.to_save(_name(now_ms, "csv")))


def _nothing(asked: Asked) -> Response:
    """An empty file says less than the page."""
    query = f"?{urlencode({'periode': asked.periode})}" if asked.periode else ""
    return RedirectResponse(_base(asked.through) + query, HTTPStatus.SEE_OTHER)


async def _pdf(pdf: DossierPdf, view: DossierView) -> bytes:
    left = PDF_LETTERS
    pdf.sources(view.sources, NOT_ALL)
    for some in pieces(view.claims, _PIECE):
        await asyncio.to_thread(pdf.add, some)
        left -= sum(len(claim.letters) for claim in some)
        if left < 0 and some[-1] is not view.claims[-1]:
            pdf.note(_CUT)
            break
    return await asyncio.to_thread(pdf.content)


async def _csv(view: DossierView, about: list[str]) -> AsyncIterator[str]:
    yield csv_head(COLUMNS)
    for some in pieces(view.claims, _PIECE):
        yield await asyncio.to_thread(csv_claims, some)
    for text in (*about, NOT_ALL):
        yield csv_note(text)


async def _taken(request: Request, asked: Asked) -> Made[Dossier]:
    dossiers = services_of(request).dossiers
    return await dossiers.take(asked.person, _period(request, asked), through=asked.through)


async def _view(request: Request, made: Made[Dossier]) -> DossierView:
    services = services_of(request)
    today = formats.local(services.clock.now_ms()).date()
    return await asyncio.to_thread(dossier_view, made.what, await services.agencies.names(), today)


def _about(request: Request, asked: Asked, made: Made[Dossier]) -> list[str]:
    """Who made it, when and over which period."""
    now_ms = services_of(request).clock.now_ms()
    periods = dict(period_choices(formats.local(now_ms).date()))
    part = [_PART.format(periods.get(asked.periode, asked.periode).lower())] if asked.periode else []
    helper = [_HELPER.format(asked.person.label, made.owner)] if asked.through else []
    return [*helper, *part, *filter(None, [money_words.unread_words(made.broken)])]


def _said(view: DossierView) -> str:
    bodies = f", aan {view.bodies} {'organisatie' if view.bodies == 1 else 'organisaties'}" if view.bodies else ""
    return f"Nog te betalen: {view.total}{bodies}. Wat na de laatste brief is betaald, is er nog niet af."


def _base(through: GrantId | None) -> str:
    return _OWN if through is None else _CLIENT.format(grant_id=id_text(through))


def _period(request: Request, asked: Asked) -> Period:
    """Raises NotFound for what no form of ours sends."""
    today = formats.local(services_of(request).clock.now_ms()).date()
    since, until = days_of(asked.periode, today)
    return Period(since=since, until=until)


def _name(now_ms: int, kind: str) -> str:
    """Says nothing of whom, or of what: a download folder is read by others."""
    return f"overzicht-{formats.day_iso(now_ms)}.{kind}"
