"""Everything in one file: from the page, through a browser, to what is in it when it was unpacked."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from mailbox.domain.people import Identity
from mailbox.web.zip_stream import ZipStream
from tests.web import gates
from tests.web.browser import PHONE
from tests.web.hostile import HOSTILE
from tests.web.site import Site, on_phone
from tests.web.steps import follow
from tests.web.story import JAYLANO

ZIP = "/instellingen/alles.zip"
PDF = b"%PDF-1.4 inhoud"
SUBJECT = "Een <b>boete</b>"


@pytest.fixture
def citizen(site: Site) -> Identity:
    """Somebody with a fine that has a file, and with a letter that tries something."""
    stranger = site.story.stranger()
    name = "../../buiten de map.pdf"
    site.run(site.story.deliver(stranger, "cjib_wahv_beschikking", files=[(name, PDF)], onderwerp=SUBJECT))
    site.run(site.story.deliver(stranger, "duo_jaaroverzicht", inhoud="\n\n".join(HOSTILE.values())))
    return stranger


@pytest.fixture
def taken(site: Site, citizen: Identity) -> Iterator[zipfile.ZipFile]:
    with httpx.Client(base_url=site.url, cookies={"mo": site.session(citizen)}) as client:
        answer = client.get(ZIP)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="mijnoverzicht-2026-11-24.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        yield opened


def test_one_takes_everything_along_from_the_settings(browser: Browser, site: Site, citizen: Identity) -> None:
    with on_phone(browser, site, citizen) as own:
        own.go("/instellingen")
        follow(own.page, "Neem al uw post mee")
        assert "2 brieven, met de hele tekst, en 1 bijlage" in own.words
        with own.page.expect_download() as download:
            own.page.get_by_role("link", name="Download alles").click()
        assert zipfile.ZipFile(download.value.path()).testzip() is None
        own.go("/inzage?wie=zelf")
        assert "U bewaarde al uw post als bestand, met de tekst en de bijlagen (2 brieven)." in own.words
        own.go("/post")
        assert own.page.get_by_text("Nieuw", exact=True).count() >= 2


def test_everything_is_in_it_and_under_names_of_ours(taken: zipfile.ZipFile) -> None:
    folders = {name.split("/")[1] for name in taken.namelist() if name.startswith("brieven/")}
    assert len(folders) == 2
    assert sorted(name.rpartition("/")[2] for name in taken.namelist()) == [
        "bijlage-1.pdf", "brief.html", "brief.html", "brieven.csv", "index.html", "wie-keek-wanneer.csv",
    ]  # fmt: skip
    assert [taken.read(name) for name in taken.namelist() if name.endswith(".pdf")] == [PDF]
    assert all(info.external_attr >> 16 == 0o600 for info in taken.infolist())


def test_another_program_can_read_the_list(taken: zipfile.ZipFile) -> None:
    rows = list(csv.DictReader(io.StringIO(taken.read("brieven.csv").decode("utf-8-sig")), delimiter=";"))
    assert {row["Over"] for row in rows} >= {SUBJECT}
    fine = next(row for row in rows if row["Over"] == SUBJECT)
    assert fine["Bedrag"].replace(",", "").isdecimal()
    assert f"{fine['Map']}/brief.html" in taken.namelist()


def test_unpacked_it_opens_without_us_and_does_nothing(
    browser: Browser, taken: zipfile.ZipFile, tmp_path: Path
) -> None:
    taken.extractall(tmp_path)
    context = browser.new_context(viewport=PHONE)
    try:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "index.html").as_uri())
        gates.axe(page)
        page.get_by_role("link", name=SUBJECT).click()
        assert page.locator("h1").inner_text() == SUBJECT
        gates.axe(page)
        page.get_by_role("link", name="Terug naar al uw post").click()
        for link in page.locator("ul.letters a").all():
            page.goto((tmp_path / str(link.get_attribute("href"))).as_uri())
            gates.axe(page)
            page.go_back()
        assert {url.partition(":")[0] for url in asked} == {"file"}
    finally:
        context.close()


def test_a_grant_comes_along_with_its_receipt(site: Site) -> None:
    with httpx.Client(base_url=site.url, cookies={"mo": site.session(JAYLANO)}) as client:
        content = client.get(ZIP).content
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        receipts = [name for name in opened.namelist() if name.startswith("toestemmingen/")]
        index = opened.read("index.html").decode()
        signed = opened.read(receipts[0]).decode()
    assert [len(part) > 0 for part in signed.split(".")] == [True, True, True]
    assert all(f'href="{name}"' in index for name in receipts)


def test_who_has_no_post_reads_so_and_nobody_gets_it_without_a_login(browser: Browser, site: Site) -> None:
    with on_phone(browser, site, site.story.stranger()) as own:
        own.go("/instellingen/meenemen")
        assert "Er is nog geen post voor u." in own.words
    with httpx.Client(base_url=site.url) as nobody:
        assert nobody.get(ZIP).status_code == 303


def test_a_file_that_was_cut_off_does_not_open() -> None:
    out = ZipStream(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    first, second, end = out.add("a.txt", b"a" * 1000), out.add("b.pdf", b"b", pack=False), out.end()
    with zipfile.ZipFile(io.BytesIO(first + second + end)) as opened:
        assert (opened.read("a.txt"), opened.read("b.pdf")) == (b"a" * 1000, b"b")
    assert len(first) < 500
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(first + second))
