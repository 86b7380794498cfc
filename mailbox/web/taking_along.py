"""Taking everything along: what it would be, and the file, which is made while it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.people import Person
from mailbox.services.access_log import LogQuery
from mailbox.services.taking_along import Parcel, TakenLetter
from mailbox.web import formats, headers
from mailbox.web.grant_words import GrantCard, grant_card
from mailbox.web.looks_download import log_csv, telling_of
from mailbox.web.preferences import SECTION
from mailbox.web.rendering import pages_of
from mailbox.web.taken_files import TakenFiles
from mailbox.web.visitor import Visitor, services_of, settings_of
from mailbox.web.zip_stream import ZipStream

routes = APIRouter()
_PACKED: Final = frozenset({"pdf", "png", "jpg"})


@routes.get(f"{SECTION}/meenemen")
async def show_holdings(request: Request, person: Visitor) -> Response:
    made = await services_of(request).taking_along.holdings(person)
    values = {"holdings": made.what, "broken": made.broken}
    return pages_of(request).page("taking_along.html", values, person=person, section=SECTION)


@routes.get(f"{SECTION}/alles.zip")
async def fetch_all(request: Request, person: Visitor) -> Response:
    """Logged before its first byte. How long it will be nobody knows yet: it is made while it leaves."""
    parcel = await services_of(request).taking_along.begin(person)
    name = f"mijnoverzicht-{formats.day_iso(services_of(request).clock.now_ms())}.zip"
    return StreamingResponse(_zip(request, person, parcel), media_type="application/zip", headers=headers.to_save(name))


async def _zip(request: Request, person: Person, parcel: Parcel) -> AsyncIterator[bytes]:
    services = services_of(request)
    now = formats.local(services.clock.now_ms())
    out = ZipStream(now)
    files = TakenFiles(write=pages_of(request).text, names=await services.agencies.names(), today=now.date())
    async for taken in parcel.contents():
        one = await asyncio.to_thread(files.letter, taken) if isinstance(taken, TakenLetter) else files.file(taken)
        if one is not None:
            yield await _added(out, *one)
    log = "".join([part async for part in log_csv(await telling_of(request, person, LogQuery()))])
    yield out.add("wie-keek-wanneer.csv", log.encode())
    yield out.add("brieven.csv", await asyncio.to_thread(files.table))
    grants = await _grants(request, person)
    for name, (_, receipt) in grants.items():
        if receipt:
            yield out.add(name, receipt.encode())
    values = {"owner": parcel.owner, "now": now, "broken": parcel.broken, "grants": grants}
    yield out.add("index.html", await asyncio.to_thread(files.index, values))
    yield out.end()


async def _added(out: ZipStream, name: str, content: bytes) -> bytes:
    return await asyncio.to_thread(out.add, name, content, pack=name.rpartition(".")[2] not in _PACKED)


async def _grants(request: Request, person: Person) -> Mapping[str, tuple[GrantCard, str]]:
    """Each grant, with its signed receipt; a court's decision has none, nor has what does not open."""
    services, found = services_of(request), {}
    names, now_ms = await services.agencies.names(), services.clock.now_ms()
    for number, view in enumerate(await services.granting.grants_of(person), start=1):
        try:
            receipt = await services.consent_receipts.receipt(
                person, view.grant_id, site=settings_of(request).public_url
            )
            signed = receipt.signed
        except (NotFound, SealBroken):
            signed = ""
        found[f"toestemmingen/{number}.jws"] = grant_card(view, names, now_ms), signed
    return found
