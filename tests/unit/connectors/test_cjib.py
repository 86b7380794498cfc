"""The CJIB: dialect to bericht, and what a fine costs who does not open the envelope."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from connectors.cjib import letters
from connectors.cjib.dialect import (
    CjibBrief,
    bedrag,
    cjib_nummer,
    datum,
    from_datum,
    from_zitting,
    zitting,
)
from connectors.cjib.mapping import to_bericht
from connectors.residents import JAYLANO
from schemas.checking import check
from tests.unit.connectors.stories import chained, matter, starts, story, text, told

FIRST_REMINDER = CjibBrief(
    briefcode="WA01",
    geadresseerde=JAYLANO,
    cjib_nummer="1400 0900 0016 7707",
    kenmerk="CJIB-90000167707-2",
    vorig_kenmerk="CJIB-90000167707-1",
    datum="04052026",
    sanctie="00010000",
    verhoging="00005000",
    kosten="00000900",
    voldaan="00000000",
    betaal_voor="01062026",
    rechtsmiddel_voor="",
    zitting="",
    feit="u reed met de bromfiets zonder helm",
)
FIRST_REMINDER_BERICHT = {
    "kenmerk": "CJIB-90000167707-2",
    "afzender": "00000099000000004000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "cjib_wahv_aanmaning1",
    "zaakkenmerk": "1400 0900 0016 7707",
    "domeinen": ["boete", "geld"],
    "onderwerp": "Eerste aanmaning: uw boete is nu € 159,00",
    "kort": {
        "wat": "U heeft uw verkeersboete niet op tijd betaald. Daarom is de boete de helft hoger geworden.",
        "doen": "Betaal € 159,00 uiterlijk op 1 juni 2026.",
        "gevolg": "Betaalt u weer niet, dan wordt het bedrag verdubbeld.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "Wij hebben uw betaling niet op tijd gekregen.",
        "Volgens de wet is de boete daarom met de helft verhoogd. Tegen deze verhoging kunt u niet in beroep.",
        "## Wat moet u doen?",
        "Betaal € 159,00 uiterlijk op 1 juni 2026.",
        "## Wat gebeurt er als u niets doet?",
        "Betaalt u weer niet, dan wordt het bedrag verdubbeld.",
        "## Vragen?",
        "Bel 0800-0000 401 en houd kenmerk CJIB-90000167707-2 bij de hand.",
        "Met vriendelijke groet,",
        "**CJIB**",
    ),
    "dagtekening": "2026-05-04",
    "publicatietijdstip": "2026-05-04T08:00:00+02:00",
    "aard": "aanmaning",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-05-04"},
    "relatie": {"vorige": "CJIB-90000167707-1"},
    "bedragen": {"totaal": 15900, "hoofdsom": 10000, "verhoging": 5000, "kosten": 900, "richting": "betalen"},
    "betaling": {
        "iban": "NL63TEST0004000001",
        "tenNameVan": "CJIB",
        "betalingskenmerk": "1400090000167707",
        "uiterlijk": "2026-06-01",
    },
    "termijnen": [
        {
            "soort": "betalen",
            "uiterlijk": "2026-06-01",
            "grondslag": "Wahv art. 24 en 25",
            "gevolg": "Het bedrag wordt verdubbeld.",
        }
    ],
}

SUMMONS = CjibBrief(
    briefcode="GZ01",
    geadresseerde=JAYLANO,
    cjib_nummer="1400 0900 0016 7707",
    kenmerk="CJIB-90000167707-5",
    vorig_kenmerk="CJIB-90000167707-4",
    datum="25092026",
    sanctie="00010000",
    verhoging="00020000",
    kosten="00000900",
    voldaan="00000000",
    betaal_voor="",
    rechtsmiddel_voor="",
    zitting="301020260930",
    feit="u stond stil waar dat niet mag",
)
SUMMONS_BERICHT = {
    "kenmerk": "CJIB-90000167707-5",
    "afzender": "00000099000000004000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "cjib_gijzeling",
    "zaakkenmerk": "1400 0900 0016 7707",
    "domeinen": ["boete", "geld"],
    "onderwerp": "Oproep: kom op 30 oktober 2026 naar de kantonrechter",
    "kort": {
        "wat": "Wij vragen de rechter of u een tijd vastgezet mag worden, omdat uw boete niet is betaald.",
        "doen": "Kom op 30 oktober 2026 naar de rechtbank, of betaal eerst € 309,00. "
        "Kunt u niet betalen? Leg dat de rechter uit.",
        "gevolg": "De rechter kan beslissen dat u ten hoogste 7 dagen vastzit. De boete blijft dan staan.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "Gijzeling is een dwangmiddel, geen straf.",
        "Neem bewijs mee van uw inkomsten en schulden.",
        "## Wat moet u doen?",
        "Kom op 30 oktober 2026 naar de rechtbank, of betaal eerst € 309,00. "
        "Kunt u niet betalen? Leg dat de rechter uit.",
        "## Wat gebeurt er als u niets doet?",
        "De rechter kan beslissen dat u ten hoogste 7 dagen vastzit. De boete blijft dan staan.",
        "## Vragen?",
        "Bel 0800-0000 401 en houd kenmerk CJIB-90000167707-5 bij de hand.",
        "Met vriendelijke groet,",
        "**CJIB**",
    ),
    "dagtekening": "2026-09-25",
    "publicatietijdstip": "2026-09-25T08:00:00+02:00",
    "aard": "uitnodiging",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-09-25"},
    "relatie": {"vorige": "CJIB-90000167707-4"},
    "bedragen": {"totaal": 30900, "hoofdsom": 10000, "verhoging": 20000, "kosten": 900, "richting": "betalen"},
    "termijnen": [
        {
            "soort": "verschijnen",
            "uiterlijk": "2026-10-30",
            "grondslag": "Wahv art. 28",
            "gevolg": "De rechter kan beslissen zonder dat u erbij bent.",
        }
    ],
    "afspraak": {"tijdstip": "2026-10-30T09:30:00+01:00", "plaats": "Rechtbank, zaal 4", "telefoon": "0800-0000 401"},
}


@pytest.mark.parametrize(
    ("brief", "expected"),
    [(FIRST_REMINDER, FIRST_REMINDER_BERICHT), (SUMMONS, SUMMONS_BERICHT)],
    ids=["money", "court"],
)
def test_mapping(brief: CjibBrief, expected: dict[str, object]) -> None:
    assert expected == to_bericht(brief)


def test_notation() -> None:
    assert datum(date(2026, 3, 5)) == "05032026"
    assert from_datum("05032026") == date(2026, 3, 5)
    assert zitting(date(2026, 3, 5), 9) == "050320260930"
    assert from_zitting("050320260930") == datetime(2026, 3, 5, 9, 30)  # noqa: DTZ001 - clock time at the court
    assert bedrag(109_00) == "00010900"
    assert cjib_nummer("1062542157047959") == "1062 5421 5704 7959"


def test_what_was_paid_is_told_and_not_asked_again() -> None:
    letter = to_bericht(replace(FIRST_REMINDER, voldaan="00005900"))
    assert letter["bedragen"] == {
        "totaal": 15900,
        "hoofdsom": 10000,
        "verhoging": 5000,
        "kosten": 900,
        "betaald": 5900,
        "richting": "betalen",
    }
    assert letter["onderwerp"] == "Eerste aanmaning: uw boete is nu € 100,00"


def test_chain_a_109_159_309_and_the_bank() -> None:
    letters_ = story("cjib", "unpaid_fine")
    assert told(letters_) == [
        ("2026-03-02", "cjib_wahv_beschikking", "-109.00", {"betalen": "2026-04-28", "beroep": "2026-04-13"}),
        ("2026-05-04", "cjib_wahv_aanmaning1", "-159.00", {"betalen": "2026-06-01"}),
        ("2026-06-08", "cjib_wahv_aanmaning2", "-309.00", {"betalen": "2026-07-06"}),
        ("2026-07-20", "cjib_verhaal", "-309.00", {"verzet": "2026-08-31"}),
    ]
    assert chained(letters_) == [0, 1, 1, 1]
    assert [letter["bedragen"]["kosten"] for letter in letters_] == [900] * 4


def test_chain_a_to_the_bailiff_and_the_judge() -> None:
    letters_ = story("cjib", "unpaid_fine_to_court")
    assert told(letters_)[2:] == [
        ("2026-06-08", "cjib_wahv_aanmaning2", "-309.00", {"betalen": "2026-07-06"}),
        ("2026-07-27", "cjib_dwangbevel", "-309.00", {"betalen": "2026-08-10", "verzet": "2026-08-10"}),
        ("2026-09-25", "cjib_gijzeling", "-309.00", {"verschijnen": "2026-10-30"}),
    ]
    assert chained(letters_) == [0, 1, 1, 1, 1]


def test_remedies_are_appeal_and_opposition_never_objection() -> None:
    fine, *_, recovery = story("cjib", "unpaid_fine")
    (order,) = story("cjib", "penalty_order")
    assert fine["rechtsmiddel"]["soort"] == "administratief_beroep"
    assert fine["rechtsmiddel"]["instantie"] == "de officier van justitie (Parket CVOM)"
    assert (recovery["rechtsmiddel"]["soort"], recovery["rechtsmiddel"]["instantie"]) == ("verzet", "de kantonrechter")
    assert (order["rechtsmiddel"]["soort"], order["rechtsmiddel"]["instantie"]) == ("verzet", "het Openbaar Ministerie")


def test_a_penalty_order_is_paid_or_opposed_within_two_weeks_and_is_criminal_law() -> None:
    (order,) = story("cjib", "penalty_order")
    assert told([order])[0][3] == {"betalen": "2026-03-16", "verzet": "2026-03-16"}
    assert order["domeinen"] == ["strafrecht", "geld"]


def test_a_penalty_order_that_waits_for_the_monday_counts_from_the_monday() -> None:
    (order,) = story("cjib", "penalty_order", matter(date(2026, 3, 1)))
    assert told([order])[0][::3] == ("2026-03-02", {"betalen": "2026-03-16", "verzet": "2026-03-16"})


def test_parts_only_from_225_euros() -> None:
    fine, plan = story("cjib", "fine_in_parts")
    assert fine["bedragen"]["hoofdsom"] >= 225_00
    assert told([plan]) == [("2026-04-01", "cjib_betalingsregeling", "-289.00", {"betalen": "2026-05-01"})]


def test_chain_c_ends_here() -> None:
    (writ,) = story("cjib", "student_debt")
    last = story("duo", "too_much_received")[-1]
    assert told([writ]) == [
        ("2026-07-08", "cjib_dwangbevel", "-642.00", {"betalen": "2026-07-22", "verzet": "2026-07-22"})
    ]
    assert writ["bedragen"]["totaal"] == last["bedragen"]["totaal"]
    assert writ["dagtekening"] > last["betaling"]["uiterlijk"]
    assert last["zaakkenmerk"] in writ["inhoud"]
    assert writ["overgenomenVan"] == {"afzender": last["afzender"], "zaakkenmerk": last["zaakkenmerk"]}


def test_no_step_comes_before_the_last_day_of_the_step_before_it() -> None:
    for of in starts(800):
        for name in ("unpaid_fine", "unpaid_fine_to_court"):
            briefs = list(getattr(letters, name)(of))
            dated = [from_datum(brief.datum) for brief in briefs]
            until = [from_datum(brief.betaal_voor) for brief in briefs if brief.betaal_voor]
            assert all(end < after for end, after in zip(until, dated[1:], strict=False)), of


def test_the_same_matter_gives_the_same_letters() -> None:
    for name in ("fine", "unpaid_fine_to_court", "penalty_order"):
        assert story("cjib", name, matter()) == story("cjib", name, matter())


def test_a_plan_that_is_kept_stops_a_fine() -> None:
    briefs = list(letters.fine_stopped(matter()))
    berichten = [to_bericht(brief, pdf=False) for brief in briefs]
    assert [list(check(one)) for one in berichten] == [[]] * 6
    assert [one["bedragen"]["totaal"] - one["bedragen"].get("betaald", 0) for one in berichten] == [
        289_00, 429_00, 429_00, 286_00, 143_00, 0,
    ]  # fmt: skip
    assert berichten[-1]["onderwerp"] == "Uw boete is betaald"
    assert chained(berichten) == [0, 1, 1, 1, 1, 1]
