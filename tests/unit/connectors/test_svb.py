"""SVB: dialect to bericht, and chain e: a form that was not answered."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.residents import JAYLANO
from connectors.svb.dialect import SvbBrief, bedrag, datum, from_bedrag, from_datum
from connectors.svb.mapping import to_bericht
from tests.unit.connectors.stories import HOW, chained, starts, story, text, told

RECLAIM = SvbBrief(
    formulier="TV-1",
    klant=JAYLANO,
    ons_kenmerk="SVB-90000167707-4",
    vorig_kenmerk="SVB-90000167707-3",
    zaak="SVB 90000167707",
    datum="1 mei 2026",
    bedrag="486,30",
    kosten="0,00",
    betalen_voor="12 juni 2026",
    terugsturen_voor="",
    bezwaar_voor="12 juni 2026",
)
RECLAIM_BERICHT = {
    "kenmerk": "SVB-90000167707-4",
    "afzender": "00000099000000003000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "svb_terugvordering",
    "zaakkenmerk": "SVB 90000167707",
    "domeinen": ["pensioen", "geld"],
    "onderwerp": "U moet € 486,30 terugbetalen",
    "kort": {
        "wat": "U kreeg te veel AIO-aanvulling.",
        "doen": "Betaal € 486,30 vóór of op 12 juni 2026. Lukt dat niet? Vraag om een lager bedrag per maand.",
        "gevolg": "Wij houden elke maand een deel in op uw AOW, of sturen een aanmaning met kosten.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "U was langer in het buitenland dan mag met een AIO-aanvulling.",
        "## Wat moet u doen?",
        "Betaal € 486,30 vóór of op 12 juni 2026. Lukt dat niet? Vraag om een lager bedrag per maand.",
        "## Wat gebeurt er als u niets doet?",
        "Wij houden elke maand een deel in op uw AOW, of sturen een aanmaning met kosten.",
        "## Bent u het er niet mee eens?",
        f"U kunt bezwaar maken bij de SVB. Dat kan tot en met **12 juni 2026**. {HOW}",
        "## Vragen?",
        "Bel 0800-0000 301 en houd kenmerk SVB-90000167707-4 bij de hand.",
        "Met vriendelijke groet,",
        "**SVB**",
    ),
    "dagtekening": "2026-05-01",
    "publicatietijdstip": "2026-05-01T08:00:00+02:00",
    "aard": "besluit",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-05-01"},
    "relatie": {"vorige": "SVB-90000167707-3"},
    "bedragen": {"totaal": 48630, "hoofdsom": 48630, "richting": "betalen"},
    "betaling": {
        "iban": "NL16TEST0003000001",
        "tenNameVan": "SVB",
        "betalingskenmerk": "9300090000167707",
        "uiterlijk": "2026-06-12",
    },
    "termijnen": [
        {
            "soort": "betalen",
            "uiterlijk": "2026-06-12",
            "grondslag": "Awb art. 4:87",
            "gevolg": "De SVB houdt het bedrag in op uw AOW, of stuurt de deurwaarder.",
        },
        {
            "soort": "bezwaar",
            "uiterlijk": "2026-06-12",
            "grondslag": "Awb art. 6:7",
            "gevolg": "Daarna staat het besluit vast en kunt u geen bezwaar meer maken.",
        },
    ],
    "rechtsmiddel": {
        "soort": "bezwaar",
        "instantie": "de SVB",
        "uiterlijk": "2026-06-12",
        "wijze": HOW,
    },
}

FORM = SvbBrief(
    formulier="LB-1",
    klant=JAYLANO,
    ons_kenmerk="SVB-90000167707-1",
    vorig_kenmerk="",
    zaak="SVB 90000167707",
    datum="2 maart 2026",
    bedrag="0,00",
    kosten="0,00",
    betalen_voor="",
    terugsturen_voor="30 maart 2026",
    bezwaar_voor="",
)
FORM_BERICHT = {
    "kenmerk": "SVB-90000167707-1",
    "afzender": "00000099000000003000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "svb_levensbewijs",
    "zaakkenmerk": "SVB 90000167707",
    "domeinen": ["pensioen"],
    "onderwerp": "Stuur uw levensbewijs terug",
    "kort": {
        "wat": "Wij willen elk jaar weten of u nog leeft en waar u woont.",
        "doen": "Laat het formulier stempelen en stuur het terug vóór of op 30 maart 2026.",
        "gevolg": "Wij stoppen uw AOW totdat wij het formulier hebben.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "U krijgt dit formulier omdat u een deel van het jaar in het buitenland bent.",
        "## Wat moet u doen?",
        "Laat het formulier stempelen en stuur het terug vóór of op 30 maart 2026.",
        "## Wat gebeurt er als u niets doet?",
        "Wij stoppen uw AOW totdat wij het formulier hebben.",
        "## Vragen?",
        "Bel 0800-0000 301 en houd kenmerk SVB-90000167707-1 bij de hand.",
        "Met vriendelijke groet,",
        "**SVB**",
    ),
    "dagtekening": "2026-03-02",
    "publicatietijdstip": "2026-03-02T08:00:00+01:00",
    "aard": "informatieverzoek",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-03-02"},
    "termijnen": [
        {
            "soort": "antwoorden",
            "uiterlijk": "2026-03-30",
            "grondslag": "AOW art. 49",
            "gevolg": "De SVB stopt uw AOW totdat u heeft geantwoord.",
        }
    ],
}


@pytest.mark.parametrize(
    ("brief", "expected"), [(RECLAIM, RECLAIM_BERICHT), (FORM, FORM_BERICHT)], ids=["money", "form"]
)
def test_mapping(brief: SvbBrief, expected: dict[str, object]) -> None:
    assert expected == to_bericht(brief, pdf=False)


def test_notation() -> None:
    for month in range(1, 13):
        assert from_datum(datum(date(2026, month, 28))) == date(2026, month, 28)
    assert datum(date(2026, 3, 3)) == "3 maart 2026"
    assert [bedrag(cents) for cents in (0, 5, 1_240_00, 486_30)] == ["0,00", "0,05", "1240,00", "486,30"]
    assert [from_bedrag(text) for text in ("0,00", "0,05", "1240,00", "486,30")] == [0, 5, 1_240_00, 486_30]


def test_chain_e_form_suspension_decision_reclaim_reminder() -> None:
    letters = story("svb", "supplement_checked")
    assert told(letters) == [
        ("2026-03-02", "svb_aio_formulier", None, {"antwoorden": "2026-03-30"}),
        ("2026-04-07", "svb_aio_besluit", "+356.70", {"antwoorden": "2026-04-21", "bezwaar": "2026-05-19"}),
        ("2026-04-28", "svb_aio_besluit", "+212.40", {"bezwaar": "2026-06-09"}),
        ("2026-05-01", "svb_terugvordering", "-486.30", {"betalen": "2026-06-12", "bezwaar": "2026-06-12"}),
        ("2026-06-19", "svb_aanmaning", "-506.30", {"betalen": "2026-07-03"}),
    ]
    assert chained(letters) == [0, 1, 1, 1, 1]
    assert letters[-1]["bedragen"]["kosten"] == 20_00


def test_no_step_comes_before_the_last_day_of_the_step_before_it() -> None:
    for of in starts(800):
        form, suspended, decision, reclaim, reminder = story("svb", "supplement_checked", of)
        assert form["termijnen"][0]["uiterlijk"] < suspended["dagtekening"]
        assert suspended["termijnen"][0]["uiterlijk"] < decision["dagtekening"] <= reclaim["dagtekening"]
        assert reclaim["betaling"]["uiterlijk"] < reminder["dagtekening"]


def test_child_benefit_is_for_one_to_three_children() -> None:
    totals = {story("svb", "child_benefit", of)[0]["bedragen"]["totaal"] for of in starts(60)}
    assert totals == {281_69, 563_38, 845_07}
