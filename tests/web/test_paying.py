"""The overview of money and the page of a claim: groups, words, what to do, and a code that a bank's app reads."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from mailbox.domain.claims.claims import claims_of
from mailbox.domain.claims.lines import lines_of
from mailbox.domain.claims.said import NOTHING_SAID, Said, Word
from mailbox.domain.claims.sources import CREDITORS
from mailbox.domain.identifiers import LetterId, id_text
from mailbox.services.paying import Money
from mailbox.web.claim_view import ClaimView, claim_view
from mailbox.web.paying_view import MoneyView, money_view
from tests.berichten import bericht
from tests.opened import opened
from tests.unit.connectors.stories import matter, story
from tests.web.browser import PHONE, tab
from tests.web.site import Site
from tests.web.story import CJIB, JAYLANO, KARIN, NOW_MS, UWV

NAMES = {CJIB: "CJIB", UWV: "UWV"}
TODAY = date(2026, 11, 27)


ALL = {**NAMES, **{str(number): name for number, name in enumerate(CREDITORS)}}
"""All bodies of which we know that they collect."""


def money(
    *berichten: dict[str, Any],
    today: date = TODAY,
    said: Said = NOTHING_SAID,
    broken: int = 0,
    names: Mapping[str, str] = ALL,
) -> MoneyView:
    claims = lines_of(claims_of(opened(berichten)))
    return money_view(Money(owner="Jaylano", claims=claims, said=said, broken=broken, grant=None), names, today)


def claim(agency: str, name: str, number: int, today: date, said: Said = NOTHING_SAID) -> ClaimView:
    (found,) = claims_of(opened(story(agency, name, matter())[:number]))
    return claim_view(found, said, NAMES, today)


def saying(word: Word, *letters: int) -> Said:
    """Of these letters, by their place."""
    return Said(words={(LetterId(number.to_bytes(16, "big")), word): NOW_MS for number in letters})


def due(day: str, number: int, **changes: Any) -> dict[str, Any]:
    """A fine that is to be paid by this day."""
    term = {"soort": "betalen", "uiterlijk": day, "grondslag": "Wahv art. 23", "gevolg": "Het wordt meer."}
    return bericht(**{"kenmerk": f"D-{number}", "zaakkenmerk": f"ZAAK {number}", "termijnen": [term], **changes})


def test_bills_are_grouped_by_when_they_are_due() -> None:
    days = ("2026-11-26", "2026-11-27", "2026-12-04", "2026-12-05", "2026-12-28", "2026-12-29")
    view = money(*(due(day, number) for number, day in enumerate(days)))
    assert [(group.title, [str(row.by) for row in group.rows]) for group in view.groups] == [
        ("De datum is voorbij", ["2026-11-26"]),
        ("Binnen een week", ["2026-11-27", "2026-12-04"]),
        ("Binnen een maand", ["2026-12-05", "2026-12-28"]),
        ("Later", ["2026-12-29"]),
    ]
    assert (view.total, view.bills, view.bodies) == ("€\N{NO-BREAK SPACE}654,00", 6, 1)


def test_what_is_paid_or_withdrawn_is_apart_and_not_in_the_total() -> None:
    parts = {"totaal": 10900, "hoofdsom": 10000, "kosten": 900, "betaald": 10900, "richting": "betalen"}
    gone = {"bedragen": None, "betaling": None, "rechtsmiddel": None, "termijnen": None, "dagtekening": "2026-06-01"}
    note = bericht(kenmerk="NOTE", zaakkenmerk="ZAAK 2", relatie={"trektIn": "D-2"}, aard="mededeling", **gone)
    view = money(due("2026-12-01", 1, bedragen=parts), due("2026-12-01", 2), note)
    assert ([row.state for row in view.settled], view.bills, view.groups) == (["Betaald", "Ingetrokken"], 0, ())


def test_a_row_says_what_waiting_has_cost_and_will_cost() -> None:
    letters = story("cjib", "unpaid_fine", matter())
    rows = [money(*letters[:number], today=date(2026, 5, 5)).groups[0].rows[0] for number in (1, 2)]
    assert [(row.task, row.grown, row.becomes) for row in rows] == [
        ("Betaal €\xa0109,00", "", "Het kan nu €\xa0159,00 worden."),
        ("Betaal €\xa0159,00", "Er kwam €\xa050,00 bij. Het begon met €\xa0109,00.",
         "Betaalt u niet op tijd? Dan wordt het €\xa0309,00."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("agency", "name", "number", "becomes"),
    [
        ("duo", "too_much_received", 2, "Betaalt u niet op tijd? U krijgt een herinnering. Die kost nog niets."),
        ("duo", "too_much_received", 4, "Betaalt u niet op tijd? Uw schuld gaat naar het CJIB, en daarna naar een "
         "deurwaarder. Dat kan extra geld kosten."),
        ("uwv", "income_not_reported", 6, "Betaalt u niet op tijd? De organisatie kan het inhouden op uw uitkering of "
         "loon, of een deurwaarder sturen. Dat kan extra geld kosten."),
    ],
)  # fmt: skip
def test_what_is_not_an_amount_is_told_in_words(agency: str, name: str, number: int, becomes: str) -> None:
    rows = money(*story(agency, name, matter())[:number], today=date(2026, 3, 2)).groups[-1].rows
    assert becomes in {row.becomes for row in rows}


def test_a_claim_of_two_bills_says_with_which_letter_to_begin() -> None:
    view = claim("uwv", "income_not_reported", 5, date(2026, 5, 5))
    assert [debt.task for debt in view.debts] == ["Betaal €\xa01.840,00", "Betaal €\xa0460,00"]
    assert view.total == "€\xa02.300,00"
    first, *others = view.remedies
    assert first.subject == "Wij hebben uw uitkering opnieuw berekend"
    assert first.about.startswith("Begin met deze brief. Hieruit volgt: „U moet")
    assert [one.about for one in others] == ["", ""]
    assert view.meanwhile == "U moet wel op tijd betalen. U kunt de organisatie om uitstel vragen."


def test_an_objection_to_a_reminder_does_not_reach_a_decision_that_stands() -> None:
    days = (date(2026, 6, 15), date(2026, 6, 22))
    found = [claim("uwv", "income_not_reported", 6, day).remedies[-1] for day in days]
    assert [(one.subject[:9], one.about) for one in found] == [
        ("Aanmaning", ""),
        ("Aanmaning", "Dit verandert niets meer aan het besluit „Wij hebben uw uitkering opnieuw berekend”. Dat staat "
         "vast."),
    ]  # fmt: skip


def test_who_appeals_a_fine_in_time_may_wait_and_who_is_reminded_asks() -> None:
    assert claim("cjib", "unpaid_fine", 1, date(2026, 3, 3)).meanwhile.startswith("Bent u op tijd?")
    assert claim("cjib", "unpaid_fine", 4, date(2026, 8, 1)).meanwhile.startswith("Vraag de organisatie")
    assert claim("cjib", "unpaid_fine", 2, date(2026, 5, 5)).meanwhile == ""


def test_a_claim_tells_all_steps_with_their_articles() -> None:
    (debt,) = claim("cjib", "unpaid_fine", 1, date(2026, 3, 3)).debts
    assert [(step.when, step.amount, step.law) for step in debt.steps] == [
        ("Vanaf 29 april 2026", "€\xa0159,00", "Wahv art. 23 lid 3"),
        ("Daarna", "€\xa0309,00", "Wahv art. 25 lid 1"),
        ("Daarna", "", "Wahv art. 26 en 27"),
    ]
    assert debt.parts == (("Bedrag", "€\xa0100,00"), ("Kosten", "€\xa09,00"), ("Totaal", "€\xa0109,00"))


def test_a_plan_has_no_code_for_the_whole_sum() -> None:
    (debt,) = claim("cjib", "fine_in_parts", 2, date(2026, 4, 2)).debts
    assert (debt.qr, debt.amount, debt.payment is None) == (None, "", False)


def test_what_is_being_taken_is_not_paid_as_well() -> None:
    (debt,) = claim("cjib", "unpaid_fine", 4, date(2026, 8, 1)).debts
    assert (debt.payment, debt.qr, debt.steps) == (None, None, ())
    assert debt.seized.startswith("Dit geld wordt al geïnd. Bel het CJIB vóór u zelf betaalt.")
    assert debt.task == "Er staat nog €\xa0309,00 open"


def test_amounts_of_another_year_and_what_nobody_checked_are_said_to_be_so() -> None:
    (order,) = claim("cjib", "penalty_order", 1, date(2026, 3, 3)).debts
    assert {step.amount.split()[0] for step in order.steps if step.amount} == {"ongeveer"}
    assert order.caveat == "Deze bedragen zijn een schatting. Wij hebben ze nog niet in de wet nagekeken."
    (late,) = claims_of(opened(story("belastingdienst", "vehicle_tax", matter(date(2026, 12, 28)))[:1]))
    assert claim_view(late, NOTHING_SAID, NAMES, TODAY).debts[0].caveat == "Wij rekenen met de bedragen van 2026."


def test_who_can_still_object_reads_that_paying_gives_that_up() -> None:
    days = (date(2026, 3, 3), date(2026, 3, 17))
    warned = [claim("cjib", "penalty_order", 1, day).debts[0].accepts for day in days]
    assert warned == ["Let op: als u betaalt, bent u het eens met de straf. U kunt dan niet meer in verzet.", ""]


def test_a_banks_app_reads_the_code(browser: Browser, site: Site) -> None:
    letter = id_text(site.story.letters["boete"])
    with tab(browser, site.url, session=site.session(JAYLANO), viewport=PHONE, device_scale_factor=2) as opened_tab:
        assert opened_tab.go(f"/betalen/{letter}") == 200
        picture = Image.open(io.BytesIO(opened_tab.page.locator("svg").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    lines = found.text.split("\n")
    assert (lines[:2], lines[3]) == (["BCD", "002"], "SCT")
    assert lines[5:8] == ["CJIB", "NL91ABNA0417164300", "EUR109"]
    assert "5000056789012345" in lines


def test_what_one_says_is_paid_is_apart_and_stays_in_the_total() -> None:
    view = money(due("2026-11-20", 1), due("2026-11-21", 2), said=saying(Word.PAID, 0))
    assert (view.total, view.bills) == ("€\xa0218,00", 2)
    assert [(group.title, len(group.rows)) for group in view.groups] == [
        ("De datum is voorbij", 1), ("U zei dat dit betaald is", 1)
    ]  # fmt: skip
    (row,) = view.groups[-1].rows
    assert (row.task, row.by, row.near, row.becomes) == ("Er staat nog €\xa0109,00 open", None, "", "")
    assert row.said == ("U zei op 24 november 2026 dat u dit heeft betaald. Het CJIB heeft dat nog niet gemeld.",)


def test_a_reminder_after_it_says_that_the_body_did_not_see_the_money() -> None:
    view = claim("cjib", "unpaid_fine", 2, date(2026, 5, 5), saying(Word.PAID, 0))
    (debt,) = view.debts
    assert debt.unseen
    assert debt.said.endswith("Daarna kwam nog een brief. Het CJIB heeft uw betaling nog niet gezien.")
    letters = story("cjib", "unpaid_fine", matter())[:2]
    row = money(*letters, today=date(2026, 5, 5), said=saying(Word.PAID, 0)).groups[0].rows[0]
    assert (row.task, row.said) == ("Betaal €\xa0159,00", (debt.said,))


def test_what_is_settled_says_nothing_of_what_one_said() -> None:
    parts = {"totaal": 10900, "hoofdsom": 10000, "kosten": 900, "betaald": 10900, "richting": "betalen"}
    (row,) = money(due("2026-11-20", 1, bedragen=parts), said=saying(Word.PAID, 0)).settled
    assert (row.task, row.said) == ("Betaald", ())


def test_an_objection_is_told_by_the_name_of_its_remedy() -> None:
    view = claim("cjib", "unpaid_fine", 1, date(2026, 3, 3), saying(Word.OBJECTED, 0))
    assert [one.said for one in view.objections] == [
        f"U zei op 24 november 2026 dat u in beroep ging tegen de brief „{view.letters[0].subject}”."
    ]
    assert [remedy.button for remedy in view.remedies] == [""]
    buttons = {one.button for one in claim("uwv", "income_not_reported", 5, date(2026, 5, 5)).remedies}
    assert buttons == {"Ik heb al bezwaar gemaakt"}


def test_the_total_is_the_least_where_something_is_missing() -> None:
    assert money(due("2026-12-01", 1)).least == ()
    assert money(due("2026-12-01", 1), broken=1).least == (
        "1 brief kunnen wij niet lezen. Wat in die brief staat, telt niet mee.",
    )
    assert money(due("2026-12-01", 1), broken=2).least[0].startswith("2 brieven kunnen wij niet lezen.")
    (why,) = money(due("2026-12-01", 1), names={CJIB: "CJIB", "1": "cak", "2": "DUO", "3": "SVB"}).least
    assert why.startswith("Onder meer deze organisaties sturen hier nog geen post heen: Belastingdienst, RVO en UWV.")


def test_one_says_that_a_bill_is_paid_and_takes_it_back(browser: Browser, site: Site) -> None:
    person = site.story.stranger()
    remedy = {"soort": "administratief_beroep", "instantie": "Officier van justitie", "uiterlijk": "2027-01-04"}
    site.run(site.story.deliver(person, "cjib_wahv_beschikking", onderwerp="Boete op de A2", rechtsmiddel=remedy))
    with tab(browser, site.url, session=site.session(person), viewport=PHONE) as page:
        page.go("/betalen")
        page.page.get_by_role("link", name="Betaal €").click()
        page.page.get_by_role("button", name="Ik heb dit al betaald").click()
        assert "Het CJIB heeft dat nog niet gemeld." in page.page.inner_text("main")
        assert page.page.locator("svg").count() == 0
        page.go("/betalen")
        assert "U zei dat dit betaald is" in page.page.inner_text("main")
        page.page.get_by_role("link", name="Er staat nog").click()
        page.page.get_by_role("button", name="Haal deze notitie weg").click()
        assert page.page.get_by_role("button", name="Ik heb dit al betaald").is_visible()
        page.page.get_by_role("button", name="in beroep gegaan").click()
        assert "dat u in beroep ging tegen de brief" in page.page.inner_text("main")
        page.go("/inzage")
        assert "U haalde weg dat u heeft betaald" in page.page.inner_text("main")


def test_a_helper_sees_the_claims_of_a_client_and_no_button_of_theirs(browser: Browser, site: Site) -> None:
    grant, letter = (id_text(one) for one in (site.story.grants["karin"], site.story.letters["boete"]))
    with tab(browser, site.url, session=site.session(KARIN), viewport=PHONE) as page:
        assert page.go(f"/clienten/{grant}/betalen") == 200
        assert "minstens" in page.page.inner_text("main")
        page.page.locator(f"a[href='/clienten/{grant}/betalen/{letter}']").click()
        assert "Jaylano Meerman ziet dat deze pagina is bekeken." in page.page.inner_text("main")
        assert page.page.locator("main button").count() == 0
        assert page.page.locator(f"main a[href^='/clienten/{grant}/post/']").count() > 0
        assert page.page.locator("main a[href^='/post/']").count() == 0
