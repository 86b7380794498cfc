"""Letting somebody look along, changing that and stopping it: a phone, no scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Identity
from tests.web.browser import Tab
from tests.web.site import Site, on_phone
from tests.web.steps import CODE, follow, give_by_hand, press


@pytest.fixture
def citizen(site: Site) -> Identity:
    """Somebody with three letters."""
    stranger = site.story.stranger()
    for kind, subject in [
        ("cjib_wahv_beschikking", "Een boete"),
        ("duo_jaaroverzicht", "Een jaaroverzicht"),
        ("cjib_strafbeschikking", "Een strafbeschikking"),
    ]:
        site.run(site.story.deliver(stranger, kind, onderwerp=subject))
    return stranger


@pytest.fixture
def giving(browser: Browser, site: Site, citizen: Identity) -> Iterator[Tab]:
    with on_phone(browser, site, citizen) as opened:
        opened.go("/meekijken")
        yield opened


@pytest.fixture
def helping(browser: Browser, site: Site) -> Iterator[Tab]:
    with on_phone(browser, site, site.story.stranger()) as opened:
        yield opened


def _accept(helping: Tab, code: str, citizen: Identity) -> None:
    helping.go("/clienten")
    helping.page.get_by_label("De code die u kreeg").fill(code)
    press(helping.page, "Code controleren")
    follow(helping.page, f"Post van {citizen.name}")


def _listed(helping: Tab) -> list[str]:
    return sorted(helping.page.locator(".mo-letters a").all_inner_texts())


def test_one_gives_the_helper_looks_one_changes_it_and_stops(giving: Tab, helping: Tab, citizen: Identity) -> None:
    _accept(helping, give_by_hand(giving.page, "Mijn buurvrouw"), citizen)
    post = helping.path
    assert _listed(helping) == ["Een boete", "Een jaaroverzicht"]
    giving.go("/meekijken")
    follow(giving.page, "Wijzigen")
    assert "U heeft nog niets veranderd." in giving.words
    follow(giving.page, "Wijzig post van")
    giving.page.get_by_label("Alleen van deze organisaties").check()
    giving.page.get_by_label("CJIB").check()
    press(giving.page, "Verder")
    assert "Dit gaat eraf Post van: alle andere organisaties" in giving.words
    press(giving.page, "Bewaar")
    assert "Uw keuze is bewaard." in giving.words
    assert "Eraf: Post van: alle andere organisaties." in giving.words
    helping.go(post)
    assert _listed(helping) == ["Een boete"]
    follow(giving.page, "Stoppen")
    press(giving.page, "Ja, stop meekijken")
    assert giving.h1 == "Meekijken is gestopt"
    assert helping.go(post) == 404


def test_older_answers_do_not_undo_what_was_chosen_since(
    browser: Browser, site: Site, giving: Tab, helping: Tab, citizen: Identity
) -> None:
    """Two windows: in one a letter is taken out; the other, which still shows it, is not obeyed."""
    _accept(helping, give_by_hand(giving.page, "Mijn buurvrouw"), citizen)
    post = helping.path
    giving.go("/meekijken")
    follow(giving.page, "Wijzigen")
    with on_phone(browser, site, citizen) as other:
        other.go("/meekijken")
        follow(other.page, "Wijzigen")
        other.page.get_by_label("Niet laten zien: Een boete").check()
        press(other.page, "Bewaar")
    giving.page.get_by_label("Niet laten zien: Een jaaroverzicht").check()
    press(giving.page, "Bewaar")
    assert giving.h1 == "Deze toestemming is intussen gewijzigd"
    helping.go(post)
    assert _listed(helping) == ["Een jaaroverzicht"]
    follow(giving.page, "Kijk opnieuw")
    assert "1 brief die u eruit haalde" in giving.words


def test_a_letter_that_is_taken_out_is_not_shown(giving: Tab, helping: Tab, citizen: Identity) -> None:
    follow(giving.page, "Iemand laten meekijken")
    giving.page.get_by_label("Naam").fill("Buurman")
    for _ in range(5):
        press(giving.page, "Verder")
    assert "Deze 2 brieven ziet Buurman straks" in giving.words
    assert "Een strafbeschikking" not in giving.words
    giving.page.get_by_label("Niet laten zien: Een boete").check()
    press(giving.page, "Lijst bijwerken")
    assert "Deze brief ziet Buurman straks" in giving.words
    assert giving.page.get_by_label("Niet laten zien: Een boete").is_checked()
    press(giving.page, "Geef toestemming")
    code = CODE.search(giving.words)
    assert code is not None
    _accept(helping, code.group(), citizen)
    assert _listed(helping) == ["Een jaaroverzicht"]


def test_one_goes_back_and_finds_what_was_filled_in(giving: Tab) -> None:
    follow(giving.page, "Iemand laten meekijken")
    giving.page.get_by_label("Naam").fill("Oom Henk")
    press(giving.page, "Verder")
    giving.page.get_by_label("Boetes").check()
    press(giving.page, "Vorige vraag")
    assert giving.page.get_by_label("Naam").input_value() == "Oom Henk"
    press(giving.page, "Verder")
    assert giving.page.get_by_label("Boetes").is_checked()


def test_amounts_and_dates_without_the_text(giving: Tab, helping: Tab, citizen: Identity) -> None:
    follow(giving.page, "Iemand laten meekijken")
    giving.page.get_by_label("Naam").fill("Buurman")
    for _ in range(3):
        press(giving.page, "Verder")
    giving.page.get_by_label("Nee: bedragen en datums, niet de tekst").check()
    for _ in range(2):
        press(giving.page, "Verder")
    assert "De tekst van de brieven niet" in giving.words
    press(giving.page, "Geef toestemming")
    code = CODE.search(giving.words)
    assert code is not None
    _accept(helping, code.group(), citizen)
    follow(helping.page, "Een boete")
    assert "De tekst mag u niet zien" in helping.words


def test_the_code_is_shown_once_and_the_picture_holds_none(giving: Tab) -> None:
    code = give_by_hand(giving.page, "Karin")
    assert giving.page.locator("svg").count() == 1
    assert giving.page.get_by_role("link", name="/clienten").last.get_attribute("href") == f"{giving.site}/clienten"
    giving.go("/meekijken")
    assert code not in giving.page.content()
    giving.page.go_back()
    assert code not in giving.page.content()


def test_a_pause_hides_everything_until_it_is_over(giving: Tab, helping: Tab, citizen: Identity) -> None:
    _accept(helping, give_by_hand(giving.page, "Karin"), citizen)
    post = helping.path
    giving.go("/meekijken")
    press(giving.page, "Pauzeren")
    assert "Meekijken is gepauzeerd." in giving.words
    assert "Gepauzeerd" in giving.words
    assert helping.go(post) == 404
    press(giving.page, "Hervatten")
    assert "Meekijken gaat weer door." in giving.words
    assert helping.go(post) == 200


def test_one_stops_without_a_message(giving: Tab, helping: Tab, citizen: Identity) -> None:
    _accept(helping, give_by_hand(giving.page, "Karin"), citizen)
    giving.go("/meekijken")
    follow(giving.page, "Stoppen")
    giving.page.get_by_label("Nee, stop zonder bericht").check()
    press(giving.page, "Ja, stop meekijken")
    assert "leest alleen: niet beschikbaar" in giving.words
    helping.go("/clienten")
    assert "gestopt" not in helping.words


def test_the_timeline_says_who_looks_along(giving: Tab, helping: Tab, citizen: Identity) -> None:
    giving.go("/post")
    assert "mee met uw post" not in giving.words
    giving.go("/meekijken")
    _accept(helping, give_by_hand(giving.page, "Karin"), citizen)
    giving.go("/post")
    assert "kijkt mee met uw post. Wie mag wat zien?" in giving.words


def test_one_letter_is_read_along_for_an_hour(
    browser: Browser, site: Site, citizen: Identity, giving: Tab, helping: Tab
) -> None:
    letter = site.run(site.story.deliver(citizen, "uwv_oproep", onderwerp="Een oproep"))
    giving.go(f"/post/{id_text(letter)}")
    follow(giving.page, "Laat nu iemand deze brief meelezen")
    press(giving.page, "Maak een code")
    assert giving.page.title().startswith("Fout: ")
    giving.page.get_by_label("Wie mag meelezen?").fill("De balie")
    press(giving.page, "Maak een code")
    code = CODE.search(giving.words)
    assert code is not None
    assert "24 november 2026, 11.30 uur" in giving.words
    _accept(helping, code.group(), citizen)
    assert _listed(helping) == ["Een oproep"]
    follow(helping.page, "Een oproep")
    assert helping.h1 == "Een oproep"
