"""What a dossier of debts says, from the claims: the same on the page, in the PDF and in the CSV. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from mailbox.domain.claims.claims import Claim, coming, open_remedies
from mailbox.domain.claims.debts import Debt
from mailbox.domain.claims.said import Said
from mailbox.domain.identifiers import Cents, Oin
from mailbox.domain.law.regimes import Sums
from mailbox.domain.letters import LetterMetadata, Payment
from mailbox.services.dossiers import Dossier
from mailbox.web import formats, money_words, words
from mailbox.web.timeline_view import sender_name

NOT_ALL = "Andere organisaties staan hier niet bij, zoals uw zorgverzekeraar, uw verhuurder of uw energiebedrijf."


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierDebt:
    """A bill. `reference`: of its latest letter; `becomes`: what comes if nothing is done, in words.

    `is_said`: its citizen says that it is paid.
    """

    sender: str
    subject: str
    state: str
    case: str
    reference: str
    sums: Sums
    open: Cents
    began: Cents
    by: date | None
    payment: Payment | None
    becomes: str
    is_said: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierLetter:
    """A letter of a claim. `amount`: what it asks; None for nothing."""

    dated: date
    sender: str
    nature: str
    subject: str
    case: str
    reference: str
    amount: Cents | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierClaim:
    """A matter, `number` in the dossier. `remedies`: how one can still disagree, in sentences."""

    number: int
    title: str
    sender: str
    debts: tuple[DossierDebt, ...]
    remedies: tuple[str, ...]
    letters: tuple[DossierLetter, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Who wrote about these claims: how many letters, and when the last one is of."""

    sender: str
    letters: int
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierView:
    """The whole. `total`: open, in words; "minstens", since there may be more that is not here."""

    total: str
    bodies: int
    open_claims: int
    letters: int
    sources: tuple[Source, ...]
    claims: tuple[DossierClaim, ...]


def dossier_view(dossier: Dossier, names: Mapping[str, str], today: date) -> DossierView:
    """Shapes a dossier, in the order of its claims."""
    claims, said = dossier.claims, dossier.said
    cents = sum(claim.open for claim in claims)
    asking = {debt.last.agency for claim in claims for debt in claim.unsettled}
    return DossierView(
        total=f"minstens {formats.money(cents)}" if cents else "geen bedrag dat wij kennen",
        bodies=len(asking),
        open_claims=sum(bool(claim.unsettled) for claim in claims),
        letters=sum(len(claim.letters) for claim in claims),
        sources=tuple(_sources(claims, names)),
        claims=tuple(_claim(number, claim, said, names, today) for number, claim in enumerate(claims, start=1)),
    )


def _sources(claims: Iterable[Claim], names: Mapping[str, str]) -> Iterator[Source]:
    letters = [letter for claim in claims for letter in claim.letters]
    counted: Counter[Oin] = Counter(letter.agency for letter in letters)
    for agency, number in counted.most_common():
        last = max(letter.dated for letter in letters if letter.agency == agency)
        yield Source(sender=sender_name(agency, names), letters=number, last=last)


def _claim(number: int, claim: Claim, said: Said, names: Mapping[str, str], today: date) -> DossierClaim:
    debts = sorted(claim.debts, key=lambda debt: (debt.is_settled, debt.due or date.max))
    return DossierClaim(
        number=number,
        title=debts[0].last.subject,
        sender=sender_name(claim.agency, names),
        debts=tuple(_debt(debt, said, names, today) for debt in debts),
        remedies=tuple(_remedies(claim, today)),
        letters=tuple(_letter(letter, names) for letter in claim.letters),
    )


def _debt(debt: Debt, said: Said, names: Mapping[str, str], today: date) -> DossierDebt:
    return DossierDebt(
        sender=sender_name(debt.last.agency, names),
        subject=debt.last.subject,
        state=money_words.state_words(debt),
        case=debt.last.case or "",
        reference=debt.last.reference,
        sums=debt.sums,
        open=debt.open,
        began=debt.began,
        by=None if debt.is_settled else debt.due,
        payment=None if debt.is_settled else debt.payment,
        becomes=money_words.becomes_words(debt, coming(debt, today), today),
        is_said=not debt.is_settled and said.is_paid(debt.last.letter_id),
    )


def _remedies(claim: Claim, today: date) -> Iterator[str]:
    for one in open_remedies(claim, today):
        title, _ = words.REMEDIES.get(one.remedy.kind, (one.remedy.kind.capitalize(), ""))
        yield f"{title} kan nog tot en met {formats.day(one.remedy.by)}, tegen de brief „{one.letter.subject}”."


def _letter(letter: LetterMetadata, names: Mapping[str, str]) -> DossierLetter:
    return DossierLetter(
        dated=letter.dated,
        sender=sender_name(letter.agency, names),
        nature=words.NATURES.get(letter.nature, "Brief"),
        subject=letter.subject,
        case=letter.case or "",
        reference=letter.reference,
        amount=letter.amounts.total if letter.amounts and letter.amounts.to_pay else None,
    )
