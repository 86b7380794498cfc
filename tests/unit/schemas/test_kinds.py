"""What each kind of letter must carry: the list of letters, row by row, against the published schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from schemas import SCHEMA_NAMES, Fault, berichtsoorten, check, schema_document
from tests.berichten import bericht

BASE = (
    *("aard", "afzender", "berichtsoort", "dagtekening", "domeinen", "inhoud", "kenmerk", "kort", "onderwerp"),
    *("ontvanger", "reactieVerwacht"),
)
PAY, GET, EITHER = ("betalen",), ("ontvangen",), ("betalen", "ontvangen")
NO_MONEY: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What one kind of letter carries: its natures, who pays, how to pay, its terms, its remedy, an appointment."""

    natures: tuple[str, ...]
    money: tuple[str, ...] = NO_MONEY
    how_to_pay: bool = False
    terms: tuple[str, ...] = ()
    remedy: str | None = None
    appointment: bool = False

    @property
    def parts(self) -> list[str]:
        """The fields it must carry beside those of every letter."""
        carried = {
            "bedragen": bool(self.money),
            "betaling": self.how_to_pay,
            "termijnen": bool(self.terms),
            "rechtsmiddel": self.remedy is not None,
            "afspraak": self.appointment,
        }
        return sorted(name for name, asked in carried.items() if asked)


def _row(nature: str, money: tuple[str, ...] = NO_MONEY, terms: str = "", remedy: str | None = None) -> Row:
    return Row(natures=(*nature.split(),), money=money, terms=(*terms.split(),), remedy=remedy)


def _bill(nature: str, terms: str, remedy: str | None = None) -> Row:
    return Row(natures=(*nature.split(),), money=PAY, how_to_pay=True, terms=(*terms.split(),), remedy=remedy)


def _meeting(money: tuple[str, ...]) -> Row:
    return Row(natures=("uitnodiging",), money=money, terms=("verschijnen",), appointment=True)


