"""From SVB's dialect to a `bericht`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from connectors.bericht import Envelope, Prose, Sender, amounts, bericht, euros, objection, payment, term
from connectors.numbers import iban, payment_reference
from connectors.svb.dialect import SvbBrief, from_bedrag, from_datum

SVB: Final = Sender(oin="00000099000000003000", name="SVB", account=iban(3_000_001), phone="0800-0000 301")
_PAID_OUT: Final = frozenset({"AOW-1", "KB-1", "JO-1", "AIO-2", "AIO-3"})

_ANSWERING: Final = {
    "AIO-1": ("Participatiewet art. 53a", "De SVB stopt uw AIO totdat u heeft geantwoord."),
    "AIO-3": ("Participatiewet art. 54", "De SVB verlaagt uw AIO, of stopt hem helemaal."),
    "LB-1": ("AOW art. 49", "De SVB stopt uw AOW totdat u heeft geantwoord."),
}

Words = Callable[[SvbBrief, str], Prose]


def to_bericht(brief: SvbBrief, *, pdf: bool = True) -> dict[str, Any]:
    """The letter as a `bericht`."""
    kind, nature, topics, words = _KINDS[brief.formulier]
    principal, costs = from_bedrag(brief.bedrag), from_bedrag(brief.kosten)
    total = principal + costs
    envelope = Envelope(
        sender=SVB,
        resident=brief.klant,
        reference=brief.ons_kenmerk,
        case=brief.zaak,
        kind=kind,
        nature=nature,
        topics=topics,
        dated=from_datum(brief.datum),
        previous=brief.vorig_kenmerk or None,
    )
    terms, remedy = _terms(brief)
    to_pay = brief.formulier not in _PAID_OUT
    return bericht(
        envelope,
        words(brief, euros(total)),
        pdf=pdf,
        bedragen=amounts(total, to_pay=to_pay, hoofdsom=principal, kosten=costs) if total else None,
        betaling=_payment(brief),
        termijnen=terms,
        rechtsmiddel=remedy,
    )


def _payment(brief: SvbBrief) -> dict[str, Any] | None:
    if not brief.betalen_voor:
        return None
    digits = "".join(filter(str.isdigit, brief.zaak))
    return payment(SVB, payment_reference(300_000_000_000_000 + int(digits)), from_datum(brief.betalen_voor))


def _terms(brief: SvbBrief) -> tuple[list[dict[str, str]], dict[str, str] | None]:
    terms, remedy = [], None
    if brief.betalen_voor:
        ground = "Awb art. 4:112" if brief.formulier == "AM-1" else "Awb art. 4:87"
        consequence = "De SVB houdt het bedrag in op uw AOW, of stuurt de deurwaarder."
        terms.append(term("betalen", from_datum(brief.betalen_voor), ground, consequence))
    if brief.terugsturen_voor:
        ground, consequence = _ANSWERING[brief.formulier]
        terms.append(term("antwoorden", from_datum(brief.terugsturen_voor), ground, consequence))
    if brief.bezwaar_voor:
        objecting, remedy = objection("de SVB", from_datum(brief.bezwaar_voor))
        terms.append(objecting)
    return terms, remedy


def _pension(_: SvbBrief, total: str) -> Prose:
    return Prose(
        subject="U krijgt AOW",
        what=f"U krijgt {total} AOW per maand.",
        do="U hoeft niets te doen. Gaat u samenwonen, verhuizen of naar het buitenland? Vertel het ons.",
        otherwise="Vertelt u een verandering niet, dan moet u misschien geld terugbetalen.",
        paragraphs=["U heeft de AOW-leeftijd bereikt. Wij maken uw AOW elke maand rond de 23e over."],
    )


def _form(brief: SvbBrief, _: str) -> Prose:
    return Prose(
        subject="Stuur het formulier over uw AIO terug",
        what="Wij controleren of u nog recht heeft op de AIO-aanvulling.",
        do=f"Vul het formulier in over uw geld en uw reizen. Stuur het terug vóór of op {brief.terugsturen_voor}.",
        otherwise="Wij stoppen de betaling van uw AIO totdat wij het formulier hebben.",
        paragraphs=[
            "U krijgt naast uw AOW een AIO-aanvulling.",
            "Was u langer dan 13 weken in het buitenland? Meld het.",
        ],
    )


def _suspended(brief: SvbBrief, total: str) -> Prose:
    return Prose(
        subject="Wij betalen uw AIO-aanvulling nu niet",
        what=f"Wij kregen het formulier niet. Daarom betalen wij uw AIO-aanvulling van {total} per maand nu niet.",
        do=f"Stuur het formulier alsnog terug, vóór of op {brief.terugsturen_voor}. Lukt dat niet? Bel ons.",
        otherwise="Wij beslissen dan zonder uw antwoord. Uw AIO-aanvulling wordt lager, of stopt.",
        paragraphs=["U kreeg eerder een formulier over uw geld en uw reizen. De datum daarvan is voorbij."],
    )


def _supplement(_: SvbBrief, total: str) -> Prose:
    return Prose(
        subject="Besluit over uw AIO-aanvulling",
        what=f"Uw AIO-aanvulling wordt {total} per maand.",
        do="Kijk of het klopt. Bent u het er niet mee eens? Maak dan bezwaar.",
        otherwise="Het besluit blijft zo.",
        paragraphs=["Wij kregen het formulier te laat. Over die weken krijgt u geen aanvulling."],
    )


def _reclaim(brief: SvbBrief, total: str) -> Prose:
    return Prose(
        subject=f"U moet {total} terugbetalen",
        what="U kreeg te veel AIO-aanvulling.",
        do=f"Betaal {total} vóór of op {brief.betalen_voor}. Lukt dat niet? Vraag om een lager bedrag per maand.",
        otherwise="Wij houden elke maand een deel in op uw AOW, of sturen een aanmaning met kosten.",
        paragraphs=["U was langer in het buitenland dan mag met een AIO-aanvulling."],
    )


def _reminder(brief: SvbBrief, total: str) -> Prose:
    return Prose(
        subject=f"Aanmaning: betaal {total}",
        what="U betaalde nog niet terug. Er zijn kosten bij gekomen.",
        do=f"Betaal {total} vóór of op {brief.betalen_voor}, of bel ons.",
        otherwise="Wij sturen de deurwaarder, of houden het in op uw AOW.",
        paragraphs=["Dit gaat over de AIO-aanvulling die u te veel kreeg."],
    )


def _child(_: SvbBrief, total: str) -> Prose:
    return Prose(
        subject="Uw kinderbijslag",
        what=f"U krijgt {total} kinderbijslag over dit kwartaal.",
        do="U hoeft niets te doen.",
        otherwise=None,
        paragraphs=["Wij maken de kinderbijslag na afloop van het kwartaal over."],
    )


def _annual(_: SvbBrief, total: str) -> Prose:
    return Prose(
        subject="Jaaropgave van de SVB",
        what=f"U kreeg vorig jaar {total} van de SVB.",
        do="U hoeft niets te doen. Bewaar deze brief voor uw belastingaangifte.",
        otherwise=None,
        paragraphs=["De Belastingdienst heeft deze bedragen al."],
    )


def _alive(brief: SvbBrief, _: str) -> Prose:
    return Prose(
        subject="Stuur uw levensbewijs terug",
        what="Wij willen elk jaar weten of u nog leeft en waar u woont.",
        do=f"Laat het formulier stempelen en stuur het terug vóór of op {brief.terugsturen_voor}.",
        otherwise="Wij stoppen uw AOW totdat wij het formulier hebben.",
        paragraphs=["U krijgt dit formulier omdat u een deel van het jaar in het buitenland bent."],
    )


_PENSION: Final = ("pensioen", "geld")
_KINDS: Final[dict[str, tuple[str, str, tuple[str, ...], Words]]] = {
    "AOW-1": ("svb_aow_toekenning", "besluit", _PENSION, _pension),
    "AIO-1": ("svb_aio_formulier", "informatieverzoek", ("pensioen", "uitkering"), _form),
    "AIO-2": ("svb_aio_besluit", "besluit", ("pensioen", "uitkering", "geld"), _supplement),
    "AIO-3": ("svb_aio_besluit", "besluit", ("pensioen", "uitkering", "geld"), _suspended),
    "TV-1": ("svb_terugvordering", "besluit", _PENSION, _reclaim),
    "AM-1": ("svb_aanmaning", "aanmaning", _PENSION, _reminder),
    "KB-1": ("svb_kinderbijslag", "besluit", ("gezin", "geld"), _child),
    "JO-1": ("svb_jaaropgave", "jaaropgave", _PENSION, _annual),
    "LB-1": ("svb_levensbewijs", "informatieverzoek", ("pensioen",), _alive),
}
