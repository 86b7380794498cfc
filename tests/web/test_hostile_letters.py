"""Hostile letters in a real browser with scripts on: nothing runs, nothing is asked of another host.

Once with the renderer alone and no policy, once on the real page under its policy: each lock holds by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error

from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Identity
from mailbox.web.markdown import letter_html
from tests.web.browser import Tab, tab
from tests.web.gates import nothing_that_runs
from tests.web.hostile import ELSEWHERE, HOSTILE
from tests.web.site import Site

_BARE = "<!doctype html><html lang=nl><head><title>Brief</title></head><body><main id=brief>{}</main></body></html>"
_SITE = "http://brief.example"

HARMFUL = ("script", "image error", "svg", "frame", "style sheet", "refresh", "details", "autofocus", "audio and video")


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[Tab]:
    """A tab without a site and without any policy."""
    with tab(browser, _SITE, scripts=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def reader(site: Site) -> Identity:
    return site.story.stranger()


@pytest.fixture(scope="module")
def logged_in(browser: Browser, site: Site, reader: Identity) -> Iterator[Tab]:
    with tab(browser, site.url, session=site.session(reader), scripts=True) as opened:
        yield opened


def _show_bare(opened: Tab, html: str) -> None:
    opened.elsewhere.clear()
    opened.messages.clear()
    opened.page.set_content(_BARE.format(html), wait_until="load")
    opened.page.wait_for_timeout(20)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_renderer_alone_holds(bare: Tab, name: str) -> None:
    _show_bare(bare, letter_html(HOSTILE[name]))
    assert (bare.elsewhere, bare.messages) == ([], [])
    assert bare.page.title() == "Brief"
    assert bare.page.locator("body > *").count() == 1
    assert nothing_that_runs(bare.page) == []
    assert bare.page.locator("main :is(img, svg, math, form, input, button, video, audio, details)").count() == 0


@pytest.mark.parametrize("name", HARMFUL)
def test_without_the_renderer_the_same_letter_does_harm(browser: Browser, name: str) -> None:
    """The letters are hostile: shown as they are, these run, or ask another host."""
    assert _does_harm(browser, HOSTILE[name])


def _does_harm(browser: Browser, html: str) -> bool:
    with tab(browser, _SITE, scripts=True) as opened:
        try:
            _show_bare(opened, html)
        except Error:  # it went elsewhere while it was being looked at
            return True
        return bool(opened.elsewhere or opened.messages) or opened.page.title() != "Brief"


@pytest.mark.parametrize("name", HOSTILE)
def test_the_page_of_the_letter_holds(logged_in: Tab, site: Site, reader: Identity, name: str) -> None:
    letter_id = site.run(
        site.story.deliver(
            reader, "duo_jaaroverzicht", inhoud=HOSTILE[name].replace("\x0c", " "), onderwerp=f"H: {name}"
        )
    )
    logged_in.elsewhere.clear()
    logged_in.messages.clear()
    assert logged_in.go(f"/post/{id_text(letter_id)}") == 200
    logged_in.page.wait_for_timeout(20)
    assert (logged_in.elsewhere, logged_in.messages) == ([], [])
    assert logged_in.page.title() == f"H: {name} – Mijnoverzicht"
    assert nothing_that_runs(logged_in.page) == []


@pytest.mark.parametrize("field", ["onderwerp", "wat", "doen", "gevolg", "link", "instantie", "grond", "plaats"])
def test_every_other_field_is_only_text(logged_in: Tab, site: Site, reader: Identity, field: str) -> None:
    evil = f"<img src=https://{ELSEWHERE}/x onerror=\"document.title='GEKAAPT'\"></p></main><script>1</script>"
    letter_id = site.run(site.story.deliver(reader, "uwv_oproep", **_with(field, evil)))
    logged_in.elsewhere.clear()
    logged_in.messages.clear()
    assert logged_in.go(f"/post/{id_text(letter_id)}") == 200
    logged_in.page.wait_for_timeout(20)
    assert (logged_in.elsewhere, logged_in.messages) == ([], [])
    assert "GEKAAPT" not in logged_in.page.title().replace(evil, "")
    assert nothing_that_runs(logged_in.page) == []
    assert evil in logged_in.page.locator("body").inner_text()
    assert logged_in.go("/post") == 200
    assert (logged_in.elsewhere, logged_in.messages, nothing_that_runs(logged_in.page)) == ([], [], [])


def _with(field: str, evil: str) -> dict[str, Any]:
    term = {"soort": "verschijnen", "uiterlijk": "2026-12-01", "grondslag": "ZW art. 28", "gevolg": "Anders niet."}
    remedy = {"soort": "bezwaar", "instantie": "UWV", "uiterlijk": "2026-12-20"}
    brief = {"wat": "Wat.", "doen": "Doen.", "gevolg": "Gevolg."}
    changes: dict[str, dict[str, Any]] = {
        "onderwerp": {"onderwerp": evil},
        "wat": {"kort": {**brief, "wat": evil}},
        "doen": {"kort": {**brief, "doen": evil}},
        "gevolg": {"kort": {**brief, "gevolg": evil}},
        "link": {"acties": [{"label": evil, "url": "https://www.uwv.example/", "wie": "iedereen"}]},
        "instantie": {"rechtsmiddel": {**remedy, "instantie": evil}},
        "grond": {"termijnen": [{**term, "gevolg": evil}]},
        "plaats": {"afspraak": {"tijdstip": "2026-12-01T08:30:00Z", "plaats": evil}},
    }
    return changes[field]
