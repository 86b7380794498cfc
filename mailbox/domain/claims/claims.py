"""A claim: a matter in which money is asked, what it has come to, what it becomes, and what one can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice

from mailbox.domain.claims.debts import Debt, Owed, debts_of, withdrawn
from mailbox.domain.claims.matters import Matter, matters_of
from mailbox.domain.claims.roles import mother_kind
from mailbox.domain.identifiers import Cents, Oin
from mailbox.domain.law.regimes import Foreseen, foreseen, plan_stops
from mailbox.domain.letters import LetterMetadata, Remedy

Folded = tuple[Matter, tuple[Debt, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRemedy:
    """A way to disagree that is still there: against which letter, and until when.

    `rests_here`: letters that follow from this one. To object to those alone changes nothing of it. `fixed`: the
    decision that this letter follows from, when nothing can be done about that any more.
    """

    letter: LetterMetadata
    remedy: Remedy
    rests_here: tuple[LetterMetadata, ...]
    fixed: LetterMetadata | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """What comes if a debt is not paid: from which day, and all the steps after each other."""

    after: date
    steps: tuple[Foreseen, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A matter with money in it: its letters in order, and its debts."""

    letters: Matter
    debts: tuple[Debt, ...]

    @property
    def open(self) -> Cents:
        return Cents(sum(debt.open for debt in self.debts))

    @property
    def unsettled(self) -> tuple[Debt, ...]:
        return tuple(debt for debt in self.debts if not debt.is_settled)

    @property
    def due(self) -> date | None:
        """The first day by which something of it must be paid."""
        return min((debt.due for debt in self.unsettled if debt.due is not None), default=None)

    @property
    def agency(self) -> Oin:
        """Who asks for it now."""
        asking = (self.unsettled or self.debts)[-1]
        return asking.last.agency


def claims_of(letters: Iterable[LetterMetadata]) -> tuple[Claim, ...]:
    """The claims among these letters. Each letter is in one at most, and each bill is counted once."""
    return claims_in(folded(letters))


def folded(letters: Iterable[LetterMetadata]) -> Sequence[Folded]:
    """Every matter with its debts, if it has any."""
    return [(matter, debts_of(matter)) for matter in matters_of(letters)]


def claims_in(matters: Iterable[Folded]) -> tuple[Claim, ...]:
    """The matters with money in them."""
    return tuple(Claim(letters=matter, debts=debts) for matter, debts in matters if debts)


def coming(debt: Owed, today: date, *, most: int | None = None) -> Coming | None:
    """What comes after the last day of a debt, by the law of that day or of today if that has passed.

    A plan that is not kept stops before anything else. `most`: so many steps at most.
    """
    if debt.is_settled or debt.due is None:
        return None
    after = debt.due + timedelta(days=1)
    stops = (plan_stops(debt.regime, debt.stage, debt.sums),) if debt.planned else ()
    then = foreseen(debt.regime, debt.stage, debt.sums, max(after, today))
    steps = tuple(islice(chain(stops, then), most))
    return Coming(after=after, steps=steps) if steps else None


def open_remedies(claim: Claim, today: date) -> Sequence[OpenRemedy]:
    """What can still be done, the first to end first; what others rest on before those of the same day."""
    gone = withdrawn(claim.letters)
    found = [
        OpenRemedy(
            letter=letter,
            remedy=letter.remedy,
            rests_here=_resting(letter, claim.letters),
            fixed=_fixed(_mother(letter, claim.letters), today),
        )
        for letter in claim.letters
        if letter.remedy is not None and letter.remedy.by >= today
        if (letter.agency, letter.reference) not in gone
    ]
    return sorted(found, key=lambda one: (one.remedy.by, not one.rests_here))


def _resting(mother: LetterMetadata, letters: Matter) -> tuple[LetterMetadata, ...]:
    """The letters that follow from this decision: it is the last of its sort before them."""
    return tuple(one for one in letters if _mother(one, letters) is mother)


def _fixed(mother: LetterMetadata | None, today: date) -> LetterMetadata | None:
    """The decision, if its last day to disagree has passed."""
    return mother if mother is not None and mother.remedy is not None and mother.remedy.by < today else None


def _mother(letter: LetterMetadata, letters: Matter) -> LetterMetadata | None:
    kind = mother_kind(letter)
    before = [one for one in letters if one.kind == kind and one.dated <= letter.dated]
    return before[-1] if before else None
