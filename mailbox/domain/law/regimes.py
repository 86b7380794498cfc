"""What not paying costs, regime by regime: data, with the article, the text that was read and the date of force.

A step is known as far as the law fixes it; `open_ended` ones may cost more (a bailiff, interest). Amounts in cents.
The newest step whose date of force has come counts; in a year whose amounts are not known yet, those of the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from typing import Final, Literal

from mailbox.domain.identifiers import Cents

NOTHING: Final = Cents(0)


class Regime(StrEnum):
    """By which law a debt is collected."""

    WAHV = "wahv"
    AWB = "awb"
    DUO = "duo"
    TAX = "belasting"
    ALLOWANCE = "toeslag"
    OM = "om"


class Stage(Enum):
    """How far collecting has come, in order."""

    OPEN = 0
    REMINDED = 1
    REMINDED_AGAIN = 2
    WRIT = 3
    SEIZURE = 4


class Meanwhile(StrEnum):
    """What to do about the money while one disagrees."""

    PAY = "betalen"
    """It stays due (Awb art. 6:16, IW 1990 art. 9 lid 12); one may ask for delay."""
    WAIT = "wachten"
    """It is not due until there is an answer (Wahv art. 23 lid 1)."""
    ASK = "uitstel"
    """One usually gets delay (Dienst Toeslagen)."""


MEANWHILE: Final = {
    Regime.WAHV: Meanwhile.WAIT,
    Regime.AWB: Meanwhile.PAY,
    Regime.DUO: Meanwhile.PAY,
    Regime.TAX: Meanwhile.PAY,
    Regime.ALLOWANCE: Meanwhile.ASK,
    Regime.OM: Meanwhile.WAIT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """What a debt is made of."""

    principal: Cents
    increase: Cents = NOTHING
    costs: Cents = NOTHING
    interest: Cents = NOTHING
    paid: Cents = NOTHING

    @property
    def total(self) -> Cents:
        return Cents(self.principal + self.increase + self.costs + self.interest)

    @property
    def open(self) -> Cents:
        left = self.total - self.paid
        return Cents(left) if left > 0 else NOTHING


Part = Literal["increase", "costs"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Percentage:
    """A share of the principal, and of the increases so far where the law counts those; `least` of it."""

    percent: int
    of_increases: bool = False
    least: int = 0
    part: Part = "increase"

    def of(self, sums: Sums) -> int:
        base = sums.principal + (sums.increase if self.of_increases else 0)
        return max(self.least, base * self.percent // 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bracket:
    """One amount below a limit, another from it on, by the principal."""

    limit: int
    below: int
    above: int
    part: Part = "costs"

    def of(self, sums: Sums) -> int:
        return self.above if sums.principal >= self.limit else self.below


@dataclass(frozen=True, kw_only=True, slots=True)
class Stairs:
    """A base, and so much for each full step above the first; never more than `most`."""

    base: int
    step: int
    each: int
    most: int
    part: Part = "costs"

    def of(self, sums: Sums) -> int:
        return min(self.most, self.base + max(0, sums.principal - self.step) // self.step * self.each)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """The same amount for everybody."""

    amount: int
    part: Part = "costs"

    def of(self, _: Sums) -> int:
        return self.amount


@dataclass(frozen=True, kw_only=True, slots=True)
class CostStep:
    """What comes when a debt in this stage is not paid in time. `law` empty: the sender's own way of working."""

    regime: Regime
    after: Stage
    becomes: Stage
    adds: tuple[Percentage | Bracket | Stairs | Fixed, ...]
    law: str
    since: date
    read: date
    open_ended: bool = False
    confirmed: bool = True

    def on(self, sums: Sums) -> Sums:
        """The debt after this step."""
        for addition in self.adds:
            more = Cents(getattr(sums, addition.part) + addition.of(sums))
            sums = replace(sums, **{addition.part: more})
        return sums


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """A step that comes if nothing is done, and the debt after it."""

    step: CostStep
    sums: Sums


def foreseen(
    regime: Regime, stage: Stage, sums: Sums, on: date, *, steps: Sequence[CostStep] | None = None
) -> Iterator[Foreseen]:
    """All that comes, step by step, by the law of this day; `steps` instead of the law as it is."""
    known = COST_STEPS if steps is None else steps
    while (step := _step(known, regime, stage, on)) is not None:
        sums, stage = step.on(sums), step.becomes
        yield Foreseen(step=step, sums=sums)


def plan_stops(regime: Regime, stage: Stage, sums: Sums) -> Foreseen:
    """What comes first of a plan that is not kept: it ends, and all is due at once. The sender's own way of working."""
    step = CostStep(regime=regime, after=stage, becomes=stage, adds=(), law="", since=_YEAR, read=_YEAR)
    return Foreseen(step=step, sums=sums)


