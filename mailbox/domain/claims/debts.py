"""What each bill of a matter has become: a fold over its letters, in order.

A letter tells the whole of its debt: what it says takes the place of what was said before, and is never added to it.
Payments are what letters call paid. Letters that were withdrawn or replaced (Awb art. 2:12) no longer count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from mailbox.domain.claims.matters import Matter
from mailbox.domain.claims.roles import Role, regime_of, role_of, stage_of
from mailbox.domain.identifiers import Cents, Oin
from mailbox.domain.law.regimes import NOTHING, Regime, Stage, Sums
from mailbox.domain.letters import LetterMetadata, Payment

Key = tuple[Oin, str]
ENDS: Final = ("trektIn", "vervangt")
"""How a letter ends one before it: the word, on the wire."""


class State(StrEnum):
    """How a debt stands, in one word."""

    OPEN = "open"
    REMINDED = "herinnerd"
    REMINDED_AGAIN = "opnieuw-herinnerd"
    WRIT = "dwangbevel"
    SEIZURE = "beslag"
    PLAN = "regeling"
    PAID = "betaald"
    WITHDRAWN = "ingetrokken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """What one bill has become, as its latest letter tells it.

    `began`: the total of the first letter; `due`: the last day to pay that was named; `planned`: whether a plan was
    agreed since the last demand.
    """

    regime: Regime
    stage: Stage
    planned: bool
    withdrawn: bool
    began: Cents
    sums: Sums
    due: date | None

    @property
    def open(self) -> Cents:
        return NOTHING if self.withdrawn else self.sums.open

    @property
    def added(self) -> Cents:
        """What came on top since the first letter."""
        return Cents(max(0, self.sums.total - self.began))

    @property
    def state(self) -> State:
        if self.withdrawn:
            return State.WITHDRAWN
        if self.sums.open == 0:
            return State.PAID
        return State.PLAN if self.planned else State[self.stage.name]

    @property
    def is_settled(self) -> bool:
        return self.withdrawn or self.sums.open == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Debt(Owed):
    """One bill with its letters: those that are about it and still count. `payment`: how to pay it now.

    `gone`: those about it that no longer count.
    """

    letters: tuple[LetterMetadata, ...]
    payment: Payment | None
    gone: tuple[LetterMetadata, ...] = ()

    @property
    def first(self) -> LetterMetadata:
        return self.letters[0]

    @property
    def last(self) -> LetterMetadata:
        return self.letters[-1]


def debts_of(matter: Matter) -> tuple[Debt, ...]:
    """The debts of a matter, in order of their first letter."""
    gone = withdrawn(matter)
    strands = _strands(letter for letter in matter if role_of(letter) is not Role.NONE)
    return tuple(_folded(strand, gone) for strand in strands)


def withdrawn(matter: Matter) -> frozenset[Key]:
    """Letters that no longer count: a later one withdrew them or took their place (Awb art. 2:12)."""
    return frozenset(
        (letter.agency, letter.related[word]) for letter in matter for word in ENDS if word in letter.related
    )


def _strands(letters: Iterable[LetterMetadata]) -> list[list[LetterMetadata]]:
    """The letters by debt: a bill begins one, what collects goes with the bill that it follows."""
    strands: list[list[LetterMetadata]] = []
    for letter in letters:
        strand = _followed(letter, strands)
        if strand is None:
            strands.append([letter])
        else:
            strand.append(letter)
    return strands


def _followed(letter: LetterMetadata, strands: Sequence[list[LetterMetadata]]) -> list[LetterMetadata] | None:
    """The debt that the letter is about: that it names, with the same principal, or the latest before it."""
    is_bill = role_of(letter) is Role.BILL
    words = [word for word in ENDS if word in letter.related] if is_bill else letter.related
    wanted = {letter.related[word] for word in words}
    for strand in reversed(strands) if wanted else ():
        if any(one.agency == letter.agency and one.reference in wanted for one in strand):
            return strand
    if is_bill:
        return None
    alike = (strand for strand in reversed(strands) if _principal(strand[0]) == _principal(letter))
    return next(alike, strands[-1] if strands else None)


def _folded(strand: Sequence[LetterMetadata], gone: frozenset[Key]) -> Debt:
    """What is left without those that are gone. A debt that began with a bill and has none left is withdrawn."""
    standing = [letter for letter in strand if (letter.agency, letter.reference) not in gone]
    no_bill = role_of(strand[0]) is Role.BILL and not any(role_of(letter) is Role.BILL for letter in standing)
    letters = list(strand) if no_bill or not standing else standing
    debt = _begun(letters[0])
    for letter in letters[1:]:
        debt = _further(debt, letter)
    kept = {letter.letter_id for letter in letters}
    rest = tuple(letter for letter in strand if letter.letter_id not in kept)
    return replace(debt, letters=tuple(letters), gone=rest, withdrawn=no_bill or not standing)


def _begun(letter: LetterMetadata) -> Debt:
    return Debt(
        regime=regime_of(letter),
        letters=(letter,),
        stage=stage_of(letter),
        planned=role_of(letter) is Role.PLAN,
        withdrawn=False,
        began=_total(letter),
        sums=sums_of(letter),
        due=due_of(letter),
        payment=letter.payment,
    )


def _further(debt: Debt, letter: LetterMetadata) -> Debt:
    """The debt after one more letter. What this one does not say stays as it was."""
    planned = role_of(letter) is Role.PLAN
    return replace(
        debt,
        stage=debt.stage if planned else max(debt.stage, stage_of(letter), key=lambda stage: stage.value),
        planned=planned,
        sums=sums_of(letter),
        due=due_of(letter) or debt.due,
        payment=letter.payment or debt.payment,
    )


def sums_of(letter: LetterMetadata) -> Sums:
    """What a letter about a debt adds up to; what it does not take apart is principal."""
    amounts = letter.amounts
    assert amounts is not None  # noqa: S101 - without amounts a letter has no role in a debt
    rest = [part or NOTHING for part in (amounts.increase, amounts.costs, amounts.interest)]
    return Sums(
        principal=Cents(amounts.total - sum(rest)),
        increase=rest[0],
        costs=rest[1],
        interest=rest[2],
        paid=amounts.paid,
    )


def _principal(letter: LetterMetadata) -> Cents:
    return sums_of(letter).principal


def _total(letter: LetterMetadata) -> Cents:
    return sums_of(letter).total


def due_of(letter: LetterMetadata) -> date | None:
    """The first day by which something must be paid: of the terms, or else what stands beside the account."""
    terms = [due.by for due in letter.deadlines if due.kind == "betalen"]
    return min(terms) if terms else letter.payment.by if letter.payment else None
