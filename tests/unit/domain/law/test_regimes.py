"""What not paying costs, from the law's text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailbox.domain.identifiers import Cents
from mailbox.domain.law.regimes import COST_STEPS, MEANWHILE, Regime, Stage, Sums, foreseen

DAY = date(2026, 11, 27)


def ladder(regime: Regime, principal: int, stage: Stage = Stage.OPEN, on: date = DAY, **parts: int) -> list[int]:
    """What is to pay after each step, in cents."""
    sums = Sums(principal=Cents(principal), **{name: Cents(value) for name, value in parts.items()})
    return [one.sums.open for one in foreseen(regime, stage, sums, on)]


@pytest.mark.parametrize(
    ("regime", "principal", "steps"),
    [
        (Regime.AWB, 453_99, [462_99, 462_99, 462_99]),
        (Regime.AWB, 454_00, [474_00, 474_00, 474_00]),
        (Regime.TAX, 300_00, [310_00, 391_00, 469_00]),  # € 10, € 81, € 78
        (Regime.TAX, 1_000_00, [1_022_00, 1_183_00, 1_261_00]),  # € 22, € 161, € 78
        (Regime.TAX, 45_00, [55_00, 111_00, 189_00]),
        (Regime.TAX, 89_99, [99_99, 155_99, 233_99]),  # no full € 45 above the first
        (Regime.TAX, 90_00, [100_00, 161_00, 239_00]),
        (Regime.TAX, 200_000_00, [200_022_00, 216_546_00, 216_624_00]),  # never more than € 16.524
        (Regime.ALLOWANCE, 1_240_00, [1_262_00, 1_448_00, 1_526_00]),
        (Regime.DUO, 622_00, [622_00, 642_00, 642_00, 642_00]),
        (Regime.OM, 100_00, [120_00, 160_00, 160_00]),
        (Regime.OM, 350_00, [370_00, 440_00, 440_00]),
    ],
)
def test_each_regime_has_its_ladder(regime: Regime, principal: int, steps: list[int]) -> None:
    assert ladder(regime, principal) == steps


def test_a_traffic_fine_is_half_more_and_then_twice_that_and_its_own_costs_are_not() -> None:
    """€ 100 and € 9: € 109, € 159, € 309 (Wahv art. 23 and 25)."""
    assert ladder(Regime.WAHV, 100_00, costs=9_00) == [159_00, 309_00, 309_00]
    assert ladder(Regime.WAHV, 100_00, Stage.REMINDED, increase=50_00, costs=9_00) == [309_00, 309_00]
    assert ladder(Regime.WAHV, 100_00, costs=9_00, paid=59_00) == [100_00, 250_00, 250_00]


def test_what_is_known_of_a_year_is_not_told_of_the_year_before() -> None:
    assert ladder(Regime.AWB, 100_00, on=date(2025, 12, 31)) == []
    assert ladder(Regime.AWB, 100_00, on=date(2026, 1, 1)) == [109_00, 109_00, 109_00]
    assert ladder(Regime.AWB, 100_00, on=date(2028, 1, 1)) == [109_00, 109_00, 109_00]


def test_the_newest_amounts_in_force_count() -> None:
    newer = tuple(replace(step, adds=(), since=date(2027, 1, 1)) for step in COST_STEPS if step.regime is Regime.AWB)
    days, sums = (date(2026, 12, 31), date(2027, 1, 1)), Sums(principal=Cents(100_00))
    found = [next(foreseen(Regime.AWB, Stage.OPEN, sums, day, steps=(*newer, *COST_STEPS))) for day in days]
    assert [one.sums.open for one in found] == [109_00, 100_00]


def test_every_step_leads_further_and_says_where_it_comes_from() -> None:
    for step in COST_STEPS:
        assert step.becomes.value > step.after.value
        assert "art." in step.law or (step.regime, step.after, step.adds) == (Regime.DUO, Stage.OPEN, ())
        assert step.since <= step.read
    assert set(MEANWHILE) == set(Regime)
