"""Pictures of every page of a running demo (`tools/shots.py`), for people to look at, desktop and phone.

    python -m mailbox demo --port 8000 &
    python -m tools.screenshots http://127.0.0.1:8000 pictures

The demo gets some offers and codes more each time, because a page with a code is shown only once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tools.shots import SHOTS, Shot, press

CHROMIUM: Final = "/usr/bin/chromium"
SIZES: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1280, "height": 900},
    "telefoon": {"width": 360, "height": 800},
}


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