def _step(steps: Sequence[CostStep], regime: Regime, after: Stage, on: date) -> CostStep | None:
    """The newest that is in force; before the first that is known, none."""
    fitting = (one for one in steps if (one.regime, one.after) == (regime, after) and one.since <= on)
    return max(fitting, key=lambda one: one.since, default=None)


_AWB_REMINDER: Final = Bracket(limit=454_00, below=9_00, above=20_00)
_TAX_REMINDER: Final = Bracket(limit=454_00, below=10_00, above=22_00)
_TAX_WRIT: Final = Stairs(base=56_00, step=45_00, each=5_00, most=16_524_00)
_WAHV_SINCE, _WAHV_READ = date(1990, 9, 1), date(2026, 9, 1)
_YEAR: Final = date(2026, 1, 1)
"""Of the amounts that are indexed every year."""


def _steps() -> Iterator[CostStep]:
    yield from _wahv()
    yield from _awb()
    yield from _tax(Regime.TAX)
    yield from _tax(Regime.ALLOWANCE)  # Awir art. 34 lid 2: the same costs
    yield from _om()


def _wahv() -> Iterator[CostStep]:
    for after, becomes, adds, law in (
        (Stage.OPEN, Stage.REMINDED, (Percentage(percent=50),), "Wahv art. 23 lid 3"),
        (Stage.REMINDED, Stage.REMINDED_AGAIN, (Percentage(percent=100, of_increases=True),), "Wahv art. 25 lid 1"),
        (Stage.REMINDED_AGAIN, Stage.SEIZURE, (), "Wahv art. 26 en 27"),
        (Stage.WRIT, Stage.SEIZURE, (), "Wahv art. 26"),
    ):
        yield CostStep(
            regime=Regime.WAHV,
            after=after,
            becomes=becomes,
            adds=adds,
            law=law,
            since=_WAHV_SINCE,
            read=_WAHV_READ,
            open_ended=not adds,
        )


def _awb() -> Iterator[CostStep]:
    for regime, after, becomes, adds, law in (
        (Regime.AWB, Stage.OPEN, Stage.REMINDED, (_AWB_REMINDER,), "Awb art. 4:112 en 4:113"),
        (Regime.AWB, Stage.REMINDED, Stage.WRIT, (), "Awb art. 4:98 en 4:117"),
        (Regime.AWB, Stage.WRIT, Stage.SEIZURE, (), "Awb art. 4:116"),
        (Regime.DUO, Stage.OPEN, Stage.REMINDED, (), ""),
        (Regime.DUO, Stage.REMINDED, Stage.REMINDED_AGAIN, (_AWB_REMINDER,), "Awb art. 4:112 en 4:113"),
        (Regime.DUO, Stage.REMINDED_AGAIN, Stage.WRIT, (), "Awb art. 4:98 en 4:117"),
        (Regime.DUO, Stage.WRIT, Stage.SEIZURE, (), "Awb art. 4:116"),
    ):
        yield CostStep(
            regime=regime,
            after=after,
            becomes=becomes,
            adds=adds,
            law=law,
            since=_YEAR,
            read=_YEAR,
            open_ended=becomes in {Stage.WRIT, Stage.SEIZURE},
        )


def _tax(regime: Regime) -> Iterator[CostStep]:
    """Kostenwet invordering rijksbelastingen, of 2026; what is sold after a seizure costs more."""
    for after, becomes, adds, law in (
        (Stage.OPEN, Stage.REMINDED, _TAX_REMINDER, "Kostenwet invordering rijksbelastingen art. 2"),
        (Stage.REMINDED, Stage.WRIT, _TAX_WRIT, "Kostenwet invordering rijksbelastingen art. 3 lid 1"),
        (Stage.WRIT, Stage.SEIZURE, Fixed(amount=78_00), "Kostenwet invordering rijksbelastingen art. 4 lid 1"),
    ):
        yield CostStep(
            regime=regime,
            after=after,
            becomes=becomes,
            adds=(adds,),
            law=law,
            since=_YEAR,
            read=_YEAR,
            open_ended=becomes is Stage.SEIZURE,
        )


def _om() -> Iterator[CostStep]:
    """Of a penalty order: amounts that no source confirmed."""
    for after, becomes, adds in (
        (Stage.OPEN, Stage.REMINDED, (Fixed(amount=20_00, part="increase"),)),
        (Stage.REMINDED, Stage.REMINDED_AGAIN, (Percentage(percent=20, least=40_00),)),
        (Stage.REMINDED_AGAIN, Stage.SEIZURE, ()),
    ):
        yield CostStep(
            regime=Regime.OM,
            after=after,
            becomes=becomes,
            adds=adds,
            law="Sv art. 257g",
            since=_YEAR,
            read=_YEAR,
            open_ended=not adds,
            confirmed=False,
        )


COST_STEPS: Final[tuple[CostStep, ...]] = tuple(_steps())
