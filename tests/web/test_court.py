"""What a court's decision does, as citizen and helpers read it: on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser

from consent import EVERY, Action, Basis, Purpose, Scope, State
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Identity
from mailbox.services.appointing import Appointment
from mailbox.services.grant_views import GrantView, HelperName
from mailbox.web.court_words import court_news, measure_of
from tests.attacks.house import wide
from tests.web.browser import Tab
from tests.web.site import Site, on_phone
from tests.web.steps import fill_in_counter, follow, press
from tests.web.story import FATMA
from tests.world import DAY_MS, NOW_MS

NUMBER = "7654321 BM VERZ 26-9"
TOLD = f"is uw bewindvoerder. Dat besloot de rechter, in beschikking {NUMBER}."


@pytest.fixture
def citizen(site: Site) -> Identity:
    stranger = site.story.stranger()
    site.run(site.story.deliver(stranger, "cjib_wahv_beschikking", onderwerp="Een boete"))
    return stranger


@pytest.fixture
def neighbour(site: Site, citizen: Identity) -> Identity:
    """Whom the citizen let look along before."""
    helper = site.story.stranger()
    site.run(site.story.grant(citizen, helper, wide(), "Buurvrouw"))
    return helper


@pytest.fixture
def bea(site: Site) -> Identity:
    return replace(site.story.stranger(), organisation="Bewind Demo")


def _appoint(site: Site, citizen: Identity, helper: Identity, purpose: Purpose = Purpose.ADMINISTRATION) -> str:
    appointment = Appointment(
        citizen=citizen.subject,
        citizen_name=citizen.name,
        helper=helper,
        scope=replace(wide(400), purpose=purpose),
        reference=NUMBER,
    )
    return id_text(site.run(site.story.services.appointing.register(appointment)))


@pytest.fixture
def under_bewind(
    browser: Browser, site: Site, citizen: Identity, neighbour: Identity, bea: Identity
) -> Iterator[tuple[Tab, str]]:
    """The citizen's tab, and the grant."""
    assert neighbour
    grant = _appoint(site, citizen, bea)
    with on_phone(browser, site, citizen) as opened:
        yield opened, grant


def test_the_citizen_is_told_and_cannot_end_it(under_bewind: tuple[Tab, str], bea: Identity) -> None:
    opened, grant = under_bewind
    opened.go("/post")
    assert f"{bea.name} (Bewind Demo) {TOLD}" in opened.words
    assert "Zolang dat zo is, kunt u zelf niemand laten meekijken." in opened.words
    follow(opened.page, f"Lees wat dit betekent voor {bea.name}")
    assert opened.path == f"/meekijken/{grant}"
    for path in (f"/meekijken/{grant}", "/meekijken"):
        opened.go(path)
        assert f"Aangesteld door de rechter als uw bewindvoerder, in beschikking {NUMBER}." in opened.words
        assert "Dit kunt u hier niet stoppen, pauzeren of veranderen." in opened.words
        assert "Schrijf dan aan de kantonrechter." in opened.words
        assert "toestemming" not in opened.words.lower()
        for button in ("Stoppen", "Pauzeren", "Wijzigen", "Iemand laten meekijken"):
            assert opened.page.get_by_text(button, exact=True).count() == 0
    opened.go("/inzage")
    assert f"De rechter besloot dat {bea.name} (Bewind Demo) uw post mag zien (beschikking {NUMBER})." in opened.words


@pytest.mark.parametrize("way", ["stoppen", "wijzigen", "verlengen"])
def test_no_address_leads_to_an_end(under_bewind: tuple[Tab, str], way: str) -> None:
    opened, grant = under_bewind
    opened.go(f"/meekijken/{grant}/{way}")
    assert opened.path == f"/meekijken/{grant}"


