"""Where one is logged in, and the way to end that from afar."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.devices import Device
from mailbox.web.entrance import logged_out
from mailbox.web.preferences import SECTION
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import PostedForm, Visitor, services_of, session_token

routes = APIRouter()
PATH: Final = f"{SECTION}/apparaten"
_DONE: Final = {"uit": "Dat apparaat is uitgelogd."}


@routes.get(PATH)
async def show_devices(request: Request, person: Visitor, gedaan: str = "") -> Response:
    shown = await services_of(request).devices.show(person, session_token(request) or "")
    values = {"devices": [(one, device_words(one.device)) for one in shown], "done": _DONE.get(gedaan, "")}
    return pages_of(request).page("devices.html", values, person=person, section=SECTION)


@routes.post(f"{PATH}/uit")
async def end_one(request: Request, person: Visitor, form: PostedForm) -> Response:
    """Also for one that ended by itself meanwhile: what was asked is so."""
    await services_of(request).devices.end(person, _tag(form.one("apparaat")))
    return RedirectResponse(f"{PATH}?gedaan=uit", HTTPStatus.SEE_OTHER)


@routes.post(f"{PATH}/overal-uit")
async def end_all(request: Request, person: Visitor) -> Response:
    await services_of(request).devices.end_all(person)
    return logged_out(request)


def device_words(device: Device | None) -> str:
    """How its owner would call it."""
    if device is None:
        return "Een onbekend apparaat"
    kind = "Telefoon of tablet" if device.handheld else "Computer"
    return f"{kind} met {device.browser}" if device.browser else kind


def _tag(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
