"""From UWV's dialect to a `bericht`."""

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
    moment,
    objection,
    payment,
    term,
)
from connectors.numbers import iban, payment_reference
from connectors.uwv.dialect import UwvBeschikking, cents, from_iso, moment_from_iso

UWV: Final = Sender(oin="00000099000000002000", name="UWV", account=iban(2_000_001), phone="0800-0000 201")
_PAID_OUT: Final = frozenset({"WW-TOEK", "BET-SPEC", "JAAROPG"})

_FIRST_PAYING: Final = (
    "Awb art. 4:87",
    "U krijgt een aanmaning met kosten. Daarna kan UWV het van uw uitkering of loon inhouden.",
)
_PAYING: Final = {"INVORD": ("Awb art. 4:112", "UWV houdt het bedrag in op uw uitkering of loon.")}
_ANSWERING: Final = {
    "INK-OPG": ("WW art. 25", "U krijgt geen uitkering zolang UWV uw inkomsten niet weet. U kunt een boete krijgen."),
    "VRN-BOETE": ("Awb art. 5:53", "UWV beslist dan zonder uw verhaal."),
}

Words = Callable[[UwvBeschikking, str, str], Prose]


def to_bericht(brief: UwvBeschikking, *, pdf: bool = True) -> dict[str, Any]:
    """The letter as a `bericht`."""
    kind, nature, topics, words = _KINDS[brief.type]
    principal, costs = cents(brief.bedrag), cents(brief.kosten)
    by = brief.betalen_op_of_voor or brief.reageren_op_of_voor
    envelope = Envelope(
        sender=UWV,
        resident=brief.werkzoekende,
        reference=brief.briefnummer,
        case=brief.zaaknummer,
        kind=kind,
        nature=nature,
        topics=topics,
        dated=from_iso(brief.verzenddatum),
        previous=brief.vorige_brief or None,
    )
    terms, remedy = _terms(brief)
    total = principal + costs
    return bericht(
        envelope,
        words(brief, euros(total), in_words(from_iso(by)) if by else ""),
        pdf=pdf,
        bedragen=amounts(total, to_pay=brief.type not in _PAID_OUT, hoofdsom=principal, kosten=costs)
        if total
        else None,
        betaling=_payment(brief),
        termijnen=terms,
        rechtsmiddel=remedy,
        afspraak=_appointment(brief),
    )


def _payment(brief: UwvBeschikking) -> dict[str, Any] | None:
    if not brief.betalen_op_of_voor:
        return None
    digits = "".join(filter(str.isdigit, brief.zaaknummer))
    return payment(UWV, payment_reference(200_000_000_000_000 + int(digits)), from_iso(brief.betalen_op_of_voor))


def _terms(brief: UwvBeschikking) -> tuple[list[dict[str, str]], dict[str, str] | None]:
    terms, remedy = [], None
    if brief.betalen_op_of_voor:
        ground, consequence = _PAYING.get(brief.type, _FIRST_PAYING)
        terms.append(term("betalen", from_iso(brief.betalen_op_of_voor), ground, consequence))
    if brief.reageren_op_of_voor:
        ground, consequence = _ANSWERING[brief.type]
        terms.append(term("antwoorden", from_iso(brief.reageren_op_of_voor), ground, consequence))
    if brief.gesprek:
        consequence = "Komt u niet, dan kan uw uitkering lager worden."
        terms.append(term("verschijnen", moment_from_iso(brief.gesprek).date(), "WW art. 26", consequence))
    if brief.bezwaar_op_of_voor:
        objecting, remedy = objection("UWV, afdeling Bezwaar en Beroep", from_iso(brief.bezwaar_op_of_voor))
        terms.append(objecting)
    return terms, remedy


def _appointment(brief: UwvBeschikking) -> dict[str, str] | None:
    if not brief.gesprek:
        return None
    return {
        "tijdstip": moment(moment_from_iso(brief.gesprek)),
        "plaats": "UWV-kantoor, Stationsplein 1",
        "telefoon": UWV.phone,
    }


def _award(_: UwvBeschikking, total: str, __: str) -> Prose:
    return Prose(
        subject="U krijgt een WW-uitkering",
        what=f"U krijgt een WW-uitkering van ongeveer {total} bruto per maand.",
        do="Geef elke maand uw inkomsten door. Dat kan vanaf de eerste dag van de nieuwe maand.",
        otherwise="Geeft u inkomsten niet of te laat door, dan stopt de betaling of moet u geld terugbetalen.",
        paragraphs=["U heeft een WW-uitkering aangevraagd omdat uw werk is gestopt. U heeft er recht op."],
    )


def _specification(brief: UwvBeschikking, total: str, _: str) -> Prose:
    return Prose(
        subject=f"Uw uitkering over {brief.periode}",
        what=f"Wij maken {total} naar u over.",
        do="U hoeft niets te doen. Kijk of het bedrag klopt.",
        otherwise=None,
        paragraphs=[f"Dit is de specificatie van uw WW-uitkering over {brief.periode}."],
    )


def _income(brief: UwvBeschikking, _: str, until: str) -> Prose:
    return Prose(
        subject="Geef uw inkomsten door",
        what=f"Wij missen uw inkomsten over {brief.periode}.",
        do=f"Stuur het formulier Inkomstenopgave in, uiterlijk op {until}.",
        otherwise="U krijgt dan geen uitkering, en misschien een boete.",
        paragraphs=["U bent verplicht om te vertellen wat u naast uw uitkering verdient. Ook als dat niets is."],
    )


