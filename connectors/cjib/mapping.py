"""From the CJIB's dialect to a `bericht`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
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
    payment,
    remedy,
    term,
)
from connectors.cjib.dialect import CjibBrief, from_datum, from_zitting
from connectors.duo.mapping import DUO
from connectors.numbers import iban

CJIB: Final = Sender(
    oin="00000099000000004000",
    name="CJIB",
    account=iban(4_000_001),
    phone="0800-0000 401",
)
_COURT: Final = "de kantonrechter"
_OFFICER: Final = "de officier van justitie (Parket CVOM)"

Words = Callable[[CjibBrief, str, str], Prose]


def to_bericht(brief: CjibBrief, *, pdf: bool = True) -> dict[str, Any]:
    """The letter as a `bericht`."""
    kind, nature, topics, words = _KINDS[brief.briefcode]
    total = sum(map(int, (brief.sanctie, brief.verhoging, brief.kosten)))
    until = in_words(from_datum(brief.betaal_voor)) if brief.betaal_voor else ""
    envelope = Envelope(
        sender=CJIB,
        resident=brief.geadresseerde,
        reference=brief.kenmerk,
        case=brief.cjib_nummer,
        kind=kind,
        nature=nature,
        topics=topics,
        dated=from_datum(brief.datum),
        previous=brief.vorig_kenmerk or None,
    )
    return bericht(
        envelope,
        words(brief, euros(total - int(brief.voldaan)), until),
        pdf=pdf,
        bedragen=amounts(
            total,
            hoofdsom=int(brief.sanctie),
            verhoging=int(brief.verhoging),
            kosten=int(brief.kosten),
            betaald=int(brief.voldaan),
        ),
        betaling=_payment(brief),
        termijnen=_terms(brief),
        rechtsmiddel=_remedy(brief),
        afspraak=_appointment(brief),
        overgenomenVan={"afzender": DUO.oin, "zaakkenmerk": brief.overgenomen} if brief.overgenomen else None,
    )


def _payment(brief: CjibBrief) -> dict[str, Any] | None:
    if not brief.betaal_voor:
        return None
    return payment(CJIB, brief.cjib_nummer.replace(" ", ""), from_datum(brief.betaal_voor))


def _terms(brief: CjibBrief) -> list[dict[str, str]]:
    terms = []
    if brief.betaal_voor:
        ground, consequence = _PAYING[brief.briefcode]
        terms.append(term("betalen", from_datum(brief.betaal_voor), ground, consequence))
    if brief.rechtsmiddel_voor:
        kind, ground = (
            ("beroep", "Wahv art. 6") if brief.briefcode == "WB01" else ("verzet", _OPPOSING[brief.briefcode])
        )
        consequence = "Daarna kunt u hier niets meer tegen doen."
        terms.append(term(kind, from_datum(brief.rechtsmiddel_voor), ground, consequence))
    if brief.zitting:
        consequence = "De rechter kan beslissen zonder dat u erbij bent."
        terms.append(term("verschijnen", _hearing(brief), "Wahv art. 28", consequence))
    return terms


def _remedy(brief: CjibBrief) -> dict[str, str] | None:
    if not brief.rechtsmiddel_voor:
        return None
    until = from_datum(brief.rechtsmiddel_voor)
    if brief.briefcode == "WB01":
        return remedy("administratief_beroep", _OFFICER, until)
    return remedy("verzet", "het Openbaar Ministerie" if brief.briefcode == "SB01" else _COURT, until)


def _appointment(brief: CjibBrief) -> dict[str, str] | None:
    if not brief.zitting:
        return None
    return {"tijdstip": moment(from_zitting(brief.zitting)), "plaats": "Rechtbank, zaal 4", "telefoon": CJIB.phone}


def _hearing(brief: CjibBrief) -> date:
    return from_zitting(brief.zitting).date()


_PAYING: Final = {
    "WB01": ("Wahv art. 23", "Het bedrag wordt de helft hoger."),
    "WA01": ("Wahv art. 24 en 25", "Het bedrag wordt verdubbeld."),
    "WA02": ("Wahv art. 26 en 27", "Het CJIB kan geld van uw loon of bankrekening laten halen."),
    "DW01": ("Wahv art. 26", "De deurwaarder kan beslag leggen op uw loon, geld of spullen."),
    "DW02": ("Awb art. 4:123", "De deurwaarder kan beslag leggen op uw loon, geld of spullen."),
    "SB01": ("Sv art. 257g", "Er komen kosten bij en u kunt voor de rechter moeten komen."),
    "BR01": ("Wahv art. 23 lid 2", "De regeling stopt en u moet alles in één keer betalen."),
}
_OPPOSING: Final = {
    "VH01": "Wahv art. 27",
    "DW01": "Wahv art. 26 lid 3",
    "DW02": "Awb art. 4:123",
    "SB01": "Sv art. 257e",
}


def _fine(brief: CjibBrief, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Verkeersboete van {total}",
        what=f"U heeft een verkeersboete: {brief.feit}.",
        do=f"Betaal {total} uiterlijk op {until}.",
        otherwise="Betaalt u niet op tijd, dan wordt de boete eerst de helft hoger en daarna twee keer zo hoog.",
        paragraphs=[
            f"U krijgt een boete voor: **{brief.feit}**.",
            f"De boete is {euros(int(brief.sanctie))}. Daar komt {euros(int(brief.kosten))} administratiekosten bij.",
            "Kunt u het bedrag niet in één keer betalen? Bij boetes van € 225 of meer kunt u in delen betalen.",
        ],
    )


def _first(_: CjibBrief, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Eerste aanmaning: uw boete is nu {total}",
        what="U heeft uw verkeersboete niet op tijd betaald. Daarom is de boete de helft hoger geworden.",
        do=f"Betaal {total} uiterlijk op {until}.",
        otherwise="Betaalt u weer niet, dan wordt het bedrag verdubbeld.",
        paragraphs=[
            "Wij hebben uw betaling niet op tijd gekregen.",
            "Volgens de wet is de boete daarom met de helft verhoogd. Tegen deze verhoging kunt u niet in beroep.",
        ],
    )


def _second(_: CjibBrief, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Tweede aanmaning: uw boete is nu {total}",
        what="U heeft ook na de eerste aanmaning niet betaald. Het bedrag is verdubbeld.",
        do=f"Betaal {total} uiterlijk op {until}. Lukt dat niet? Bel ons dan meteen.",
        otherwise="Wij kunnen geld van uw loon of bankrekening laten halen, of uw rijbewijs laten innemen.",
        paragraphs=[
            "Dit is de laatste brief voordat wij het geld op een andere manier gaan innen.",
            "Heeft u schulden en meldt u zich bij de gemeente? Dan kunt u bij ons een noodstop van 4 maanden vragen.",
        ],
    )


def _recovery(_: CjibBrief, total: str, __: str) -> Prose:
    return Prose(
        subject="Wij halen het geld van uw boete van uw bankrekening",
        what=f"U betaalde uw boete niet. Wij laten daarom {total} van uw bankrekening halen.",
        do="U hoeft niets te doen. Klopt dit niet, of houdt u te weinig over? Ga dan in verzet en bel ons.",
        otherwise="Het geld wordt van uw rekening gehaald.",
        paragraphs=[
            "U kreeg een boete en twee aanmaningen.",
            "De bank heeft opdracht gekregen het bedrag over te maken.",
        ],
    )


def _writ(_: CjibBrief, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Dwangbevel: betaal {total}",
        what="Dit is een bevel om te betalen. De deurwaarder voert het uit.",
        do=f"Betaal {total} uiterlijk op {until} aan de deurwaarder.",
        otherwise="De deurwaarder kan beslag leggen op uw loon, uw uitkering of uw spullen.",
        paragraphs=["Uw boete is nog steeds niet betaald.", "Bel de deurwaarder als u in delen wilt betalen."],
    )


def _student_debt(brief: CjibBrief, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Dwangbevel voor uw schuld bij DUO: betaal {total}",
        what="DUO gaf uw schuld aan ons. Dit is een bevel om te betalen, en de laatste brief vóór de deurwaarder.",
        do=f"Betaal {total} uiterlijk op {until}. Lukt dat niet? Bel ons vóór die datum. DUO kan niet meer helpen.",
        otherwise="De deurwaarder kan beslag leggen op uw loon, uw uitkering of uw spullen. Dat kost extra.",
        paragraphs=[
            f"Dit gaat over {brief.feit}.",
            "U kreeg van DUO een betalingsverzoek, een herinnering en een aanmaning.",
        ],
    )


def _detention(brief: CjibBrief, total: str, _: str) -> Prose:
    hearing = in_words(_hearing(brief))
    return Prose(
        subject=f"Oproep: kom op {hearing} naar de kantonrechter",
        what="Wij vragen de rechter of u een tijd vastgezet mag worden, omdat uw boete niet is betaald.",
        do=f"Kom op {hearing} naar de rechtbank, of betaal eerst {total}. Kunt u niet betalen? Leg dat de rechter uit.",
        otherwise="De rechter kan beslissen dat u ten hoogste 7 dagen vastzit. De boete blijft dan staan.",
        paragraphs=["Gijzeling is een dwangmiddel, geen straf.", "Neem bewijs mee van uw inkomsten en schulden."],
    )


def _order(brief: CjibBrief, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Strafbeschikking van {total}",
        what=f"De officier van justitie geeft u een geldboete: {brief.feit}.",
        do=f"Betaal {total} uiterlijk op {until}. Bent u het niet eens? Ga dan binnen 14 dagen in verzet.",
        otherwise="Er komen kosten bij. Daarna kan de deurwaarder komen, of moet u naar de rechter.",
        paragraphs=[
            f"U wordt bestraft voor: **{brief.feit}**.",
            "Betaalt u, dan bent u het eens met de straf. U kunt dan niet meer in verzet.",
        ],
    )


def _plan(brief: CjibBrief, total: str, until: str) -> Prose:
    if int(brief.voldaan) == sum(map(int, (brief.sanctie, brief.verhoging, brief.kosten))):
        return Prose(
            subject="Uw boete is betaald",
            what="U heeft alles betaald. De betalingsregeling is klaar.",
            do="U hoeft niets meer te doen.",
            otherwise="U krijgt hier geen brieven meer over.",
            paragraphs=[f"Wij hebben uw laatste betaling gekregen, voor CJIB-nummer {brief.cjib_nummer}."],
        )
    return Prose(
        subject="Uw betalingsregeling",
        what="U mag uw boete in delen betalen.",
        do=f"Betaal elke maand op tijd. De eerste keer uiterlijk op {until}. Er staat nog {total} open.",
        otherwise="De regeling stopt. U moet dan alles in één keer betalen.",
        paragraphs=[f"Wij hebben uw verzoek gekregen. De regeling geldt voor CJIB-nummer {brief.cjib_nummer}."],
    )


_KINDS: Final[dict[str, tuple[str, str, tuple[str, ...], Words]]] = {
    "WB01": ("cjib_wahv_beschikking", "besluit", ("boete", "geld"), _fine),
    "WA01": ("cjib_wahv_aanmaning1", "aanmaning", ("boete", "geld"), _first),
    "WA02": ("cjib_wahv_aanmaning2", "aanmaning", ("boete", "geld"), _second),
    "VH01": ("cjib_verhaal", "besluit", ("boete", "geld"), _recovery),
    "DW01": ("cjib_dwangbevel", "aanmaning", ("boete", "geld"), _writ),
    "DW02": ("cjib_dwangbevel", "aanmaning", ("boete", "onderwijs", "geld"), _student_debt),
    "GZ01": ("cjib_gijzeling", "uitnodiging", ("boete", "geld"), _detention),
    "SB01": ("cjib_strafbeschikking", "besluit", ("strafrecht", "geld"), _order),
    "BR01": ("cjib_betalingsregeling", "betaling", ("boete", "geld"), _plan),
}
