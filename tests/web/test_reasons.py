"""The question why, where an organisation asks it: a page before the post, on a phone and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from consent import EVERY, Action, Scope
from mailbox.domain.identifiers import id_text
from tests.web.browser import DESKTOP, PHONE, Tab, tab
from tests.web.gates import AT_ANY_WIDTH, AT_EACH_WIDTH, findings
from tests.web.site import Site, running_site
from tests.web.steps import press
from tests.web.story import JAYLANO, KARIN, LEO
from tests.world import DAY_MS


@pytest.fixture(scope="module")
def asking_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site where Leo's organisation asks for a reason, and Leo may see Jaylano's post."""
    folder = tmp_path_factory.mktemp("asking")
    with running_site(sqlite_template, folder, reason_for="Een ander; Rekenhulp") as running:
        until_ms = running.story.clock.ms + 90 * DAY_MS
        everything = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=until_ms)
        running.story.grants["leo"] = running.run(running.story.grant(JAYLANO, LEO, everything))
        yield running


@pytest.fixture
def leo(browser: Browser, asking_site: Site) -> Iterator[Tab]:
    """On a phone, in a session of his own."""
    with tab(browser, asking_site.url, session=asking_site.session(LEO), viewport=PHONE) as opened:
        yield opened


def _post(site: Site, who: str = "leo") -> str:
    return f"/clienten/{id_text(site.story.grants[who])}/post"


def _text(opened: Tab) -> str:
    return " ".join(opened.page.locator("body").inner_text().split())


def test_one_says_why_and_comes_where_one_was_going(browser: Browser, asking_site: Site, leo: Tab) -> None:
    letter = f"{_post(asking_site)}/{id_text(asking_site.story.letters['boete'])}"
    leo.go(letter)
    assert leo.h1 == "Waarom kijkt u in deze post?"
    assert "U bekijkt de post van Jaylano Meerman." in _text(leo)
    assert "Verkeersboete" not in leo.page.content()
    press(leo.page, "Naar de post")
    assert leo.page.title().startswith("Fout: ")
    assert "Kies waarom u deze post bekijkt." in _text(leo)
    leo.page.get_by_label("Iets anders").check()
    press(leo.page, "Naar de post")
    assert "Schrijf erbij waarom u deze post bekijkt." in _text(leo)
    assert leo.page.get_by_label("Iets anders").is_checked()
    leo.page.get_by_label("Wilt u er iets bij schrijven?").fill("Hij <b>belde</b> mij")
    press(leo.page, "Naar de post")
    assert (leo.path, leo.h1) == (letter, "Verkeersboete: te hard gereden op de A12")
    assert leo.go(_post(asking_site)) == 200
    assert leo.h1 == "Post van Jaylano Meerman"
    with tab(browser, asking_site.url, session=asking_site.session(JAYLANO), viewport=PHONE) as own:
        own.go("/inzage")
        said = "las uw brief van het CJIB. Reden: iets anders, „Hij <b>belde</b> mij”."
        assert said in _text(own)


@pytest.mark.parametrize("path", ["", "?nieuw=ja", "/{letter}", "/{letter}/bijlagen/0"])
def test_every_way_to_the_post_leads_to_the_question(asking_site: Site, leo: Tab, path: str) -> None:
    leo.go(_post(asking_site) + path.format(letter=id_text(asking_site.story.letters["boete"])))
    assert leo.h1 == "Waarom kijkt u in deze post?"
    assert "boete" not in _text(leo)


@pytest.mark.parametrize(
    "naar", ["https://elders.example", "//elders.example", "/post", "/clienten", "/clienten/x/post", "{post}/../x"]
)
def test_it_leads_to_this_persons_post_and_nowhere_else(asking_site: Site, leo: Tab, naar: str) -> None:
    post = _post(asking_site)
    leo.go(f"{post.removesuffix('/post')}/reden?naar={naar.format(post=post)}")
    leo.page.get_by_label("Gesprek of afspraak").check()
    press(leo.page, "Naar de post")
    assert (leo.path, leo.elsewhere) == (post, [])


def test_a_form_of_another_person_is_refused(asking_site: Site, leo: Tab) -> None:
    leo.go(_post(asking_site))
    other = id_text(asking_site.story.grants["lister"])
    leo.page.locator("input[name=client]").evaluate("(field, id) => { field.value = id }", other)
    leo.page.get_by_label("Gesprek of afspraak").check()
    press(leo.page, "Naar de post")
    assert leo.h1 == "Dit ging niet goed"
    leo.go(_post(asking_site))
    assert leo.h1 == "Waarom kijkt u in deze post?"


def test_where_nobody_asks_there_is_no_question(browser: Browser, site: Site) -> None:
    with tab(browser, site.url, session=site.session(KARIN), viewport=PHONE) as opened:
        post = _post(site, "karin")
        opened.go(f"{post.removesuffix('/post')}/reden")
        assert opened.path == post


def test_the_question_passes_every_gate(browser: Browser, asking_site: Site) -> None:
    with tab(browser, asking_site.url, session=asking_site.session(LEO), scripts=True, viewport=DESKTOP) as opened:
        opened.go(_post(asking_site))
        for _ in range(2):
            opened.page.set_viewport_size(DESKTOP)
            assert findings(opened.page, (*AT_ANY_WIDTH, *AT_EACH_WIDTH)) == []
            opened.page.set_viewport_size(PHONE)
            assert findings(opened.page, AT_EACH_WIDTH) == []
            press(opened.page, "Naar de post")
        assert opened.page.title().startswith("Fout: ")