def test_what_the_citizen_gave_is_over_and_says_why(
    browser: Browser, site: Site, under_bewind: tuple[Tab, str], citizen: Identity, neighbour: Identity
) -> None:
    opened, _ = under_bewind
    opened.go("/post")
    assert f"{neighbour.name} kijkt niet meer mee. Dat komt door het besluit van de rechter." in opened.words
    opened.go("/meekijken")
    opened.page.get_by_text("Voorbij (1)").click()
    assert f"{neighbour.name}: niet meer geldig sinds 24 november 2026." in opened.words
    follow(opened.page, f"Bekijk de toestemming van {neighbour.name}")
    assert "Dat komt door een besluit van de rechter" in opened.words
    assert opened.page.get_by_role("link", name="Opnieuw laten meekijken").count() == 0
    with on_phone(browser, site, neighbour) as helper:
        helper.go("/clienten")
        assert f"{citizen.name} Niet meer geldig sinds 24 november 2026." in helper.words
        assert "rechter" not in helper.words
        assert "bewind" not in helper.words


def test_giving_is_explained_before_any_question(
    site: Site, under_bewind: tuple[Tab, str], citizen: Identity, bea: Identity
) -> None:
    opened, _ = under_bewind
    letter = id_text(site.run(site.story.deliver(citizen, "duo_jaaroverzicht")))
    opened.go("/meekijken")
    follow(opened.page, "Wat kunt u doen?")
    for path in ("/meekijken/geven", "/meekijken/verzoek", f"/post/{letter}/meelezen"):
        assert opened.go(path) == 200
        assert opened.h1 == "U kunt nu zelf niemand laten meekijken"
        assert (
            f"U staat onder bewind. Dat besloot een rechter. {bea.name} (Bewind Demo) is uw bewindvoerder"
            in opened.words
        )


def test_a_desk_gives_nothing_either_and_does_not_read_which_decision(
    browser: Browser, site: Site, under_bewind: tuple[Tab, str], citizen: Identity
) -> None:
    with on_phone(browser, site, FATMA) as desk:
        desk.go("/balie")
        fill_in_counter(desk.page, citizen.subject.value, citizen.name)
        press(desk.page, "Verder")
        press(desk.page, f"{citizen.name} zegt ja")
        assert "Deze persoon kan nu zelf niemand laten meekijken. Dat komt door een besluit" in desk.words
        assert [word for word in ("bewind", "curatele", NUMBER) if word in desk.words] == []


def test_who_is_appointed_finds_somebody_new_and_reads_why(
    browser: Browser, site: Site, under_bewind: tuple[Tab, str], citizen: Identity, bea: Identity
) -> None:
    _, grant = under_bewind
    why = f"in beschikking {NUMBER}."
    with on_phone(browser, site, bea) as helper:
        helper.go("/clienten")
        assert f"Post van {citizen.name} Nieuw" in helper.words
        assert f"Door de rechter: u bent bewindvoerder, {why}" in helper.words
        follow(helper.page, f"Post van {citizen.name}")
        assert f"Een rechter stelde u aan als bewindvoerder, {why}" in helper.words
        follow(helper.page, "Een boete")
        assert f"Een rechter stelde u aan als bewindvoerder, {why}" in helper.words
        assert "gaf u toestemming" not in helper.words
        helper.go(f"/clienten/{grant}/toestemming")
        assert "Heeft u meer nodig, of langer? Vraag het aan de rechtbank." in helper.words
        helper.go(f"/clienten/{grant}/stoppen")
        assert "Vraag de kantonrechter om ontslag." in helper.words
        assert helper.page.get_by_role("button", name="Ja, ik stop met helpen").count() == 0


def test_after_the_end_the_citizen_chooses_again_and_the_helper_is_told(
    browser: Browser, site: Site, under_bewind: tuple[Tab, str], citizen: Identity, bea: Identity
) -> None:
    opened, grant = under_bewind
    site.run(site.story.services.appointing.end(citizen.subject, citizen.name, NUMBER))
    opened.go("/post")
    assert (
        f"{bea.name} (Bewind Demo) is niet meer uw bewindvoerder. U kunt weer zelf kiezen wie meekijkt." in opened.words
    )
    opened.go(f"/meekijken/{grant}")
    assert f"Het meekijken van {bea.name} (Bewind Demo) is gestopt (beschikking {NUMBER})." in opened.words
    opened.go("/meekijken/geven")
    assert opened.h1 == "Wie mag meekijken?"
    with on_phone(browser, site, bea) as helper:
        helper.go("/clienten")
        assert f"{citizen.name} Gestopt op 24 november 2026." in helper.words


