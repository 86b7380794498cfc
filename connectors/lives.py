"""The lives of the demo: which matters each fictional person had in the year before a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from connectors.agency import AGENCIES, Bericht
from connectors.matter import Matter
from connectors.residents import GERRIT, JAYLANO, SAMIRA, WILLEMIJN, Resident


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """A matter in a life: it began so many days before the last day of the year told."""

    resident: Resident
    agency: str
    story: str
    days_ago: int


LIVES: Final = (
    # Left practical education: the travel card was not stopped, a fine lay in a closed envelope.
    Episode(resident=JAYLANO, agency="duo", story="award", days_ago=364),
    Episode(resident=JAYLANO, agency="duo", story="statement", days_ago=318),
    Episode(resident=JAYLANO, agency="duo", story="travel_card", days_ago=200),
    Episode(resident=JAYLANO, agency="duo", story="too_much_received", days_ago=108),
    Episode(resident=JAYLANO, agency="cjib", story="unpaid_fine", days_ago=143),
    Episode(resident=JAYLANO, agency="cjib", story="fine", days_ago=20),
    Episode(resident=JAYLANO, agency="cjib", story="penalty_order", days_ago=5),
    Episode(resident=JAYLANO, agency="belastingdienst", story="allowance", days_ago=70),
    # Works, has children: an allowance to pay back, a benefit, and income that was not reported in time.
    Episode(resident=SAMIRA, agency="belastingdienst", story="allowance_reclaimed", days_ago=240),
    Episode(resident=SAMIRA, agency="belastingdienst", story="tax_return", days_ago=268),
    Episode(resident=SAMIRA, agency="belastingdienst", story="vehicle_tax", days_ago=40),
    Episode(resident=SAMIRA, agency="uwv", story="benefit", days_ago=300),
    Episode(resident=SAMIRA, agency="uwv", story="income_not_reported", days_ago=115),
    Episode(resident=SAMIRA, agency="uwv", story="annual", days_ago=310),
    Episode(resident=SAMIRA, agency="svb", story="child_benefit", days_ago=330),
    Episode(resident=SAMIRA, agency="svb", story="child_benefit", days_ago=240),
    Episode(resident=SAMIRA, agency="svb", story="child_benefit", days_ago=150),
    Episode(resident=SAMIRA, agency="svb", story="child_benefit", days_ago=55),
    # AOW with a supplement: abroad with family when a form had to go back.
    Episode(resident=GERRIT, agency="svb", story="pension", days_ago=362),
    Episode(resident=GERRIT, agency="svb", story="annual", days_ago=305),
    Episode(resident=GERRIT, agency="svb", story="supplement_checked", days_ago=112),
    Episode(resident=GERRIT, agency="svb", story="proof_of_life", days_ago=15),
    Episode(resident=GERRIT, agency="belastingdienst", story="tax_return", days_ago=270),
    Episode(resident=GERRIT, agency="belastingdienst", story="provisional", days_ago=320),
    Episode(resident=GERRIT, agency="cjib", story="fine_in_parts", days_ago=45),
    # Two fines, and pays them.
    Episode(resident=WILLEMIJN, agency="cjib", story="fine", days_ago=200),
    Episode(resident=WILLEMIJN, agency="cjib", story="fine", days_ago=60),
    Episode(resident=WILLEMIJN, agency="belastingdienst", story="provisional", days_ago=320),
)


def letters_of_lives(agency: str, *, until: date, pdf: bool = True) -> Iterator[Bericht]:
    """What this agency wrote to the people of the demo up to and including `until`."""
    for number, episode in enumerate(LIVES):
        if episode.agency != agency:
            continue
        start = until - timedelta(days=episode.days_ago)
        matter = Matter(resident=episode.resident, start=start, number=number)
        for letter in AGENCIES[agency].matter(episode.story, matter, pdf=pdf):
            if letter["dagtekening"] <= until.isoformat():
                yield letter
