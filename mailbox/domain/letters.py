"""An opened letter, and the one place where the wire's `bericht` becomes code's `Letter`.

`split` says what lies in which sealed part (SPEC.md, "What lies where"); `read_metadata` and `read_text` are
its inverse for readers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from consent import LetterFacts
from mailbox.domain.identifiers import Cents, LetterId, Oin, id_text
from mailbox.domain.law.given_dates import GivenDate, LetterDates
from mailbox.domain.local_time import AMSTERDAM, local_day

BODY_FIELDS: Final = ("kort", "inhoud", "acties")
_NOT_METADATA: Final = frozenset({*BODY_FIELDS, "ontvanger", "bijlagen"})
_TERM_OF: Final = {"administratief_beroep": "beroep"}
"""The kind of term that a remedy has, where it has another name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """Money of a letter, in euro cents. `to_pay` is False when the citizen receives it."""

    total: Cents
    principal: Cents | None
    increase: Cents | None
    costs: Cents | None
    interest: Cents | None
    paid: Cents
    to_pay: bool

    @property
    def open(self) -> Cents:
        return Cents(self.total - self.paid)


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """How to pay. `reference` is the betalingskenmerk."""

    iban: str
    payee: str
    reference: str | None
    by: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A date the sender gives, with its legal ground and what happens after it."""

    kind: str
    by: date
    ground: str
    consequence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """What one can do when one disagrees: kind, where, until when."""

    kind: str
    body: str
    by: date
    how: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """Where one is expected, and when."""

    at: datetime
    place: str
    phone: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachmentInfo:
    """What is known of an attachment without opening it. `size` in bytes."""

    number: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenOver:
    """Whose debt this was, and under which case number there."""

    agency: Oin
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterMetadata:
    """Who wrote, when, about what, and what is due: all that a metadata key opens.

    `read_ms`, `archived_ms`: the citizen's own marks. `notified`: the day that the letter was made known, as
    `notified_on` says.
    """

    letter_id: LetterId
    publish_ms: int
    received_ms: int
    read_ms: int | None
    agency: Oin
    reference: str
    kind: str
    nature: str
    case: str | None
    topics: frozenset[str]
    subject: str
    dated: date
    reaction_expected: bool
    legal_effect: str | None
    amounts: Amounts | None
    payment: Payment | None
    deadlines: tuple[Deadline, ...]
    remedy: Remedy | None
    appointment: Appointment | None
    attachments: tuple[AttachmentInfo, ...]
    paper_sent: date | None
    notified: date
    related: Mapping[str, str]
    taken_over: TakenOver | None
    addressee_only: bool
    archived_ms: int | None = None

    @property
    def days(self) -> frozenset[date]:
        """Every day that the letter names for something to be done, or to disagree."""
        paid = self.payment.by if self.payment else None
        remedy = self.remedy.by if self.remedy else None
        meeting = self.appointment.at.astimezone(AMSTERDAM).date() if self.appointment else None
        return frozenset({due.by for due in self.deadlines} | {day for day in (paid, remedy, meeting) if day})

    @property
    def facts(self) -> LetterFacts:
        """What consent asks of a letter."""
        return LetterFacts(
            agency=self.agency.value,
            topics=self.topics,
            dated=self.dated,
            addressee_only=self.addressee_only,
            letter_id=id_text(self.letter_id),
        )

    @property
    def dates(self) -> LetterDates:
        """What the law asks of a letter."""
        return _letter_dates(self.kind, self.dated, self.notified, self.deadlines, self.remedy)

    def next_deadline(self, today: date) -> Deadline | None:
        """The earliest deadline from today on; None when all have passed or there are none."""
        return min((d for d in self.deadlines if d.by >= today), key=lambda d: d.by, default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionLink:
    """Something the sender lets one do on its own site."""

    label: str
    url: str
    for_anyone: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterText:
    """What only a full key opens. `body` is Markdown of the subset."""

    what: str
    to_do: str
    consequence: str | None
    body: str
    actions: tuple[ActionLink, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterParts:
    """A bericht, cut into the parts that are sealed apart. Plaintext: lives only on its way to the seal."""

    meta: bytes
    body: bytes
    attachments: tuple[bytes, ...]
    facts: LetterFacts


_CANONICAL: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _canonical(value: Mapping[str, Any]) -> bytes:
    """One spelling per content: sorted keys, no spaces, UTF-8."""
    return _CANONICAL.encode(value).encode()


def split(bericht: Mapping[str, Any], attachments: Sequence[bytes]) -> LetterParts:
    """Cuts a checked bericht into its sealed parts. `attachments` are its decoded bijlagen, in order."""
    meta = {key: value for key, value in bericht.items() if key not in _NOT_METADATA}
    infos = zip(bericht.get("bijlagen", ()), attachments, strict=True)
    meta["bijlagen"] = [{"naam": b["naam"], "mediaType": b["mediaType"], "grootte": len(a)} for b, a in infos]
    return LetterParts(
        meta=_canonical(meta),
        body=_canonical({key: bericht[key] for key in BODY_FIELDS if key in bericht}),
        attachments=tuple(attachments),
        facts=facts_of(bericht),
    )


def fingerprint(bericht: Mapping[str, Any], parts: LetterParts) -> bytes:
    """What "the same content" is compared by: a SHA-512 of the recipient and of each sealed part, in order."""
    recipient = ":".join(bericht["ontvanger"][part] for part in ("type", "waarde")).encode()
    return b"".join(hashlib.sha512(part).digest() for part in (recipient, parts.meta, parts.body, *parts.attachments))


def facts_of(bericht: Mapping[str, Any]) -> LetterFacts:
    """What consent asks of a bericht."""
    return LetterFacts(
        agency=bericht["afzender"],
        topics=frozenset(bericht["domeinen"]),
        dated=date.fromisoformat(bericht["dagtekening"]),
        addressee_only=bericht.get("alleenGeadresseerde", False),
    )


def dates_of(bericht: Mapping[str, Any], *, received_ms: int) -> LetterDates:
    """What the law asks of a bericht that comes in now."""
    available_ms = max(received_ms, publication_ms(bericht) or 0)
    return _letter_dates(
        bericht["berichtsoort"],
        date.fromisoformat(bericht["dagtekening"]),
        notified_on(bericht, available_ms=available_ms),
        [_deadline(term) for term in bericht.get("termijnen", ())],
        _remedy(bericht.get("rechtsmiddel")),
    )


def notified_on(bericht: Mapping[str, Any], *, available_ms: int) -> date:
    """The day that the letter was made known.

    With a letter on paper, or where nothing is said of one, that is the paper: the copy here is not the announcement.
    Without one it is the day the citizen could see it here (Awb art. 2:19).
    """
    paper = bericht.get("papier", {"verzonden": True})
    if not paper["verzonden"]:
        return local_day(available_ms)
    return date.fromisoformat(paper.get("datum") or bericht["dagtekening"])


def publication_ms(bericht: Mapping[str, Any]) -> int | None:
    """The publicatietijdstip in UTC milliseconds; None when the letter may be seen at once."""
    at = bericht.get("publicatietijdstip")
    return None if at is None else int(datetime.fromisoformat(at).timestamp() * 1000)


def read_metadata(  # noqa: PLR0913 - as many as the row has
    meta: bytes,
    *,
    letter_id: LetterId,
    publish_ms: int,
    received_ms: int,
    read_ms: int | None,
    archived_ms: int | None = None,
) -> LetterMetadata:
    """Opens the JSON of a metadata box.

    The publication time that the sender sealed in wins over the column it was filed under.
    """
    data: dict[str, Any] = json.loads(meta)
    return metadata_from(
        data,
        letter_id=letter_id,
        publish_ms=publish_ms,
        received_ms=received_ms,
        read_ms=read_ms,
        archived_ms=archived_ms,
    )


def metadata_from(  # noqa: PLR0913 - as many as the row has
    data: Mapping[str, Any],
    *,
    letter_id: LetterId,
    publish_ms: int,
    received_ms: int,
    read_ms: int | None,
    archived_ms: int | None = None,
) -> LetterMetadata:
    """As `read_metadata`, of what was opened already."""
    sealed_in = publication_ms(data)
    paper = data.get("papier", {})
    return LetterMetadata(
        letter_id=letter_id,
        publish_ms=publish_ms if sealed_in is None else sealed_in,
        received_ms=received_ms,
        read_ms=read_ms,
        archived_ms=archived_ms,
        agency=Oin(data["afzender"]),
        reference=data["kenmerk"],
        kind=data["berichtsoort"],
        nature=data["aard"],
        case=data.get("zaakkenmerk"),
        topics=frozenset(data["domeinen"]),
        subject=data["onderwerp"],
        dated=date.fromisoformat(data["dagtekening"]),
        reaction_expected=data["reactieVerwacht"],
        legal_effect=data.get("rechtsgevolg"),
        amounts=_amounts(data.get("bedragen")),
        payment=_payment(data.get("betaling")),
        deadlines=tuple(_deadline(t) for t in data.get("termijnen", ())),
        remedy=_remedy(data.get("rechtsmiddel")),
        appointment=_appointment(data.get("afspraak")),
        attachments=tuple(_attachment(n, b) for n, b in enumerate(data["bijlagen"])),
        paper_sent=_date(paper.get("datum")) if paper.get("verzonden") else None,
        notified=notified_on(data, available_ms=max(received_ms, publish_ms if sealed_in is None else sealed_in)),
        related=data.get("relatie", {}),
        taken_over=_taken_over(data.get("overgenomenVan")),
        addressee_only=data.get("alleenGeadresseerde", False),
    )


def read_text(body: bytes) -> LetterText:
    """Opens the JSON of a body box."""
    data: dict[str, Any] = json.loads(body)
    brief = data["kort"]
    return LetterText(
        what=brief["wat"],
        to_do=brief["doen"],
        consequence=brief.get("gevolg"),
        body=data["inhoud"],
        actions=tuple(
            ActionLink(label=a["label"], url=a["url"], for_anyone=a.get("wie") == "iedereen")
            for a in data.get("acties", ())
        ),
    )


def _letter_dates(
    sort: str, dated: date, notified: date, deadlines: Sequence[Deadline], remedy: Remedy | None
) -> LetterDates:
    """A remedy tells the date of its term again, or has no term beside it."""
    given = [GivenDate(kind=one.kind, by=one.by, ground=one.ground) for one in deadlines]
    if remedy is not None:
        kind = _TERM_OF.get(remedy.kind, remedy.kind)
        if all((one.kind, one.by) != (kind, remedy.by) for one in given):
            given.append(GivenDate(kind=kind, by=remedy.by, ground=""))
    return LetterDates(sort=sort, dated=dated, notified=notified, given=tuple(given))


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _cents(data: Mapping[str, Any], name: str) -> Cents | None:
    return Cents(data[name]) if name in data else None


def _amounts(data: Mapping[str, Any] | None) -> Amounts | None:
    if data is None:
        return None
    return Amounts(
        total=Cents(data["totaal"]),
        principal=_cents(data, "hoofdsom"),
        increase=_cents(data, "verhoging"),
        costs=_cents(data, "kosten"),
        interest=_cents(data, "rente"),
        paid=Cents(data.get("betaald", 0)),
        to_pay=data["richting"] == "betalen",
    )


def _payment(data: Mapping[str, Any] | None) -> Payment | None:
    if data is None:
        return None
    return Payment(
        iban=data["iban"],
        payee=data["tenNameVan"],
        reference=data.get("betalingskenmerk"),
        by=_date(data.get("uiterlijk")),
    )


def _deadline(data: Mapping[str, Any]) -> Deadline:
    return Deadline(
        kind=data["soort"],
        by=date.fromisoformat(data["uiterlijk"]),
        ground=data["grondslag"],
        consequence=data["gevolg"],
    )


def _remedy(data: Mapping[str, Any] | None) -> Remedy | None:
    if data is None:
        return None
    return Remedy(
        kind=data["soort"],
        body=data["instantie"],
        by=date.fromisoformat(data["uiterlijk"]),
        how=data.get("wijze"),
    )


def _taken_over(data: Mapping[str, Any] | None) -> TakenOver | None:
    return None if data is None else TakenOver(agency=Oin(data["afzender"]), case=data["zaakkenmerk"])


def _appointment(data: Mapping[str, Any] | None) -> Appointment | None:
    if data is None:
        return None
    return Appointment(at=datetime.fromisoformat(data["tijdstip"]), place=data["plaats"], phone=data.get("telefoon"))


def _attachment(number: int, data: Mapping[str, Any]) -> AttachmentInfo:
    return AttachmentInfo(number=number, name=data["naam"], media_type=data["mediaType"], size=data["grootte"])
