"""From the Belastingdienst's dialect to a `bericht`."""

from __future__ import annotations

from typing import Any, Final

from connectors.belastingdienst.dialect import FiscaalStuk, from_bedrag, from_dmj, of_allowance
from connectors.belastingdienst.texts import WORDS
from connectors.bericht import Envelope, Sender, amounts, bericht, euros, in_words, payment, remedy, term
from connectors.numbers import iban, payment_reference

BELASTINGDIENST: Final = Sender(
    oin="00000099000000001000", name="Belastingdienst", account=iban(1_000_001), phone="0800-0000 101"
)
_PAID_OUT: Final = frozenset({"TV"})
_TAX: Final = ("belasting", "geld")
_ALLOWANCE: Final = ("toeslagen", "geld")
_KINDS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "UA": ("bd_uitnodiging_aangifte", "uitnodiging", ("belasting",)),
    "HA": ("bd_herinnering_aangifte", "herinnering", ("belasting",)),
    "VA": ("bd_voorlopige_aanslag", "aanslag", _TAX),
    "DA": ("bd_definitieve_aanslag", "aanslag", _TAX),
    "NM": ("bd_naheffing_mrb", "aanslag", _TAX),
    "AM": ("bd_aanmaning", "aanmaning", _TAX),
    "DB": ("bd_dwangbevel", "aanmaning", _TAX),
    "BV": ("bd_beslag_vordering", "besluit", _TAX),
    "TV": ("tsl_voorschot", "besluit", _ALLOWANCE),
    "TD": ("tsl_definitief", "besluit", _ALLOWANCE),
    "TT": ("tsl_terugvordering", "besluit", _ALLOWANCE),
    "TR": ("tsl_betalingsregeling", "betaling", _ALLOWANCE),
    "TH": ("tsl_betalingsregeling", "betaling", _ALLOWANCE),
    "TI": ("tsl_informatieverzoek", "informatieverzoek", ("toeslagen",)),
}
_PAY_GROUND: Final = {
    "AM": "IW 1990 art. 11",
    "DB": "IW 1990 art. 12 en 13",
    "NM": "IW 1990 art. 9",
    "DA": "IW 1990 art. 9",
    "VA": "IW 1990 art. 9 lid 5",
}
_PAY_CONSEQUENCE: Final = {
    "AM": "U krijgt een dwangbevel. Dat kost minstens € 56 extra.",
    "TR": "De regeling stopt en u moet alles in één keer betalen.",
    "TH": "De regeling stopt en u moet alles in één keer betalen.",
    "DB": "De Belastingdienst kan beslag leggen op uw loon, uw rekening of uw spullen.",
}
_OPPOSING: Final = frozenset({"DB", "BV"})


def to_bericht(brief: FiscaalStuk, *, pdf: bool = True) -> dict[str, Any]:
    """The letter as a `bericht`. The aanslagnummer stays behind."""
    kind, nature, topics = _KINDS[brief.stuk]
    principal, costs = from_bedrag(brief.bedrag), from_bedrag(brief.kosten)
    total = principal + costs
    by = brief.betalen_voor or brief.reageren_voor
    envelope = Envelope(
        sender=BELASTINGDIENST,
        resident=brief.belastingplichtige,
        reference=brief.briefnummer,
        case=brief.zaak,
        kind=kind,
        nature=nature,
        topics=_topics(brief, topics),
        dated=from_dmj(brief.dagtekening),
        previous=brief.vorig_briefnummer or None,
    )
    prose = WORDS[brief.stuk](brief, euros(total), in_words(from_dmj(by)) if by else "")
    to_pay = brief.stuk not in _PAID_OUT
    return bericht(
        envelope,
        prose,
        pdf=pdf,
        bedragen=amounts(total, to_pay=to_pay, hoofdsom=principal, kosten=costs) if total else None,
        betaling=_payment(brief),
        termijnen=_terms(brief),
        rechtsmiddel=_remedy(brief),
    )


def _topics(brief: FiscaalStuk, topics: tuple[str, ...]) -> tuple[str, ...]:
    """Who collects does so for taxes and for allowances: a helper with allowances alone sees only those."""
    collecting = brief.stuk in {"AM", "DB", "BV"} and of_allowance(brief.aanslagnummer)
    return (*topics, "toeslagen") if collecting else topics


def _payment(brief: FiscaalStuk) -> dict[str, Any] | None:
    if not brief.betalen_voor:
        return None
    digits = "".join(filter(str.isdigit, brief.zaak))
    reference = payment_reference(100_000_000_000_000 + int(digits))
    return payment(BELASTINGDIENST, reference, from_dmj(brief.betalen_voor))


def _terms(brief: FiscaalStuk) -> list[dict[str, str]]:
    terms = []
    if brief.betalen_voor:
        ground = _PAY_GROUND.get(brief.stuk, "Awir art. 28")
        consequence = _PAY_CONSEQUENCE.get(brief.stuk, "U krijgt een aanmaning met kosten.")
        terms.append(term("betalen", from_dmj(brief.betalen_voor), ground, consequence))
    if brief.reageren_voor:
        kind = "indienen" if brief.stuk in {"UA", "HA"} else "antwoorden"
        ground = "AWR art. 9" if kind == "indienen" else "Awir art. 18"
        consequence = "U kunt een boete krijgen." if kind == "indienen" else "Uw toeslag kan stoppen."
        terms.append(term(kind, from_dmj(brief.reageren_voor), ground, consequence))
    if brief.bezwaar_voor and brief.stuk not in _OPPOSING:
        ground = "AWR art. 22j" if brief.stuk in {"VA", "DA", "NM"} else "Awb art. 6:7"
        consequence = "Daarna staat het besluit vast en kunt u geen bezwaar meer maken."
        terms.append(term("bezwaar", from_dmj(brief.bezwaar_voor), ground, consequence))
    return terms


def _remedy(brief: FiscaalStuk) -> dict[str, str] | None:
    if not brief.bezwaar_voor:
        return None
    until = from_dmj(brief.bezwaar_voor)
    if brief.stuk in _OPPOSING:
        return remedy("verzet", "de rechtbank (civiele rechter)", until)
    where = "Dienst Toeslagen" if brief.stuk.startswith("T") else "de Belastingdienst"
    return remedy("bezwaar", where, until)
