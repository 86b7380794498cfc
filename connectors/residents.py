"""Fictional people who get post. BSNs are valid and of the range 99999xxxx only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from connectors.numbers import is_bsn

_GIVEN: Final = (
    "Noor",
    "Daan",
    "Fatima",
    "Sem",
    "Aylin",
    "Piet",
    "Ingrid",
    "Youssef",
    "Marieke",
    "Tomasz",
    "Els",
    "Ravi",
)
_FAMILY: Final = ("de Wit", "Bakir", "Jansma", "Visscher", "Oomen", "Kaya", "Smeets", "van Dam", "Postma", "Nowak")
_BSNS: Final = tuple(bsn for bsn in range(999_990_100, 1_000_000_000) if is_bsn(bsn))
"""Those below are for people with a name of their own: in the demo, in tests."""
MOST_RESIDENTS: Final = len(_BSNS)


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Resident:
    """A fictional person. `number` stands for them where a BSN must not."""

    number: int
    bsn: str
    name: str

    def __repr__(self) -> str:
        return f"Resident({self.number})"

    @property
    def salutation(self) -> str:
        """How a letter addresses them."""
        return f"Beste {self.name}"


def residents(number: int) -> Iterator[Resident]:
    """The first `number` generated people; always the same ones.

    Raises:
        ValueError: there are not so many BSNs of the range.
    """
    if number > MOST_RESIDENTS:
        raise ValueError(f"there are {MOST_RESIDENTS} fictional residents")
    for index, bsn in enumerate(_BSNS[:number]):
        source = Random(index)  # noqa: S311 - names, not secrets
        name = f"{source.choice(_GIVEN)} {source.choice(_FAMILY)}"
        yield Resident(number=index, bsn=str(bsn), name=name)


JAYLANO: Final = Resident(number=900_001, bsn="999990019", name="Jaylano Meerman")
"""Left practical education; moves from couch to couch; fines and a school travel card."""
SAMIRA: Final = Resident(number=900_002, bsn="999990020", name="Samira el Idrissi")
"""Works and has two children; allowances to pay back, and a benefit for the months without work."""
GERRIT: Final = Resident(number=900_003, bsn="999990032", name="Gerrit Hofstra")
"""AOW with a supplement (AIO); was with family abroad when a form had to go back."""
WILLEMIJN: Final = Resident(number=900_004, bsn="999990044", name="Willemijn Postma")
"""Two fines, and pays them."""
DEMO_RESIDENTS: Final = (JAYLANO, SAMIRA, GERRIT, WILLEMIJN)
