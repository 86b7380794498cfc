"""Belastingdienst and Toeslagen: dialect to bericht, and chain b: an allowance to pay back."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from connectors.belastingdienst.dialect import (
    FiscaalStuk,
    aanslagnummer,
    bedrag,
    dmj,
    from_bedrag,
    from_dmj,
    of_allowance,
)
from connectors.belastingdienst.mapping import to_bericht
from connectors.residents import JAYLANO
from tests.unit.connectors.stories import HOW, chained, matter, starts, story, text, told

REMINDER = FiscaalStuk(
    stuk="AM",
    belastingplichtige=JAYLANO,
    aanslagnummer="9999.90.019.M.56",
    briefnummer="BD-90000167707-2",
    vorig_briefnummer="BD-90000167707-1",
    zaak="BD 90000167707",
    dagtekening="26-03-2026",
    bedrag="108,00",
    kosten="10,00",
    betalen_voor="09-04-2026",
    bezwaar_voor="07-05-2026",
    reageren_voor="",
    soort="zorgtoeslag",
    jaar=2025,
    per_maand="",
)
REMINDER_BERICHT = {
    "kenmerk": "BD-90000167707-2",
    "afzender": "00000099000000001000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "bd_aanmaning",
    "zaakkenmerk": "BD 90000167707",
    "domeinen": ["belasting", "geld"],
    "onderwerp": "Aanmaning: betaal € 118,00",
    "kort": {
        "wat": "U betaalde niet op tijd. Er zijn kosten bij gekomen.",
        "doen": "Betaal € 118,00 uiterlijk op 9 april 2026. Kunt u niet betalen? Bel ons meteen voor een regeling.",
        "gevolg": "U krijgt een dwangbevel. Dat kost veel meer.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "Wij stuurden u eerder een rekening voor dit bedrag.",
        "## Wat moet u doen?",
        "Betaal € 118,00 uiterlijk op 9 april 2026. Kunt u niet betalen? Bel ons meteen voor een regeling.",
        "## Wat gebeurt er als u niets doet?",
        "U krijgt een dwangbevel. Dat kost veel meer.",
        "## Bent u het er niet mee eens?",
        f"U kunt bezwaar maken bij de Belastingdienst. Dat kan tot en met **7 mei 2026**. {HOW}",
        "## Vragen?",
        "Bel 0800-0000 101 en houd kenmerk BD-90000167707-2 bij de hand.",
        "Met vriendelijke groet,",
        "**Belastingdienst**",
    ),
    "dagtekening": "2026-03-26",
    "publicatietijdstip": "2026-03-26T08:00:00+01:00",
    "aard": "aanmaning",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-03-26"},
    "relatie": {"vorige": "BD-90000167707-1"},
    "bedragen": {"totaal": 11800, "hoofdsom": 10800, "kosten": 1000, "richting": "betalen"},
    "betaling": {
        "iban": "NL19TEST0001000001",
        "tenNameVan": "Belastingdienst",
        "betalingskenmerk": "7100090000167707",
        "uiterlijk": "2026-04-09",
    },
    "termijnen": [
        {
            "soort": "betalen",
            "uiterlijk": "2026-04-09",
            "grondslag": "IW 1990 art. 11",
            "gevolg": "U krijgt een dwangbevel. Dat kost minstens € 56 extra.",
        },
        {
            "soort": "bezwaar",
            "uiterlijk": "2026-05-07",
            "grondslag": "Awb art. 6:7",
            "gevolg": "Daarna staat het besluit vast en kunt u geen bezwaar meer maken.",
        },
    ],
    "rechtsmiddel": {
        "soort": "bezwaar",
        "instantie": "de Belastingdienst",
        "uiterlijk": "2026-05-07",
        "wijze": HOW,
    },
}

ADVANCE = FiscaalStuk(
    stuk="TV",
    belastingplichtige=JAYLANO,
    aanslagnummer="9999.90.019.T.60",
    briefnummer="BD-90000167707-1",
    vorig_briefnummer="",
    zaak="BD 90000167707",
    dagtekening="02-03-2026",
    bedrag="1.932,00",
    kosten="0,00",
    betalen_voor="",
    bezwaar_voor="13-04-2026",
    reageren_voor="",
    soort="zorgtoeslag",
    jaar=2026,
    per_maand="",
)
ADVANCE_BERICHT = {
    "kenmerk": "BD-90000167707-1",
    "afzender": "00000099000000001000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "tsl_voorschot",
    "zaakkenmerk": "BD 90000167707",
    "domeinen": ["toeslagen", "geld"],
    "onderwerp": "Voorschot zorgtoeslag 2026",
    "kort": {
        "wat": "U krijgt in 2026 € 1.932,00 zorgtoeslag, in delen per maand.",
        "doen": "Verandert uw inkomen, uw gezin of uw woning? Geef het meteen door.",
        "gevolg": "Geeft u een verandering niet door, dan moet u misschien geld terugbetalen.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "Dit is een voorschot. Na afloop van het jaar rekenen wij het precies uit.",
        "## Wat moet u doen?",
        "Verandert uw inkomen, uw gezin of uw woning? Geef het meteen door.",
        "## Wat gebeurt er als u niets doet?",
        "Geeft u een verandering niet door, dan moet u misschien geld terugbetalen.",
        "## Bent u het er niet mee eens?",
        f"U kunt bezwaar maken bij Dienst Toeslagen. Dat kan tot en met **13 april 2026**. {HOW}",
        "## Vragen?",
        "Bel 0800-0000 101 en houd kenmerk BD-90000167707-1 bij de hand.",
        "Met vriendelijke groet,",
        "**Belastingdienst**",
    ),
    "dagtekening": "2026-03-02",
    "publicatietijdstip": "2026-03-02T08:00:00+01:00",
    "aard": "besluit",
    "reactieVerwacht": False,
    "papier": {"verzonden": True, "datum": "2026-03-02"},
    "bedragen": {"totaal": 193200, "hoofdsom": 193200, "richting": "ontvangen"},
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
        "instantie": "Dienst Toeslagen",
        "uiterlijk": "2026-04-13",
        "wijze": HOW,
    },
}


@pytest.mark.parametrize(
    ("brief", "expected"), [(REMINDER, REMINDER_BERICHT), (ADVANCE, ADVANCE_BERICHT)], ids=["money", "decision"]
)
def test_mapping(brief: FiscaalStuk, expected: dict[str, object]) -> None:
    assert expected == to_bericht(brief, pdf=False)


def test_notation() -> None:
    assert (dmj(date(2026, 3, 5)), from_dmj("05-03-2026")) == ("05-03-2026", date(2026, 3, 5))
    assert [bedrag(cents) for cents in (0, 5, 1_240_00, 1_234_567_89)] == ["0,00", "0,05", "1.240,00", "1.234.567,89"]
    assert [from_bedrag(text) for text in ("0,05", "1.240,00", "1.234.567,89")] == [5, 1_240_00, 1_234_567_89]
    assert aanslagnummer(JAYLANO, "H", 2026, 6) == "9999.90.019.H.66"
    assert [of_allowance(f"9999.90.019.{letter}.66") for letter in "HTM"] == [False, True, False]


def test_the_aanslagnummer_stays_behind() -> None:
    for of in starts(30):
        for name in ("tax_return", "provisional", "vehicle_tax", "allowance", "allowance_reclaimed"):
            for letter in story("belastingdienst", name, of):
                rest = str({**letter, "ontvanger": None})
                assert "999990019" not in rest.replace(".", "")


def test_chain_b_from_advance_to_seizure() -> None:
    letters = story("belastingdienst", "allowance_reclaimed", matter(date(2026, 7, 1)))
    assert told(letters) == [
        ("2024-12-20", "tsl_voorschot", "+3120.00", {"bezwaar": "2025-01-31"}),
        ("2026-07-01", "tsl_definitief", "-1240.00", {"bezwaar": "2026-08-12"}),
        ("2026-07-08", "tsl_terugvordering", "-1240.00", {"betalen": "2026-08-19", "bezwaar": "2026-08-19"}),
        ("2026-08-10", "tsl_betalingsregeling", "-1240.00", {"betalen": "2026-09-21"}),
        ("2026-12-08", "tsl_betalingsregeling", "-1240.00", {"betalen": "2026-12-22"}),
        ("2027-01-07", "bd_aanmaning", "-1262.00", {"betalen": "2027-01-21", "bezwaar": "2027-02-18"}),
        ("2027-02-11", "bd_dwangbevel", "-1448.00", {"betalen": "2027-02-25"}),
        ("2027-03-23", "bd_beslag_vordering", "-1526.00", {}),
    ]
    assert chained(letters) == [0] + [1] * 7
    assert [letter["bedragen"].get("kosten", 0) for letter in letters[5:]] == [22_00, 22_00 + 186_00, 208_00 + 78_00]
    assert "24 delen van ten hoogste € 52,00" in letters[3]["kort"]["wat"]
    assert letters[0]["onderwerp"] == "Voorschot zorgtoeslag 2025"
    assert letters[1]["onderwerp"] == "Definitieve berekening zorgtoeslag 2025"


def test_chain_b_is_settled_in_the_third_quarter_after_its_year() -> None:
    for of in starts(800):
        letters = story("belastingdienst", "allowance_reclaimed", of)
        advance, settled = (date.fromisoformat(letter["dagtekening"]) for letter in letters[:2])
        assert (advance.month, settled.year - advance.year) == (12, 2)
        assert settled.month in {7, 8, 9} or settled == date(settled.year, 10, 1)  # 30 September was a Sunday
        dated = [letter["dagtekening"] for letter in letters]
        assert all(before < after for before, after in pairwise(dated))
        until = [letter["betaling"]["uiterlijk"] for letter in letters[4:7]]
        assert all(end < after for end, after in zip(until, dated[5:], strict=True))


def test_payment_terms_of_assessments_may_end_in_a_weekend_and_objections_may_not() -> None:
    """IW 1990 art. 9 lid 10; Awir art. 28 lid 3."""
    assert told(story("belastingdienst", "vehicle_tax", matter(date(2026, 3, 7)))) == [
        ("2026-03-07", "bd_naheffing_mrb", "-190.00", {"betalen": "2026-03-21", "bezwaar": "2026-04-20"}),
        ("2026-03-31", "bd_aanmaning", "-200.00", {"betalen": "2026-04-14", "bezwaar": "2026-05-12"}),
    ]


def test_a_reminder_or_writ_ends_on_a_working_day() -> None:
    for of in starts(400):
        for letter in story("belastingdienst", "allowance_reclaimed", of)[5:7]:
            assert date.fromisoformat(letter["betaling"]["uiterlijk"]).weekday() < 5


@pytest.mark.parametrize(
    ("start", "first_part"),
    [
        ("2026-03-02", "2026-04-02"),
        ("2026-01-31", "2026-02-28"),
        ("2026-10-31", "2026-11-30"),
        ("2026-11-02", "2027-01-31"),  # of the next year: at the end of its first month (IW 1990 art. 9 lid 7)
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_a_provisional_assessment_is_paid_from_a_month_on(start: str, first_part: str) -> None:
    (letter,) = story("belastingdienst", "provisional", matter(date.fromisoformat(start)))
    assert letter["betaling"]["uiterlijk"] == first_part


@pytest.mark.parametrize(
    ("start", "until"),
    [("2026-03-02", "2026-04-30"), ("2026-03-31", "2026-04-30"), ("2026-04-07", "2026-05-07")],
)
def test_a_return_is_asked_before_1_may_and_never_within_a_month(start: str, until: str) -> None:
    letters = story("belastingdienst", "tax_return", matter(date.fromisoformat(start)))
    assert told(letters)[0] == (start, "bd_uitnodiging_aangifte", None, {"indienen": until})


def test_collecting_is_post_about_what_is_collected() -> None:
    """Who may see post about allowances does not see a tax on a car."""
    (_, car), allowance = story("belastingdienst", "vehicle_tax"), story("belastingdienst", "allowance_reclaimed")
    assert car["domeinen"] == ["belasting", "geld"]
    assert [letter["domeinen"] for letter in allowance[5:]] == [["belasting", "geld", "toeslagen"]] * 3
