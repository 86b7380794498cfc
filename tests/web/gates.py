"""What every page must be, beyond what a type checker sees. Each gate returns its findings; empty is good.

The gates look at a page in a browser with scripts on (axe is a script); the flows run with scripts off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Gate = Callable[[Page], list[str]]

_AXE_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_NARROW: Final = 320
"""WCAG 2.2, 1.4.10: no scrolling to the side at 320 CSS pixels."""
_MOST_STOPS: Final = 400


def axe(page: Page) -> list[str]:
    """WCAG 2.2 A and AA and best practices, as far as axe can see."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(
        """tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}).then(results =>
            results.violations.flatMap(v => v.nodes.map(node => `${v.id}: ${node.html.slice(0, 120)}`)))""",
        _AXE_TAGS,
    )
    return found


def structure(page: Page) -> list[str]:
    """Language, one h1, a title that names the page and the site, one main, a skip link that leads to it."""
    found: list[str] = page.evaluate(
        """() => {
            const found = [], all = s => [...document.querySelectorAll(s)];
            if (document.documentElement.lang !== 'nl') found.push('the page does not say that it is Dutch');
            if (all('h1').length !== 1) found.push(`${all('h1').length} h1`);
            if (all('main').length !== 1) found.push(`${all('main').length} main`);
            if (!/^.+ [-–|] Mijnoverzicht$/.test(document.title)) found.push(`title: ${document.title}`);
            const skip = document.querySelector('a[href]');
            const goal = skip && /^#./.test(skip.getAttribute('href'))
                && document.getElementById(skip.getAttribute('href').slice(1));
            if (!goal || !goal.closest('main')) found.push('the first link does not skip to the main part');
            const ids = all('[id]').map(e => e.id), twice = ids.filter((id, n) => ids.indexOf(id) !== n);
            if (twice.length) found.push(`twice the same id: ${twice}`);
            const levels = all('h1,h2,h3,h4,h5,h6').map(e => Number(e.tagName[1]));
            levels.forEach((l, n) => { if (n && l > levels[n - 1] + 1) found.push(`h${levels[n - 1]} then h${l}`); });
            return found;
        }"""
    )
    return found


def navigation(page: Page) -> list[str]:
    """At most five places, in words; at most one is the current one. Help is in the footer of every page."""
    found: list[str] = page.evaluate(
        """() => {
            const found = [], links = [...document.querySelectorAll('header nav a, nav[aria-label] a')]
                .filter(a => !a.closest('main') && !a.closest('footer'));
            if (links.length > 5) found.push(`${links.length} places in the navigation`);
            if (links.some(a => !a.innerText.trim())) found.push('a place without a word');
            if (links.filter(a => a.getAttribute('aria-current')).length > 1) found.push('two current places');
            const footer = document.querySelector('footer');
            if (!/0800-8115/.test(footer?.innerText ?? '')) found.push('no help in the footer');
            return found;
        }"""
    )
    return found


def new_in_words(page: Page) -> list[str]:
    """What is new says "Nieuw": a colour or bold type alone is not enough (WCAG 1.4.1)."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main li, main tr, main article')]
            .filter(row => !row.querySelector('li, tr, article') && row.querySelector('a[href*="/post/"]'))
            .filter(row => Number(getComputedStyle(row.querySelector('a[href*="/post/"]')).fontWeight) >= 600
                || /(--new|nieuw|unread)/.test(row.outerHTML.split('>')[0]))
            .filter(row => !/\\bNieuw\\b/.test(row.innerText))
            .map(row => `looks new and does not say so: ${row.innerText.slice(0, 60)}`)"""
    )
    return found


def clear_links(page: Page) -> list[str]:
    """A link says where it goes, also when it is heard alone."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button')]
            .map(e => e.getAttribute('aria-label') ?? (e.checkVisibility() ? e.innerText : e.textContent))
            .map(text => text.trim().toLowerCase())
            .filter(t => ['', 'hier', 'klik hier', 'lees meer', 'meer', 'verder lezen', 'link', 'ok'].includes(t))
            .map(t => `a link that only says "${t}"`)"""
    )
    return found


def targets(page: Page) -> list[str]:
    """24 by 24 CSS pixels or more (WCAG 2.5.8); a link inside a sentence may be as small as its line."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
            .filter(e => e.checkVisibility() && !(e.tagName === 'A' && getComputedStyle(e).display === 'inline'
                && e.parentElement.innerText.trim().length > e.innerText.trim().length))
            .map(e => [e, e.getBoundingClientRect()])
            .filter(([e, r]) => r.right > 0 && r.bottom + scrollY > 0 && r.width > 1)
            .map(([e, r]) => {
                const boxes = [...e.getClientRects()];
                return [e, Math.max(r.width, ...boxes.map(b => b.width)), r.height];
            })
            .filter(([e, w, h]) => w < 24 || h < 24)
            .map(([e, w, h]) => `${Math.round(w)} by ${Math.round(h)}: ${e.outerHTML.slice(0, 80)}`)"""
    )
    return found


def visible_focus(page: Page) -> list[str]:
    """Walks the page with Tab held down: every stop looks different from how it looks without focus, and is in sight.

    A key that goes down and up again at each stop costs twice as long, for the browser draws after each.
    """
    page.evaluate(_FROM_THE_TOP)
    found = _along_the_stops(page)
    page.keyboard.up("Tab")
    return found


