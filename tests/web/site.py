"""The pages on a real server on 127.0.0.1, over the real services, with a story in them."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, MutableMapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser

from mailbox.app import create_app
from mailbox.domain.logins import OutsideLogin
from mailbox.domain.people import Identity
from mailbox.settings import Settings
from mailbox.web.login import DemoLogin, DemoPerson
from tests.databases import sqlite_url
from tests.processes import free_port
from tests.web.browser import PHONE, Tab, tab
from tests.web.story import JAYLANO, KARIN, LEO, NOW_MS, SAMIRA, Story
from tests.world import SetClock

Login = Callable[[Settings], OutsideLogin | None]

_START_SECONDS = 60
_T = TypeVar("_T")

PEOPLE = (
    DemoPerson(key="jaylano", name="Jaylano Meerman", description="Post van DUO en CJIB", identity=JAYLANO),
    DemoPerson(key="samira", name="Samira Bouali", description="Heeft nog geen post", identity=SAMIRA),
    DemoPerson(key="karin", name="Karin Bos", description="Vrijwilliger bij Buurthuis De Brug", identity=KARIN),
    DemoPerson(key="leo", name="Leo Vos", description="Helper zonder cliënten", identity=LEO),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A running site. `run` does something with its story, in its own event loop."""

    url: str
    app: FastAPI
    story: Story
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=_START_SECONDS)

    def session(self, identity: Identity) -> str:
        """The value of a session cookie, for tests that are not about logging in."""
        return self.run(self.story.token(identity))


def site_settings(folder: Path, port: int, **changes: Any) -> Settings:
    """Settings of a site of this test alone."""
    given: dict[str, Any] = {
        "database_url": sqlite_url(folder / "mailbox.db"),
        "objects_dir": folder / "objects",
        "kek_file": folder / "kek.json",
        "token_key_file": folder / "token.json",
        "public_url": f"http://127.0.0.1:{port}",
        "demo": True,
        "secure_cookies": False,
    }
    return Settings(**{**given, **changes})


@contextmanager
def running_site(
    template: Path, folder: Path, *, port: int | None = None, login: Login | None = None, **changes: Any
) -> Iterator[Site]:
    """Starts the site on a copy of the migrated database `template`, and stops it at the end.

    `login`: makes another one than the demo's.
    """
    shutil.copy(template, folder / "mailbox.db")
    port = port or free_port()
    settings = site_settings(folder, port, **changes)
    clock = SetClock(NOW_MS)
    app = create_app(settings, clock=clock, login=login(settings) if login else DemoLogin(PEOPLE, settings))
    story = _told_at_start(app, clock)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, name="site")
    before = structlog.get_config()
    structlog.configure(processors=[_say_nothing])  # what is logged, and what never, is tested elsewhere
    thread.start()
    try:
        _wait(server, thread)
        yield Site(url=settings.public_url, app=app, story=story[0], loop=app.state.story_loop)
    finally:
        server.should_exit = True
        thread.join()
        structlog.configure(**before)


def _say_nothing(_logger: object, _method: str, _event: MutableMapping[str, Any]) -> str:
    raise structlog.DropEvent


def _told_at_start(app: FastAPI, clock: SetClock) -> list[Story]:
    """Tells the story as soon as the application has its services."""
    told: list[Story] = []
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        async with inner(running) as state:
            story = Story(services=running.state.services, clock=clock)
            await story.begin()
            running.state.story_loop = asyncio.get_running_loop()
            told.append(story)
            yield state

    app.router.lifespan_context = lifespan
    return told


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise AssertionError("the site did not start")
        time.sleep(0.02)


def on_phone(browser: Browser, site: Site, who: Identity) -> AbstractContextManager[Tab]:
    """The site on somebody's phone, logged in."""
    return tab(browser, site.url, session=site.session(who), viewport=PHONE)
