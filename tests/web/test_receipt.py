"""The receipt of a consent: a page for a phone and for paper, a code that holds all of it, and the same as a file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import httpx
import pypdf
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from consent import EVERY, Action, Purpose, Scope, State, record_from_json
from mailbox.cli import main
from mailbox.crypto import from_paper, verify_receipt
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Identity
from mailbox.services.appointing import Appointment
from tests.web.browser import PHONE, Tab, tab
from tests.web.site import Site
from tests.web.steps import follow, give_by_hand
from tests.web.story import CJIB, KARIN, NOW_MS
from tests.world import DAY_MS

WIDE = Scope(
    agencies=EVERY,
    topics=EVERY,
    actions=frozenset({Action.LIST, Action.READ}),
    until_ms=NOW_MS + 92 * DAY_MS,
)
NARROW = replace(WIDE, agencies=frozenset({CJIB}))


@pytest.fixture
def citizen(site: Site) -> Identity:
    return site.story.stranger()


@pytest.fixture
def grant(site: Site, citizen: Identity) -> GrantId:
    """Given to Karin, and then made narrower."""

    async def given() -> GrantId:
        grant_id = await site.story.grant(citizen, KARIN, WIDE, "Karin van het buurthuis")
        await site.story.change(await site.story.person(citizen), grant_id, NARROW)
        return grant_id

    return site.run(given())


def _as(browser: Browser, site: Site, who: Identity) -> AbstractContextManager[Tab]:
    return tab(browser, site.url, session=site.session(who), viewport=PHONE, device_scale_factor=2)


@pytest.fixture
def phone(browser: Browser, site: Site, citizen: Identity, grant: GrantId) -> Iterator[Tab]:
    with _as(browser, site, citizen) as opened:
        opened.go(f"/meekijken/{id_text(grant)}")
        yield opened


def _scanned(page: Page) -> str:
    """What a scanner makes of the code, as it is on the screen."""
    picture = Image.open(io.BytesIO(page.locator("svg").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def _pixels_a_module(page: Page) -> float:
    box, modules = page.locator("svg").bounding_box(), page.locator("svg").get_attribute("viewBox")
    assert box is not None
    assert modules is not None
    return box["width"] / float(modules.split()[2])


def _number(opened: Tab, label: str) -> str:
    return opened.page.locator(".mo-fact", has_text=label).locator("dd").inner_text()


def test_the_page_tells_all_of_it_in_plain_words(phone: Tab, citizen: Identity) -> None:
    follow(phone.page, "Bewijs van deze toestemming")
    assert phone.h1 == "Bewijs van uw toestemming"
    for words in (
        f"Van {citizen.name}",
        "Voor Karin Bos (Buurthuis De Brug)",
        "Waarvoor Hulp bij de post",
        "Stand Kijkt mee",
        "U gaf de toestemming zelf, ingelogd bij Mijnoverzicht.",
        "Post van CJIB Over Alle onderwerpen, maar niet gezondheid en strafrecht",
        "Toen gold dit: Post van Alle organisaties",
        "Karin Bos (Buurthuis De Brug) ging meekijken met uw code.",
        "U kunt altijd stoppen. Dat werkt meteen.",
        "deze sleutel tekende deze woorden",
    ):
        assert words in phone.words
    assert phone.elsewhere == []


def test_the_code_on_a_phone_holds_the_whole_receipt(phone: Tab, grant: GrantId, citizen: Identity) -> None:
    follow(phone.page, "Bewijs van deze toestemming")
    assert "In dit plaatje staat het hele bewijs" in phone.words
    assert _pixels_a_module(phone.page) > 2
    payload, signer = verify_receipt(from_paper(_scanned(phone.page)))
    record = record_from_json(payload)
    assert (record.record_id, record.citizen.name, record.state) == (id_text(grant), citizen.name, State.ACTIVE)
    assert (record.scope, record.scopes()[0], record.site) == (NARROW, WIDE, phone.site)
    assert _number(phone, "Nummer van uw sleutel") == signer == record.principal


def test_the_file_is_the_receipt_of_the_page(phone: Tab, site: Site, tmp_path: Path) -> None:
    follow(phone.page, "Bewijs van deze toestemming")
    site.story.clock.ms += 5_000
    try:
        with phone.page.expect_download() as saving:
            phone.page.get_by_role("link", name="Bewaar het bewijs als bestand").click()
    finally:
        site.story.clock.ms -= 5_000
    assert saving.value.suggested_filename == "toestemming-2026-11-24.jws"
    saving.value.save_as(tmp_path / "bewijs.jws")
    assert (tmp_path / "bewijs.jws").read_text() == from_paper(_scanned(phone.page))
    (tmp_path / "papier.txt").write_text(_scanned(phone.page))
    for file in ("bewijs.jws", "papier.txt"):
        key = _number(phone, "Nummer van uw sleutel")
        assert main(("consent", "verify", str(tmp_path / file), "--key", key)) == 0


def test_the_numbers_are_those_that_the_command_tells(
    phone: Tab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    follow(phone.page, "Bewijs van deze toestemming")
    (tmp_path / "papier.txt").write_text(_scanned(phone.page))
    assert main(("consent", "verify", str(tmp_path / "papier.txt"))) == 0
    told = capsys.readouterr().out
    assert re.findall(r"^(?:Signed with|SHA-256) +(\S+)$", told, re.MULTILINE) == [
        _number(phone, "Nummer van uw sleutel"),
        _number(phone, "Nummer van het bestand"),
    ]


def test_on_paper_the_code_is_readable_and_buttons_are_gone(phone: Tab) -> None:
    follow(phone.page, "Bewijs van deze toestemming")
    whole = _scanned(phone.page)
    phone.page.emulate_media(media="print")
    phone.page.set_viewport_size({"width": 718, "height": 1046})  # A4 at 96 dots, with the usual margins
    assert _scanned(phone.page) == whole
    for gone in ("Bewaar het bewijs als bestand", "Uitloggen", "Terug naar de toestemming", "Print deze pagina"):
        assert not phone.page.get_by_text(gone).first.is_visible()
    pdf = pypdf.PdfReader(io.BytesIO(phone.page.pdf(format="A4", margin={"left": "15mm", "right": "15mm"})))
    assert len(pdf.pages) <= 3
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Bewijs van uw toestemming Mijnoverzicht schreef dit op." in text


def test_the_code_of_a_receipt_that_is_too_long_holds_its_numbers(
    browser: Browser, site: Site, citizen: Identity
) -> None:
    single = frozenset(f"{number:08x}-0000-4000-8000-{number * 7919:012x}" for number in range(400))
    grant_id = site.run(site.story.grant(citizen, KARIN, replace(WIDE, without=single)))
    with _as(browser, site, citizen) as opened:
        opened.go(f"/meekijken/{id_text(grant_id)}/bewijs")
        assert "Dit bewijs is te lang voor een plaatje." in opened.words
        key, file = _number(opened, "Nummer van uw sleutel"), _number(opened, "Nummer van het bestand")
        assert _scanned(opened.page) == f"Mijnoverzicht sha256:{file} sleutel:{key}"


def test_after_a_change_both_versions_are_on_the_page_of_the_grant(phone: Tab) -> None:
    assert "Post van CJIB Over" in phone.words
    assert "Eraf: Post van: alle andere organisaties." in phone.words
    assert "Alle organisaties" not in phone.words
    phone.page.get_by_text("Wat mocht tot toen?").click()
    assert "Wat mocht tot toen? Post van Alle organisaties Over Alle onderwerpen" in re.sub(
        r"Tot 24 november 2026, \d\d\.\d\d uur ", "", phone.words
    )


def test_the_page_with_the_code_leads_to_the_receipt(browser: Browser, site: Site, citizen: Identity) -> None:
    with _as(browser, site, citizen) as opened:
        opened.go("/meekijken")
        give_by_hand(opened.page, "Tante Ria")
        follow(opened.page, "Bewijs van deze toestemming")
        assert "Voor Tante Ria" in opened.words
        assert "Stand Wacht op de code" in opened.words


def test_what_one_reads_before_is_what_the_receipt_repeats(browser: Browser, site: Site, citizen: Identity) -> None:
    with _as(browser, site, citizen) as opened:
        opened.go("/meekijken")
        follow(opened.page, "Iemand laten meekijken")
        opened.page.get_by_label("Naam").fill("Tante Ria")
        for _ in range(5):
            with opened.page.expect_navigation():
                opened.page.get_by_role("button", name="Verder").first.click()
        lines = opened.page.locator("form .mo-steps li").all_inner_texts()
        assert len(lines) == 5
        opened.go("/hulp#meekijken")
        assert [line for line in lines if line not in opened.words] == []


def test_a_courts_decision_is_no_consent(browser: Browser, site: Site, citizen: Identity) -> None:
    appointed = Appointment(
        citizen=citizen.subject,
        citizen_name=citizen.name,
        helper=KARIN,
        scope=replace(WIDE, purpose=Purpose.MENTORSHIP),
        reference="26-101",
    )
    grant_id = site.run(site.story.services.appointing.register(appointed))
    with _as(browser, site, citizen) as opened:
        opened.go(f"/meekijken/{id_text(grant_id)}")
        assert opened.page.get_by_role("link", name="Bewijs").count() == 0
        for path in ("bewijs", "bewijs.jws", f"bewijs.jws?op={NOW_MS}"):
            assert opened.go(f"/meekijken/{id_text(grant_id)}/{path}") == 200
            assert opened.h1 == "Hier is geen toestemming van u"
            assert "besluit van de rechter (beschikking 26-101)" in opened.words


def test_a_page_that_is_old_leads_to_the_new_one_and_a_stranger_nowhere(
    site: Site, citizen: Identity, grant: GrantId
) -> None:
    place = f"{site.url}/meekijken/{id_text(grant)}/bewijs"
    own, other = (httpx.Cookies({"mo": site.session(who)}) for who in (citizen, KARIN))
    with httpx.Client(cookies=own) as visit:
        now = visit.get(f"{place}.jws")
        assert (now.status_code, now.headers["content-type"]) == (200, "application/jose")
        assert verify_receipt(now.text).payload["record_id"] == id_text(grant)
        assert visit.get(f"{place}.jws?op={NOW_MS - 1}").headers["location"] == place.removeprefix(site.url)
        assert [visit.get(f"{place}.jws?op={op}").status_code for op in ("x", "-1", "1" * 30)] == [400, 400, 400]
    with httpx.Client(cookies=other) as visit:
        for path in (place, f"{place}.jws", f"{place}.jws?op={NOW_MS}"):
            assert visit.get(path).status_code == 404
