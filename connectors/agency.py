"""The five pseudo-agencies: who they are, and what each can write about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from connectors.belastingdienst import letters as bd
from connectors.belastingdienst.mapping import BELASTINGDIENST
from connectors.belastingdienst.mapping import to_bericht as bd_bericht
from connectors.bericht import Sender
from connectors.cjib import letters as cjib
from connectors.cjib.mapping import CJIB
from connectors.cjib.mapping import to_bericht as cjib_bericht
from connectors.duo import letters as duo
from connectors.duo.mapping import DUO
from connectors.duo.mapping import to_bericht as duo_bericht
from connectors.matter import Matter
from connectors.residents import Resident
from connectors.svb import letters as svb
from connectors.svb.mapping import SVB
from connectors.svb.mapping import to_bericht as svb_bericht
from connectors.uwv import letters as uwv
from connectors.uwv.mapping import UWV
from connectors.uwv.mapping import to_bericht as uwv_bericht

Bericht = dict[str, Any]
Stories = Mapping[str, Callable[[Matter], Iterator[Any]]]
_YEAR: Final = 365


@dataclass(frozen=True, kw_only=True, slots=True)
class Agency:
    """A sender with its stories (kinds of matters) and its mapping from dialect to `bericht`."""

    slug: str
    sender: Sender
    stories: Stories
    to_bericht: Callable[..., Bericht]

    def matter(self, story: str, matter: Matter, *, pdf: bool = True) -> Iterator[Bericht]:
        """The letters of one matter, in order of date."""
        return map(partial(self.to_bericht, pdf=pdf), self.stories[story](matter))

    def letters_for(self, resident: Resident, *, until: date, number: int, pdf: bool = True) -> Iterator[Bericht]:
        """So many letters to a resident, spread over the year before `until`, from one matter after the other."""
        names = list(self.stories)
        written = serial = 0
        while written < number:
            start = until - timedelta(days=_YEAR - (serial * 37 + resident.number * 11) % _YEAR)
            matter = Matter(resident=resident, start=start, number=serial)
            for letter in self.matter(names[(serial + resident.number) % len(names)], matter, pdf=pdf):
                if letter["dagtekening"] <= until.isoformat() and written < number:
                    written += 1
                    yield letter
            serial += 1


def _stories(*told: Callable[[Matter], Iterator[Any]]) -> Stories:
    return {story.__name__: story for story in told}


AGENCIES: Final[Mapping[str, Agency]] = {
    agency.slug: agency
    for agency in (
        Agency(
            slug="belastingdienst",
            sender=BELASTINGDIENST,
            stories=_stories(bd.tax_return, bd.provisional, bd.vehicle_tax, bd.allowance, bd.allowance_reclaimed),
            to_bericht=bd_bericht,
        ),
        Agency(
            slug="uwv",
            sender=UWV,
            stories=_stories(uwv.benefit, uwv.income_not_reported, uwv.annual),
            to_bericht=uwv_bericht,
        ),
        Agency(
            slug="svb",
            sender=SVB,
            stories=_stories(svb.pension, svb.supplement_checked, svb.child_benefit, svb.annual, svb.proof_of_life),
            to_bericht=svb_bericht,
        ),
        Agency(
            slug="cjib",
            sender=CJIB,
            stories=_stories(
                cjib.fine,
                cjib.unpaid_fine,
                cjib.unpaid_fine_to_court,
                cjib.fine_in_parts,
                cjib.penalty_order,
                cjib.student_debt,
            ),
            to_bericht=cjib_bericht,
        ),
        Agency(
            slug="duo",
            sender=DUO,
            stories=_stories(duo.award, duo.too_much_received, duo.travel_card, duo.statement),
            to_bericht=duo_bericht,
        ),
    )
}
