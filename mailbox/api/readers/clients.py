"""The post of who a helper helps. The token says whose: it represents the citizen of exactly this grant."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.api.readers.callers import helping
from mailbox.api.readers.letters import attachment_of, letter_of, timeline_of

router = APIRouter(prefix="/clienten")


@router.get("/{grant_id}/tijdlijn")
async def get_timeline(request: Request, grant_id: str) -> Response:
    return await timeline_of(request, await helping(request, grant_id))


@router.get("/{grant_id}/berichten/{letter_id}")
async def get_letter(request: Request, grant_id: str, letter_id: str) -> Response:
    return await letter_of(request, await helping(request, grant_id), letter_id)


@router.get("/{grant_id}/berichten/{letter_id}/bijlagen/{number}")
async def get_attachment(request: Request, grant_id: str, letter_id: str, number: str) -> Response:
    return await attachment_of(request, await helping(request, grant_id), letter_id, number)
