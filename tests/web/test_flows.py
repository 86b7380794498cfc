"""What people come to do, in a real browser without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from consent import EVERY, Action, Scope
from mailbox.domain.identifiers import LetterId, MailboxId, id_text
from mailbox.domain.people import Identity
from mailbox.domain.sealed import SealedKey
from tests.web.browser import PHONE, Tab, tab
from tests.web.places import reached, reached_twice
from tests.web.site import Site, on_phone
from tests.web.steps import CODE, give_by_hand
from tests.web.story import JAYLANO, KARIN, NOW_MS, PDF, reminder
from tests.world import DAY_MS


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Tab]:
    """Nobody yet, on a phone."""
    with tab(browser, site.url, viewport=PHONE) as opened:
        yield opened


def _text(opened: Tab) -> str:
    return " ".join(opened.page.locator("body").inner_text().split())


def _subjects(opened: Tab) -> list[str]:
    return opened.page.locator(".mo-letters a").all_inner_texts()


def _press(opened: Tab, name: str) -> None:
    with opened.page.expect_navigation():
        opened.page.get_by_role("button", name=name).first.click()


def _follow(opened: Tab, name: str) -> None:
    with opened.page.expect_navigation():
        opened.page.get_by_role("link", name=name).first.click()


def test_one_logs_in_and_comes_where_one_was_going(visitor: Tab, site: Site) -> None:
    letter = f"/post/{id_text(site.story.letters['boete'])}"
    visitor.go(letter)
    assert visitor.h1 == "Log in op Mijnoverzicht"
    assert "DEMO" in _text(visitor)
    _press(visitor, "Jaylano Meerman")
    assert visitor.path == letter


def test_one_logs_in_and_out(visitor: Tab) -> None:
    visitor.go("/")
    _press(visitor, "Samira Bouali")
    assert (visitor.path, visitor.h1) == ("/post", "Uw post")
    _press(visitor, "Uitloggen")
    assert visitor.path == "/uitgelogd"
    visitor.go("/post")
    assert visitor.h1 == "Log in op Mijnoverzicht"


def test_a_helper_begins_at_the_people_they_help(visitor: Tab) -> None:
    visitor.go("/")
    _press(visitor, "Karin Bos")
    assert visitor.path == "/clienten"
    visitor.go("/")
    assert visitor.path == "/clienten"


@pytest.mark.parametrize(
    "naar", ["//elders.example", "https://elders.example/post", "/\\elders.example", "/post/../x", "/x"]
)
def test_login_never_leads_elsewhere(visitor: Tab, naar: str) -> None:
    visitor.page.goto(f"{visitor.site}/inloggen?naar={naar}")
    _press(visitor, "Samira Bouali")
    assert (visitor.path, visitor.elsewhere) == ("/post", [])


@pytest.mark.parametrize("path", ["/betalen", "/betalen/datums", "/meekijken", "/inzage", "/instellingen"])
def test_login_leads_to_where_one_was_going(visitor: Tab, path: str) -> None:
    visitor.go(path)
    _press(visitor, "Samira Bouali")
    assert visitor.path == path


def test_a_letter_says_what_to_do(browser: Browser, site: Site) -> None:
    with on_phone(browser, site, JAYLANO) as opened:
        opened.go(f"/post/{id_text(site.story.letters['boete'])}")
        text = _text(opened)
        for words in (
            "Verkeersboete: te hard gereden op de A12",
            "U heeft een boete gekregen, omdat u te hard reed.",
            "€ 109,00",
            "18 januari 2027",
            "NL91 ABNA 0417 1643 00",
            "5000056789012345",
            "Officier van justitie",
            "4 januari 2027",
            "Wahv art. 6",
            "Daarna wordt de boete 50% hoger.",
            "Wij schrijven op dat u deze brief heeft geopend.",
            "www.cjib.example",
        ):
            assert words in text
        assert opened.page.locator("[lang=nl] h3").first.inner_text() == "Wat moet u betalen?"


def test_new_is_gone_after_reading_and_back_when_asked(browser: Browser, site: Site) -> None:
    stranger = site.story.stranger()
    site.run(site.story.deliver(stranger, "duo_jaaroverzicht", onderwerp="Uw jaaroverzicht"))
    with on_phone(browser, site, stranger) as opened:
        opened.go("/post")
        row = opened.page.locator("li", has=opened.page.get_by_role("link", name="Uw jaaroverzicht"))
        assert "Nieuw" in row.inner_text()
        _follow(opened, "Uw jaaroverzicht")
        opened.go("/post")
        assert "Nieuw" not in row.inner_text()
        _follow(opened, "Uw jaaroverzicht")
        _press(opened, "Markeer als ongelezen")
        assert opened.path == "/post?gedaan=ongelezen&aantal=1"
        assert "Nieuw" in row.inner_text()


def test_one_puts_letters_away_together_and_finds_them_back(browser: Browser, site: Site) -> None:
    stranger = site.story.stranger()
    for name in ("Zomerbrief", "Herfstbrief", "Winterbrief"):
        site.run(site.story.deliver(stranger, "duo_jaaroverzicht", onderwerp=name))
    with on_phone(browser, site, stranger) as opened:
        opened.go("/post")
        _press(opened, "Naar archief")
        assert "U koos geen brief." in _text(opened)
        for name in ("Zomerbrief", "Winterbrief"):
            opened.page.get_by_role("checkbox", name=f"Kies: {name}").check()
        _press(opened, "Naar archief")
        assert "2 brieven staan nu in uw archief." in _text(opened)
        assert _subjects(opened) == ["Herfstbrief"]
        assert "3 nieuwe brieven" in _text(opened)
        _follow(opened, "Bekijk alleen nieuwe brieven")
        assert sorted(_subjects(opened)) == ["Herfstbrief", "Winterbrief", "Zomerbrief"]
        assert _text(opened).count("In archief") == 2
        _follow(opened, "Bekijk alle post")
        _follow(opened, "Bekijk uw archief")
        assert sorted(_subjects(opened)) == ["Winterbrief", "Zomerbrief"]
        _follow(opened, "Zomerbrief")
        assert "Deze brief staat in uw archief" in _text(opened)
        _press(opened, "Uit archief")
        assert "1 brief staat weer bij uw post." in _text(opened)
        assert sorted(_subjects(opened)) == ["Herfstbrief", "Zomerbrief"]


def test_one_marks_letters_together_in_the_list_that_one_looks_at(browser: Browser, site: Site) -> None:
    stranger = site.story.stranger()
    for name in ("Zomerbrief", "Winterbrief"):
        site.run(site.story.deliver(stranger, "duo_jaaroverzicht", onderwerp=name))
    with on_phone(browser, site, stranger) as opened:
        opened.go("/post?nieuw=ja")
        opened.page.get_by_role("checkbox", name="Kies: Zomerbrief").check()
        _press(opened, "Markeer als gelezen")
        assert "1 brief is gemarkeerd als gelezen." in _text(opened)
        assert opened.path == "/post?nieuw=ja&gedaan=gelezen&aantal=1"
        assert _subjects(opened) == ["Winterbrief"]


def test_who_put_all_away_reads_so_and_what_is_due_still_comes_first(browser: Browser, site: Site) -> None:
    stranger = site.story.stranger()
    letter = id_text(site.run(site.story.deliver(stranger, "cjib_wahv_aanmaning1", **reminder())))
    with on_phone(browser, site, stranger) as opened:
        opened.go("/post?archief=ja")
        assert "Er staat niets in uw archief." in _text(opened)
        opened.go(f"/post/{letter}")
        _press(opened, "Naar archief")
        assert "U heeft alle brieven opgeruimd." in _text(opened)
        assert "De datums en bedragen blijven gelden." in _text(opened)
        assert "Doe dit eerst" in _text(opened)
        assert opened.page.get_by_role("link", name="CJIB: Aanmaning").count() == 1
        opened.go("/betalen")
        assert "€ 159,00" in _text(opened)


def test_an_attachment_comes_as_a_file(browser: Browser, site: Site) -> None:
    with on_phone(browser, site, JAYLANO) as opened:
        opened.go(f"/post/{id_text(site.story.letters['boete'])}")
        with opened.page.expect_download() as coming:
            opened.page.get_by_role("link", name="Beschikking 2026.pdf").click()
        assert coming.value.suggested_filename == "Beschikking 2026.pdf"
        assert coming.value.path().read_bytes() == PDF


def test_one_finds_a_letter_and_goes_back_to_all(browser: Browser, site: Site) -> None:
    with on_phone(browser, site, JAYLANO) as opened:
        opened.go("/post")
        opened.page.get_by_label("Zoek in uw post").fill("aanmaning boete")
        _press(opened, "Zoeken")
        assert _subjects(opened) == ["Aanmaning: u heeft uw boete nog niet betaald"]
        opened.page.get_by_label("Zoek in uw post").fill("UTRÉCHT a12")
        _press(opened, "Zoeken")
        assert _subjects(opened) == ["Verkeersboete: te hard gereden op de A12"]
        assert ("a12" in opened.path.lower(), opened.path.startswith("/post?vraag=")) == (False, True)
        assert "U ziet alleen: met „UTRÉCHT a12”." in _text(opened)
        _follow(opened, "Verkeersboete")
        opened.page.go_back()
        assert _subjects(opened) == ["Verkeersboete: te hard gereden op de A12"]
        opened.page.get_by_label("Zoek in uw post").fill("olifant")
        opened.page.get_by_label("Afzender").select_option("CJIB")
        opened.page.get_by_label("Onderwerp").select_option("Boetes")
        opened.page.get_by_label("Alleen met een datum").check()
        _press(opened, "Zoeken")
        asked = "van het CJIB, over boetes, met een datum die nog komt, met „olifant”."
        assert f"Wij vonden geen brieven: {asked}" in _text(opened)
        assert opened.page.get_by_label("Zoek in uw post").input_value() == "olifant"
        _follow(opened, "Bekijk alle post")
        assert opened.path == "/post"


def test_one_walks_through_what_one_searched_for_and_sees_the_search_in_the_log(browser: Browser, site: Site) -> None:
    stranger = site.story.stranger()
    for number in range(110):
        site.run(site.story.deliver(stranger, "duo_jaaroverzicht", onderwerp=f"Brief {number}", inhoud="Een náald."))
        site.story.clock.ms += 1
    with on_phone(browser, site, stranger) as opened:
        opened.go("/post")
        opened.page.get_by_label("Zoek in uw post").fill("naald")
        opened.page.get_by_label("Alleen nieuwe brieven").check()
        _press(opened, "Zoeken")
        for count in (50, 50):
            assert len(_subjects(opened)) == count
            assert "U ziet alleen: nieuwe brieven, met „naald”." in _text(opened)
            _follow(opened, "Oudere post")
        assert _subjects(opened) == [f"Brief {number}" for number in range(9, -1, -1)]
        _follow(opened, "Nieuwste post")
        assert len(_subjects(opened)) == 50
        opened.go("/inzage?wie=zelf")
        assert "U zocht in uw post (50 brieven)." in _text(opened)


def test_a_helper_searches_in_what_they_may_see(browser: Browser, site: Site) -> None:
    with on_phone(browser, site, KARIN) as looking:
        looking.go(f"/clienten/{id_text(site.story.grants['karin'])}/post")
        looking.page.get_by_label("Zoek in deze post").fill("officier A12")
        _press(looking, "Zoeken")
        assert "Wij vonden geen brieven: met „officier A12”." in _text(looking)
        looking.page.get_by_label("Zoek in deze post").fill("administratiekosten a12")
        _press(looking, "Zoeken")
        assert _subjects(looking) == ["Verkeersboete: te hard gereden op de A12"]
    with on_phone(browser, site, JAYLANO) as opened:
        opened.go("/inzage")
        assert "Karin Bos (Buurthuis De Brug) zocht in uw post (1 brief)." in _text(opened)


def test_one_walks_through_older_post_without_gaps(browser: Browser, site: Site) -> None:
    stranger, seen = site.story.stranger(), []
    expected = [f"Brief {number}" for number in range(119, -1, -1)]
    for number in range(120):
        site.run(site.story.deliver(stranger, "duo_jaaroverzicht", onderwerp=f"Brief {number}"))
        site.story.clock.ms += 1
    with on_phone(browser, site, stranger) as opened:
        opened.go("/post")
        for _ in range(10):
            seen += opened.page.locator("main li a[href*='/post/']").all_inner_texts()
            if not opened.page.get_by_role("link", name="Oudere post").count():
                break
            _follow(opened, "Oudere post")
        assert seen == expected


def test_one_gives_a_grant_the_helper_looks_and_one_sees_that_and_stops_it(browser: Browser, site: Site) -> None:
    citizen, helper = site.story.stranger(), site.story.stranger()
    site.run(site.story.deliver(citizen, "cjib_wahv_beschikking", onderwerp="Een boete"))
    site.run(site.story.deliver(citizen, "cjib_strafbeschikking", onderwerp="Een strafbeschikking"))
    with on_phone(browser, site, citizen) as opened, on_phone(browser, site, helper) as looking:
        code = _give(opened, "Mijn buurvrouw")
        _follow_client(looking, code, citizen)
        listed = looking.page.locator(".mo-letters a").all_inner_texts()
        assert listed == ["Een boete"]
        assert "Een strafbeschikking" not in looking.page.inner_text("body")
        _follow(looking, "Een boete")
        letter = looking.path
        assert f"U bekijkt de post van {citizen.name}" in _text(looking)
        opened.go("/inzage")
        assert f"{helper.name} las uw brief van het CJIB" in _text(opened)
        assert "24 november 2026" in _text(opened)
        opened.go("/post")
        assert opened.page.get_by_text("Nieuw", exact=True).count() == 2
        opened.go("/meekijken")
        _follow(opened, "Stoppen")
        assert "niet meer" in _text(opened)
        _press(opened, "Ja, stop meekijken")
        assert "gestopt" in _text(opened).lower()
        assert looking.go(letter) == 404
        looking.go("/clienten")
        assert looking.page.get_by_role("link", name=citizen.name).count() == 0
        assert "gestopt" in _text(looking).lower()


def _give(opened: Tab, name: str) -> str:
    opened.go("/meekijken")
    return give_by_hand(opened.page, name)


def _follow_client(looking: Tab, code: str, citizen: Identity) -> None:
    looking.go("/clienten")
    looking.page.get_by_label("De code die u kreeg").fill(code.lower().replace("-", " "))
    _press(looking, "Code controleren")
    assert citizen.name in _text(looking)
    _follow(looking, f"Post van {citizen.name}")


@pytest.mark.parametrize("code", ["", "x", "K7QF-2MXP-9RTD", "<script>alert(1)</script>", "0" * 200, "K7QF 2MXP 9RTĐ"])
def test_a_wrong_code_is_refused_in_words(browser: Browser, site: Site, code: str) -> None:
    with on_phone(browser, site, site.story.stranger()) as opened:
        opened.go("/clienten")
        opened.page.get_by_label("De code die u kreeg").fill(code)
        _press(opened, "Code controleren")
        assert opened.page.title().startswith("Fout: ")
        assert "Deze code klopt niet, is al gebruikt of is verlopen." in _text(opened)


def test_too_many_wrong_codes(browser: Browser, site: Site) -> None:
    with on_phone(browser, site, site.story.stranger()) as opened:
        for _ in range(11):
            opened.go("/clienten")
            opened.page.get_by_label("De code die u kreeg").fill("K7QF-2MXP-9RTD")
            _press(opened, "Code controleren")
        assert "te vaak" in _text(opened)


def test_a_helper_who_may_only_list_does_not_see_the_text(browser: Browser, site: Site) -> None:
    citizen, helper = site.story.stranger(), site.story.stranger()
    site.run(site.story.deliver(citizen, "cjib_wahv_beschikking", inhoud="Geheime tekst.", files=[("a.pdf", PDF)]))
    with on_phone(browser, site, citizen) as opened, on_phone(browser, site, helper) as looking:
        opened.go("/meekijken")
        _follow(opened, "Iemand laten meekijken")
        opened.page.get_by_label("Naam").fill("Buurman")
        for _ in range(3):
            _press(opened, "Verder")
        opened.page.get_by_label("Nee: bedragen en datums").check()
        for button in ("Verder", "Verder", "Geef toestemming"):
            _press(opened, button)
        code = CODE.search(_text(opened))
        assert code is not None
        _follow_client(looking, code.group(), citizen)
        _follow(looking, "Een brief")
        assert "Geheime tekst." not in looking.page.content()
        assert "De tekst mag u niet zien" in _text(looking)
        assert looking.go(f"{looking.path}/bijlagen/0") == 404


def test_the_log_says_it_when_it_was_changed(browser: Browser, site: Site) -> None:
    """Own looks are there too, folded away."""
    with on_phone(browser, site, JAYLANO) as opened:
        opened.go("/inzage")
        text = _text(opened)
        assert f"{KARIN.name} (Buurthuis De Brug) las uw brief van het CJIB" in text
        assert opened.page.locator("details").count() >= 1


WISHES = ["nieuw", "herinnering", "meekijken", "gevraagd", "toestemming"]


@pytest.mark.parametrize("unwanted", WISHES)
def test_one_chooses_what_one_wants_to_hear_of(browser: Browser, site: Site, unwanted: str) -> None:
    with on_phone(browser, site, site.story.stranger()) as opened:
        reached(opened, site, f"{unwanted}@voorbeeld.example")
        opened.go("/instellingen")
        opened.page.locator(f"#bericht-{unwanted}").uncheck()
        _press(opened, "Bewaar mijn keuze")
        chosen = opened.page.locator("input[name=bericht]:checked")
        wanted = {one.get_attribute("value") for one in chosen.all()}
        assert wanted == set(WISHES) - {unwanted}


def test_one_chooses_where_one_hears_it(browser: Browser, site: Site) -> None:
    with on_phone(browser, site, site.story.stranger()) as opened:
        reached_twice(opened, site)
        assert "Wij sturen berichten naar 06-12345678." in _text(opened)
        opened.page.locator("#naar-email").check()
        for _ in range(2):
            _press(opened, "Bewaar mijn keuze")
            assert "Wij sturen berichten naar iemand@voorbeeld.example." in _text(opened)
        _press(opened, "Haal mijn e-mailadres weg")
        assert "Uw e-mailadres is weg." in _text(opened)
        assert "Wij sturen berichten naar 06-12345678." in _text(opened)
        _press(opened, "Haal mijn telefoonnummer weg")
        assert "Wij weten niet hoe wij u kunnen bereiken." in _text(opened)


def test_a_letter_that_does_not_open_is_a_row_among_the_others(browser: Browser, site: Site) -> None:
    citizen = site.story.stranger()
    site.run(site.story.deliver(citizen, "cjib_wahv_beschikking"))
    broken = site.run(site.story.deliver(citizen, "cjib_wahv_beschikking"))
    mailbox_id = site.run(site.story.person(citizen)).mailbox_id
    site.run(_break(site, mailbox_id, broken))
    with on_phone(browser, site, citizen) as opened:
        assert opened.go("/post") == 200
        assert "1 brief op deze pagina kunnen wij niet openen." in _text(opened)
        rows = opened.page.locator(".mo-letter")
        assert ["Deze brief kunnen wij niet openen" in row for row in rows.all_inner_texts()].count(True) == 1
        assert (rows.count(), rows.get_by_role("link").count()) == (2, 1)


def test_what_the_citizen_did_not_open_a_helper_is_not_told(browser: Browser, site: Site) -> None:
    citizen, helper = site.story.stranger(), site.story.stranger()
    site.run(site.story.deliver(citizen, "cjib_wahv_beschikking"))
    wide = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + 92 * DAY_MS)
    grant_id = id_text(site.run(site.story.grant(citizen, helper, wide)))
    with on_phone(browser, site, citizen) as opened, on_phone(browser, site, helper) as looking:
        opened.go("/post")
        assert opened.page.locator(".mo-badge").count() == 1
        looking.go(f"/clienten/{grant_id}/post?nieuw=ja")
        assert (looking.page.locator(".mo-letter").count(), "Nieuw" in _text(looking)) == (1, False)
        looking.go("/clienten")
        assert "nieuwe brief" not in _text(looking)


async def _break(site: Site, mailbox_id: MailboxId, letter_id: LetterId) -> None:
    """As somebody could who has the database's password."""
    async with site.story.services.store.write() as tx:
        key = SealedKey(letter_id=letter_id, recipient_id=mailbox_id, blob=b"not sealed")
        await tx.letters.replace_keys(mailbox_id, [key])
