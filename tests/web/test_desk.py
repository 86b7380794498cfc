"""At a counter: an employee gives and stops for somebody who cannot log in. A phone, no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import Browser

from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Identity
from mailbox.services.access_log import LogLine
from mailbox.services.log_entries import Act, Role
from mailbox.web.looks_words import sentence
from tests.web.browser import Tab
from tests.web.site import Site, on_phone
from tests.web.steps import CODE, COUNTER, Answers, codes, fill_in_counter, follow, live, press
from tests.web.story import FATMA, JAYLANO, KARIN
from tests.world import NOW_MS

AT_DESK = "Fatma Demir (Gemeente Demostad)"
SHOWN = "U liet zien: paspoort. De reden: Meneer heeft geen DigiD"


@pytest.fixture
def citizen(site: Site) -> Identity:
    """Somebody with a letter."""
    stranger = site.story.stranger()
    site.run(site.story.deliver(stranger, "cjib_wahv_beschikking", onderwerp="Een boete"))
    return stranger


def _visit(site: Site, who: Identity) -> httpx.Client:
    cookies, own = {"mo": site.session(who)}, {"Sec-Fetch-Site": "same-origin"}
    return httpx.Client(base_url=site.url, cookies=cookies, headers=own, timeout=60)


@pytest.fixture
def counter(site: Site) -> Iterator[httpx.Client]:
    with _visit(site, FATMA) as visit:
        yield visit


def _answers(citizen: Identity, **changes: str) -> Answers:
    return {**COUNTER, "bsn": citizen.subject.value, "burger": citizen.name, **changes}


def test_an_employee_gives_the_helper_reads_and_the_employee_stops(
    browser: Browser, site: Site, citizen: Identity
) -> None:
    helper = site.story.stranger()
    with (
        on_phone(browser, site, FATMA) as desk,
        on_phone(browser, site, helper) as looking,
        on_phone(browser, site, citizen) as own,
    ):
        code = _give(desk, citizen)
        looking.go("/clienten")
        looking.page.get_by_label("De code die u kreeg").fill(code)
        press(looking.page, "Code controleren")
        follow(looking.page, f"Post van {citizen.name}")
        post = looking.path
        follow(looking.page, "Een boete")
        assert f"{citizen.name} gaf u toestemming op 24 november 2026, aan een balie." in looking.words
        own.go("/inzage")
        assert f"{AT_DESK} schreef aan de balie op dat Mijn buurvrouw mag meekijken. {SHOWN}" in own.words
        _stop(desk, citizen)
        assert looking.go(post) == 404
        own.go("/inzage")
        assert f"{AT_DESK} stopte aan de balie het meekijken van {helper.name}. {SHOWN}" in own.words


def _give(desk: Tab, citizen: Identity) -> str:
    desk.go("/post")
    follow(desk.page, "Balie")
    fill_in_counter(desk.page, citizen.subject.value, citizen.name)
    press(desk.page, "Verder")
    assert desk.h1 == f"Lees dit voor aan {citizen.name}"
    assert "U geeft Mijn buurvrouw toestemming om uw post te zien" in desk.words
    press(desk.page, f"{citizen.name} zegt ja")
    told = desk.words
    assert "Aan de balie van Gemeente Demostad" in told
    assert "Waarom Meneer heeft geen DigiD" in told
    assert "Tot en met 24 februari 2027" in told
    assert citizen.subject.value not in desk.page.content()
    code = CODE.search(told)
    assert code is not None
    return code.group()


def _stop(desk: Tab, citizen: Identity) -> None:
    desk.go("/balie")
    follow(desk.page, "Stop alles")
    fill_in_counter(desk.page, citizen.subject.value, citizen.name)
    press(desk.page, "Stop alles")
    assert "Alles wat deze persoon zelf gaf, is gestopt." in desk.words


def test_the_paper_is_two_papers_and_the_screen_is_not_on_it(browser: Browser, site: Site, citizen: Identity) -> None:
    with on_phone(browser, site, FATMA) as desk:
        _give(desk, citizen)
        desk.page.emulate_media(media="print")
        assert not desk.page.get_by_text("Print deze pagina nu").is_visible()
        assert not desk.page.get_by_role("link", name="Klaar").is_visible()
        slip = desk.page.locator(".mo-slip")
        assert slip.evaluate("slip => getComputedStyle(slip).breakBefore") == "page"
        assert "Mijn buurvrouw" in slip.inner_text()
        assert citizen.name not in slip.inner_text()


@pytest.mark.parametrize("who", [JAYLANO, KARIN], ids=["citizen", "helper"])
def test_for_others_there_is_no_counter(site: Site, who: Identity) -> None:
    with _visit(site, who) as visit:
        unknown = visit.get("/bestaat/niet")
        for path in ("/balie", "/balie/stoppen", "/balie/geven/niets"):
            for answered in (visit.get(path), visit.post(path, data=_answers(JAYLANO))):
                assert (answered.status_code, answered.text) == (404, unknown.text)
        assert "/balie" not in visit.get("/post").text


def test_two_clicks_at_once_give_once(site: Site, counter: httpx.Client, citizen: Identity) -> None:
    address = counter.post("/balie", data=_answers(citizen)).headers["location"]
    with ThreadPoolExecutor(4) as pool:
        answered = list(pool.map(lambda _: counter.post(address, data={"doe": "geven"}), range(4)))
    assert sorted(one.status_code for one in answered) == [200, 404, 404, 404]
    assert sum(len(codes(one)) for one in answered) == 1
    assert all("Dit is al gedaan" in one.text for one in answered if one.status_code == 404)
    with _visit(site, citizen) as own:
        assert len(live(own)) == 1


def test_the_number_is_in_no_address_and_a_no_keeps_nothing(
    site: Site, counter: httpx.Client, citizen: Identity
) -> None:
    answered = counter.post("/balie", data=_answers(citizen))
    assert answered.status_code == 303
    assert citizen.subject.value not in str(answered.headers)
    address = answered.headers["location"]
    assert counter.post(address, data={"doe": "nee"}).headers["location"] == "/balie"
    assert counter.get(address).status_code == 404
    with _visit(site, citizen) as own:
        assert live(own) == []


def test_answers_can_be_changed_before_the_yes(counter: httpx.Client, citizen: Identity) -> None:
    address = counter.post("/balie", data=_answers(citizen, naam="Tante Riet")).headers["location"]
    again = counter.post(address, data={"doe": "wijzigen"})
    assert again.status_code == 200
    assert 'value="Tante Riet"' in again.text
    assert codes(again) == []


def test_the_desk_is_told_the_same_of_everybody(site: Site, counter: httpx.Client, citizen: Identity) -> None:
    """With letters and a like offer, or without a mailbox: the papers are equal but for names and codes."""
    papers = []
    for person in (citizen, citizen, site.story.stranger()):
        address = counter.post("/balie", data=_answers(person, burger="Iemand")).headers["location"]
        paper = counter.post(address, data={"doe": "geven"})
        papers.append(CODE.sub("CODE", paper.text))
    assert papers[0] == papers[1] == papers[2]
    stops = [counter.post("/balie/stoppen", data=_answers(p)) for p in (citizen, citizen, site.story.stranger())]
    assert {(one.status_code, one.headers["location"]) for one in stops} == {(303, "/balie/stoppen?gedaan=ja")}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bsn", ""),
        ("bsn", "123456789"),
        ("bsn", "99999001"),
        ("burger", " "),
        ("burger", "x" * 81),
        ("legitimatie", "bibliotheekpas"),
        ("reden", ""),
        ("reden", "x" * 301),
    ],
)
def test_what_is_missing_is_asked_for(counter: httpx.Client, citizen: Identity, field: str, value: str) -> None:
    for path in ("/balie", "/balie/stoppen"):
        answered = counter.post(path, data={**_answers(citizen), field: value})
        assert answered.status_code == 422
        assert f'href="#{field}"' in answered.text


def test_an_employee_does_nothing_for_themselves(site: Site) -> None:
    both = Identity(subject=site.story.stranger().subject, name="Fatma", organisation="Gemeente Demostad", desk=True)
    with _visit(site, both) as visit:
        address = visit.post("/balie", data=_answers(both)).headers["location"]
        for answered in (visit.post(address, data={"doe": "geven"}), visit.post("/balie/stoppen", data=_answers(both))):
            assert answered.status_code == 422
            assert "U kunt dit niet voor uzelf doen." in answered.text


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (Act.OFFERED, f"{AT_DESK} schreef aan de balie op dat Tante Ria mag meekijken. {SHOWN}"),
        (Act.STOPPED, f"{AT_DESK} stopte aan de balie het meekijken van Tante Ria. {SHOWN}"),
    ],
)
def test_the_log_names_the_employee_what_was_shown_and_why(act: Act, said: str) -> None:
    details = {"helper": "Tante Ria", "document": "paspoort", "reason": "Meneer heeft geen DigiD"}
    line = LogLine(
        seq=1,
        at_ms=NOW_MS,
        actor=AT_DESK,
        role=Role.DESK,
        action=act,
        grant_id=GrantId(bytes(16)),
        letters=(),
        details=details,
    )
    assert sentence(line, {}, {}) == said
