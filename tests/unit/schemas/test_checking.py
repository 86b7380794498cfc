"""Every refusal by its place and its code, all at once, and never with the value that was refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema.exceptions import ValidationError

from schemas import Fault, check
from schemas.checking import MAX_FAULTS
from tests.berichten import bericht

BSN = "999990019"
PAYMENT = {"iban": "NL91ABNA0417164300", "tenNameVan": "Voorbeeld", "uiterlijk": "2026-04-13"}
REMEDY = {"soort": "administratief_beroep", "instantie": "De instantie", "uiterlijk": "2026-04-13"}
TERMS = bericht()["termijnen"]
BRIEF = {"wat": "Dit is een brief.", "doen": "Lees de brief.", "gevolg": "Anders weet u het niet."}
MEETING = {"tijdstip": "2026-04-01T09:00:00Z", "plaats": "Kantoor"}
PUBLISH, TERM = "/publicatietijdstip", "/termijnen/0/uiterlijk"
ACTION = {"label": "Betalen", "url": "https://cjib.example/betalen"}


def places(letter: object) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check(letter)]


def money(**parts: Any) -> dict[str, Any]:
    return {"bedragen": {"richting": "betalen", "totaal": 10900, **parts}}


def term(**changes: Any) -> dict[str, Any]:
    return {"termijnen": [{**TERMS[0], **changes}, *TERMS[1:]]}


def pay(**changes: Any) -> dict[str, Any]:
    return {"betaling": {**PAYMENT, **changes}}


def meet(at: str) -> dict[str, Any]:
    return {"afspraak": {**MEETING, "tijdstip": at}}


def publish(at: str) -> dict[str, Any]:
    return {"publicatietijdstip": at}


def to(number: object, kind: str = "BSN") -> dict[str, Any]:
    return {"ontvanger": {"type": kind, "waarde": number}}


def link(url: str) -> dict[str, Any]:
    return {"acties": [{**ACTION, "url": url}]}


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    # Unknown fields
    "an unknown field": ({"prioriteit": "hoog"}, "/prioriteit", "onbekend-veld"),
    "an unknown field, deep": ({"kort": {**BRIEF, "extra": 1}}, "/kort/extra", "onbekend-veld"),
    "an unknown field in a list": (term(extra=1), "/termijnen/0/extra", "onbekend-veld"),
    "a name in other capitals": ({"Kenmerk": "x"}, "/Kenmerk", "onbekend-veld"),
    "a name that may be a value": ({BSN: 1}, "", "onbekend-veld"),
    "a name that would need escapes": ({"a/b~c": 1}, "", "onbekend-veld"),
    # Dates that do not exist
    "30 February": ({"dagtekening": "2026-02-30"}, "/dagtekening", "formaat"),
    "29 February of a common year": ({"dagtekening": "2026-02-29"}, "/dagtekening", "formaat"),
    "month 13": (term(uiterlijk="2026-13-01"), TERM, "formaat"),
    "a Dutch date": ({"dagtekening": "02-03-2026"}, "/dagtekening", "formaat"),
    "a date without dashes": ({"dagtekening": "20260302"}, "/dagtekening", "formaat"),
    "a date by week": ({"dagtekening": "2026-W10-1"}, "/dagtekening", "formaat"),
    "digits of another script": ({"dagtekening": "２０２６-03-02"}, "/dagtekening", "formaat"),
    "a date and a time": ({"dagtekening": "2026-03-02T00:00:00Z"}, "/dagtekening", "formaat"),
    "an instant without zone": (publish("2026-03-02T09:00:00"), PUBLISH, "formaat"),
    "an instant in lower case": (publish("2026-03-02t09:00:00z"), PUBLISH, "formaat"),
    "an unknown offset": (publish("2026-03-02T09:00:00-00:00"), PUBLISH, "formaat"),
    "hour 24": (publish("2026-03-02T24:00:00Z"), PUBLISH, "formaat"),
    "a leap second": (publish("2026-06-30T23:59:60Z"), PUBLISH, "formaat"),
    "an offset of 99 minutes": (publish("2026-03-02T09:00:00+10:99"), PUBLISH, "formaat"),
    "an offset of a day": (publish("2026-03-02T09:00:00+24:00"), PUBLISH, "formaat"),
    "a day long ago": ({"dagtekening": "1899-12-31"}, "/dagtekening", "onmogelijke-datum"),
    "an instant long ago": (publish("0001-01-01T00:00:00+14:00"), PUBLISH, "onmogelijke-datum"),
    "an instant far off": (publish("9999-12-31T23:59:59-14:00"), PUBLISH, "onmogelijke-datum"),
    "an appointment far off": (meet("2200-01-01T00:00:00Z"), "/afspraak/tijdstip", "onmogelijke-datum"),
    "a term far off": (term(uiterlijk="2200-01-01"), TERM, "onmogelijke-datum"),
    "paper long ago": ({"papier": {"verzonden": True, "datum": "1026-03-02"}}, "/papier/datum", "onmogelijke-datum"),
    # Dates before the letter's
    "a term before the letter": (term(uiterlijk="2026-03-01"), TERM, "voor-dagtekening"),
    "payment before the letter": (pay(uiterlijk="2025-04-13"), "/betaling/uiterlijk", "voor-dagtekening"),
    "a remedy before the letter": (
        {"rechtsmiddel": {**REMEDY, "uiterlijk": "2026-03-01"}}, "/rechtsmiddel/uiterlijk", "voor-dagtekening",
    ),
    "an appointment before the letter": (meet("2026-02-28T23:59:59Z"), "/afspraak/tijdstip", "voor-dagtekening"),
    # Amounts
    "parts that are too little": (money(hoofdsom=10000, kosten=899), "/bedragen/totaal", "som-klopt-niet"),
    "parts that are too much": (money(hoofdsom=10900, kosten=0, rente=1), "/bedragen/totaal", "som-klopt-niet"),
    "more paid than due": (money(betaald=10901), "/bedragen/betaald", "meer-dan-totaal"),
    "a negative amount": (money(totaal=-1), "/bedragen/totaal", "te-klein"),
    "more than a hundred million": (money(totaal=10_000_000_001), "/bedragen/totaal", "te-groot-getal"),
    "an amount as text": (money(totaal="10900"), "/bedragen/totaal", "soort-waarde"),
    "an amount that is true": (money(totaal=True), "/bedragen/totaal", "soort-waarde"),
    "payment of what one gets": (
        {**bericht("uwv_herziening"), **pay(), "bedragen": {"totaal": 1, "richting": "ontvangen"}},
        "/bedragen/richting", "niets-te-betalen",
    ),
    # Numbers
    "a BSN that fails the elfproef": (to("999990018"), "/ontvanger/waarde", "elfproef"),
    "a BSN of zeros": (to("000000000"), "/ontvanger/waarde", "elfproef"),
    "a BSN of eight digits": (to("99999001"), "/ontvanger/waarde", "patroon"),
    "a BSN with dots": (to("9999.90.019"), "/ontvanger/waarde", "patroon"),
    "a BSN as a number": (to(999990019), "/ontvanger/waarde", "soort-waarde"),
    "another kind of number": (to(BSN, "KVK"), "/ontvanger/type", "vaste-waarde"),
    "an IBAN with wrong check digits": (pay(iban="NL92ABNA0417164300"), "/betaling/iban", "iban"),
    "an IBAN of no country": (pay(iban="XX91ABNA0417164300"), "/betaling/iban", "iban"),
    "an IBAN with spaces": (pay(iban="NL91 ABNA 0417 1643 00"), "/betaling/iban", "patroon"),
    "a betalingskenmerk with a wrong check digit": (
        pay(betalingskenmerk="6000056789012345"), "/betaling/betalingskenmerk", "betalingskenmerk",
    ),
    "a betalingskenmerk with a wrong length code": (
        pay(betalingskenmerk="080000000"), "/betaling/betalingskenmerk", "betalingskenmerk",
    ),
    "a betalingskenmerk of eight digits": (
        pay(betalingskenmerk="12345678"), "/betaling/betalingskenmerk", "patroon",
    ),
    "an OIN of 19 digits": ({"afzender": "0000009900000000400"}, "/afzender", "patroon"),
    "an OIN of zeros": ({"afzender": "0" * 20}, "/afzender", "niet-toegestaan"),
    "an OIN of an RSIN that fails the elfproef": ({"afzender": "00000001823288445000"}, "/afzender", "elfproef"),
    "a BSN in the kenmerk": ({"kenmerk": f"A-{BSN}-1"}, "/kenmerk", "bsn-in-kenmerk"),
    "a BSN in the kenmerk, with dots": ({"kenmerk": "9999.90.019.H.96"}, "/kenmerk", "bsn-in-kenmerk"),
    "a BSN in a relation": ({"relatie": {"vorige": f"{BSN}.H"}}, "/relatie/vorige", "bsn-in-kenmerk"),
    # Texts
    "a kenmerk that ends in a line feed": ({"kenmerk": "TEST-1\n"}, "/kenmerk", "patroon"),
    "a subject that ends in a line feed": ({"onderwerp": "Brief\n"}, "/onderwerp", "patroon"),
    "a subject of spaces": ({"onderwerp": "   "}, "/onderwerp", "patroon"),
    "a subject that turns around": ({"onderwerp": "Brief \u202ekcurt"}, "/onderwerp", "patroon"),
    "a subject that is too long": ({"onderwerp": "x" * 201}, "/onderwerp", "te-lang"),
    "no text": ({"inhoud": ""}, "/inhoud", "te-kort"),
    "a summary that is too long": ({"kort": {**BRIEF, "wat": "x" * 301}}, "/kort/wat", "te-lang"),
    "NUL in the text": ({"inhoud": "a\0b"}, "/inhoud", "patroon"),
    "no link of the web": (link("javascript:alert(1)"), "/acties/0/url", "patroon"),
    "a link that shows another site": (link("https://cjib.example@evil.example/"), "/acties/0/url", "patroon"),
    "a link that is not safe": (link("http://cjib.example/"), "/acties/0/url", "patroon"),
    # Shapes
    "no object": ({"bedragen": "10900"}, "/bedragen", "soort-waarde"),
    "a list for an object": ({"relatie": []}, "/relatie", "soort-waarde"),
    "an empty relation": ({"relatie": {}}, "/relatie", "te-weinig"),
    "no list": ({"termijnen": {}}, "/termijnen", "soort-waarde"),
    "no truth": ({"reactieVerwacht": "ja"}, "/reactieVerwacht", "soort-waarde"),
    "a topic twice": ({"domeinen": ["boete", "boete"]}, "/domeinen", "dubbel"),
    "a topic that does not exist": ({"domeinen": ["boete", "sport"]}, "/domeinen/1", "keuze"),
    "no kind at all": ({"berichtsoort": 14}, "/berichtsoort", "soort-waarde"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "pointer", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_at_its_place(changes: dict[str, Any], pointer: str, code: str) -> None:
    assert places({**bericht(), **changes}) == [(pointer, code)]


ACCEPTED: dict[str, dict[str, Any]] = {
    "29 February of a leap year": {"dagtekening": "2024-02-29"},
    "an instant in another zone": publish("2026-03-02T09:00:00.123456+01:00"),
    "a term on the day of the letter": term(uiterlijk="2026-03-02"),
    "an appointment on the day before, elsewhere on earth": meet("2026-03-01T12:00:00-11:00"),
    "a total without parts": money(),
    "a total of one part": money(hoofdsom=10900),
    "all of it paid": money(betaald=10900),
    "nothing to pay": money(totaal=0, hoofdsom=0),
    "a betalingskenmerk of 7 digits": pay(betalingskenmerk="1234567"),
    "a number of the CJIB": pay(betalingskenmerk="1062542157047959"),
    "a foreign IBAN": pay(iban="GB82WEST12345698765432"),
    "an OIN of an RSIN": {"afzender": "00000001823288444000"},
    "text in two alphabets": {"onderwerp": "Brief voor Łukasz: رسالة"},
    "an action": {"acties": [{**ACTION, "wie": "iedereen"}]},
    "paper that came back": {"papier": {"verzonden": True, "datum": "2026-03-03", "retour": True}},
    "everything about a change": {"relatie": {"vervangt": "TEST-0", "vorige": "TEST-0"}},
    "for the addressee only": {"alleenGeadresseerde": True, "rechtsgevolg": "U moet betalen."},
}  # fmt: skip


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(changes: dict[str, Any]) -> None:
    assert check(bericht(**changes)) == ()


def test_how_to_pay_asks_for_something_to_pay() -> None:
    assert places(bericht("uwv_inkomstenopgave", **pay())) == [("/bedragen/richting", "niets-te-betalen")]


@pytest.mark.parametrize("found", [None, [], "bericht", 1, True, [bericht()]])
def test_what_is_no_object_is_no_letter(found: object) -> None:
    assert check(found) == (Fault(pointer="", code="soort-waarde", message="Een bericht is een JSON-object."),)


EVERYTHING_WRONG = {
    **bericht(),
    "kenmerk": f"X{BSN}",
    "afzender": "00000001823288445000",
    "betaling": {"iban": "NL92ABNA0417164300", "betalingskenmerk": "6000056789012345", "extra": 1},
    "bedragen": {"totaal": 10900, "hoofdsom": 1, "betaald": 99999, "richting": "ergens"},
    "dagtekening": "2026-03-02",
    "termijnen": [{**TERMS[0], "uiterlijk": "2026-03-01"}, {**TERMS[1], "uiterlijk": "2026-02-30"}, 7],
    "rechtsmiddel": {"soort": "bezwaar", "uiterlijk": "2026-03-01"},
    "bijlagen": [{"naam": "a.pdf", "mediaType": "application/pdf", "inhoud": "TVqQAAMA", "x": 1}],
    "onderwerp": 12,
    "extra": {},
}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert places(EVERYTHING_WRONG) == [
        ("/afzender", "elfproef"),
        ("/bedragen/betaald", "meer-dan-totaal"),
        ("/bedragen/richting", "keuze"),
        ("/bedragen/richting", "vaste-waarde"),
        ("/bedragen/totaal", "som-klopt-niet"),
        ("/betaling/betalingskenmerk", "betalingskenmerk"),
        ("/betaling/extra", "onbekend-veld"),
        ("/betaling/iban", "iban"),
        ("/betaling/tenNameVan", "verplicht"),
        ("/betaling/uiterlijk", "verplicht"),
        ("/bijlagen/0/inhoud", "ander-bestand"),
        ("/bijlagen/0/x", "onbekend-veld"),
        ("/extra", "onbekend-veld"),
        ("/kenmerk", "bsn-in-kenmerk"),
        ("/onderwerp", "soort-waarde"),
        ("/rechtsmiddel/instantie", "verplicht"),
        ("/rechtsmiddel/soort", "vaste-waarde"),
        ("/rechtsmiddel/uiterlijk", "voor-dagtekening"),
        (TERM, "voor-dagtekening"),
        ("/termijnen/1/uiterlijk", "formaat"),
        ("/termijnen/2", "soort-waarde"),
    ]


def test_checking_leaves_the_letter_as_it_was() -> None:
    before = repr(EVERYTHING_WRONG)
    check(EVERYTHING_WRONG)
    assert before == repr(EVERYTHING_WRONG)


@pytest.mark.parametrize(
    "changes",
    [
        {"bijlagen": [0] * 100_000},
        {"onderwerp": "a" * 1_000_000 + "\n"},
        {"domeinen": [topic for number in range(50_000) for topic in (number, str(number))]},
        {f"veld{'x' * (number % 30)}{'y' * (number // 30)}": 1 for number in range(900)},
        {"kenmerk": "A" * 1_000_000},
    ],
    ids=["faults", "long text", "many different values", "unknown fields", "long reference"],
)
def test_a_hostile_letter_gets_an_answer_of_a_bounded_size(changes: dict[str, Any]) -> None:
    """Some of these took the square of their length: hours. Here only the answer is bounded, and that it comes."""
    found = check({**bericht(), **changes})
    assert 1 <= len(found) <= MAX_FAULTS + 1
    if len(found) > MAX_FAULTS:
        assert found[-1] == Fault(pointer="", code="te-veel-fouten", message="Na 200 fouten is er gestopt.")


def test_what_only_the_compiled_validator_refuses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_name: str, _bericht: object) -> Iterator[ValidationError]:
        return iter(())

    monkeypatch.setattr("schemas.checking.errors", nothing)
    expected = Fault(pointer="", code="structuur", message="Dit bericht past niet bij zijn schema.")
    assert check(bericht(aard="mededeling")) == (expected,)
