"""Pictures of every page of a running demo, for people to look at: as citizen and as helper, desktop and phone.

    python -m mailbox demo --port 8000 &
    python -m tools.screenshots http://127.0.0.1:8000 pictures

The demo gets one grant more each time, because the page with the code is shown only once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
SIZES: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1280, "height": 900},
    "telefoon": {"width": 390, "height": 844},
}
Step = Callable[[Page], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """A page: who looks (a button on the login page; empty for nobody), where it begins, and what is done there."""

    name: str
    who: str = ""
    path: str
    steps: tuple[Step, ...] = ()


def follow(text: str) -> Step:
    """Follows the first link with this text inside the page."""
    return lambda page: _go(page, page.locator("main").get_by_role("link", name=text))


def further(path: str) -> Step:
    """Goes on from the address where one is."""
    return lambda page: page.goto(page.url + path)


def press(text: str) -> Step:
    """Presses the first button with this text."""
    return lambda page: _go(page, page.get_by_role("button", name=text))


def fill(label: str, value: str) -> Step:
    """Fills in a field."""
    return lambda page: page.get_by_label(label).first.fill(value)


def letter(number: int) -> Step:
    """Opens a letter of the list."""
    return lambda page: _go(page, page.locator(".mo-letter a").nth(number))


def first_errand(page: Page) -> None:
    """Opens the letter that comes first."""
    _go(page, page.locator(".mo-tile a"))


def _go(page: Page, goal: Locator) -> None:
    """Clicks, and waits for the page that it leads to."""
    with page.expect_navigation():
        goal.first.click()


def unfold(page: Page) -> None:
    """Opens the first part that is folded."""
    page.locator("summary").first.click()


def answers(number: int) -> tuple[Step, ...]:
    """Answers this many questions of giving: a name, and then what is chosen already."""
    return (fill("Naam", "Tante Ria"), *(press("Verder") for _ in range(number)))


CITIZEN: Final = "Jaylano Meerman"
PARENT: Final = "Samira el Idrissi"
QUIET: Final = "Willemijn Postma"
VOLUNTEER: Final = "Karin Bos"
COUNSELLOR: Final = "Murat Yildiz"

SHOTS: Final = (
    Shot(name="inloggen", path="/inloggen"),
    Shot(name="hulp", path="/hulp"),
    Shot(name="niet-gevonden", path="/bestaat-niet"),
    Shot(name="burger-post", who=CITIZEN, path="/post"),
    Shot(name="burger-post-2", who=PARENT, path="/post"),
    Shot(name="burger-post-rustig", who=QUIET, path="/post"),
    Shot(name="burger-post-gezocht", who=CITIZEN, path="/post?zoek=aanmaning"),
    Shot(name="burger-post-niets", who=CITIZEN, path="/post?zoek=olifant"),
    Shot(name="burger-brief-eerst", who=CITIZEN, path="/post", steps=(first_errand,)),
    Shot(name="burger-brief", who=PARENT, path="/post", steps=(letter(0),)),
    Shot(name="burger-meekijken", who=CITIZEN, path="/meekijken"),
    Shot(name="burger-geven", who=CITIZEN, path="/meekijken/geven"),
    Shot(name="burger-geven-fout", who=CITIZEN, path="/meekijken/geven", steps=(press("Verder"),)),
    *(
        Shot(name=f"burger-geven-{step}", who=CITIZEN, path="/meekijken/geven", steps=answers(number))
        for number, step in enumerate(("wat", "brieven", "mag", "tot", "controleren"), start=1)
    ),
    Shot(name="burger-gegeven", who=QUIET, path="/meekijken/geven", steps=(*answers(5), press("Geef toestemming"))),
    Shot(name="burger-toestemming", who=CITIZEN, path="/meekijken", steps=(follow("Karin"),)),
    Shot(name="burger-verlengen", who=CITIZEN, path="/meekijken", steps=(follow("Karin"), further("/verlengen"))),
    Shot(name="burger-verzoek", who=CITIZEN, path="/meekijken/verzoek"),
    Shot(name="burger-stoppen", who=QUIET, path="/meekijken", steps=(follow("Stoppen"),)),
    Shot(name="burger-gestopt", who=QUIET, path="/meekijken", steps=(follow("Stoppen"), press("Ja, stop"))),
    Shot(name="burger-alles-stoppen", who=CITIZEN, path="/meekijken/alles-stoppen"),
    Shot(name="burger-inzage", who=CITIZEN, path="/inzage"),
    Shot(name="burger-inzage-open", who=CITIZEN, path="/inzage", steps=(unfold,)),
    Shot(name="burger-hulp", who=CITIZEN, path="/hulp"),
    Shot(name="burger-uitgelogd", who=CITIZEN, path="/post", steps=(press("Uitloggen"),)),
    Shot(name="helper-clienten", who=COUNSELLOR, path="/clienten"),
    Shot(name="helper-clienten-fout", who=COUNSELLOR, path="/clienten", steps=(press("Code controleren"),)),
    Shot(name="helper-client", who=COUNSELLOR, path="/clienten", steps=(follow("Post van"),)),
    Shot(name="helper-brief", who=COUNSELLOR, path="/clienten", steps=(follow("Post van"), letter(0))),
    Shot(
        name="helper-toestemming",
        who=COUNSELLOR,
        path="/clienten",
        steps=(follow("Post van"), follow("Wat mag u zien?")),
    ),
    Shot(name="helper-vragen", who=COUNSELLOR, path="/clienten/vragen"),
    Shot(name="vrijwilliger-clienten", who=VOLUNTEER, path="/clienten"),
    Shot(name="vrijwilliger-client", who=VOLUNTEER, path="/clienten", steps=(follow("Post van"),)),
    Shot(name="vrijwilliger-eigen-post", who=VOLUNTEER, path="/post"),
    Shot(name="vrijwilliger-meekijken", who=VOLUNTEER, path="/meekijken"),
    Shot(name="vrijwilliger-inzage", who=VOLUNTEER, path="/inzage"),
)


def take_all(site: str, folder: Path, only: str = "") -> Iterator[Path]:
    """Takes every picture, and says which as it goes."""
    folder.mkdir(parents=True, exist_ok=True)
    with _chromium() as browser:
        for size, viewport in SIZES.items():
            for shot in SHOTS:
                if only in shot.name:
                    file = folder / f"{shot.name}.{size}.png"
                    _take(browser, site, shot, viewport, file)
                    yield file


def _take(browser: Browser, site: str, shot: Shot, viewport: ViewportSize, file: Path) -> None:
    context = browser.new_context(viewport=viewport, locale="nl-NL", java_script_enabled=False)
    try:
        page = context.new_page()
        page.set_default_timeout(10_000)
        if shot.who:
            page.goto(f"{site}/inloggen")
            press(shot.who)(page)
        page.goto(site + shot.path)
        for step in shot.steps:
            step(page)
        page.screenshot(path=file, full_page=True)
    finally:
        context.close()


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def main(arguments: list[str]) -> None:
    """`screenshots SITE FOLDER [PART OF A NAME]`."""
    if len(arguments) not in {2, 3}:
        raise SystemExit(__doc__)
    site, folder, *only = arguments
    for file in take_all(site.rstrip("/"), Path(folder), *only):
        print(file)  # noqa: T201 - a tool says what it made


if __name__ == "__main__":
    main(sys.argv[1:])