ROWS = {
    "bd_uitnodiging_aangifte": _row("uitnodiging", NO_MONEY, "indienen"),
    "bd_herinnering_aangifte": _row("herinnering aanmaning", NO_MONEY, "indienen"),
    "bd_voorlopige_aanslag": _row("aanslag", EITHER, "bezwaar", "bezwaar"),
    "bd_definitieve_aanslag": _row("aanslag", EITHER, "bezwaar", "bezwaar"),
    "bd_naheffing_mrb": _bill("aanslag", "betalen", "bezwaar"),
    "bd_aanmaning": _bill("aanmaning", "betalen", "bezwaar"),
    "bd_dwangbevel": _bill("aanmaning", "betalen", "verzet"),
    "bd_beslag_vordering": _row("besluit", PAY, "", "verzet"),
    "tsl_voorschot": _row("besluit", GET, "bezwaar", "bezwaar"),
    "tsl_definitief": _row("besluit", EITHER, "bezwaar", "bezwaar"),
    "tsl_terugvordering": _bill("betaling besluit", "betalen bezwaar", "bezwaar"),
    "tsl_betalingsregeling": _bill("betaling", "betalen"),
    "tsl_informatieverzoek": _row("informatieverzoek", NO_MONEY, "antwoorden"),
    "cjib_wahv_beschikking": _bill("besluit", "betalen beroep", "administratief_beroep"),
    "cjib_wahv_aanmaning1": _bill("aanmaning", "betalen"),
    "cjib_wahv_aanmaning2": _bill("aanmaning", "betalen"),
    "cjib_verhaal": _row("besluit", PAY, "verzet", "verzet"),
    "cjib_dwangbevel": _bill("aanmaning", "betalen", "verzet"),
    "cjib_gijzeling": _meeting(PAY),
    "cjib_strafbeschikking": _bill("besluit", "betalen verzet", "verzet"),
    "cjib_betalingsregeling": _bill("betaling", "betalen"),
    "duo_bericht_sf": _row("besluit", GET, "bezwaar", "bezwaar"),
    "duo_bericht_terugbetalen": _row("besluit", PAY, "bezwaar", "bezwaar"),
    "duo_betalingsverzoek": _bill("betaling", "betalen", "bezwaar"),
    "duo_ov_boete": _bill("besluit", "betalen bezwaar", "bezwaar"),
    "duo_herinnering": _bill("herinnering", "betalen"),
    "duo_aanmaning": _bill("aanmaning", "betalen"),
    "duo_jaaroverzicht": _row("jaaropgave", EITHER),
    "uwv_ww_beslissing": _row("besluit", EITHER, "bezwaar", "bezwaar"),
    "uwv_betaalspecificatie": _row("betaling", GET),
    "uwv_inkomstenopgave": _row("informatieverzoek", NO_MONEY, "antwoorden"),
    "uwv_voornemen_boete": _row("informatieverzoek", PAY, "antwoorden"),
    "uwv_herziening": _row("besluit", EITHER, "bezwaar", "bezwaar"),
    "uwv_terugvordering": _bill("besluit", "betalen bezwaar", "bezwaar"),
    "uwv_boete": _bill("besluit", "betalen bezwaar", "bezwaar"),
    "uwv_invordering": _bill("betaling aanmaning", "betalen", "bezwaar"),
    "uwv_oproep": _meeting(NO_MONEY),
    "uwv_jaaropgave": _row("jaaropgave", GET),
    "svb_aow_toekenning": _row("besluit", GET, "bezwaar", "bezwaar"),
    "svb_aio_besluit": _row("besluit", EITHER, "bezwaar", "bezwaar"),
    "svb_aio_formulier": _row("informatieverzoek", NO_MONEY, "antwoorden"),
    "svb_kinderbijslag": _row("besluit betaling", GET, "bezwaar", "bezwaar"),
    "svb_terugvordering": _bill("betaling besluit", "betalen bezwaar", "bezwaar"),
    "svb_aanmaning": _bill("aanmaning", "betalen"),
    "svb_jaaropgave": _row("jaaropgave", GET),
    "svb_levensbewijs": _row("informatieverzoek", NO_MONEY, "antwoorden"),
}

EVERY_KIND = pytest.mark.parametrize("code", ROWS)
EVERY_PART = pytest.mark.parametrize(
    ("code", "part"), [(code, part) for code, row in ROWS.items() for part in row.parts]
)
EVERY_TERM = pytest.mark.parametrize(
    ("code", "term"), [(code, term) for code, row in ROWS.items() for term in row.terms]
)


def places(letter: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check(letter)]


def test_there_are_46_kinds() -> None:
    assert len(ROWS) == 46
    assert ("bericht", *sorted(ROWS)) == SCHEMA_NAMES
    assert sorted(ROWS) == sorted(berichtsoorten())


@EVERY_KIND
def test_the_least_of_each_kind_is_accepted(code: str) -> None:
    assert check(bericht(code)) == ()


@EVERY_KIND
def test_each_kind_asks_what_its_row_says(code: str) -> None:
    assert sorted(schema_document(code).get("required", [])) == ROWS[code].parts


@EVERY_KIND
def test_each_kind_has_the_natures_of_its_row(code: str) -> None:
    every = schema_document("bericht")["properties"]["aard"]["enum"]
    accepted = {nature for nature in every if check(bericht(code, aard=nature)) == ()}
    assert accepted == set(ROWS[code].natures) == set(berichtsoorten()[code].natures)


@EVERY_PART
def test_without_a_part_it_must_carry_it_is_refused(code: str, part: str) -> None:
    found = places(bericht(code, **{part: None}))
    assert (f"/{part}", "verplicht") in found


@EVERY_KIND
def test_without_all_its_parts_each_is_named_at_once(code: str) -> None:
    asked = [*BASE[:2], *BASE[3:], *ROWS[code].parts]
    letter = bericht(code, **dict.fromkeys(asked))
    assert [fault.pointer for fault in check(letter)] == sorted(f"/{name}" for name in asked)


