"""Colleagues who help together: on a phone, without scripts. The citizen sees each of them, and can stop each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Identity
from mailbox.services.caseworkers import Shareable
from mailbox.web.colleagues_view import PER_PAGE, choice, chosen
from mailbox.web.visitor import Form
from tests.attacks.house import wide
from tests.web.site import Site, on_phone
from tests.web.steps import CODE, follow, press

ORGANISATION = "Schuldhulp Demostad"


@contextmanager
def _visit(site: Site, who: Identity) -> Iterator[httpx.Client]:
    """Somebody with a browser that sends our own forms."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=site.url, cookies={"mo": site.session(who)}, headers=headers, timeout=60) as client:
        yield client


def _colleague(site: Site) -> Identity:
    return replace(site.story.stranger(), organisation=ORGANISATION)


@pytest.fixture
def murat(site: Site) -> Identity:
    return _colleague(site)


@pytest.fixture
def anna(site: Site) -> Identity:
    return _colleague(site)


@pytest.fixture
def citizens(site: Site, murat: Identity) -> list[Identity]:
    """Three people whom Murat helps."""
    people = [site.story.stranger() for _ in range(3)]
    for citizen in people:
        site.run(site.story.deliver(citizen, "cjib_wahv_beschikking", onderwerp="Een boete"))
        site.run(site.story.grant(citizen, murat, wide()))
    return people


def _code(site: Site, newcomer: Identity) -> str:
    async def ask() -> str:
        return (await site.story.services.caseworkers.ask(await site.story.person(newcomer))).code

    return site.run(ask())


def _grant(site: Site, citizen: Identity) -> str:
    async def find() -> str:
        (view,) = await site.story.services.granting.grants_of(await site.story.person(citizen))
        return id_text(view.grant_id)

    return site.run(find())


def test_one_asks_a_colleague_lets_in_and_the_citizen_sees_and_ends_it(
    browser: Browser, site: Site, murat: Identity, anna: Identity, citizens: list[Identity]
) -> None:
    citizen, other, _ = citizens
    with on_phone(browser, site, anna) as newcomer:
        newcomer.go("/clienten")
        follow(newcomer.page, "Samen helpen met collega’s")
        press(newcomer.page, "Maak een code")
        found = CODE.search(newcomer.words)
        assert found is not None
    with on_phone(browser, site, murat) as colleague:
        colleague.go("/clienten/collegas")
        colleague.page.get_by_label("De code van uw collega").fill("K7QF-2MXP-9RTD")
        press(colleague.page, "Verder")
        assert "Deze code klopt niet" in colleague.words
        colleague.page.get_by_label("De code van uw collega").fill(found.group())
        press(colleague.page, "Verder")
        assert colleague.h1 == f"Met wie mag {anna.name} meekijken?"
        assert found.group() not in colleague.page.url
        press(colleague.page, "Verder")
        assert "Kies met wie uw collega mag meekijken." in colleague.words
        colleague.page.get_by_label(citizen.name).check()
        press(colleague.page, "Verder")
        assert citizen.name in colleague.words
        assert other.name not in colleague.words
        press(colleague.page, "Ja, laat meekijken")
        assert "kan vanaf nu meekijken met 1 persoon" in colleague.words
    grant = _grant(site, citizen)
    post = f"/clienten/{grant}/post"
    with on_phone(browser, site, anna) as newcomer, on_phone(browser, site, citizen) as owner:
        newcomer.go("/clienten")
        assert other.name not in newcomer.words
        follow(newcomer.page, f"Post van {citizen.name}")
        assert "Een boete" in newcomer.words
        owner.go("/meekijken")
        assert f"{anna.name}, sinds 24 november 2026. {murat.name} liet deze collega meekijken." in owner.words
        owner.go("/inzage")
        assert f"{murat.name} ({ORGANISATION}) liet een collega meekijken: {anna.name}" in owner.words
        owner.go(f"/meekijken/{grant}")
        assert f"{murat.name} ({ORGANISATION}) liet een collega meekijken" in owner.words
        follow(owner.page, f"Stop meekijken door alleen {anna.name}")
        assert f"Deze mensen kijken nog wel mee: {murat.name} Moet" in owner.words
        press(owner.page, "Ja, deze persoon stopt")
        assert "Deze persoon kijkt niet meer mee." in owner.words
        assert f"U stopte het meekijken van {anna.name} ({ORGANISATION}). Collega's kijken nog mee." in owner.words
        assert newcomer.go(post) == 404
    with on_phone(browser, site, murat) as colleague:
        assert colleague.go(post) == 200


