"""Who looked when, in a real browser without scripts, on a phone; and what the files give to whom."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pypdf
import pytest
from playwright.sync_api import Browser

from consent import EVERY, Action, Scope
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Identity
from mailbox.web import looks_download
from tests.web.browser import DESKTOP, PHONE, Tab, tab
from tests.web.gates import AT_ANY_WIDTH, AT_EACH_WIDTH, findings
from tests.web.site import Site, on_phone
from tests.web.story import NOW_MS
from tests.world import DAY_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A citizen whose letter a helper has read."""

    citizen: Identity
    helper: Identity
    letter: LetterId
    grant: GrantId


@pytest.fixture
def looked(site: Site) -> Looked:
    citizen, helper = site.story.stranger(), site.story.stranger()
    letter = site.run(site.story.deliver(citizen, "cjib_wahv_beschikking", onderwerp="Een boete"))
    site.run(site.story.deliver(citizen, "duo_jaaroverzicht", onderwerp="Uw jaaroverzicht"))
    wide = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + 92 * DAY_MS)
    grant = site.run(site.story.grant(citizen, helper, wide))
    _read(site, helper, letter, grant)
    return Looked(citizen=citizen, helper=helper, letter=letter, grant=grant)


def _read(site: Site, reader: Identity, letter: LetterId, grant: GrantId | None = None) -> None:
    person = site.run(site.story.person(reader))
    site.run(site.story.services.reading.letter(person, letter, through=grant))


@pytest.fixture
def opened(browser: Browser, site: Site, looked: Looked) -> Iterator[Tab]:
    with on_phone(browser, site, looked.citizen) as tab_:
        yield tab_


async def _report(site: Site, looked: Looked, seq: int) -> None:
    await site.story.services.log_book.report(await site.story.person(looked.citizen), seq)


def _get(site: Site, who: Identity, path: str) -> httpx.Response:
    return httpx.get(site.url + path, cookies={"mo": site.session(who)})


def _list(page: Tab) -> str:
    """What the list of others says; choices of the form are not in it."""
    return " ".join(page.page.locator("main > .mo-looks").all_inner_texts())


def _press(page: Tab, name: str) -> None:
    with page.page.expect_navigation():
        page.page.get_by_role("button", name=name).first.click()


def _follow(page: Tab, name: str) -> None:
    with page.page.expect_navigation():
        page.page.get_by_role("link", name=name).first.click()


def test_one_sees_who_did_what_and_chooses_a_part(opened: Tab, looked: Looked) -> None:
    opened.go("/inzage")
    for said in (
        f"{looked.helper.name} las uw brief van het CJIB.",
        f"{looked.helper.name} ging meekijken met uw code.",
        "U gaf hulp toestemming om mee te kijken.",
    ):
        assert said in _list(opened)
    opened.page.get_by_label("Wie", exact=True).select_option("Uzelf")
    _press(opened, "Laat zien")
    assert _list(opened) == ""
    assert "Hierover staat niets in de lijst." in opened.words
    opened.page.get_by_label("Wie", exact=True).select_option(looked.helper.name)
    opened.page.get_by_label("Wanneer").select_option("De laatste 7 dagen")
    _press(opened, "Laat zien")
    assert "las uw brief" in _list(opened)
    assert looked.helper.name not in opened.path
    opened.page.get_by_label("Wanneer").select_option("Oktober 2026")
    _press(opened, "Laat zien")
    assert _list(opened) == ""
    _follow(opened, "Bekijk de hele lijst")
    assert opened.path == "/inzage"


def test_one_asks_who_saw_this_letter(opened: Tab, looked: Looked) -> None:
    opened.go(f"/post/{id_text(looked.letter)}")
    _follow(opened, "Wie bekeek deze brief?")
    assert opened.h1 == "Wie bekeek deze brief?"
    assert "Een boete" in opened.words
    assert "las uw brief van het CJIB" in _list(opened)
    assert "ging meekijken" not in _list(opened)
    assert opened.page.locator("details .mo-looks li").count() == 1


def test_own_looks_are_folded_away(opened: Tab, site: Site, looked: Looked) -> None:
    for _ in range(25):
        site.story.clock.ms += DAY_MS
        _read(site, looked.citizen, looked.letter)
    site.story.clock.ms -= 25 * DAY_MS
    opened.go("/inzage")
    assert "U las uw brief" not in _list(opened)
    assert not opened.page.locator("details .mo-looks").is_visible()
    opened.page.locator("summary").click()
    assert opened.page.locator("details .mo-looks li").count() == 20
    _follow(opened, "Bekijk alles wat u zelf opende")
    assert opened.page.locator(".mo-looks li").count() == 25


def test_older_entries_are_a_page_further(opened: Tab, site: Site, looked: Looked) -> None:
    for _ in range(60):
        site.story.clock.ms += DAY_MS // 2
        _read(site, looked.helper, looked.letter, looked.grant)
    site.story.clock.ms -= 30 * DAY_MS
    opened.go("/inzage")
    assert "ging meekijken" not in _list(opened)
    _follow(opened, "Eerder")
    assert "ging meekijken" in _list(opened)
    _follow(opened, "Naar het nieuwste")
    assert opened.path == "/inzage"


