"""What not paying costs, by law. Amounts in euro cents, of 2026 (LETTERS 6.3)."""

from __future__ import annotations

from typing import Final

_LIMIT: Final = 454_00
_TAX_REMINDER: Final = (10_00, 22_00)
_AWB_REMINDER: Final = (9_00, 20_00)
_WRIT_BASE, _WRIT_STEP, _WRIT_EACH, _WRIT_MAX = 56_00, 45_00, 5_00, 16_524_00


def tax_reminder(claim: int) -> int:
    """Costs of a reminder for taxes and allowances (Kostenwet invordering rijksbelastingen)."""
    return _TAX_REMINDER[claim >= _LIMIT]


def awb_reminder(claim: int) -> int:
    """Costs of a reminder under Awb art. 4:113."""
    return _AWB_REMINDER[claim >= _LIMIT]


def writ(claim: int) -> int:
    """Costs of a writ: € 56, and € 5 for each full € 45 above € 45, up to € 16.524 (Kostenwet)."""
    return min(_WRIT_MAX, _WRIT_BASE + max(0, claim - _WRIT_STEP) // _WRIT_STEP * _WRIT_EACH)


def wahv_increases(sanction: int) -> tuple[int, int]:
    """First and second increase of a traffic fine: half of it, then all of both (Wahv art. 23 and 25)."""
    first = sanction // 2
    return first, sanction + first
