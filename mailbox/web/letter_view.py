"""What the page of a letter says, from what the letter says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from markupsafe import Markup

from mailbox.domain.identifiers import id_text
from mailbox.domain.law.given_dates import Judged, judged
from mailbox.domain.letters import Deadline, LetterMetadata
from mailbox.services.reading import OpenedLetter
from mailbox.web import formats, words
from mailbox.web.date_words import Why, why
from mailbox.web.markdown import letter_html
from mailbox.web.matters import open_tasks
from mailbox.web.timeline_view import sender_name, task_words


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A date of the letter, in words. `why` it is that date."""

    label: str
    task: str
    by: date
    near: str
    passed: bool
    ground: str
    consequence: str
    why: Why | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OutsideLink:
    """A link to a site of the sender. `host` says which."""

    label: str
    url: str
    host: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterView:
    """All that the page shows. `what`, `to_do`, `body` are empty where the grant does not show the text.

    `remedy_why`: why its date is that date, unless a term says so.
    """

    letter_id: str
    metadata: LetterMetadata
    sender: str
    nature: str
    readable: bool
    what: str
    to_do: str
    consequence: str
    body: Markup
    actions: tuple[OutsideLink, ...]
    first: Term | None
    terms: tuple[Term, ...]
    amounts: tuple[tuple[str, str], ...]
    remedy_title: str
    remedy_meaning: str
    remedy_passed: bool
    remedy_why: Why | None
    may_download: bool


def letter_view(opened: OpenedLetter, names: Mapping[str, str], today: date, *, through_grant: bool) -> LetterView:
    """Shapes an opened letter. Links that only the addressee can use are left out for a helper."""
    letter, text = opened.metadata, opened.text
    title, meaning = words.REMEDIES.get(letter.remedy.kind, ("", "")) if letter.remedy else ("", "")
    actions = text.actions if text else ()
    reasons = list(judged(letter.dates))
    rest = reasons[len(letter.deadlines) :]
    return LetterView(
        letter_id=id_text(letter.letter_id),
        metadata=letter,
        sender=sender_name(letter.agency, names),
        nature=words.NATURES.get(letter.nature, "Brief"),
        readable=text is not None,
        what=text.what if text else "",
        to_do=text.to_do if text else "",
        consequence=(text.consequence or "") if text else "",
        body=letter_html(text.body) if text else Markup(),
        actions=tuple(
            OutsideLink(label=a.label, url=a.url, host=urlsplit(a.url).hostname or "")
            for a in actions
            if a.for_anyone or not through_grant
        ),
        first=_first(letter, today),
        terms=_terms(letter, reasons, today),
        amounts=_amounts(letter),
        remedy_title=title,
        remedy_meaning=meaning,
        remedy_passed=letter.remedy is not None and letter.remedy.by < today,
        remedy_why=why(rest[0]) if rest else None,
        may_download=opened.may_download,
    )


def _first(letter: LetterMetadata, today: date) -> Term | None:
    """The day for the summary: the next that is asked, or else the last one that passed."""
    asked = sorted(open_tasks(letter), key=lambda deadline: deadline.by)
    coming = next((deadline for deadline in asked if deadline.by >= today), asked[-1] if asked else None)
    return _term(coming, letter, today) if coming else None


def _terms(letter: LetterMetadata, reasons: Sequence[Judged], today: date) -> tuple[Term, ...]:
    """The dates of the letter, in order. `reasons` begins with one for each."""
    pairs = sorted(zip(letter.deadlines, reasons, strict=False), key=lambda pair: pair[0].by)
    return tuple(_term(deadline, letter, today, why(reason)) for deadline, reason in pairs)


def _term(deadline: Deadline, letter: LetterMetadata, today: date, reason: Why | None = None) -> Term:
    return Term(
        label=words.DEADLINES.get(deadline.kind, deadline.kind.capitalize()),
        task=task_words(deadline.kind, letter),
        by=deadline.by,
        near=formats.nearness(deadline.by, today),
        passed=deadline.by < today,
        ground=deadline.ground,
        consequence=deadline.consequence,
        why=reason,
    )


def _amounts(letter: LetterMetadata) -> tuple[tuple[str, str], ...]:
    """The build-up, when there is more to say than the total."""
    a = letter.amounts
    if a is None:
        return ()
    parts = (("Bedrag", a.principal), ("Verhoging", a.increase), ("Kosten", a.costs), ("Rente", a.interest))
    lines = [(label, formats.money(cents)) for label, cents in parts if cents is not None]
    lines.append(("Totaal", formats.money(a.total)))
    if a.paid:
        lines += [("Al betaald", formats.money(a.paid)), ("Nog open", formats.money(a.open))]
    return tuple(lines)
