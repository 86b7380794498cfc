"""What a timeline says, from what the letters say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from mailbox.domain.identifiers import Oin, id_text
from mailbox.domain.letters import Deadline, LetterMetadata
from mailbox.web import formats, words


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A letter in the list. `due` is one sentence about what is due, `state` a word or two about how it stands."""

    letter_id: str
    sender: str
    subject: str
    nature: str
    publish_ms: int
    is_new: bool
    due: str
    state: str
    attachments: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """The letters of one month of publication."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """What to do first: the earliest day that is still to come."""

    letter_id: str
    sender: str
    subject: str
    task: str
    by: date
    near: str
    consequence: str


def months(letters: Sequence[LetterMetadata], names: Mapping[str, str], today: date) -> tuple[Month, ...]:
    """The letters as rows, under the month in which they could first be read."""
    gone = _replaced(letters)
    rows = [(formats.month(m.publish_ms), _row(m, names, today, gone)) for m in letters]
    return tuple(
        Month(name=name, rows=tuple(row for _, row in group)) for name, group in groupby(rows, key=lambda pair: pair[0])
    )


def do_first(letters: Sequence[LetterMetadata], names: Mapping[str, str], today: date) -> First | None:
    """The earliest day from today on, of what is asked and still stands. Rights one may use are not asked."""
    gone = _replaced(letters)
    asked = [
        (deadline, letter)
        for letter in letters
        if _key(letter) not in gone
        for deadline in open_tasks(letter)
        if deadline.by >= today
    ]
    if not asked:
        return None
    deadline, letter = min(asked, key=lambda pair: pair[0].by)
    return First(
        letter_id=id_text(letter.letter_id),
        sender=sender_name(letter.agency, names),
        subject=letter.subject,
        task=task(deadline, letter),
        by=deadline.by,
        near=formats.nearness(deadline.by, today),
        consequence=deadline.consequence,
    )


def open_tasks(letter: LetterMetadata) -> Iterable[Deadline]:
    """What the letter asks and, by its own word, is not done: a bill that it calls paid asks nothing."""
    paid = letter.amounts is not None and letter.amounts.open <= 0
    return (
        deadline
        for deadline in letter.deadlines
        if deadline.kind not in words.OPTIONAL_DEADLINES and not (paid and deadline.kind == "betalen")
    )


def task(deadline: Deadline, letter: LetterMetadata) -> str:
    """An imperative: "Betaal € 112,40"."""
    amount = letter.amounts
    if deadline.kind == "betalen" and amount is not None and amount.to_pay:
        return f"Betaal {formats.money(amount.open)}"
    imperatives = {
        "betalen": "Betaal",
        "antwoorden": "Geef antwoord",
        "verschijnen": "Ga naar de afspraak",
        "indienen": "Stuur in wat er is gevraagd",
    }
    return imperatives.get(deadline.kind, words.DEADLINES.get(deadline.kind, deadline.kind))


def sender_name(agency: Oin, names: Mapping[str, str]) -> str:
    """The name of a body; for one that left the register, its number, which is public."""
    return names.get(agency.value, f"Organisatie {agency.value}")


def _row(letter: LetterMetadata, names: Mapping[str, str], today: date, gone: Mapping[tuple[str, str], str]) -> Row:
    state = gone.get(_key(letter), "")
    due = "" if state else _due(letter, today)
    return Row(
        letter_id=id_text(letter.letter_id),
        sender=sender_name(letter.agency, names),
        subject=letter.subject,
        nature=words.NATURES.get(letter.nature, "Brief"),
        publish_ms=letter.publish_ms,
        is_new=letter.read_ms is None,
        due=due,
        state=state or ("" if due else _state(letter, today)),
        attachments=len(letter.attachments),
    )


def _due(letter: LetterMetadata, today: date) -> str:
    coming = [deadline for deadline in open_tasks(letter) if deadline.by >= today]
    if not coming:
        return ""
    first = min(coming, key=lambda deadline: deadline.by)
    near = formats.nearness(first.by, today)
    return f"{task(first, letter)}, uiterlijk {formats.day(first.by)}{f' ({near})' if near else ''}"


def _state(letter: LetterMetadata, today: date) -> str:
    """Never "te laat": only the sender knows whether it was done."""
    amount = letter.amounts
    if amount is not None and not amount.to_pay:
        return f"U krijgt {formats.money(amount.total)}"
    if any(deadline.by < today for deadline in open_tasks(letter)):
        return "Datum is voorbij"
    return "" if letter.reaction_expected else "U hoeft niets te doen"


def _key(letter: LetterMetadata) -> tuple[str, str]:
    return letter.agency.value, letter.reference


def _replaced(letters: Sequence[LetterMetadata]) -> Mapping[tuple[str, str], str]:
    """Letters that a later one among these replaces or withdraws (Awb 2:12), with the word for it."""
    relations = {"vervangt": "Vervangen door een nieuwe brief", "trektIn": "Ingetrokken"}
    return {
        (letter.agency.value, letter.related[kind]): word
        for letter in letters
        for kind, word in relations.items()
        if kind in letter.related
    }