def test_under_mentorschap_one_still_chooses(browser: Browser, site: Site, citizen: Identity, bea: Identity) -> None:
    _appoint(site, citizen, bea, Purpose.MENTORSHIP)
    with on_phone(browser, site, citizen) as opened:
        opened.go("/post")
        assert f"{bea.name} (Bewind Demo) is uw mentor." in opened.words
        opened.go("/meekijken")
        follow(opened.page, "Iemand laten meekijken")
        opened.page.get_by_label("Naam").fill("Buurman")
        press(opened.page, "Verder")
        assert opened.h1 == "Welke post mag deze persoon zien?"


COURT = GrantView(
    grant_id=GrantId(bytes(16)),
    note="",
    helpers=(HelperName(ref="x", name="Bea", since_ms=NOW_MS),),
    organisation=None,
    reference="C/1",
    state=State.ACTIVE,
    basis=Basis.COURT,
    scope=Scope(
        agencies=EVERY,
        topics=EVERY,
        actions=frozenset(Action),
        until_ms=NOW_MS + 400 * DAY_MS,
        purpose=Purpose.GUARDIANSHIP,
    ),
    version=1,
    quiet=False,
    created_ms=NOW_MS,
    changed_ms=NOW_MS,
    agreed_ms=NOW_MS,
)


def _news(now_ms: int, *grants: GrantView) -> list[str]:
    return [one.sentence for one in court_news(grants, now_ms)]


def test_one_is_told_for_a_month() -> None:
    assert len(_news(NOW_MS + 30 * DAY_MS - 1, COURT)) == 1
    assert _news(NOW_MS + 30 * DAY_MS, COURT) == []
    assert _news(NOW_MS + 30 * DAY_MS, replace(COURT, changed_ms=NOW_MS + 29 * DAY_MS)) == []


def test_an_end_by_time_is_told_as_well() -> None:
    end = COURT.scope.until_ms
    assert _news(end, COURT) == ["Bea is niet meer uw curator. U kunt weer zelf kiezen wie meekijkt."]
    cleared = replace(COURT, state=State.EXPIRED, changed_ms=end + 5 * DAY_MS)
    assert _news(end + 29 * DAY_MS, cleared) == _news(end, COURT)
    assert _news(end + 30 * DAY_MS, cleared) == []


def test_what_ended_of_several_people_is_told_of_all() -> None:
    both = (HelperName(ref="x", name="Bo (Hulp)", since_ms=1), HelperName(ref="y", name="Ada (Hulp)", since_ms=2))
    own: dict[str, Any] = {"basis": Basis.CITIZEN, "state": State.EXPIRED, "lapsed": True, "organisation": "Hulp"}
    ended: GrantView = replace(COURT, helpers=both, **own)
    told = "Bo en Ada (Hulp) kijken niet meer mee. Dat komt door het besluit van de rechter."
    assert _news(NOW_MS, ended) == [told]


def test_who_gets_another_curator_does_not_choose_yet() -> None:
    ended: dict[str, Any] = {"grant_id": GrantId(bytes([1] * 16)), "state": State.REVOKED}
    told = _news(NOW_MS, COURT, replace(COURT, **ended))
    assert "Bea is niet meer uw curator." in told


def test_what_one_gave_oneself_is_no_news_of_a_court() -> None:
    own = replace(COURT, basis=Basis.CITIZEN, scope=replace(COURT.scope, purpose=Purpose.HELP))
    assert _news(NOW_MS, own, replace(own, state=State.EXPIRED)) == []
    assert measure_of([own], NOW_MS) is None


@pytest.mark.parametrize("state", [State.REVOKED, State.EXPIRED])
def test_a_measure_that_is_over_bars_nothing(state: State) -> None:
    assert measure_of([COURT], NOW_MS) == COURT
    assert measure_of([replace(COURT, state=state)], NOW_MS) is None
    assert measure_of([COURT], COURT.scope.until_ms) is None
