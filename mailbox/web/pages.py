"""Puts the pages for people on the application."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from mailbox.domain.logins import OutsideLogin
from mailbox.domain.ports import Clock
from mailbox.settings import Settings
from mailbox.web import (
    agenda,
    app_consent,
    assets,
    client_grant,
    client_reason,
    clients,
    colleagues,
    desk,
    devices,
    dossier,
    entrance,
    faults,
    grants,
    headers,
    help_page,
    ladder,
    looks,
    outside_login,
    paying,
    post,
    preferences,
    proofs,
    taking_along,
)
from mailbox.web.guard import PageGuard
from mailbox.web.login import DemoLogin
from mailbox.web.rendering import Pages


def mount(
    app: FastAPI,
    settings: Settings,
    login: DemoLogin | OutsideLogin | None,
    *,
    flying: Clock | None = None,
) -> None:
    """Adds routes, static files, the guard and pages for errors. Call it after the routes for machines.

    `flying`: the clock of a demo in which the days fly; pages say which day it is.

    `app.state.services` must be there when the first request comes. Without a login nobody can log in.
    """
    loaded = assets.load_assets(settings)
    app.state.assets = loaded
    app.state.pages = Pages(style_sheets=loaded.style_sheets, icon=loaded.icon, demo=settings.demo, flying=flying)
    app.state.web_settings = settings
    demo = login if isinstance(login, DemoLogin) else None
    app.state.demo_login, app.state.outside_login = demo, None if demo else login
    app.state.page_headers = page_headers(settings)
    app.include_router(_routes())
    app.add_middleware(
        PageGuard,
        public_url=settings.public_url,
        headers=app.state.page_headers,
        refuse=faults.refuse_foreign_form,
    )
    faults.add_handlers(app)


def page_headers(settings: Settings) -> dict[str, str]:
    """The headers of every page under these settings."""
    https = settings.public_url.startswith("https://")
    return {**headers.PAGE, **(headers.STRICT_TRANSPORT if https else {})}


def _routes() -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    first = (dossier, agenda)  # before what takes any letter's id
    own, others = (entrance, post, proofs, paying, grants, looks), (colleagues, clients, client_grant, client_reason)
    chosen, rest = (preferences, devices, taking_along, ladder), (desk, help_page, app_consent, outside_login)
    for part in (*first, *own, *others, *chosen, *rest):
        routes.include_router(part.routes)
    routes.add_api_route("/static/{name}", assets.serve_asset, methods=["GET"])
    return routes
