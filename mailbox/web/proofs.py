"""What we sent about one of one's own letters, as a file to keep. For who looks along there is none."""

from __future__ import annotations

import asyncio
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mailbox.web import headers
from mailbox.web.proof_view import proof_pdf, proof_view
from mailbox.web.timeline_view import sender_name
from mailbox.web.visitor import Visitor, letter_id_of, services_of

routes = APIRouter()


@routes.get("/post/{letter_id}/verstuurd.pdf")
async def fetch_proof(request: Request, person: Visitor, letter_id: str) -> Response:
    """Names the letter, so that it was looked at is written down first."""
    services = services_of(request)
    letter = await services.reading.glance(person, letter_id_of(letter_id))
    told = await services.alert_proofs.of_letter(person, letter.letter_id)
    sender = sender_name(letter.agency, await services.agencies.names())
    view = proof_view(told, sender, is_possible=services.contacts.is_possible)
    make = partial(proof_pdf, view, letter, sender, owner=person.name, made_ms=services.clock.now_ms())
    content = await asyncio.to_thread(make)
    return Response(content, media_type="application/pdf", headers=headers.to_save("wat-wij-stuurden.pdf"))