def _intent(_: UwvBeschikking, total: str, until: str) -> Prose:
    return Prose(
        subject="Wij willen u een boete geven",
        what=f"U gaf uw inkomsten niet door. Wij zijn van plan u een boete van {total} te geven.",
        do=f"Vertel ons vóór of op {until} waarom u niets doorgaf. Dan houden wij daar rekening mee.",
        otherwise="Wij beslissen dan zonder uw verhaal.",
        paragraphs=["Volgens de Belastingdienst werkte u in deze maanden.", "Er is nog niets besloten."],
    )


def _revision(brief: UwvBeschikking, total: str, _: str) -> Prose:
    return Prose(
        subject="Wij hebben uw uitkering opnieuw berekend",
        what=f"U had over {brief.periode} recht op {total} minder dan u kreeg.",
        do="Lees deze brief goed. Bent u het er niet mee eens? Maak dan bezwaar tegen déze brief.",
        otherwise="Dit besluit is de basis voor de terugvordering en de boete. Zonder bezwaar staat het vast.",
        paragraphs=[
            "Wij hebben uw WW-uitkering herzien, omdat u ook loon had.",
            "Vandaag krijgt u ook een brief over terugbetalen en een brief over een boete. Ze horen bij elkaar.",
        ],
    )


def _reclaim(brief: UwvBeschikking, total: str, until: str) -> Prose:
    return Prose(
        subject=f"U moet {total} terugbetalen",
        what=f"U kreeg over {brief.periode} te veel WW-uitkering.",
        do=f"Betaal {total} uiterlijk op {until}, of vraag om een betalingsregeling.",
        otherwise="U krijgt een aanmaning met kosten. Daarna houden wij het in op uw uitkering of loon.",
        paragraphs=["Dit volgt uit ons besluit over uw uitkering. Dat besluit kreeg u vandaag ook."],
    )


def _fine(_: UwvBeschikking, total: str, until: str) -> Prose:
    return Prose(
        subject=f"U krijgt een boete van {total}",
        what="U gaf uw inkomsten niet door. Daarom krijgt u een boete.",
        do=f"Betaal {total} uiterlijk op {until}, of vraag om een betalingsregeling.",
        otherwise="Er komen kosten bij. Wij kunnen het bedrag inhouden op uw uitkering.",
        paragraphs=["Wij kregen geen antwoord op onze brief over het voornemen."],
    )


def _collection(_: UwvBeschikking, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Aanmaning: betaal {total}",
        what="U betaalde nog niet terug. Er zijn kosten bij gekomen.",
        do=f"Betaal {total} uiterlijk op {until}. Lukt dat niet? Bel ons voor een regeling.",
        otherwise="Wij laten het bedrag inhouden op uw loon of uitkering.",
        paragraphs=["Dit gaat over de terugvordering van uw WW-uitkering."],
    )


def _invitation(brief: UwvBeschikking, _: str, __: str) -> Prose:
    day = in_words(moment_from_iso(brief.gesprek).date())
    return Prose(
        subject=f"Uitnodiging voor een gesprek op {day}",
        what="Wij willen met u praten over werk zoeken.",
        do=f"Kom op {day} naar ons kantoor. Kunt u niet? Bel ons dan uiterlijk een dag eerder.",
        otherwise="Komt u niet, dan kan uw uitkering lager worden.",
        paragraphs=["Neem een identiteitsbewijs mee. U mag iemand meenemen."],
    )


def _annual(brief: UwvBeschikking, total: str, _: str) -> Prose:
    return Prose(
        subject=f"Jaaropgaaf over {brief.periode}",
        what=f"U kreeg in {brief.periode} {total} van ons.",
        do="U hoeft niets te doen. Bewaar deze brief voor uw belastingaangifte.",
        otherwise=None,
        paragraphs=["Deze bedragen hebben wij ook aan de Belastingdienst doorgegeven."],
    )


_BENEFIT: Final = ("uitkering", "werk")
_MONEY: Final = ("uitkering", "geld")
_KINDS: Final[dict[str, tuple[str, str, tuple[str, ...], Words]]] = {
    "WW-TOEK": ("uwv_ww_beslissing", "besluit", _BENEFIT, _award),
    "BET-SPEC": ("uwv_betaalspecificatie", "betaling", _MONEY, _specification),
    "INK-OPG": ("uwv_inkomstenopgave", "informatieverzoek", _BENEFIT, _income),
    "VRN-BOETE": ("uwv_voornemen_boete", "informatieverzoek", ("uitkering", "boete"), _intent),
    "HERZ": ("uwv_herziening", "besluit", _MONEY, _revision),
    "TERUGV": ("uwv_terugvordering", "besluit", _MONEY, _reclaim),
    "BOETE": ("uwv_boete", "besluit", ("uitkering", "boete", "geld"), _fine),
    "INVORD": ("uwv_invordering", "aanmaning", _MONEY, _collection),
    "OPROEP": ("uwv_oproep", "uitnodiging", _BENEFIT, _invitation),
    "JAAROPG": ("uwv_jaaropgave", "jaaropgave", _MONEY, _annual),
}
