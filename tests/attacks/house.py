"""The whole application with people and post in it, and visitors who are not who they should be."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from consent import EVERY, Action, Scope
from mailbox.app import create_app
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.people import Identity
from mailbox.settings import Settings
from mailbox.web.guard import is_page
from mailbox.web.login import DemoLogin
from tests.web.site import PEOPLE
from tests.web.story import JAYLANO, KARIN, NOW_MS, PDF, Story
from tests.world import DAY_MS, SetClock

URL: Final = "http://127.0.0.1:8000"
OWN_FORM: Final = {"Sec-Fetch-Site": "same-origin"}
SECRETS: Final = ("Jaylano", "Meerman", "Zeegroen", "Paarsblauw", "aanslag-geheim")
"""Owner's name, subject, text and name of an attachment of the letter that all are after."""
_IDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

PAPER: Final = ("Oranjegeel", "GEHEIM-7731", "Betaalparel")
"""Its short text, its reference and the name of who is paid."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A route for people, as the application has it."""

    method: str
    path: str

    @property
    def names_something(self) -> bool:
        return "{" in self.path and not self.path.startswith("/static/")

    def at(self, *, letter_id: str, grant_id: str, number: str = "0") -> str:
        """The address of one letter, grant or attachment, where the page has such a thing."""
        if not self.names_something:
            return self.path
        return self.path.format(letter_id=letter_id, grant_id=grant_id, number=number)


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """The running application. `letter` and `grant`: what Jaylano has, and Karin may see."""

    app: FastAPI
    client: httpx.AsyncClient
    story: Story
    clock: SetClock
    letter: LetterId
    grant: GrantId

    async def cookie(self, who: Identity) -> str:
        return await self.story.token(who)

    async def visit(self, page: Page, path: str, cookie: str | None) -> httpx.Response:
        """Asks for a page as a browser with this session does."""
        headers = OWN_FORM if cookie is None else {**OWN_FORM, "Cookie": f"mo={cookie}"}
        form = {"naam": "x"} if page.method == "POST" else None
        return await self.client.request(page.method, path, headers=headers, data=form)

    def pages(self) -> list[Page]:
        """Every route for people, from the application's own table."""
        return pages_of(self.app)


def pages_of(app: FastAPI) -> list[Page]:
    """From the route table: a route that is added tomorrow is attacked tomorrow."""
    found = {
        Page(method=method, path=context.path)
        for context in iter_route_contexts(app.routes)
        if context.path and is_page(context.path)
        for method in context.methods or ()
        if method != "HEAD"
    }
    return sorted(found, key=lambda page: (page.path, page.method))


def shown(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    """All that a visitor learns: ids are taken out, which they brought themselves."""
    headers = {name: _IDS.sub("ID", value) for name, value in answer.headers.items()}
    return answer.status_code, headers, _IDS.sub("ID", answer.text)


def house_settings(database_url: str, folder: Path) -> Settings:
    return Settings(
        database_url=database_url,
        objects_dir=folder / "objects",
        kek_file=folder / "kek.json",
        token_key_file=folder / "token.json",
        public_url=URL,
        demo=True,
        secure_cookies=False,
    )


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Jaylano has one letter that all are after, and Karin a grant that covers it."""
    clock = SetClock(NOW_MS)
    app = create_app(settings, clock=clock, login=DemoLogin(PEOPLE, settings))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=URL)
    async with app.router.lifespan_context(app), client:
        story = Story(services=app.state.services, clock=clock)
        yield House(
            app=app,
            client=client,
            story=story,
            clock=clock,
            letter=await story.deliver(
                JAYLANO,
                "cjib_wahv_beschikking",
                files=[("aanslag-geheim.pdf", PDF)],
                onderwerp="Zeegroen",
                inhoud="Paarsblauw",
                kenmerk="GEHEIM-7731",
                kort={"wat": "Oranjegeel.", "doen": "Lees.", "gevolg": "Anders niets."},
                betaling={
                    "iban": "NL91ABNA0417164300",
                    "tenNameVan": "Betaalparel",
                    "betalingskenmerk": "5000056789012345",
                    "uiterlijk": "2027-01-18",
                },
            ),
            grant=await story.grant(JAYLANO, KARIN, wide()),
        )


def wide(days: int = 92) -> Scope:
    """A grant of everything."""
    return Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + days * DAY_MS)
