"""The sender API `/aanlever/v1`: letters in, one by one or in bulk, and what became of them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.access_tokens import INSPECT, SEND, AccessTokens, Caller
from mailbox.api.bodies import accept_json, expect, read_body, read_lines
from mailbox.api.large_bodies import LARGE, LargeBodies, Turn
from mailbox.api.problems import TITLES, BadRequest, InvalidBericht, TooLarge, detail_of, faults_json, status_of
from mailbox.api.rate import RateLimit
from mailbox.domain.errors import InvalidIdentifier, MailboxError, NotFound
from mailbox.domain.identifiers import LetterId, id_from_text, id_text
from mailbox.services.batching import BATCH
from mailbox.services.letter_status import LetterEvent, LetterStatus, LetterStatuses
from mailbox.services.receiving import Receipt, Receiving
from mailbox.settings import Settings
from schemas import (
    SCHEMA_NAMES,
    Limits,
    MalformedJson,
    check,
    decode_attachments,
    parse_json,
    schema_document,
)

NDJSON: Final = "application/x-ndjson"
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_CHUNK: Final = 512 * 1024
"""Bytes of a bulk that are worked on at once: each is held in about five forms until it is durable."""
_EDGES: Final = b" \t\r"

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Checked:
    """A letter that may go on to the service."""

    bericht: dict[str, Any]
    attachments: Sequence[bytes]


async def post_bericht(request: Request) -> Response:
    """One letter. 202 when it is durable; 200 when it already was."""
    caller = await _caller(request, SEND)
    expect(request, "application/json")
    settings = _settings(request)
    _rate(request).take(caller.oin)
    with _large_bodies(request).turn() as turn:
        raw = await read_body(request, limit=settings.letter_request_bytes, seconds=settings.request_seconds, turn=turn)
        letter = await _checked(raw, _limits(settings))
        receipt = await _receiving(request).receive(caller.oin, letter.bericht, letter.attachments)
    told = _receipt_json(request, receipt, letter.bericht["kenmerk"])
    return JSONResponse(told, _status(receipt), {"Location": told["_links"]["self"]["href"]})


async def post_bulk(request: Request) -> Response:
    """Many letters, a line each; a result line each, in order, once all was read."""
    caller = await _caller(request, SEND)
    expect(request, NDJSON)
    with _large_bodies(request).turn() as turn:
        return Response(b"".join(await _bulk(request, caller, turn)), media_type=NDJSON)


DOOR: Final = {"/berichten": post_bericht, "/berichten/_bulk": post_bulk}
"""The hot paths, by POST, for the application itself: a router that is included looks each request up once more."""


@router.get("/berichten/{bericht_id}")
async def get_bericht(request: Request, bericht_id: str) -> Response:
    """What has become of an own letter."""
    if bericht_id == "_bulk":  # an operation and no id, which the router cannot tell apart for another method
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
    caller = await _caller(request, INSPECT)
    accept_json(request)
    _rate(request).take(caller.oin)
    try:
        letter_id = LetterId(id_from_text(bericht_id))
    except InvalidIdentifier:
        raise NotFound from None
    return JSONResponse(_status_json(request, await _statuses(request).of(caller.oin, letter_id)))


@router.get("/schemas/{naam}")
async def get_schema(naam: str) -> Response:
    """A published JSON Schema: `bericht`, or a berichtsoort. Public."""
    if naam not in SCHEMA_NAMES:
        raise NotFound
    headers = {"Access-Control-Allow-Origin": "*"}
    return JSONResponse(schema_document(naam), headers=headers, media_type="application/schema+json")


async def _bulk(request: Request, caller: Caller, turn: Turn) -> list[bytes]:
    settings = _settings(request)
    lines = read_lines(
        request,
        limit=settings.bulk_bytes,
        line_limit=settings.letter_request_bytes,
        seconds=settings.request_seconds,
        turn=turn,
    )
    results: list[bytes] = []
    chunk: list[tuple[int, bytes | None]] = []
    number = letters = size = 0
    async for line in lines:
        number += 1
        if line is not None and not line.strip(_EDGES):
            continue
        letters += 1
        if letters > settings.bulk_lines:
            raise BadRequest(f"Een bulk heeft hoogstens {settings.bulk_lines} berichten.")
        chunk.append((number, line))
        size += len(line or b"")
        if len(chunk) == BATCH or size >= _CHUNK:
            results += await _bulk_chunk(request, caller, chunk)
            chunk, size = [], 0
    return results + await _bulk_chunk(request, caller, chunk)


async def _bulk_chunk(request: Request, caller: Caller, lines: Sequence[tuple[int, bytes | None]]) -> list[bytes]:
    """The results of these lines. What cannot be accepted never reaches the service."""
    await _rate(request).pace(caller.oin, len(lines))
    limits = _limits(_settings(request))
    checked = []
    for _, line in lines:
        checked.append(await _outcome(line, limits))
        await asyncio.sleep(0)  # single letters go between the letters of a bulk
    letters = [(item.bericht, item.attachments) for item in checked if isinstance(item, _Checked)]
    received = iter(await _receiving(request).receive_many(caller.oin, letters))
    outcomes = [next(received) if isinstance(item, _Checked) else item for item in checked]
    return [
        _result_line(number, _reference(item, line), outcome)
        for (number, line), item, outcome in zip(lines, checked, outcomes, strict=True)
    ]


async def _checked(raw: bytes, limits: Limits) -> _Checked:
    """A letter that is one, or everything that is wrong with it. Both lanes come through here."""
    return await asyncio.to_thread(_check, raw, limits) if len(raw) > LARGE else _check(raw, limits)


def _check(raw: bytes, limits: Limits) -> _Checked:
    try:
        bericht = parse_json(raw)
    except MalformedJson as exc:
        raise BadRequest(str(exc)) from None
    faults = check(bericht, limits)
    if faults or not isinstance(bericht, dict):
        raise InvalidBericht(faults)
    return _Checked(bericht=bericht, attachments=decode_attachments(bericht))


async def _outcome(line: bytes | None, limits: Limits) -> _Checked | MailboxError:
    if line is None:
        return TooLarge()
    try:
        return await _checked(line, limits)
    except MailboxError as exc:
        return exc


def _reference(item: _Checked | MailboxError, line: bytes | None) -> str | None:
    """The sender's own reference, if the line has one that may be repeated: one that is at fault may hold a BSN."""
    if isinstance(item, _Checked):
        return str(item.bericht["kenmerk"])
    if line is None or (isinstance(item, InvalidBericht) and any(f.pointer == "/kenmerk" for f in item.faults)):
        return None
    try:
        found = json.loads(line)["kenmerk"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) and _REFERENCE.fullmatch(found) else None


