"""Parts of a `bericht` that every agency's mapping makes alike. The contract itself is in `schemas/`."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from connectors.pdf import letter_pdf
from connectors.residents import Resident

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_MORNING: Final = time(8)
_REMEDIES: Final = frozenset({"bezwaar", "beroep", "verzet"})
"""Terms that one may let pass: a letter with no other term expects no reaction (Awb art. 2:10 lid 2)."""
FORMAL: Final = frozenset({"besluit", "aanslag"})
"""Natures of letters that come with the decision as a PDF."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """How an agency signs. The numbers belong to nobody."""

    oin: str
    name: str
    account: str
    phone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """The words of a letter. `paragraphs` and `to_do` make the text; `what`, `do` and `otherwise` the summary (B1)."""

    subject: str
    what: str
    do: str
    otherwise: str | None
    paragraphs: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What is the same in every letter: who to whom, when, about which matter."""

    sender: Sender
    resident: Resident
    reference: str
    case: str
    kind: str
    nature: str
    topics: Sequence[str]
    dated: date
    previous: str | None = None


def bericht(envelope: Envelope, prose: Prose, *, pdf: bool = True, **parts: Any) -> dict[str, Any]:
    """A whole bericht. Parts that are None or empty are left out."""
    text = _text(envelope, prose, parts)
    letter: dict[str, Any] = {
        "kenmerk": envelope.reference,
        "afzender": envelope.sender.oin,
        "ontvanger": {"type": "BSN", "waarde": envelope.resident.bsn},
        "berichtsoort": envelope.kind,
        "zaakkenmerk": envelope.case,
        "domeinen": list(envelope.topics),
        "onderwerp": prose.subject,
        "kort": _without_none({"wat": prose.what, "doen": prose.do, "gevolg": prose.otherwise}),
        "inhoud": text,
        "dagtekening": envelope.dated.isoformat(),
        "publicatietijdstip": moment(datetime.combine(envelope.dated, _MORNING)),
        "aard": envelope.nature,
        "reactieVerwacht": any(due["soort"] not in _REMEDIES for due in parts.get("termijnen") or ()),
        "papier": {"verzonden": True, "datum": envelope.dated.isoformat()},
        "relatie": {"vorige": envelope.previous} if envelope.previous else None,
        **parts,
    }
    if pdf and envelope.nature in FORMAL:
        letter["bijlagen"] = [_attachment(envelope, prose, text)]
    return _without_none(letter)


def amounts(total: int, *, to_pay: bool = True, **parts: int) -> dict[str, Any]:
    """`bedragen`, in cents. Parts: hoofdsom, verhoging, kosten, rente, betaald."""
    given = {name: value for name, value in parts.items() if value}
    return {"totaal": total, **given, "richting": "betalen" if to_pay else "ontvangen"}


def payment(sender: Sender, reference: str | None, by: date) -> dict[str, Any]:
    """`betaling`."""
    return _without_none(
        {
            "iban": sender.account,
            "tenNameVan": sender.name,
            "betalingskenmerk": reference,
            "uiterlijk": by.isoformat(),
        }
    )


def term(kind: str, by: date, ground: str, consequence: str) -> dict[str, str]:
    """One of `termijnen`."""
    return {"soort": kind, "uiterlijk": by.isoformat(), "grondslag": ground, "gevolg": consequence}


def remedy(kind: str, where: str, by: date) -> dict[str, str]:
    """`rechtsmiddel`."""
    how = "Schrijf uw naam, adres, de datum, het kenmerk en waarom u het niet eens bent, en zet uw handtekening."
    return {"soort": kind, "instantie": where, "uiterlijk": by.isoformat(), "wijze": how}


def objection(where: str, by: date, ground: str = "Awb art. 6:7") -> tuple[dict[str, str], dict[str, str]]:
    """The term and the remedy of a decision that one may object to."""
    consequence = "Daarna staat het besluit vast en kunt u geen bezwaar meer maken."
    return term("bezwaar", by, ground, consequence), remedy("bezwaar", where, by)


def moment(at: datetime) -> str:
    """A clock time in Amsterdam, as RFC 3339."""
    return at.replace(tzinfo=_AMSTERDAM).isoformat()


def euros(cents: int) -> str:
    """`€ 1.240,00`."""
    return "€ " + f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def in_words(day: date) -> str:
    """`5 maart 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS: Final = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def _text(envelope: Envelope, prose: Prose, parts: Mapping[str, Any]) -> str:
    blocks = [f"{envelope.resident.salutation},", *prose.paragraphs, "## Wat moet u doen?", prose.do]
    if prose.otherwise:
        blocks += ["## Wat gebeurt er als u niets doet?", prose.otherwise]
    if parts.get("rechtsmiddel"):
        blocks += ["## Bent u het er niet mee eens?", _disagree(parts["rechtsmiddel"])]
    blocks += ["## Vragen?", f"Bel {envelope.sender.phone} en houd kenmerk {envelope.reference} bij de hand."]
    return "\n\n".join([*blocks, "Met vriendelijke groet,", f"**{envelope.sender.name}**"])


def _disagree(given: Mapping[str, str]) -> str:
    kinds = {
        "bezwaar": "bezwaar maken",
        "administratief_beroep": "in beroep gaan",
        "beroep": "in beroep gaan",
        "verzet": "in verzet gaan",
    }
    until = in_words(date.fromisoformat(given["uiterlijk"]))
    return f"U kunt {kinds[given['soort']]} bij {given['instantie']}. Dat kan tot en met **{until}**. {given['wijze']}"


def _attachment(envelope: Envelope, prose: Prose, text: str) -> dict[str, str]:
    content = letter_pdf(
        sender=envelope.sender.name,
        addressee=envelope.resident.name,
        subject=prose.subject,
        reference=envelope.reference,
        dated=envelope.dated,
        text=text,
    )
    return {
        "naam": f"{envelope.kind.replace('_', '-')}-{envelope.dated}.pdf",
        "mediaType": "application/pdf",
        "inhoud": base64.b64encode(content).decode(),
    }


def _without_none(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value is not None and value != []}
