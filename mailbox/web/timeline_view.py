"""What a timeline says, from what the letters say. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import ClassVar

from mailbox.domain.claims.roles import Role, role_of
from mailbox.domain.claims.tasks import PAY, RIGHTS
from mailbox.domain.identifiers import Oin, id_text
from mailbox.domain.letters import LetterMetadata
from mailbox.services.first_tasks import OpenTask
from mailbox.services.reading import Timeline
from mailbox.web import formats, words
from mailbox.web.matters import Matters, last_missed


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A letter in the list.

    `due` is one sentence about what is asked, `near` how soon that is; `state` a few words about how it stands.
    `amount` is what it is about, and `grew` what it began with. `archived`: its reader put it away.
    """

    opens: ClassVar[bool] = True
    letter_id: str
    sender: str
    subject: str
    publish_ms: int
    is_new: bool
    archived: bool
    due: str
    near: str
    state: str
    amount: str
    grew: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenRow:
    """A letter that does not open: only that it is there, and since when."""

    opens: ClassVar[bool] = False
    publish_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """The letters of one month of publication."""

    name: str
    rows: tuple[Row | BrokenRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """Something that a letter asks by a day, to come or passed. `on`: the word before that day."""

    letter_id: str
    sender: str
    subject: str
    task: str
    on: str
    by: date
    near: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """A page of letters: what comes first, of which the day has passed (of so many), and the letters by month.

    `whole`: what comes first is chosen among all letters.
    """

    errands: tuple[Errand, ...]
    missed: tuple[Errand, ...]
    missed_count: int
    whole: bool
    months: tuple[Month, ...]


def overview(timeline: Timeline, names: Mapping[str, str], today: date) -> Overview:
    """What the page of these letters shows, with the tasks of all letters."""
    letters, tasks = timeline.letters, timeline.tasks
    gone = _replaced(letters)
    matters = Matters(letter for letter in letters if _key(letter) not in gone)
    rows = [_row(letter, matters, names, today, gone.get(_key(letter), "")) for letter in letters]
    if timeline.grant is not None:  # what its citizen opened is for nobody else to know
        rows = [replace(row, is_new=False) for row in rows]
    return Overview(
        errands=tuple(_errand(one, names, today) for one in tasks.coming) if tasks else (),
        missed=tuple(_errand(one, names, today) for one in tasks.missed) if tasks else (),
        missed_count=tasks.missed_count if tasks else 0,
        whole=tasks is None or tasks.whole,
        months=_months([*rows, *(BrokenRow(publish_ms=one.publish_ms) for one in timeline.broken)]),
    )


def task_words(kind: str, letter: LetterMetadata) -> str:
    """An imperative: "Betaal € 112,40". Of a plan, what one agreed."""
    amount = letter.amounts
    if kind == PAY and amount is not None and amount.to_pay:
        return "Betaal uw regeling" if role_of(letter) is Role.PLAN else f"Betaal {formats.money(amount.open)}"
    return words.TASKS.get(kind, kind.capitalize())


def sender_name(agency: Oin, names: Mapping[str, str]) -> str:
    """The name of a body; for one that left the register, its number, which is public."""
    return names.get(agency.value, f"Organisatie {agency.value}")


def _errand(one: OpenTask, names: Mapping[str, str], today: date) -> Errand:
    letter = one.letter
    return Errand(
        letter_id=id_text(letter.letter_id),
        sender=sender_name(letter.agency, names),
        subject=formats.unbroken(letter.subject),
        task=task_words(one.task.kind, letter),
        on=words.ON.get(one.task.kind, words.AT_THE_LATEST),
        by=one.task.by,
        near=formats.nearness(one.task.by, today),
    )


def _months(rows: Sequence[Row | BrokenRow]) -> tuple[Month, ...]:
    """Newest first, under the month in which they could first be read."""
    newest = sorted(rows, key=lambda row: row.publish_ms, reverse=True)
    grouped = groupby(newest, key=lambda row: formats.month(row.publish_ms))
    return tuple(Month(name=name, rows=tuple(group)) for name, group in grouped)


def _row(letter: LetterMetadata, matters: Matters, names: Mapping[str, str], today: date, gone: str) -> Row:
    coming = [] if gone else [due for due in matters.tasks(letter) if due.by >= today]
    first = min(coming, key=lambda due: due.by, default=None)
    began = None if gone else matters.began_with(letter)
    return Row(
        letter_id=id_text(letter.letter_id),
        sender=sender_name(letter.agency, names),
        subject=formats.unbroken(letter.subject),
        publish_ms=letter.publish_ms,
        is_new=letter.read_ms is None,
        archived=letter.archived_ms is not None,
        due=words.DUE[first.kind].format(formats.day(first.by)) if first and first.kind in words.DUE else "",
        near=formats.nearness(first.by, today) if first else "",
        state=gone or ("" if first else _state(letter, matters, today)),
        amount=formats.money(letter.amounts.open) if letter.amounts and letter.amounts.open else "",
        grew=_grew(began) if began else "",
    )


def _state(letter: LetterMetadata, matters: Matters, today: date) -> str:
    """Never "te laat": only the sender knows whether it was done."""
    if matters.is_overtaken(letter):
        return "Hierna kwam een nieuwere brief"
    passed = last_missed(letter, today)
    if passed is not None and passed.kind in words.WAS_DUE:
        return words.WAS_DUE[passed.kind].format(formats.day(passed.by))
    if letter.amounts is not None and not letter.amounts.to_pay:
        return "U krijgt dit bedrag"
    if letter.reaction_expected:
        return ""
    right = max((due.by for due in letter.deadlines if due.kind in RIGHTS), default=today)
    return f"Niet mee eens? Dat kan tot en met {formats.day(right)}" if right > today else "U hoeft niets te doen"


def _grew(began: LetterMetadata) -> str:
    """How it began: what waiting has cost."""
    assert began.amounts is not None  # noqa: S101 - began_with gives bills only
    return f"In {formats.month(began.publish_ms).lower()} was dit nog {formats.money(began.amounts.total)}"


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
