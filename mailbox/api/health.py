"""Is the process alive, and can it do its work? For what starts, stops and watches it. Tells no more than that."""

from __future__ import annotations

import asyncio
import os
import shutil
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.problems import problem
from mailbox.bootstrap import Services
from mailbox.domain.errors import MailboxError
from mailbox.settings import Settings

FREE_BYTES: Final = 64 * 1024 * 1024
"""With less room than this a database may fail halfway; better to take no more letters."""

router = APIRouter()


@router.get("/healthz")
async def alive() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Database, keys and disk can be used; else 503 with the names of those that cannot."""
    failing = await _failing(request.app.state.services, request.app.state.settings)
    if not failing:
        return JSONResponse({"status": "ok"})
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "niet-gereed", f"Niet gereed: {', '.join(failing)}.")


async def _failing(built: Services, settings: Settings) -> list[str]:
    failing = []
    try:
        await built.store.ping()
    except MailboxError:
        failing.append("database")
    try:
        await asyncio.to_thread(built.check_kek)
    except MailboxError:
        failing.append("sleutels")
    if not await asyncio.to_thread(_has_room, settings.objects_dir):
        failing.append("schijf")
    return failing


def _has_room(folder: Path) -> bool:
    """Whether objects can be written: the folder itself, or the nearest one above it while it is not there yet."""
    there = next((place for place in (folder, *folder.absolute().parents) if place.exists()), None)
    if there is None or not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return False
    return shutil.disk_usage(there).free > FREE_BYTES
