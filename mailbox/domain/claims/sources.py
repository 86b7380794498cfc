"""Which bodies of the State collect debts of citizens: data. Of one that does not send here, a total knows nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

CREDITORS: Final = ("Belastingdienst", "CAK", "CJIB", "DUO", "RVO", "SVB", "UWV")
"""The bodies of the Vorderingenoverzicht Rijk (LETTERS 7, read November 2026), by the name they are registered under.

Dienst Toeslagen collects through the Belastingdienst.
"""


def missing_sources(names: Iterable[str]) -> tuple[str, ...]:
    """Those that are not among these names of bodies that send."""
    known = {name.casefold() for name in names}
    return tuple(name for name in CREDITORS if name.casefold() not in known)
