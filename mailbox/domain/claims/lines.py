"""Claims without their letters: what an overview of money needs of each, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailbox.domain.claims.claims import Claim
from mailbox.domain.claims.debts import Debt, Owed
from mailbox.domain.identifiers import LetterId, Oin


@dataclass(frozen=True, kw_only=True, slots=True)
class BillLine:
    """A debt, who asks for it now, and in which letter: the latest about it, with its subject.

    `letters`: all that are about it, also those that no longer count.
    """

    owed: Owed
    agency: Oin
    letter_id: LetterId
    subject: str
    letters: tuple[LetterId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimLine:
    """A claim by its letters, in order."""

    letters: tuple[LetterId, ...]
    bills: tuple[BillLine, ...]


def lines_of(claims: Iterable[Claim]) -> tuple[ClaimLine, ...]:
    """A line for each claim, in the same order."""
    return tuple(
        ClaimLine(
            letters=tuple(letter.letter_id for letter in claim.letters),
            bills=tuple(bill_of(debt) for debt in claim.debts),
        )
        for claim in claims
    )


def bill_of(debt: Debt) -> BillLine:
    """The line of one debt."""
    owed = Owed(
        regime=debt.regime,
        stage=debt.stage,
        planned=debt.planned,
        withdrawn=debt.withdrawn,
        began=debt.began,
        sums=debt.sums,
        due=debt.due,
    )
    last = debt.last
    return BillLine(
        owed=owed,
        agency=last.agency,
        letter_id=last.letter_id,
        subject=last.subject,
        letters=tuple(letter.letter_id for letter in (*debt.gone, *debt.letters)),
    )
