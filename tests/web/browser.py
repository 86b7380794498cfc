"""A real browser. Everything a page asks for is written down; nothing but the site itself is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, ViewportSize, sync_playwright

_BROWSERS: Final = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
CHROMIUM: Final = next(filter(Path.exists, _BROWSERS), None)
"""Debian's Chromium without windows, or else the whole of it: the same engine, that draws its own windows as well."""
NO_BROWSER: Final = "the tests of the pages need a browser: apt-get install chromium-headless-shell"
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
DESKTOP: Final[ViewportSize] = {"width": 1200, "height": 900}
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Opened and closed by one test module: its loop must not be there for async tests."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, slots=True)
class Tab:
    """A page with what it did: requests to elsewhere, messages of the console, and scripts that ran.

    `also`: other sites that it may go to.
    """

    page: Page
    site: str
    also: tuple[str, ...] = ()
    elsewhere: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Opens a path of the site; the status of the answer."""
        response = self.page.goto(self.site + path)
        assert response is not None
        return response.status

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site)

    @property
    def h1(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def words(self) -> str:
        """What one reads in the main part, on one line."""
        return " ".join(self.page.locator("main").inner_text().split())


@contextmanager
def tab(
    browser: Browser,
    site: str,
    *,
    session: str | None = None,
    scripts: bool = False,
    viewport: ViewportSize | None = None,
    also: tuple[str, ...] = (),
    **options: Any,
) -> Iterator[Tab]:
    """A tab of a fresh profile. `session`: already logged in. Scripts are off unless asked for."""
    context = browser.new_context(java_script_enabled=scripts, viewport=viewport or DESKTOP, locale="nl-NL", **options)
    try:
        if session is not None:
            context.add_cookies([{"name": "mo", "value": session, "url": site}])
        page = context.new_page()
        made = Tab(page=page, site=site, also=also)
        context.route("**/*", lambda route: _answer(route, made))
        page.on("console", lambda message: made.messages.append(message.text))
        page.on("pageerror", lambda error: made.messages.append(str(error)))
        page.on("dialog", lambda dialog: _dismiss(dialog, made))
        page.set_default_timeout(5_000)
        yield made
    finally:
        context.close()


def _dismiss(dialog: Dialog, made: Tab) -> None:
    made.messages.append("a dialog")
    dialog.dismiss()


def _answer(route: Route, made: Tab) -> None:
    if route.request.url.startswith((made.site + "/", *(f"{other}/" for other in made.also), "data:")):
        route.continue_()
    else:
        made.elsewhere.append(route.request.url)
        route.abort()
