"""From DUO's dialect to a `bericht`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from connectors.bericht import (
    Envelope,
    Prose,
    Sender,
    amounts,
    bericht,
    euros,
    in_words,
    objection,
    payment,
    term,
)
from connectors.duo.dialect import DuoBericht, from_dag, from_euro
from connectors.numbers import iban

DUO: Final = Sender(oin="00000099000000005000", name="DUO", account=iban(5_000_001), phone="0800-0000 501")
_CONSEQUENCE: Final = {
    "BVZ": "U krijgt een herinnering. Daarna komen er kosten bij.",
    "OVB": "De boete loopt elke halve maand op zolang het reisproduct op uw kaart staat.",
    "HER": "U krijgt een aanmaning met kosten.",
    "AAN": "Wij geven uw schuld door aan het CJIB en daarna aan de deurwaarder.",
}

Words = Callable[[DuoBericht, str, str], Prose]


def to_bericht(brief: DuoBericht, *, pdf: bool = True) -> dict[str, Any]:
    """The letter as a `bericht`."""
    kind, nature, to_pay, words = _KINDS[brief.blok]
    principal, costs = from_euro(brief.hoofdbedrag), from_euro(brief.kosten)
    until = in_words(from_dag(brief.betaaldag)) if brief.betaaldag else ""
    envelope = Envelope(
        sender=DUO,
        resident=brief.klant,
        reference=brief.berichtnummer,
        case=brief.dossier,
        kind=kind,
        nature=nature,
        topics=("onderwijs", "boete", "geld") if brief.blok == "OVB" else ("onderwijs", "geld"),
        dated=from_dag(brief.dag),
        previous=brief.vorig_berichtnummer or None,
    )
    terms, remedy = _terms(brief)
    return bericht(
        envelope,
        words(brief, euros(principal + costs), until),
        pdf=pdf,
        bedragen=amounts(principal + costs, to_pay=to_pay, hoofdsom=principal, kosten=costs),
        betaling=payment(DUO, brief.kenmerk_betaling, from_dag(brief.betaaldag)) if brief.betaaldag else None,
        termijnen=terms,
        rechtsmiddel=remedy,
    )


def _terms(brief: DuoBericht) -> tuple[list[dict[str, str]], dict[str, str] | None]:
    terms, remedy = [], None
    if brief.betaaldag:
        ground = "Awb art. 4:112" if brief.blok == "AAN" else "Awb art. 4:87"
        terms.append(term("betalen", from_dag(brief.betaaldag), ground, _CONSEQUENCE[brief.blok]))
    if brief.bezwaardag:
        objecting, remedy = objection("DUO", from_dag(brief.bezwaardag))
        terms.append(objecting)
    return terms, remedy


def _award(_: DuoBericht, total: str, __: str) -> Prose:
    return Prose(
        subject="Bericht studiefinanciering: u krijgt een bedrag per maand",
        what=f"U krijgt {total} studiefinanciering per maand.",
        do="Kijk of alles klopt. Verandert er iets, bijvoorbeeld uw adres of uw school? Geef dat dan door.",
        otherwise="Geeft u een verandering niet door, dan moet u misschien geld terugbetalen.",
        paragraphs=["U heeft studiefinanciering aangevraagd voor een opleiding aan het mbo. U krijgt deze."],
    )


def _repay(brief: DuoBericht, total: str, _: str) -> Prose:
    return Prose(
        subject="Uw studieschuld en wat u per maand gaat terugbetalen",
        what=f"U bent gestopt met uw opleiding. Uw schuld bij DUO is {total}.",
        do=f"U betaalt terug in {brief.maanden} maanden. Is dat te veel? Vraag ons om een lager bedrag bij uw inkomen.",
        otherwise="U krijgt elke maand een betalingsverzoek.",
        paragraphs=[
            "U kreeg een lening naast uw studiefinanciering.",
            "Verdient u weinig, dan hoeft u minder of niets te betalen. U moet dat zelf vragen.",
        ],
    )


def _request(_: DuoBericht, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Betalingsverzoek van {total}",
        what="U kreeg te veel studiefinanciering, want u was al gestopt met school.",
        do=f"Betaal {total} uiterlijk op {until}. Lukt dat niet in één keer? Vraag om een betalingsregeling.",
        otherwise="U krijgt een herinnering en daarna een aanmaning met kosten.",
        paragraphs=["Wij hoorden later dat u met uw opleiding bent gestopt. Over die maanden had u geen recht."],
    )


def _travel(_: DuoBericht, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Boete voor uw studentenreisproduct: {total}",
        what="Het reisproduct staat nog op uw ov-chipkaart. U heeft er geen recht meer op.",
        do=f"Zet het reisproduct stop bij een ophaalautomaat. Betaal {total} uiterlijk op {until}.",
        otherwise="Elke halve maand dat het reisproduct op uw kaart staat, komt er een boete bij.",
        paragraphs=["U bent gestopt met school. Dan moet u het reisproduct zelf stopzetten."],
    )


def _reminder(_: DuoBericht, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Herinnering: betaal {total}",
        what="U heeft ons betalingsverzoek niet betaald.",
        do=f"Betaal {total} uiterlijk op {until}.",
        otherwise="U krijgt een aanmaning. Dan komen er kosten bij.",
        paragraphs=["Misschien is het aan uw aandacht ontsnapt."],
    )


def _final(_: DuoBericht, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Aanmaning: betaal {total}",
        what="U heeft ook na de herinnering niet betaald. Er zijn kosten bij gekomen.",
        do=f"Betaal {total} uiterlijk op {until}. Kunt u niet betalen? Bel ons vóór die datum.",
        otherwise="Wij geven de schuld door aan het CJIB en daarna aan de deurwaarder. Dat kost veel meer geld.",
        paragraphs=["Dit is onze laatste brief over deze schuld."],
    )


def _statement(_: DuoBericht, total: str, __: str) -> Prose:
    return Prose(
        subject="Uw studieschuld op 31 december",
        what=f"Uw studieschuld was op 31 december {total}.",
        do="U hoeft niets te doen. Bewaar deze brief voor uw belastingaangifte.",
        otherwise=None,
        paragraphs=["Dit is een overzicht. Het is geen rekening."],
    )


_KINDS: Final[dict[str, tuple[str, str, bool, Words]]] = {
    "TOEK": ("duo_bericht_sf", "besluit", False, _award),
    "TERUG": ("duo_bericht_terugbetalen", "besluit", True, _repay),
    "BVZ": ("duo_betalingsverzoek", "betaling", True, _request),
    "OVB": ("duo_ov_boete", "besluit", True, _travel),
    "HER": ("duo_herinnering", "herinnering", True, _reminder),
    "AAN": ("duo_aanmaning", "aanmaning", True, _final),
    "JAAR": ("duo_jaaroverzicht", "jaaropgave", True, _statement),
}
