"""A letter as apps get it: the words and the shapes in which organisations deliver it (`bericht`), without what is not.

Pure. What only a full key opens is not there when the key is none: it is left out, not empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from mailbox.domain.identifiers import id_text
from mailbox.domain.letters import (
    Amounts,
    Appointment,
    AttachmentInfo,
    Deadline,
    LetterMetadata,
    LetterText,
    Payment,
    Remedy,
)

Json = dict[str, Any]


def instant(at_ms: int) -> str:
    """UTC with Z (ADR /core/date-time/timezone)."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def link(href: str) -> Json:
    """One entry of `_links`."""
    return {"href": href}


def summary_json(letter: LetterMetadata, names: Mapping[str, str], base: str, *, own: bool) -> Json:
    """What the timeline tells of a letter. `names` of organisations by OIN; `base`: where this post is found.

    `own`: to its citizen. When they read it, or put it away, is not for a helper to know.
    """
    read_ms, archived_ms = (letter.read_ms, letter.archived_ms) if own else (None, None)
    self_ = f"{base}/berichten/{id_text(letter.letter_id)}"
    return present(
        {
            "berichtId": id_text(letter.letter_id),
            "afzender": present({"oin": letter.agency.value, "naam": names.get(letter.agency.value)}),
            "kenmerk": letter.reference,
            "berichtsoort": letter.kind,
            "aard": letter.nature,
            "zaakkenmerk": letter.case,
            "domeinen": sorted(letter.topics),
            "onderwerp": letter.subject,
            "dagtekening": letter.dated.isoformat(),
            "publicatietijdstip": instant(letter.publish_ms),
            "leestijdstip": None if read_ms is None else instant(read_ms),
            "archiveertijdstip": None if archived_ms is None else instant(archived_ms),
            "reactieVerwacht": letter.reaction_expected,
            "rechtsgevolg": letter.legal_effect,
            "bedragen": letter.amounts and _amounts(letter.amounts),
            "betaling": letter.payment and _payment(letter.payment),
            "termijnen": [_deadline(deadline) for deadline in letter.deadlines],
            "rechtsmiddel": letter.remedy and _remedy(letter.remedy),
            "afspraak": letter.appointment and _appointment(letter.appointment),
            "bijlagen": [_attachment(info, self_) for info in letter.attachments],
            "papierverzenddatum": _day(letter.paper_sent),
            "relatie": dict(letter.related) or None,
            "_links": {"self": link(self_)},
        }
    )


def text_json(text: LetterText) -> Json:
    """What only who may read gets."""
    return {
        "kort": present({"wat": text.what, "doen": text.to_do, "gevolg": text.consequence}),
        "inhoud": text.body,
        "acties": [
            {"label": one.label, "url": one.url, "wie": "iedereen" if one.for_anyone else "ontvanger"}
            for one in text.actions
        ],
    }


def present(values: Json) -> Json:
    """Without what is not there."""
    return {name: value for name, value in values.items() if value is not None}


def _amounts(amounts: Amounts) -> Json:
    return present(
        {
            "totaal": amounts.total,
            "hoofdsom": amounts.principal,
            "verhoging": amounts.increase,
            "kosten": amounts.costs,
            "rente": amounts.interest,
            "betaald": amounts.paid,
            "richting": "betalen" if amounts.to_pay else "ontvangen",
        }
    )


def _payment(payment: Payment) -> Json:
    return present(
        {
            "iban": payment.iban,
            "tenNameVan": payment.payee,
            "betalingskenmerk": payment.reference,
            "uiterlijk": _day(payment.by),
        }
    )


def _deadline(deadline: Deadline) -> Json:
    return {
        "soort": deadline.kind,
        "uiterlijk": deadline.by.isoformat(),
        "grondslag": deadline.ground,
        "gevolg": deadline.consequence,
    }


def _remedy(remedy: Remedy) -> Json:
    return present(
        {"soort": remedy.kind, "instantie": remedy.body, "uiterlijk": remedy.by.isoformat(), "wijze": remedy.how}
    )


def _appointment(appointment: Appointment) -> Json:
    at_ms = int(appointment.at.timestamp() * 1000)
    return present({"tijdstip": instant(at_ms), "plaats": appointment.place, "telefoon": appointment.phone})


def _attachment(info: AttachmentInfo, letter: str) -> Json:
    return {
        "nummer": info.number,
        "naam": info.name,
        "mediaType": info.media_type,
        "grootte": info.size,
        "_links": {"self": link(f"{letter}/bijlagen/{info.number}")},
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
