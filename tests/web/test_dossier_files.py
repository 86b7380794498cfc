"""A dossier of debts as CSV and as PDF: what is in it, once, and how it stays a document."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pypdf
from playwright.sync_api import Browser

from mailbox.domain.claims.claims import claims_of
from mailbox.domain.claims.said import NOTHING_SAID, Said, Word
from mailbox.services.dossiers import Dossier
from mailbox.web.csv_text import BYTE_ORDER_MARK, csv_head
from mailbox.web.dossier_files import COLUMNS, DossierPdf, csv_claims, csv_note
from mailbox.web.dossier_view import NOT_ALL, DossierView, dossier_view
from tests.berichten import bericht
from tests.opened import opened
from tests.unit.connectors.stories import matter, story
from tests.web.browser import tab
from tests.web.site import Site
from tests.web.story import AGENCIES, JAYLANO

TODAY = date(2026, 11, 24)
MADE_MS = int(datetime(2026, 11, 24, 9, 5, tzinfo=UTC).timestamp() * 1000)
CHAINS = (("cjib", "unpaid_fine"), ("uwv", "income_not_reported"), ("svb", "supplement_checked"))


def view(*berichten: dict[str, Any], said: Said = NOTHING_SAID) -> DossierView:
    return dossier_view(Dossier(claims=claims_of(opened(berichten)), said=said), AGENCIES, TODAY)


def told() -> DossierView:
    letters = [
        letter for number, (agency, name) in enumerate(CHAINS) for letter in story(agency, name, matter(number=number))
    ]
    return view(*letters)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK)), delimiter=";"))


def lines(of: DossierView) -> list[dict[str, str]]:
    return rows(csv_head(COLUMNS) + csv_claims(of.claims))


def text_of(content: bytes) -> tuple[str, int]:
    read = pypdf.PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in read.pages).split()), len(read.pages)


def test_the_column_of_what_is_open_adds_up_to_what_is_owed() -> None:
    dossier = told()
    found = lines(dossier)
    summed = sum(Decimal(line["Nog open"].replace(",", ".")) for line in found if line["Nog open"])
    assert summed == Decimal("309.00") + Decimal("1860.00") + Decimal("460.00") + Decimal("506.30")
    assert dossier.total == "minstens €\N{NO-BREAK SPACE}3.135,30"
    assert {line["Regel"] for line in found} == {"Schuld", "Brief"}
    assert sum(line["Regel"] == "Brief" for line in found) == dossier.letters == 4 + 6 + 5


def test_a_bill_says_how_it_came_about_and_how_to_pay_it() -> None:
    bill = next(line for line in lines(told()) if line["Bedrag"] == "1840,00")
    parts = ("Bedrag", "Verhoging", "Kosten", "Rente", "Totaal", "Al betaald", "Nog open", "Uiterlijk")
    assert [bill[name] for name in parts] == [
        "1840,00", "0,00", "20,00", "0,00", "1860,00", "0,00", "1860,00", "2026-07-06",
    ]  # fmt: skip
    assert bill["Rekening"].startswith("NL")
    assert [len(part) for part in bill["Betalingskenmerk"].split(" ")] == [4] * 4
    assert (bill["Op naam van"], bill["Stand"]) == ("UWV", "Aanmaning")
    assert bill["Zaakkenmerk"]
    assert bill["Kenmerk"]


def test_no_cell_of_a_letter_is_a_formula() -> None:
    hostile = {"onderwerp": "=HYPERLINK(1)", "kenmerk": "@SUM(A1)", "zaakkenmerk": "+1"}
    paid = {"iban": "NL91ABNA0417164300", "tenNameVan": "-2+3", "betalingskenmerk": "5000056789012345"}
    text = csv_claims(view(bericht(betaling=paid, **hostile)).claims) + csv_note("=1")
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        assert len(row) == len(COLUMNS)
        assert not [cell for cell in row if cell[:1] in set("=+-@")]


def test_a_pdf_tells_each_claim_with_its_letters_its_sources_and_its_pages() -> None:
    dossier = told()
    pdf = DossierPdf(owner="Jaylano Meerman", made_ms=MADE_MS, about=["Gemaakt voor een test."])
    pdf.sources(dossier.sources, NOT_ALL)
    pdf.add(dossier.claims)
    text, pages = text_of(pdf.content())
    assert "Post van Jaylano Meerman. Gemaakt op 24 november 2026, 10.05 uur. Gemaakt voor een test." in text
    assert "UWV: 6 brieven, de laatste van" in text
    assert NOT_ALL in text
    for claim in dossier.claims:
        for letter in claim.letters:
            assert f"kenmerk {letter.reference}." in text
        for debt in claim.debts:
            assert f"Zaakkenmerk {debt.case}. Kenmerk van de laatste brief: {debt.reference}." in text
    parts = "bedrag € 100,00, verhoging € 200,00, kosten € 9,00, samen € 309,00"
    assert f"Zo is het bedrag gemaakt: {parts}. Het begon met € 109,00." in text
    assert [f"Pagina {number} van {pages}" in text for number in range(1, pages + 1)] == [True] * pages


def test_what_the_citizen_says_is_paid_is_said_and_stays_in_the_total() -> None:
    (letter,) = opened([bericht()])
    dossier = view(bericht(), said=NOTHING_SAID.adding(letter.letter_id, Word.PAID, MADE_MS))
    (bill, _) = lines(dossier)
    assert (bill["Stand"], bill["Nog open"]) == ("Rekening (zelf opgeschreven: al betaald)", "109,00")
    assert dossier.total == "minstens €\N{NO-BREAK SPACE}109,00"


def test_nothing_owed_is_said_in_words() -> None:
    assert (view().total, view().claims) == ("geen bedrag dat wij kennen", ())


def test_one_chooses_a_period_and_keeps_both_files(browser: Browser, site: Site) -> None:
    with tab(browser, site.url, session=site.session(JAYLANO)) as opened_tab:
        page = opened_tab.page
        opened_tab.go("/betalen")
        page.get_by_role("link", name="Maak een overzicht om te bewaren").click()
        page.get_by_label("Zaken met een brief uit").select_option("2026-11")
        page.get_by_role("button", name="Laat zien").click()
        assert "minstens" in page.locator("main").inner_text()
        for kind, begin in (("PDF", b"%PDF"), ("CSV", BYTE_ORDER_MARK.encode())):
            with page.expect_download() as waiting:
                page.get_by_role("link", name=f"Bewaar als {kind}").click()
            assert waiting.value.suggested_filename == f"overzicht-2026-11-24.{kind.lower()}"
            assert waiting.value.path().read_bytes().startswith(begin)
        page.get_by_label("Zaken met een brief uit").select_option("2026-01")
        page.get_by_role("button", name="Laat zien").click()
        assert "Er is niets om te bewaren" in page.locator("main").inner_text()
        assert opened_tab.go("/betalen/overzicht?periode=gisteren") == 404
