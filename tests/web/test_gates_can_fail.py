"""A gate that cannot fail is no gate: each finds the defect that is made for it, on a real page of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.browser import PHONE, Tab, tab
from tests.web.gates import GATES
from tests.web.site import Site
from tests.web.story import JAYLANO

_STYLE = "const s = document.createElement('style'); s.textContent = `{}`; document.head.append(s)"

DEFECTS = {
    "a label is gone": ("axe", "document.querySelector('main label').remove()"),
    "the language is gone": ("axe", "document.documentElement.removeAttribute('lang')"),
    "grey on grey": ("axe", _STYLE.format("main p { color: #aaa !important }")),
    "a picture without words": ("axe", "document.querySelector('main').append(new Image())"),
    "a second h1": ("structure", "document.querySelector('main').append(document.createElement('h1'))"),
    "a title that is nothing": ("structure", "document.title = 'Document'"),
    "the skip link goes nowhere": ("structure", "document.querySelector('a[href]').href = '#weg'"),
    "a heading level is skipped": ("structure", "document.querySelector('main').append(document.createElement('h6'))"),
    "an id twice": (
        "structure",
        "const i = document.querySelector('main [id]'); const d = document.createElement('p'); d.id = i.id; i.after(d)",
    ),
    "too many places": (
        "navigation",
        "const l = document.querySelector('nav li'); for (let n = 0; n < 6; n++) l.after(l.cloneNode(true))",
    ),
    "no help": ("navigation", "document.querySelector('footer').innerText = ''"),
    "new by colour only": (
        "new_in_words",
        "document.querySelectorAll('main li *').forEach(e => { if (e.innerText.trim() === 'Nieuw') e.remove() })",
    ),
    "click here": ("clear_links", "document.querySelector('main a').innerText = 'Klik hier'"),
    "a link without words": ("clear_links", "document.querySelector('main a').innerText = ''"),
    "a button too small to hit": (
        "targets",
        _STYLE.format(
            "main button { padding: 0 !important; min-block-size: 0 !important; block-size: 12px !important; "
            "inline-size: 12px !important; overflow: hidden }"
        ),
    ),
    "no outline": (
        "visible_focus",
        _STYLE.format(":focus, :focus-visible { outline: none !important; box-shadow: none !important }"),
    ),
    "a word that does not wrap": (
        "reflow",
        _STYLE.format("main h1 { min-inline-size: 24rem !important }"),
    ),
    "a style of its own": ("nothing_that_runs", "document.querySelector('main').setAttribute('style', 'color: red')"),
    "a handler": ("nothing_that_runs", "document.querySelector('main').setAttribute('onclick', '1')"),
    "a form to elsewhere": (
        "nothing_that_runs",
        "const f = document.createElement('form'); f.action = 'https://elders.example'; document.body.append(f)",
    ),
    "a word nobody says": (
        "plain_dutch",
        "document.querySelector('main p').innerText = 'Indien u dit wilt.'",
    ),
    "a sentence without end": (
        "plain_dutch",
        "document.querySelector('main p').innerText = 'woord '.repeat(30) + '.'",
    ),
}


@pytest.fixture(scope="module")
def timeline(browser: Browser, site: Site) -> Iterator[Tab]:
    with tab(browser, site.url, session=site.session(JAYLANO), scripts=True, viewport=PHONE, bypass_csp=True) as opened:
        yield opened


@pytest.mark.parametrize("name", DEFECTS)
def test_a_gate_sees_its_defect(timeline: Tab, name: str) -> None:
    gate, defect = DEFECTS[name]
    timeline.go("/post")
    assert GATES[gate](timeline.page) == []
    timeline.page.evaluate(f"() => {{ {defect} }}")
    assert GATES[gate](timeline.page) != []


def test_every_gate_has_a_defect() -> None:
    assert {gate for gate, _ in DEFECTS.values()} == set(GATES)