def test_what_is_not_right_is_reported_and_leads_to_stopping(opened: Tab, looked: Looked) -> None:
    opened.go("/inzage")
    _follow(opened, f"Klopt dit niet? {looked.helper.name}")
    assert opened.h1 == "Klopt dit niet?"
    assert f"{looked.helper.name} las uw brief van het CJIB." in opened.words
    stop = opened.page.get_by_role("link", name=f"Stop meekijken door {looked.helper.name}")
    assert stop.get_attribute("href") == f"/meekijken/{id_text(looked.grant)}/stoppen"
    _press(opened, "Meld dat dit niet klopt")
    assert "Wat gebeurt er nu?" in opened.words
    assert "0800-2000" in opened.words
    opened.page.go_back()
    _press(opened, "Meld dat dit niet klopt")
    opened.go("/inzage")
    assert _list(opened).count("U meldde dat dit niet klopt") == 1
    with_date = f"{looked.helper.name} las uw brief van het CJIB, op 24 november 2026."
    assert with_date in _list(opened)


@pytest.mark.parametrize("path", ["/inzage", "/inzage/melden?regel=2", "/inzage/gemeld?regel=2", "/inzage?periode=7"])
def test_each_page_passes_every_gate(browser: Browser, site: Site, looked: Looked, path: str) -> None:
    site.run(_report(site, looked, 2))
    with tab(browser, site.url, session=site.session(looked.citizen), scripts=True, viewport=DESKTOP) as page:
        assert page.go(path) == 200
        assert findings(page.page, (*AT_ANY_WIDTH, *AT_EACH_WIDTH)) == []
        page.page.set_viewport_size(PHONE)
        assert findings(page.page, AT_EACH_WIDTH) == []


def test_what_was_not_reported_is_not_said_to_be(opened: Tab) -> None:
    opened.go("/inzage/gemeld?regel=2")
    assert opened.path == "/inzage/melden?regel=2"


def _rows(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="wie-keek-wanneer.csv"'
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]


def test_the_csv_holds_what_the_filter_shows(site: Site, looked: Looked) -> None:
    _read(site, looked.citizen, looked.letter)
    name = looked.helper.name
    rows = _rows(_get(site, looked.citizen, "/inzage.csv"))
    assert [row[3:] for row in rows] == [
        ["U las uw brief van het CJIB.", "Een boete"],
        [f"{name} las uw brief van het CJIB.", "Een boete"],
        [f"{name} ging meekijken met uw code.", ""],
        ["U gaf hulp toestemming om mee te kijken.", ""],
    ]
    only = _rows(_get(site, looked.citizen, f"/inzage.csv?brief={id_text(looked.letter)}&wie={id_text(looked.grant)}"))
    assert [row[3:] for row in only] == [[f"{name} las uw brief van het CJIB.", "Een boete"]]


def test_a_name_in_the_csv_is_never_a_formula(site: Site, looked: Looked) -> None:
    evil = Identity(subject=site.story.stranger().subject, name='=HYPERLINK("https://elders.example")')
    wide = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + 92 * DAY_MS)
    _read(site, evil, looked.letter, site.run(site.story.grant(looked.citizen, evil, wide)))
    cells = [cell for row in _rows(_get(site, looked.citizen, "/inzage.csv")) for cell in row]
    assert [cell for cell in cells if cell[:1] in set("=+-@")] == []
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_the_pdf_holds_the_same(site: Site, looked: Looked) -> None:
    answer = _get(site, looked.citizen, "/inzage.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = " ".join(pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    assert f"{looked.helper.name} las uw brief van het CJIB. Brief: Een boete" in text
    assert f"Post van {looked.citizen.name}." in text


def test_a_long_pdf_says_where_it_ends(site: Site, looked: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks_download, "PDF_LINES", 2)
    text = pypdf.PdfReader(io.BytesIO(_get(site, looked.citizen, "/inzage.pdf").content)).pages[0].extract_text()
    assert "Oudere regels staan hier niet bij." in text
    assert "toestemming om mee te kijken" not in text


@pytest.mark.parametrize("file", ["/inzage.csv", "/inzage.pdf", "/inzage"])
def test_nobody_else_gets_the_log(site: Site, looked: Looked, file: str) -> None:
    """Not the helper, not one whose grant was stopped, not a stranger, not who is logged out."""
    citizen = site.run(site.story.person(looked.citizen))
    own = f"{file}?brief={id_text(looked.letter)}"
    assert _get(site, looked.citizen, own).status_code == 200
    for who in (looked.helper, site.story.stranger()):
        assert _get(site, who, own).status_code == 404
        assert b"las uw brief" not in _get(site, who, file).content
        through_grant = _get(site, who, f"{file}?wie={id_text(looked.grant)}")
        assert through_grant.status_code == 200
        assert b"las uw brief" not in through_grant.content
    site.run(site.story.services.granting.stop(citizen, looked.grant))
    assert _get(site, looked.helper, own).status_code == 404
    assert httpx.get(site.url + own).status_code == 303


@pytest.mark.parametrize("query", ["wie=Karin", "periode=x", "brief=1", "voor=-1", "voor=x"])
def test_an_address_that_no_form_makes_is_not_found(site: Site, looked: Looked, query: str) -> None:
    assert _get(site, looked.citizen, f"/inzage?{query}").status_code == 404


@pytest.mark.parametrize("seq", ["", "3", "-1", "x", "9" * 20])
def test_only_an_entry_of_ones_own_log_can_be_reported(site: Site, looked: Looked, seq: str) -> None:
    session, headers = site.session(looked.citizen), {"Sec-Fetch-Site": "same-origin"}
    assert _get(site, looked.citizen, f"/inzage/melden?regel={seq}").status_code == 404
    sent = httpx.post(f"{site.url}/inzage/melden", data={"regel": seq}, cookies={"mo": session}, headers=headers)
    assert sent.status_code == 404
    assert len(_rows(_get(site, looked.citizen, "/inzage.csv"))) == 3
