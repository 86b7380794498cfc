"""Debts as events of the FCID, and events of the FCID as debts. Pure.

A letter tells the whole of its debt; events tell what came on top, what went off and what was asked. What one makes of
the other comes to the same money.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, TypedDict

from mailbox.domain.claims.debts import Debt, due_of, sums_of
from mailbox.domain.claims.fcid import Category, Demand, Demanded, DemandWithdrawn, Event, Imposed, Paid, Remitted
from mailbox.domain.claims.roles import stage_of
from mailbox.domain.errors import FcidRefused
from mailbox.domain.identifiers import Cents
from mailbox.domain.law.regimes import NOTHING, Regime, Stage, Sums
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.local_time import AMSTERDAM

_NONE: Final = Sums(principal=NOTHING)


class _Common(TypedDict):
    """What every event has."""

    reference: str
    at: datetime
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FinancialCase:
    """What the events of one zaak come to. `demand`: the last that still stands, with its last day to pay."""

    case: str
    sums: Sums
    demand: Demanded | None

    @property
    def due(self) -> date | None:
        at = self.demand.due if self.demand else None
        return at.astimezone(AMSTERDAM).date() if at else None


def events_of(debt: Debt) -> Sequence[Event]:
    """The events of a debt, in the order of its letters."""
    return list(_Telling(debt).all())


def cases_of(events: Iterable[Event]) -> Sequence[FinancialCase]:
    """What events come to, by zaak, in the order in which those came. An event that is told twice counts once.

    Raises:
        FcidRefused: it remits an obligation of which nothing was told.
    """
    by_case: dict[str, dict[str, Event]] = {}
    for event in events:
        by_case.setdefault(event.case, {}).setdefault(event.reference, event)
    return [_case(case, tuple(found.values())) for case, found in by_case.items()]


class _Telling:
    """One debt, told letter by letter."""

    def __init__(self, debt: Debt) -> None:
        self._debt = debt
        self._case = debt.first.case or debt.first.reference
        self._obligations: dict[Category, str] = {}
        self._demand: str | None = None

    def all(self) -> Iterator[Event]:
        before = _NONE
        for letter in self._debt.letters:
            now = sums_of(letter)
            yield from self._changes(letter, before, now)
            if now.open:
                yield self._demanded(letter, now.open)
            before = now
        if self._debt.withdrawn:
            yield from self._withdrawn(before)

    def _changes(self, letter: LetterMetadata, before: Sums, now: Sums) -> Iterator[Event]:
        for category, amount in _parts(now).items():
            more = amount - _parts(before)[category]
            if more > 0:
                yield self._imposed(letter, category, Cents(more))
            elif more < 0:
                yield self._remitted(letter, category, Cents(-more))
        if now.paid != before.paid:
            yield Paid(**self._about(letter, "paid"), amount=Cents(now.paid - before.paid))

    def _imposed(self, letter: LetterMetadata, category: Category, amount: Cents) -> Imposed:
        about = self._about(letter, f"imposed {category}")
        is_first = category not in self._obligations
        self._obligations.setdefault(category, about["reference"])
        return Imposed(
            **about,
            imposed_at=about["at"],
            decision=letter.reference,
            is_primary=category is Category.PRINCIPAL and is_first,
            kind=self._debt.first.kind,
            category=category,
            amount=amount,
        )

    def _remitted(self, letter: LetterMetadata, category: Category, amount: Cents) -> Remitted:
        about = self._about(letter, f"remitted {category}")
        return Remitted(**about, obligation=self._obligations[category], amount=amount)

    def _demanded(self, letter: LetterMetadata, amount: Cents) -> Demanded:
        about, payment, due = self._about(letter, "demanded"), letter.payment, due_of(letter)
        self._demand = about["reference"]
        return Demanded(
            **about,
            demand=_demand(letter, self._debt.regime),
            amount=amount,
            due=_start_of(due) if due else None,
            account=payment.iban if payment else None,
            payee=payment.payee if payment else None,
            payment_reference=payment.reference if payment else None,
        )

    def _withdrawn(self, before: Sums) -> Iterator[Event]:
        """Nothing of it is asked any more; what was paid of it stays paid."""
        last = self._debt.last
        if self._demand is not None:
            yield DemandWithdrawn(**self._about(last, "withdrawn"), withdrawn=self._demand)
        for category, amount in _parts(before).items():
            if amount:
                about = self._about(last, f"withdrawn {category}")
                yield Remitted(**about, obligation=self._obligations[category], amount=amount)

    def _about(self, letter: LetterMetadata, what: str) -> _Common:
        """The reference is a hash: of the same letter and the same fact, always the same."""
        told = f"{letter.agency.value}\x00{letter.reference}\x00{what}".encode()
        reference = hashlib.sha256(told).hexdigest()
        return {"reference": reference, "at": _start_of(letter.dated), "case": self._case}


def _case(case: str, events: Sequence[Event]) -> FinancialCase:
    parts = dict.fromkeys(Category, 0)
    category = {event.reference: event.category for event in events if isinstance(event, Imposed)}
    withdrawn = {event.withdrawn for event in events if isinstance(event, DemandWithdrawn)}
    paid, demand = 0, None
    for event in events:
        if isinstance(event, Imposed):
            parts[event.category] += event.amount
        elif isinstance(event, Remitted):
            if event.obligation not in category:
                raise FcidRefused
            parts[category[event.obligation]] -= event.amount
        elif isinstance(event, Paid):
            paid += event.amount
        elif isinstance(event, Demanded) and event.reference not in withdrawn:
            demand = event
    return FinancialCase(case=case, sums=_sums(parts, paid), demand=demand)


def _sums(parts: dict[Category, int], paid: int) -> Sums:
    return Sums(
        principal=Cents(parts[Category.PRINCIPAL]),
        increase=Cents(parts[Category.INCREASE]),
        costs=Cents(parts[Category.COSTS]),
        interest=Cents(parts[Category.INTEREST]),
        paid=Cents(paid),
    )


def _parts(sums: Sums) -> dict[Category, Cents]:
    return {
        Category.PRINCIPAL: sums.principal,
        Category.COSTS: sums.costs,
        Category.INCREASE: sums.increase,
        Category.INTEREST: sums.interest,
    }


def _demand(letter: LetterMetadata, regime: Regime) -> Demand:
    """The FCID ends at the aanmaning: a writ is one as well. The first of DUO is free, and no aanmaning yet."""
    stage = stage_of(letter)
    if stage is Stage.OPEN:
        return Demand.BILL
    return Demand.REMINDER if (regime, stage) == (Regime.DUO, Stage.REMINDED) else Demand.WARNING


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)
