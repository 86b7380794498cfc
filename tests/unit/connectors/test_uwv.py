"""UWV: dialect to bericht, and chain d: one revision behind two claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from connectors.residents import JAYLANO
from connectors.uwv.dialect import UwvBeschikking, cents, euro, from_iso, iso, moment_from_iso
from connectors.uwv.mapping import to_bericht
from tests.unit.connectors.stories import HOW, chained, starts, story, text, told

COLLECTION = UwvBeschikking(
    type="INVORD",
    werkzoekende=JAYLANO,
    briefnummer="UWV-90000167707-6",
    vorige_brief="UWV-90000167707-4",
    zaaknummer="WW-90000167707",
    verzenddatum="2026-06-22",
    bedrag=Decimal("1840.00"),
    kosten=Decimal("20.00"),
    betalen_op_of_voor="2026-07-06",
    reageren_op_of_voor="",
    bezwaar_op_of_voor="2026-08-03",
    gesprek="",
    periode="mei",
)
COLLECTION_BERICHT = {
    "kenmerk": "UWV-90000167707-6",
    "afzender": "00000099000000002000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "uwv_invordering",
    "zaakkenmerk": "WW-90000167707",
    "domeinen": ["uitkering", "geld"],
    "onderwerp": "Aanmaning: betaal € 1.860,00",
    "kort": {
        "wat": "U betaalde nog niet terug. Er zijn kosten bij gekomen.",
        "doen": "Betaal € 1.860,00 uiterlijk op 6 juli 2026. Lukt dat niet? Bel ons voor een regeling.",
        "gevolg": "Wij laten het bedrag inhouden op uw loon of uitkering.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "Dit gaat over de terugvordering van uw WW-uitkering.",
        "## Wat moet u doen?",
        "Betaal € 1.860,00 uiterlijk op 6 juli 2026. Lukt dat niet? Bel ons voor een regeling.",
        "## Wat gebeurt er als u niets doet?",
        "Wij laten het bedrag inhouden op uw loon of uitkering.",
        "## Bent u het er niet mee eens?",
        f"U kunt bezwaar maken bij UWV, afdeling Bezwaar en Beroep. Dat kan tot en met **3 augustus 2026**. {HOW}",
        "## Vragen?",
        "Bel 0800-0000 201 en houd kenmerk UWV-90000167707-6 bij de hand.",
        "Met vriendelijke groet,",
        "**UWV**",
    ),
    "dagtekening": "2026-06-22",
    "publicatietijdstip": "2026-06-22T08:00:00+02:00",
    "aard": "aanmaning",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-06-22"},
    "relatie": {"vorige": "UWV-90000167707-4"},
    "bedragen": {"totaal": 186000, "hoofdsom": 184000, "kosten": 2000, "richting": "betalen"},
    "betaling": {
        "iban": "NL66TEST0002000001",
        "tenNameVan": "UWV",
        "betalingskenmerk": "8200090000167707",
        "uiterlijk": "2026-07-06",
    },
    "termijnen": [
        {
            "soort": "betalen",
            "uiterlijk": "2026-07-06",
            "grondslag": "Awb art. 4:112",
            "gevolg": "UWV houdt het bedrag in op uw uitkering of loon.",
        },
        {
            "soort": "bezwaar",
            "uiterlijk": "2026-08-03",
            "grondslag": "Awb art. 6:7",
            "gevolg": "Daarna staat het besluit vast en kunt u geen bezwaar meer maken.",
        },
    ],
    "rechtsmiddel": {
        "soort": "bezwaar",
        "instantie": "UWV, afdeling Bezwaar en Beroep",
        "uiterlijk": "2026-08-03",
        "wijze": HOW,
    },
}

INVITATION = UwvBeschikking(
    type="OPROEP",
    werkzoekende=JAYLANO,
    briefnummer="UWV-90000167707-2",
    vorige_brief="UWV-90000167707-1",
    zaaknummer="WW-90000167707",
    verzenddatum="2026-03-16",
    bedrag=Decimal("0.00"),
    kosten=Decimal(0),
    betalen_op_of_voor="",
    reageren_op_of_voor="",
    bezwaar_op_of_voor="",
    gesprek="2026-03-26T10:00:00",
    periode="februari",
)
INVITATION_BERICHT = {
    "kenmerk": "UWV-90000167707-2",
    "afzender": "00000099000000002000",
    "ontvanger": {"type": "BSN", "waarde": "999990019"},
    "berichtsoort": "uwv_oproep",
    "zaakkenmerk": "WW-90000167707",
    "domeinen": ["uitkering", "werk"],
    "onderwerp": "Uitnodiging voor een gesprek op 26 maart 2026",
    "kort": {
        "wat": "Wij willen met u praten over werk zoeken.",
        "doen": "Kom op 26 maart 2026 naar ons kantoor. Kunt u niet? Bel ons dan uiterlijk een dag eerder.",
        "gevolg": "Komt u niet, dan kan uw uitkering lager worden.",
    },
    "inhoud": text(
        "Beste Jaylano Meerman,",
        "Neem een identiteitsbewijs mee. U mag iemand meenemen.",
        "## Wat moet u doen?",
        "Kom op 26 maart 2026 naar ons kantoor. Kunt u niet? Bel ons dan uiterlijk een dag eerder.",
        "## Wat gebeurt er als u niets doet?",
        "Komt u niet, dan kan uw uitkering lager worden.",
        "## Vragen?",
        "Bel 0800-0000 201 en houd kenmerk UWV-90000167707-2 bij de hand.",
        "Met vriendelijke groet,",
        "**UWV**",
    ),
    "dagtekening": "2026-03-16",
    "publicatietijdstip": "2026-03-16T08:00:00+01:00",
    "aard": "uitnodiging",
    "reactieVerwacht": True,
    "papier": {"verzonden": True, "datum": "2026-03-16"},
    "relatie": {"vorige": "UWV-90000167707-1"},
    "termijnen": [
        {
            "soort": "verschijnen",
            "uiterlijk": "2026-03-26",
            "grondslag": "WW art. 26",
            "gevolg": "Komt u niet, dan kan uw uitkering lager worden.",
        }
    ],
    "afspraak": {
        "tijdstip": "2026-03-26T10:00:00+01:00",
        "plaats": "UWV-kantoor, Stationsplein 1",
        "telefoon": "0800-0000 201",
    },
}


@pytest.mark.parametrize(
    ("brief", "expected"),
    [(COLLECTION, COLLECTION_BERICHT), (INVITATION, INVITATION_BERICHT)],
    ids=["money", "appointment"],
)
def test_mapping(brief: UwvBeschikking, expected: dict[str, object]) -> None:
    assert expected == to_bericht(brief)


def test_notation() -> None:
    assert (iso(date(2026, 3, 5)), from_iso("2026-03-05")) == ("2026-03-05", date(2026, 3, 5))
    assert moment_from_iso("2026-03-05T10:45:00") == datetime(2026, 3, 5, 10, 45)  # noqa: DTZ001 - clock time there
    assert [euro(amount) for amount in (0, 5, 1_840_00)] == [Decimal(0), Decimal("0.05"), Decimal("1840.00")]
    assert [cents(Decimal(text)) for text in ("0", "0.05", "1840.00", "0.29")] == [0, 5, 1_840_00, 29]


def test_an_appointment_keeps_its_minutes_and_its_season() -> None:
    summer = to_bericht(replace(INVITATION, gesprek="2026-06-05T10:45:00"))
    assert summer["afspraak"]["tijdstip"] == "2026-06-05T10:45:00+02:00"


def test_chain_d_three_decisions_on_one_day() -> None:
    letters = story("uwv", "income_not_reported")
    assert told(letters) == [
        ("2026-03-02", "uwv_inkomstenopgave", None, {"antwoorden": "2026-03-16"}),
        ("2026-03-30", "uwv_voornemen_boete", "-460.00", {"antwoorden": "2026-04-13"}),
        ("2026-05-04", "uwv_herziening", "-1840.00", {"bezwaar": "2026-06-15"}),
        ("2026-05-04", "uwv_terugvordering", "-1840.00", {"betalen": "2026-06-15", "bezwaar": "2026-06-15"}),
        ("2026-05-04", "uwv_boete", "-460.00", {"betalen": "2026-06-15", "bezwaar": "2026-06-15"}),
        ("2026-06-22", "uwv_invordering", "-1860.00", {"betalen": "2026-07-06", "bezwaar": "2026-08-03"}),
    ]
    assert letters[-1]["bedragen"]["kosten"] == 20_00


def test_the_revision_is_the_decision_behind_the_others() -> None:
    letters = story("uwv", "income_not_reported")
    assert chained(letters) == [
        0,
        1,
        1,
        1,
        2,
        2,
    ]  # reclaim and fine follow the revision; collection follows the reclaim
    assert len({letter["zaakkenmerk"] for letter in letters}) == 1


def test_no_step_comes_before_the_last_day_of_the_step_before_it() -> None:
    for of in starts(800):
        asked, intent, revision, reclaim, fine, collection = story("uwv", "income_not_reported", of)
        assert asked["termijnen"][0]["uiterlijk"] < intent["dagtekening"]
        assert intent["termijnen"][0]["uiterlijk"] < revision["dagtekening"]
        assert revision["dagtekening"] == reclaim["dagtekening"] == fine["dagtekening"]
        assert reclaim["betaling"]["uiterlijk"] < collection["dagtekening"]


def test_money_that_comes_has_no_term() -> None:
    specifications = story("uwv", "benefit")[2:]
    assert [letter["berichtsoort"] for letter in specifications] == ["uwv_betaalspecificatie"] * 3
    assert [letter["bedragen"]["richting"] for letter in specifications] == ["ontvangen"] * 3
    assert [letter["reactieVerwacht"] for letter in specifications] == [False] * 3