def _result_line(number: int, reference: str | None, outcome: Receipt | MailboxError) -> bytes:
    line: dict[str, Any] = {"regel": number}
    if reference is not None:
        line["kenmerk"] = reference
    if isinstance(outcome, Receipt):
        line |= {"status": _status(outcome).value, "berichtId": id_text(outcome.letter_id)}
    else:
        status = status_of(outcome)
        line |= {"status": status.value, "titel": TITLES[status], "melding": detail_of(outcome)}
        if isinstance(outcome, InvalidBericht):
            line["fouten"] = faults_json(outcome.faults)
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _receipt_json(request: Request, receipt: Receipt, reference: str) -> dict[str, Any]:
    letter = id_text(receipt.letter_id)
    return {
        "berichtId": letter,
        "kenmerk": reference,
        "status": "ontvangen",
        "tijdstipOntvangst": _instant(receipt.received_ms),
        "publicatietijdstip": _instant(receipt.publish_ms),
        "_links": {"self": {"href": _self(request, letter)}},
    }


def _status_json(request: Request, status: LetterStatus) -> dict[str, Any]:
    letter = id_text(status.letter_id)
    return {
        "berichtId": letter,
        "status": status.state,
        "tijdstipOntvangst": _instant(status.received_ms),
        "publicatietijdstip": _instant(status.publish_ms),
        "gebeurtenissen": [_event_json(event) for event in status.events],
        "_links": {"self": {"href": _self(request, letter)}},
    }


def _event_json(event: LetterEvent) -> dict[str, Any]:
    told: dict[str, Any] = {"soort": event.kind, "tijdstip": _instant(event.at_ms)}
    if event.remark is not None:
        told["termijn"] = event.remark.kind
        told["volgensWet"] = {"uiterlijk": event.remark.by_law.isoformat(), "grondslag": event.remark.law}
    if event.reason is not None:
        told["reden"] = event.reason
    return told


def _status(receipt: Receipt) -> HTTPStatus:
    return HTTPStatus.OK if receipt.known else HTTPStatus.ACCEPTED


def _instant(at_ms: int) -> str:
    """UTC with Z (ADR /core/date-time/timezone)."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _self(request: Request, letter: str) -> str:
    return f"{_settings(request).public_url}/aanlever/v1/berichten/{letter}"


async def _caller(request: Request, scope: str) -> Caller:
    tokens: AccessTokens = request.app.state.tokens
    return await tokens.caller(request.headers.get("authorization"), scope)


def _receiving(request: Request) -> Receiving:
    receiving: Receiving = request.app.state.services.receiving
    return receiving


def _statuses(request: Request) -> LetterStatuses:
    statuses: LetterStatuses = request.app.state.services.letter_statuses
    return statuses


def _rate(request: Request) -> RateLimit:
    rate: RateLimit = request.app.state.rate
    return rate


def _large_bodies(request: Request) -> LargeBodies:
    large_bodies: LargeBodies = request.app.state.large_bodies
    return large_bodies


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _limits(settings: Settings) -> Limits:
    return Limits(attachment_bytes=settings.attachment_bytes, letter_bytes=settings.letter_bytes)
