"""What not paying costs: the examples of the law's own amounts of 2026."""

from __future__ import annotations

import pytest

from connectors.costs import awb_reminder, tax_reminder, wahv_increases, writ


@pytest.mark.parametrize(("claim", "costs"), [(1, 10_00), (453_99, 10_00), (454_00, 22_00), (9_000_00, 22_00)])
def test_a_reminder_for_taxes(claim: int, costs: int) -> None:
    assert costs == tax_reminder(claim)


@pytest.mark.parametrize(("claim", "costs"), [(1, 9_00), (453_99, 9_00), (454_00, 20_00), (9_000_00, 20_00)])
def test_a_reminder_under_the_awb(claim: int, costs: int) -> None:
    assert costs == awb_reminder(claim)


@pytest.mark.parametrize(
    ("claim", "costs"),
    [
        (10_00, 56_00),
        (89_99, 56_00),
        (90_00, 61_00),
        (300_00, 81_00),
        (1_000_00, 161_00),
        (1_240_00, 186_00),
        (10_000_000_00, 16_524_00),
    ],
)
def test_a_writ(claim: int, costs: int) -> None:
    assert costs == writ(claim)


@pytest.mark.parametrize(("sanction", "totals"), [(100_00, [109, 159, 309]), (280_00, [289, 429, 849])])
def test_a_traffic_fine_grows_to_three_times_the_sanction(sanction: int, totals: list[int]) -> None:
    first, second = wahv_increases(sanction)
    grown = [sanction, sanction + first, sanction + first + second]
    assert totals == [(cents + 9_00) // 100 for cents in grown]
