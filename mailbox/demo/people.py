"""Who one can log in as. Every one of them is made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from connectors.residents import GERRIT, JAYLANO, SAMIRA, WILLEMIJN, Resident, residents
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Subject
from mailbox.web.login import DemoPerson

CLIENTS: Final = 12
"""Generated people beside the ones with a name: the counsellor has a full desk."""
UNDER_BEWIND: Final = next(residents(1))
"""The first of them."""


def identity(bsn: str, name: str, organisation: str | None = None) -> Identity:
    """What a login would say of this person."""
    return Identity(subject=Subject.of_bsn(Bsn(bsn)), name=name, organisation=organisation)


def _citizen(key: str, resident: Resident, description: str) -> DemoPerson:
    who = identity(resident.bsn, resident.name)
    return DemoPerson(key=key, name=resident.name, description=description, identity=who)


def _helper(  # noqa: PLR0913 - what a login says of a professional
    key: str, bsn: str, name: str, organisation: str, description: str, *, desk: bool = False
) -> DemoPerson:
    who = replace(identity(bsn, name, organisation), desk=desk)
    return DemoPerson(key=key, name=f"{name}, {organisation}", description=description, identity=who)


VOLUNTEER: Final = _helper(
    "karin",
    "999990056",
    "Karin Bos",
    "Buurthuis De Brug",
    "Vrijwilliger. Kijkt mee met Jaylano: boetes en DUO.",
)
COUNSELLOR: Final = _helper(
    "murat",
    "999990068",
    "Murat Yildiz",
    "Schuldhulp Demostad",
    "Schuldhulpverlener. Kijkt mee met veertien mensen.",
)
COLLEAGUE: Final = _helper(
    "anna",
    "999990081",
    "Anna Visser",
    "Schuldhulp Demostad",
    "Collega van Murat. Hij liet haar meekijken met vijf van zijn mensen.",
)
ADMINISTRATOR: Final = _helper(
    "bea",
    "999990007",
    "Bea Winter",
    "Bewindkantoor Demostad",
    f"Bewindvoerder van {UNDER_BEWIND.name}. Dat besloot de rechter.",
)
EMPLOYEE: Final = _helper(
    "fatma",
    "999990093",
    "Fatma Demir",
    "Gemeente Demostad",
    "Werkt aan de balie. Schrijft op wie er mag meekijken met iemand die niet kan inloggen.",
    desk=True,
)
PERSONS: Final = (
    _citizen("jaylano", JAYLANO, "Klaar met het praktijkonderwijs. Boetes, en post van DUO die bleef liggen."),
    _citizen("samira", SAMIRA, "Werkt en heeft twee kinderen. Moet toeslag en uitkering terugbetalen."),
    _citizen("gerrit", GERRIT, "Heeft AOW en AIO. Was bij familie toen er een formulier kwam."),
    _citizen("willemijn", WILLEMIJN, "Krijgt weinig post, en betaalt op tijd."),
    _citizen(
        "ingrid",
        UNDER_BEWIND,
        "Staat onder bewind: een rechter besloot wie er meekijkt.",
    ),
    VOLUNTEER,
    COUNSELLOR,
    COLLEAGUE,
    ADMINISTRATOR,
    EMPLOYEE,
)
