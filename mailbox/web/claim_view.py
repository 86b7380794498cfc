"""What the page of a claim says. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from mailbox.domain.claims.claims import Claim, Coming, OpenRemedy, coming, open_remedies
from mailbox.domain.claims.debts import Debt, State
from mailbox.domain.claims.lines import bill_of
from mailbox.domain.claims.said import Said
from mailbox.domain.identifiers import LetterId, id_text
from mailbox.domain.law.regimes import MEANWHILE, Meanwhile, Regime, Stage
from mailbox.domain.letters import LetterMetadata, Payment
from mailbox.web import formats, money_words, said_words, words
from mailbox.web.qr_codes import payment_qr_code
from mailbox.web.timeline_view import sender_name


@dataclass(frozen=True, kw_only=True, slots=True)
class StepView:
    """Something that comes if nothing is done. `amount`: what is to pay then; empty where it is not known."""

    when: str
    what: str
    amount: str
    law: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtView:
    """A bill of the claim. `amount`: what to pay now, empty where a plan says how much.

    `seized`: that it is being taken; `accepts`: what one gives up by paying. `letter_id`: the latest about it. `said`:
    that the citizen paid, as they say; empty where they did not, `unseen` where the body wrote again since.
    """

    letter_id: str
    title: str
    sender: str
    state: str
    task: str
    by: date | None
    near: str
    passed: bool
    grown: str
    parts: tuple[tuple[str, str], ...]
    payment: Payment | None
    amount: str
    qr: Markup | None
    steps: tuple[StepView, ...]
    caveat: str
    settled: bool
    seized: str
    accepts: str
    said: str
    unseen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RemedyView:
    """A way to disagree that is still there. `about`: what it has to do with other letters; empty for nothing.

    `button`: to say that one did; empty where that was said.
    """

    title: str
    letter_id: str
    subject: str
    body: str
    by: date
    near: str
    about: str
    button: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectionView:
    """A letter that the citizen says they objected to."""

    letter_id: str
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRow:
    """A letter of the claim, in order of date."""

    letter_id: str
    sender: str
    nature: str
    subject: str
    dated: date
    amount: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimView:
    """All that the page shows. `meanwhile`: what to do about the money while one disagrees.

    `claim_id`: the letter that its address names.
    """

    claim_id: str
    title: str
    sender: str
    total: str
    debts: tuple[DebtView, ...]
    remedies: tuple[RemedyView, ...]
    objections: tuple[ObjectionView, ...]
    meanwhile: str
    letters: tuple[LetterRow, ...]


def claim_view(claim: Claim, said: Said, names: Mapping[str, str], today: date) -> ClaimView:
    """Shapes a claim; what is settled comes after what is not."""
    objected = said.objected(letter.letter_id for letter in claim.letters)
    debts = sorted(claim.debts, key=lambda debt: (debt.is_settled, debt.due or date.max))
    remedies = open_remedies(claim, today)
    return ClaimView(
        claim_id=id_text(claim.letters[0].letter_id),
        title=formats.unbroken(debts[0].last.subject),
        sender=sender_name(claim.agency, names),
        total=formats.money(claim.open),
        debts=tuple(_debt(debt, said, names, today) for debt in debts),
        remedies=tuple(_remedy(one, objected, today) for one in remedies),
        objections=tuple(
            _objection(letter, objected[letter.letter_id]) for letter in claim.letters if letter.letter_id in objected
        ),
        meanwhile=_meanwhile(debts[0]) if remedies and claim.open else "",
        letters=tuple(_letter(letter, names) for letter in claim.letters),
    )


def _debt(debt: Debt, said: Said, names: Mapping[str, str], today: date) -> DebtView:
    comes, bill = coming(debt, today), bill_of(debt)
    sender, paid = sender_name(debt.last.agency, names), None if debt.is_settled else said.paid(bill)
    payment = None if debt.is_settled or debt.state is State.SEIZURE else debt.payment
    in_parts = debt.state is State.PLAN
    return DebtView(
        letter_id=id_text(debt.last.letter_id),
        title=formats.unbroken(debt.last.subject),
        sender=sender,
        state=money_words.state_words(debt),
        task=said_words.bill_task(bill, said),
        by=None if debt.is_settled else debt.due,
        near=formats.nearness(debt.due, today) if debt.due else "",
        passed=debt.due is not None and debt.due < today,
        grown=money_words.grown_words(debt),
        parts=_parts(debt),
        payment=payment,
        amount="" if in_parts else formats.money(debt.open),
        qr=payment_qr_code(payment, debt.open) if payment and not in_parts else None,
        steps=tuple(_steps(debt, comes, today)) if comes else (),
        caveat=money_words.caveat(comes) if comes else "",
        settled=debt.is_settled,
        seized=money_words.seized_words(sender) if debt.state is State.SEIZURE else "",
        accepts=money_words.ACCEPTS if _waives(debt, today) else "",
        said=said_words.paid_words(paid, sender) if paid else "",
        unseen=paid is not None and paid.unseen,
    )


def _waives(debt: Debt, today: date) -> bool:
    """Whether who pays can object no more, and still could."""
    remedies = [letter.remedy for letter in debt.letters if letter.remedy]
    return debt.regime is Regime.OM and any(one.kind == "verzet" and one.by >= today for one in remedies)


def _parts(debt: Debt) -> tuple[tuple[str, str], ...]:
    """The build-up, when there is more to say than the total."""
    sums = debt.sums
    named = (
        ("Bedrag", sums.principal),
        ("Verhoging", sums.increase),
        ("Kosten", sums.costs),
        ("Rente", sums.interest),
    )
    lines = [(label, formats.money(cents)) for label, cents in named if cents]
    lines.append(("Totaal", formats.money(sums.total)))
    if sums.paid:
        lines += [("Al betaald", formats.money(sums.paid)), ("Nog open", formats.money(debt.open))]
    return tuple(lines) if lines[0][1] != lines[-1][1] else ()


def _steps(debt: Debt, comes: Coming, today: date) -> Sequence[StepView]:
    before, told = debt.open, []
    for number, one in enumerate(comes.steps):
        start = "Dit kan nu komen" if comes.after <= today else f"Vanaf {formats.day(comes.after)}"
        told.append(
            StepView(
                when=start if number == 0 else "Daarna",
                what=money_words.step_words(one),
                amount=money_words.amount_words(one) if one.sums.open > before else "",
                law=one.step.law,
            )
        )
        before = one.sums.open
    return told


def _objection(letter: LetterMetadata, at_ms: int) -> ObjectionView:
    return ObjectionView(letter_id=id_text(letter.letter_id), said=said_words.objection_words(letter, at_ms))


def _remedy(one: OpenRemedy, objected: Container[LetterId], today: date) -> RemedyView:
    title, _ = words.REMEDIES.get(one.remedy.kind, (one.remedy.kind.capitalize(), ""))
    return RemedyView(
        title=title,
        letter_id=id_text(one.letter.letter_id),
        subject=formats.unbroken(one.letter.subject),
        body=one.remedy.body,
        by=one.remedy.by,
        near=formats.nearness(one.remedy.by, today),
        about=formats.unbroken(_about(one)),
        button="" if one.letter.letter_id in objected else said_words.objection_button(one.letter),
    )


def _about(one: OpenRemedy) -> str:
    if one.rests_here:
        return f"Begin met deze brief. Hieruit volgt: {formats.listed([_quoted(letter) for letter in one.rests_here])}."
    return f"Dit verandert niets meer aan het besluit {_quoted(one.fixed)}. Dat staat vast." if one.fixed else ""


def _quoted(letter: LetterMetadata) -> str:
    return f"„{letter.subject}”"


def _meanwhile(debt: Debt) -> str:
    meanwhile = MEANWHILE[debt.regime]
    return (
        money_words.ASK
        if meanwhile is Meanwhile.WAIT and debt.stage is not Stage.OPEN
        else (money_words.MEANWHILE[meanwhile])
    )


def _letter(letter: LetterMetadata, names: Mapping[str, str]) -> LetterRow:
    return LetterRow(
        letter_id=id_text(letter.letter_id),
        sender=sender_name(letter.agency, names),
        nature=words.NATURES.get(letter.nature, "Brief"),
        subject=formats.unbroken(letter.subject),
        dated=letter.dated,
        amount=formats.money(letter.amounts.open) if letter.amounts and letter.amounts.to_pay else "",
    )