def _along_the_stops(page: Page) -> list[str]:
    found: list[str] = []
    for _ in range(_MOST_STOPS):
        page.keyboard.down("Tab")
        stop: dict[str, Any] = page.evaluate(_FOCUSED)
        if stop["end"]:
            return found
        if not stop["marked"]:
            found.append(f"no visible focus: {stop['html']}")
        if not stop["seen"]:
            found.append(f"focus out of sight: {stop['html']}")
    return [*found, "Tab does not come to an end"]


_FROM_THE_TOP: Final = """() => {
    document.querySelectorAll('[data-visited]').forEach(e => delete e.dataset.visited);
    document.activeElement.blur();
    window.scrollTo(0, 0);
}"""

_FOCUSED: Final = """() => {
    const e = document.activeElement;
    if (!e || e === document.body || e.dataset.visited) return {end: true};
    e.dataset.visited = 'yes';
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    const outline = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
    return {
        end: false,
        marked: outline || s.boxShadow !== 'none',
        seen: r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth && r.width > 0,
        html: e.outerHTML.slice(0, 80),
    };
}"""


def reflow(page: Page) -> list[str]:
    """No scrolling to the side at 320 pixels, and none with text twice as large on a desktop (WCAG 1.4.4)."""
    before = page.viewport_size
    found = []
    page.set_viewport_size({"width": _NARROW, "height": 800})
    if over := _overflow(page):
        found.append(f"at {_NARROW} pixels: {over}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    if over := _overflow(page):
        found.append(f"with large text: {over}")
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    if before is not None:
        page.set_viewport_size(before)
    return found


def _overflow(page: Page) -> str:
    """What sticks out, and how far; empty when nothing does."""
    return str(
        page.evaluate(
            """() => {
                const root = document.documentElement, over = root.scrollWidth - root.clientWidth;
                if (over <= 0) return '';
                const wide = [...document.querySelectorAll('body *')]
                    .find(e => e.getBoundingClientRect().right > root.clientWidth + 1);
                return `${over} pixels, ${wide ? wide.outerHTML.slice(0, 80) : ''}`;
            }"""
        )
    )


def nothing_that_runs(page: Page) -> list[str]:
    """No script, no style of its own, nothing from elsewhere: the page does not lean on what the policy forbids."""
    found: list[str] = page.evaluate(
        """() => {
            const found = [], all = s => [...document.querySelectorAll(s)];
            all('script, iframe, object, embed, base, style, meta[http-equiv]').forEach(e => found.push(e.outerHTML));
            all('body *').forEach(e => [...e.attributes].forEach(a => {
                if (a.name === 'style' || a.name.startsWith('on')) found.push(`${a.name} on ${e.outerHTML}`);
            }));
            all('[src], link[href]').forEach(e => {
                const url = new URL(e.src ?? e.href, location.href);
                if (url.origin !== location.origin && url.protocol !== 'data:') found.push(`from ${url.origin}`);
            });
            all('form').forEach(e => {
                if (new URL(e.action, location.href).origin !== location.origin) found.push(`form to ${e.action}`);
            });
            return found;
        }"""
    )
    return found


def plain_dutch(page: Page) -> list[str]:
    """Our own words are short: no sentence over 22 words, and none of the words that nobody says.

    What an agency wrote (`lang="nl"` inside the page) is not ours to judge. A sentence ends where its block does: a
    list item may hold a heading, terms and buttons.
    """
    found: list[str] = page.evaluate(
        """() => {
            const copy = document.body.cloneNode(true);
            copy.querySelectorAll('[lang], script, style, li a, dd, select, option, table').forEach(e => e.remove());
            document.body.append(copy);
            const parts = copy.querySelectorAll('p, li, legend, label, dt, h1, h2, h3, summary');
            const blocks = [...parts].map(e => e.innerText);
            copy.remove();
            const hard = /\\b(indien|verschuldigd|middels|d\\.d\\.|desbetreffende|teneinde|alsmede|dient te)\\b/i;
            return blocks.flatMap(block => block.split(/(?<=[.?!:])\\s+|\\n/)).flatMap(sentence => [
                ...(sentence.split(/\\s+/).length > 22 ? [`long: ${sentence}`] : []),
                ...(hard.test(sentence) ? [`hard word: ${sentence}`] : []),
            ]);
        }"""
    )
    return found


AT_ANY_WIDTH: Final[tuple[Gate, ...]] = (structure, navigation, clear_links, nothing_that_runs, plain_dutch, reflow)
"""Gates whose answer does not depend on the width of the window: once a page is enough."""

AT_EACH_WIDTH: Final[tuple[Gate, ...]] = (axe, new_in_words, targets, visible_focus)

GATES: Final[Mapping[str, Gate]] = {gate.__name__: gate for gate in (*AT_ANY_WIDTH, *AT_EACH_WIDTH)}


def findings(page: Page, gates: Iterable[Gate]) -> list[str]:
    """All findings of these gates."""
    return [f"{gate.__name__}: {finding}" for gate in gates for finding in gate(page)]