@pytest.mark.parametrize("field", BASE)
def test_every_letter_carries_these(field: str) -> None:
    assert places(bericht(**{field: None})) == [(f"/{field}", "verplicht")]


@EVERY_TERM
def test_without_its_term_it_is_refused(code: str, term: str) -> None:
    kept = [item for item in bericht(code)["termijnen"] if item["soort"] != term]
    expected = Fault(
        pointer="/termijnen", code="ontbreekt-in-lijst", message=f"Bij deze berichtsoort hoort hier: {term}."
    )
    assert check(bericht(code, termijnen=kept)) == (expected,)


@pytest.mark.parametrize("code", [code for code, row in ROWS.items() if row.money])
def test_money_goes_the_way_of_its_row(code: str) -> None:
    money = bericht(code)["bedragen"]
    unpaid = {"betaling": None} if "betaling" not in ROWS[code].parts else {}
    accepted = {way for way in EITHER if check(bericht(code, bedragen={**money, "richting": way}, **unpaid)) == ()}
    assert accepted == set(ROWS[code].money)


@pytest.mark.parametrize("code", [code for code, row in ROWS.items() if row.how_to_pay])
def test_how_to_pay_says_by_when(code: str) -> None:
    payment = bericht(code)["betaling"]
    del payment["uiterlijk"]
    assert places(bericht(code, betaling=payment)) == [("/betaling/uiterlijk", "verplicht")]


@pytest.mark.parametrize("code", [code for code, row in ROWS.items() if row.remedy])
def test_it_names_the_remedy_of_its_row_and_no_other(code: str) -> None:
    every = schema_document("bericht")["properties"]["rechtsmiddel"]["properties"]["soort"]["enum"]
    remedy = bericht(code)["rechtsmiddel"]
    accepted = {kind for kind in every if check(bericht(code, rechtsmiddel={**remedy, "soort": kind})) == ()}
    assert accepted == {ROWS[code].remedy}


@EVERY_KIND
def test_its_own_topic_is_among_its_topics(code: str) -> None:
    topic = bericht(code)["domeinen"][0]
    other = "wonen"
    assert check(bericht(code, domeinen=[other, topic])) == ()
    expected = Fault(
        pointer="/domeinen", code="ontbreekt-in-lijst", message=f"Bij deze berichtsoort hoort hier: {topic}."
    )
    assert check(bericht(code, domeinen=[other])) == (expected,)


def test_a_traffic_fine_without_amount_term_and_remedy_is_refused_for_each() -> None:
    letter = bericht("cjib_wahv_beschikking", bedragen=None, betaling=None, termijnen=None, rechtsmiddel=None)
    missing = ["/bedragen", "/betaling", "/rechtsmiddel", "/termijnen"]
    assert check(letter) == tuple(Fault(pointer=p, code="verplicht", message="Dit veld ontbreekt.") for p in missing)


def test_one_kind_is_not_another() -> None:
    letter = {**bericht("uwv_boete"), "berichtsoort": "uwv_jaaropgave"}
    assert ("/aard", "vaste-waarde") in places(letter)


@pytest.mark.parametrize("code", ["bericht", "bestaat_niet", "../bericht", "bericht.v1"])
def test_a_kind_that_does_not_exist_is_refused(code: str) -> None:
    found = check({**bericht(), "berichtsoort": code})
    assert Fault(pointer="/berichtsoort", code="keuze", message="Deze berichtsoort bestaat niet.") in found
    assert {fault.pointer for fault in found} == {"/berichtsoort"}


def test_what_happens_otherwise_is_told_where_a_reaction_is_expected() -> None:
    brief = {"wat": "Dit is een brief.", "doen": "Lees de brief."}
    assert places(bericht(kort=brief, reactieVerwacht=True)) == [("/kort/gevolg", "verplicht")]
    assert check(bericht(kort=brief, reactieVerwacht=False)) == ()
