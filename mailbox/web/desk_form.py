"""What is asked at a counter: from answers to who is there and what they give, or to what is wrong with them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailbox.domain.errors import InvalidIdentifier
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Document, Subject
from mailbox.services.desk import REASON_LENGTH, CounterVisit
from mailbox.services.granting import GrantDraft
from mailbox.web.giving import FIELDS
from mailbox.web.grant_form import NAME_LENGTH, Known, errors_of, helper_name, printable, scope_of
from mailbox.web.visitor import Form

_VISIT: Final = ("bsn", "burger", "legitimatie", "reden")
_ALL: Final = (*_VISIT, *(name for names in FIELDS.values() for name in names))
Errors = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Given:
    """Who is at the counter, and what they give."""

    visit: CounterVisit
    draft: GrantDraft


def answers_in(form: Form) -> dict[str, list[str]]:
    """What is asked at a counter. Nothing else of a form is kept."""
    return {name: list(form.fields.get(name, ())) for name in _ALL}


def given_of(form: Form, known: Known) -> tuple[Given | None, Errors]:
    """All answers together, or what is wrong with them."""
    visit, errors = visit_of(form)
    checked = scope_of(form, known)
    found = {**errors, **errors_of("wie", form, known), **checked.errors}
    if found or visit is None or checked.scope is None:
        return None, found
    return Given(visit=visit, draft=GrantDraft(helper_note=helper_name(form), scope=checked.scope)), {}


def visit_of(form: Form) -> tuple[CounterVisit | None, Errors]:
    """Who is at the counter, or what is wrong with what was filled in."""
    bsn, document = _bsn(form), _document(form)
    name, reason = printable(form.one("burger")), printable(form.one("reden"))
    wrong = {
        "bsn": bsn is None and "Dit burgerservicenummer klopt niet. Neem de 9 cijfers over van het document.",
        "burger": not 0 < len(name) <= NAME_LENGTH
        and f"Vul de naam in van de persoon aan de balie, in ten hoogste {NAME_LENGTH} tekens.",
        "legitimatie": document is None and "Kies wat deze persoon liet zien.",
        "reden": not 0 < len(reason) <= REASON_LENGTH
        and f"Vul in waarom u dit doet, in ten hoogste {REASON_LENGTH} tekens.",
    }
    errors = {field: text for field, text in wrong.items() if text}
    if errors or bsn is None or document is None:
        return None, errors
    return CounterVisit(subject=Subject.of_bsn(bsn), name=name, document=document, reason=reason), {}


def _bsn(form: Form) -> Bsn | None:
    """Nine digits, with spaces or dots between them as on a document."""
    try:
        return Bsn("".join(form.one("bsn").replace(".", "").split()))
    except InvalidIdentifier:
        return None


def _document(form: Form) -> Document | None:
    try:
        return Document(form.one("legitimatie"))
    except ValueError:
        return None
