"""DUO: dialect to bericht, and chain c until the claim is handed over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.duo.dialect import DuoBericht, dag, euro, from_dag, from_euro
from connectors.duo.mapping import to_bericht
from connectors.residents import JAYLANO
from tests.unit.connectors.stories import HOW, chained, starts, story, text, told

LAST_REMINDER = DuoBericht(
    blok="AAN",
    klant=JAYLANO,
    berichtnummer="DUO-90000167707-4",
    vorig_berichtnummer="DUO-90000167707-3",
    dossier="DUO 90000167707",
    dag=20614,
    hoofdbedrag="622.00",
    kosten="20.00",
    betaaldag=20628,
    bezwaardag=0,
    maanden=0,
    kenmerk_betaling="0500090000167707",
)
LAST_REMINDER_BERICHT = {
    "kenmerk": "DUO-90000167707-4",
    "afzender": "00000099000000005000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "duo_aanmaning",
    "zaakkenmerk": "DUO 90000167707",
    "domeinen": ["onderwijs", "geld"],
    "onderwerp": "Aanmaning: betaal € 642,00",
    "kort": {
        "wat": "U heeft ook na de herinnering niet betaald. Er zijn kosten bij gekomen.",
        "doen": "Betaal € 642,00 uiterlijk op 24 juni 2026. Kunt u niet betalen? Bel ons vóór die datum.",
        "gevolg": "Wij geven de schuld door aan het CJIB en daarna aan de deurwaarder. Dat kost veel meer geld.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "Dit is onze laatste brief over deze schuld.",
        "## Wat moet u doen?",
        "Betaal € 642,00 uiterlijk op 24 juni 2026. Kunt u niet betalen? Bel ons vóór die datum.",
        "## Wat gebeurt er als u niets doet?",
        "Wij geven de schuld door aan het CJIB en daarna aan de deurwaarder. Dat kost veel meer geld.",
        "## Vragen?",
        "Bel 0800-0000 501 en houd kenmerk DUO-90000167707-4 bij de hand.",
        "Met vriendelijke groet,",
        "**DUO**",
    ),
    "dagtekening": "2026-06-10",
    "publicatietijdstip": "2026-06-10T08:00:00+02:00",
    "aard": "aanmaning",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-06-10"},
    "relatie": {"vorige": "DUO-90000167707-3"},
    "bedragen": {"totaal": 64200, "hoofdsom": 62200, "kosten": 2000, "richting": "betalen"},
    "betaling": {
        "iban": "NL13TEST0005000001",
        "tenNameVan": "DUO",
        "betalingskenmerk": "0500090000167707",
        "uiterlijk": "2026-06-24",
    },
    "termijnen": [
        {
            "soort": "betalen",
            "uiterlijk": "2026-06-24",
            "grondslag": "Awb art. 4:112",
            "gevolg": "Wij geven uw schuld door aan het CJIB en daarna aan de deurwaarder.",
        }
    ],
}

AWARD = DuoBericht(
    blok="TOEK",
    klant=JAYLANO,
    berichtnummer="DUO-90000167707-1",
    vorig_berichtnummer="",
    dossier="DUO 90000167707",
    dag=20514,
    hoofdbedrag="320.00",
    kosten="0.00",
    betaaldag=0,
    bezwaardag=20556,
    maanden=0,
    kenmerk_betaling="0500090000167707",
)
AWARD_BERICHT = {
    "kenmerk": "DUO-90000167707-1",
    "afzender": "00000099000000005000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "duo_bericht_sf",
    "zaakkenmerk": "DUO 90000167707",
    "domeinen": ["onderwijs", "geld"],
    "onderwerp": "Bericht studiefinanciering: u krijgt een bedrag per maand",
    "kort": {
        "wat": "U krijgt € 320,00 studiefinanciering per maand.",
        "doen": "Kijk of alles klopt. Verandert er iets, bijvoorbeeld uw adres of uw school? Geef dat dan door.",
        "gevolg": "Geeft u een verandering niet door, dan moet u misschien geld terugbetalen.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "U heeft studiefinanciering aangevraagd voor een opleiding aan het mbo. U krijgt deze.",
        "## Wat moet u doen?",
        "Kijk of alles klopt. Verandert er iets, bijvoorbeeld uw adres of uw school? Geef dat dan door.",
        "## Wat gebeurt er als u niets doet?",
        "Geeft u een verandering niet door, dan moet u misschien geld terugbetalen.",
        "## Bent u het er niet mee eens?",
        f"U kunt bezwaar maken bij DUO. Dat kan tot en met **13 april 2026**. {HOW}",
        "## Vragen?",
        "Bel 0800-0000 501 en houd kenmerk DUO-90000167707-1 bij de hand.",
        "Met vriendelijke groet,",
        "**DUO**",
    ),
    "dagtekening": "2026-03-02",
    "publicatietijdstip": "2026-03-02T08:00:00+01:00",
    "aard": "besluit",
    "reactieVerwacht": False,
    "papier": {"verzonden": True, "datum": "2026-03-02"},
    "bedragen": {"totaal": 32000, "hoofdsom": 32000, "richting": "ontvangen"},
    "termijnen": [
        {
            "soort": "bezwaar",
            "uiterlijk": "2026-04-13",
            "grondslag": "Awb art. 6:7",
            "gevolg": "Daarna staat het besluit vast en kunt u geen bezwaar meer maken.",
        }
    ],
    "rechtsmiddel": {
        "soort": "bezwaar",
        "instantie": "DUO",
        "uiterlijk": "2026-04-13",
        "wijze": HOW,
    },
}


@pytest.mark.parametrize(
    ("brief", "expected"),
    [(LAST_REMINDER, LAST_REMINDER_BERICHT), (AWARD, AWARD_BERICHT)],
    ids=["money", "decision"],
)
def test_mapping(brief: DuoBericht, expected: dict[str, object]) -> None:
    assert expected == to_bericht(brief, pdf=False)


def test_notation() -> None:
    assert (dag(date(1970, 1, 1)), dag(date(2026, 3, 2))) == (0, 20514)
    assert from_dag(20514) == date(2026, 3, 2)
    assert [euro(cents) for cents in (0, 5, 10_00, 1_234_56)] == ["0.00", "0.05", "10.00", "1234.56"]
    assert [from_euro(text) for text in ("0.00", "0.05", "10.00", "1234.56")] == [0, 5, 10_00, 1_234_56]


def test_chain_c_debt_request_reminder_last_reminder() -> None:
    letters = story("duo", "too_much_received")
    assert told(letters[1:]) == [
        ("2026-04-01", "duo_betalingsverzoek", "-622.00", {"betalen": "2026-05-13", "bezwaar": "2026-05-13"}),
        ("2026-05-20", "duo_herinnering", "-622.00", {"betalen": "2026-06-03"}),
        ("2026-06-10", "duo_aanmaning", "-642.00", {"betalen": "2026-06-24"}),
    ]
    assert (letters[0]["berichtsoort"], letters[0]["dagtekening"]) == ("duo_bericht_terugbetalen", "2026-03-02")
    assert chained(letters) == [0, 1, 1, 1]
    assert [letter["bedragen"].get("kosten", 0) for letter in letters] == [0, 0, 0, 20_00]
    assert len({letter["zaakkenmerk"] for letter in letters}) == 1


def test_no_step_comes_before_the_last_day_of_the_step_before_it() -> None:
    for of in starts(800):
        _, *paying = story("duo", "too_much_received", of)
        handed_over = story("cjib", "student_debt", of)[0]["dagtekening"]
        until = [letter["betaling"]["uiterlijk"] for letter in paying]
        assert all(end < after for end, after in zip(until, [*_dated(paying[1:]), handed_over], strict=True)), of


def _dated(letters: list[dict[str, Any]]) -> list[str]:
    return [letter["dagtekening"] for letter in letters]


def test_a_travel_card_fine_is_post_about_a_fine_too() -> None:
    (fine,) = story("duo", "travel_card")
    assert fine["domeinen"] == ["onderwijs", "boete", "geld"]
    assert told([fine])[0][2:] == ("-75.00", {"betalen": "2026-04-13", "bezwaar": "2026-04-13"})


def test_a_statement_asks_nothing() -> None:
    (statement,) = story("duo", "statement")
    assert statement["reactieVerwacht"] is False
    assert {"betaling", "termijnen", "rechtsmiddel"} & set(statement) == set()
