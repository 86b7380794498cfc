"""Who looked when: the page, the same as a file, and saying that an entry is not right."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent import LIVE, Basis
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.access_log import LogPage, LogQuery
from mailbox.services.grant_views import GrantView
from mailbox.services.log_entries import Role
from mailbox.web import formats
from mailbox.web.looks_download import routes as downloads
from mailbox.web.looks_filter import AskedLooks, LooksFilter, period_choices
from mailbox.web.looks_view import choices, helper_names, look_views
from mailbox.web.looks_words import sentence
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, number_of, services_of

routes = APIRouter()
routes.include_router(downloads)
_SECTION = "/inzage"
_OWN_SHOWN = 20


@routes.get("/inzage")
async def show_looks(request: Request, person: Visitor, asked: AskedLooks) -> Response:
    services = services_of(request)
    today = formats.local(services.clock.now_ms()).date()
    letter = await services.log_book.letter(person, asked.letter_id) if asked.letter_id else None
    main = await services.log_book.entries(person, asked.others(today), before_seq=asked.before_seq)
    own = await _own(request, person, asked.query(today)) if _shows_own(asked) else None
    grants = await services.granting.grants_of(person)
    names, helpers = await services.agencies.names(), helper_names(grants)
    values = {
        "asked": asked,
        "letter": letter,
        "looks": look_views(main.lines, names, helpers),
        "own": look_views(own.lines, names, helpers) if own else [],
        "more_own": own is not None and own.next_seq is not None,
        "intact": main.intact and (own is None or own.intact),
        "older": asked.address(main.next_seq) if main.next_seq is not None else "",
        "helpers": choices(grants),
        "periods": period_choices(today),
    }
    return pages_of(request).page("looks.html", values, person=person, section=_SECTION)


@routes.get("/inzage/melden")
async def ask_report(request: Request, person: Visitor, regel: str = "") -> Response:
    return await _report_page(request, person, "looks_report.html", number_of(regel))


@routes.post("/inzage/melden")
async def report(request: Request, person: Visitor, form: PostedForm) -> Response:
    seq = number_of(form.one("regel"))
    await services_of(request).log_book.report(person, seq)
    return RedirectResponse(f"/inzage/gemeld?regel={seq}", HTTPStatus.SEE_OTHER)


@routes.get("/inzage/gemeld")
async def show_reported(request: Request, person: Visitor, regel: str = "") -> Response:
    seq = number_of(regel)
    if not await services_of(request).log_book.is_reported(person, seq):
        return RedirectResponse(f"/inzage/melden?regel={seq}", HTTPStatus.SEE_OTHER)
    return await _report_page(request, person, "looks_reported.html", seq)


async def _report_page(request: Request, person: Person, template: str, seq: int) -> Response:
    services = services_of(request)
    line = await services.log_book.line(person, seq)
    grants = await services.granting.grants_of(person)
    grant = next((grant for grant in grants if grant.grant_id == line.grant_id), None)
    values = {
        "line": line,
        "sentence": sentence(line, await services.agencies.names(), helper_names(grants)),
        "own": line.role is Role.CITIZEN,
        "who": grant.who if grant else line.actor,
        "are_many": grant is not None and grant.are_many,
        "stop": _stop(grant, services.clock.now_ms()),
        "by_court": grant is not None and grant.basis is Basis.COURT,
    }
    return pages_of(request).page(template, values, person=person, section=_SECTION)


async def _own(request: Request, person: Person, query: LogQuery) -> LogPage:
    """The newest of the citizen's own looks: the rest is a page of its own."""
    own = LogQuery(letter_id=query.letter_id, since_ms=query.since_ms, until_ms=query.until_ms, own=True)
    return await services_of(request).log_book.entries(person, own, limit=_OWN_SHOWN)


def _shows_own(asked: LooksFilter) -> bool:
    return not asked.wie and not asked.voor


def _stop(grant: GrantView | None, now_ms: int) -> str:
    """Where one stops this grant; empty when there is nothing to stop."""
    if grant is None or grant.basis is Basis.COURT or now_ms >= grant.scope.until_ms:
        return ""
    return f"/meekijken/{id_text(grant.grant_id)}/stoppen" if grant.state in LIVE else ""
