"""Every page, on a phone and on a desktop, through every gate. Nothing is asked of another site, nothing complained."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser

from tests.web.browser import DESKTOP, PHONE, tab
from tests.web.gates import AT_ANY_WIDTH, AT_EACH_WIDTH, findings
from tests.web.places import PLACES, Place
from tests.web.site import Site

_BUDGET = 40_000
"""Bytes of HTML and CSS together, with gzip (a slow phone line: within a second)."""


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_passes_every_gate(browser: Browser, site: Site, place: Place) -> None:
    session = site.session(place.who) if place.who else None
    with tab(browser, site.url, session=session, scripts=True, viewport=DESKTOP) as opened:
        assert place.visit(opened, site) == place.status
        assert opened.page.title().startswith("Fout: ") == place.is_fault
        assert findings(opened.page, (*AT_ANY_WIDTH, *AT_EACH_WIDTH)) == []
        opened.page.set_viewport_size(PHONE)
        assert findings(opened.page, AT_EACH_WIDTH) == []
        assert opened.elsewhere == []
        assert [text for text in opened.messages if not text.startswith("Failed to load resource")] == []


@pytest.mark.parametrize(
    "place", [p for p in PLACES if p.name in {"post", "brief-boete", "inzage"}], ids=lambda p: p.name
)
def test_a_page_is_light(browser: Browser, site: Site, place: Place) -> None:
    session = site.session(place.who) if place.who else None
    with tab(browser, site.url, session=session) as opened:
        sizes: dict[str, int] = {}
        opened.page.on("response", lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body()))}))
        place.visit(opened, site)
        opened.page.wait_for_load_state("networkidle")
        assert sum(sizes.values()) <= _BUDGET
        assert len(sizes) <= 4