def test_a_helper_gives_it_back(browser: Browser, site: Site, murat: Identity, citizens: list[Identity]) -> None:
    citizen, grant = citizens[0], _grant(site, citizens[0])
    with on_phone(browser, site, murat) as helper, on_phone(browser, site, citizen) as owner:
        helper.go(f"/clienten/{grant}/toestemming")
        follow(helper.page, "Ik help deze persoon niet meer")
        assert helper.h1 == f"Wilt u {citizen.name} niet meer helpen?"
        press(helper.page, "Ja, ik stop met helpen")
        assert "U bent gestopt met helpen." in helper.words
        assert f"Post van {citizen.name}" not in helper.words
        assert helper.go(f"/clienten/{grant}/post") == 404
        owner.go(f"/meekijken/{grant}")
        assert f"{murat.name} ({ORGANISATION}) stopte zelf met meekijken." in owner.words


def test_a_second_click_finds_it_done(site: Site, murat: Identity, anna: Identity, citizens: list[Identity]) -> None:
    with _visit(site, murat) as colleague, _visit(site, citizens[0]) as owner:
        draft = colleague.post("/clienten/collegas", data={"code": _code(site, anna)}).headers["location"]
        colleague.post(draft, data={"keuze": "alle", "doe": "verder"})
        answers = [colleague.post(f"{draft}/controleren") for _ in range(2)]
        answers += [colleague.get(draft), colleague.get(f"{draft}/controleren")]
        assert [answer.headers["location"] for answer in answers] == [f"{draft}/klaar"] * 4
        assert "kan vanaf nu meekijken met 3 mensen" in colleague.get(f"{draft}/klaar").text
        grant = _grant(site, citizens[0])
        ref = owner.get(f"/meekijken/{grant}").text.rpartition("/collega?wie=")[2].partition('"')[0]
        gone = [owner.post(f"/meekijken/{grant}/collega", data={"wie": ref}) for _ in range(2)]
        assert [answer.headers["location"] for answer in gone] == [f"/meekijken/{grant}?gedaan=collega"] * 2
        left = [colleague.post(f"/clienten/{grant}/stoppen", data={"client": grant}) for _ in range(2)]
        assert [answer.headers["location"] for answer in left] == ["/clienten?gedaan=gestopt"] * 2


def test_ticks_stay_while_one_searches(site: Site, murat: Identity, anna: Identity, citizens: list[Identity]) -> None:
    first, second, _ = citizens
    with _visit(site, murat) as colleague:
        draft = colleague.post("/clienten/collegas", data={"code": _code(site, anna)}).headers["location"]
        ticked = {"keuze": "kies", "client": _grant(site, first), "getoond": _grant(site, first)}
        assert colleague.post(draft, data={**ticked, "doe": "zoek", "zoek": second.name}).headers["location"] == draft
        shown = colleague.get(draft).text
        assert (first.name in shown, second.name in shown) == (False, True)
        grant = _grant(site, second)
        colleague.post(draft, data={"keuze": "kies", "client": grant, "getoond": grant, "doe": "verder"})
        check = colleague.get(f"{draft}/controleren").text
        assert [citizen.name in check for citizen in citizens] == [True, True, False]


def test_a_private_person_has_no_colleagues(site: Site, anna: Identity) -> None:
    with _visit(site, site.story.stranger()) as visitor:
        assert "Samen helpen met" not in visitor.get("/clienten").text
        assert visitor.get("/clienten/collegas").status_code == 404
        assert visitor.post("/clienten/collegas/vragen").status_code == 404
        assert visitor.post("/clienten/collegas", data={"code": _code(site, anna)}).status_code == 404


CROWD = tuple(Shareable(grant_id=GrantId(number.to_bytes(16)), name=f"Naam {number:03}") for number in range(500))


def _answers(**given: Any) -> Form:
    return Form({name: [value] if isinstance(value, str) else value for name, value in given.items()})


def test_five_hundred_people_come_in_pages() -> None:
    first, last, beyond = (choice(_answers(pagina=page), CROWD) for page in ("1", "10", "99"))
    assert (first.found, first.page, first.pages, len(first.rows)) == (500, 1, 10, PER_PAGE)
    assert first.rows[0][1] == "Naam 000"
    assert (last.rows[-1][1], beyond) == ("Naam 499", last)


def test_five_hundred_people_are_searched() -> None:
    found = choice(_answers(zoek="naam 49", pagina="1"), CROWD)
    assert [name for _, name in found.rows] == [
        f"Naam {number:03}" for number in (49, 149, 249, 349, 449, *range(490, 500))
    ]
    assert choice(_answers(zoek="olifant"), CROWD).rows == ()


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "9" * 9])
def test_what_is_no_page_is_the_first(page: str) -> None:
    assert choice(_answers(pagina=page), CROWD).page == 1


def test_nobody_is_chosen_until_someone_is() -> None:
    known, unknown = id_text(CROWD[3].grant_id), id_text(bytes([9] * 16))
    assert chosen(_answers(), CROWD) == ()
    assert chosen(_answers(keuze="kies", client=[known, unknown]), CROWD) == (CROWD[3],)
    assert chosen(_answers(keuze="alle"), CROWD) == CROWD
