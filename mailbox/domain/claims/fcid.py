"""Events of the Financial Claims Information Document (FCID), in which payment-overview sources tell of debts. Pure.

Form of v4.1 (vorijk.nl, accepted 2024-05-15, as LETTERS 7 has it): events never change and each has a reference of its
own, amounts are euro cents, moments are RFC 3339 with a zone. Fields that the dictionary of events does not name are
called here as the others are; they stand in one table, to be put right against the next version. The number of the
citizen (`bsn`) is neither written nor read: whoever sends or gets a document knows whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from mailbox.domain.errors import FcidRefused
from mailbox.domain.identifiers import Cents


class Category(StrEnum):
    """What an obligation is of a debt."""

    PRINCIPAL = "Algemeen"
    COSTS = "Administratiekosten"
    INCREASE = "Verhoging"
    INTEREST = "Rente"


class Demand(StrEnum):
    """How somebody is asked to pay."""

    BILL = "Aanschrijving"
    REMINDER = "Herinnering"
    WARNING = "Aanmaning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What happened, and when it was registered; `case` is the zaakkenmerk."""

    reference: str
    at: datetime
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Imposed(Event):
    """An obligation (FinancieleVerplichtingOpgelegd). `kind`: `<organisatie>_<omschrijving>`."""

    imposed_at: datetime
    decision: str
    is_primary: bool
    kind: str
    category: Category
    amount: Cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Demanded(Event):
    """Somebody is asked to pay by a day (BetalingsverplichtingOpgelegd)."""

    demand: Demand
    amount: Cents
    due: datetime | None
    account: str | None
    payee: str | None
    payment_reference: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DemandWithdrawn(Event):
    """A demand no longer stands (BetalingsverplichtingIngetrokken)."""

    withdrawn: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid(Event):
    """A payment (BetalingVerwerkt)."""

    amount: Cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Remitted(Event):
    """An obligation, named by its reference, is less by so much (FinancieleVerplichtingKwijtgescholden)."""

    obligation: str
    amount: Cents


_Field = tuple[str, str, Callable[[Any], Any]]
_COMMON: Final[tuple[_Field, ...]] = (
    ("reference", "gebeurtenis_kenmerk", str),
    ("at", "datumtijd_gebeurtenis", datetime.fromisoformat),
    ("case", "zaakkenmerk", str),
)


def _cents(value: Any) -> Cents:
    """Whole cents: nothing is rounded."""
    if type(value) is not int:
        raise TypeError
    return Cents(value)


def _yes_no(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


_FORMS: Final[Mapping[type[Event], tuple[str, tuple[_Field, ...]]]] = {
    Imposed: (
        "FinancieleVerplichtingOpgelegd",
        (
            ("imposed_at", "datumtijd_opgelegd", datetime.fromisoformat),
            ("decision", "beschikkingsnummer", str),
            ("is_primary", "primaire_verplichting", _yes_no),
            ("kind", "type", str),
            ("category", "categorie", Category),
            ("amount", "bedrag", _cents),
        ),
    ),
    Demanded: (
        "BetalingsverplichtingOpgelegd",
        (
            ("demand", "type", Demand),
            ("amount", "bedrag", _cents),
            ("due", "datumtijd_vervaldatum", datetime.fromisoformat),
            ("account", "rekeningnummer", str),
            ("payee", "rekeningnummer_tenaamstelling", str),
            ("payment_reference", "betalingskenmerk", str),
        ),
    ),
    DemandWithdrawn: (
        "BetalingsverplichtingIngetrokken",
        (("withdrawn", "ingetrokken_gebeurtenis_kenmerk", str),),
    ),
    Paid: ("BetalingVerwerkt", (("amount", "bedrag", _cents),)),
    Remitted: (
        "FinancieleVerplichtingKwijtgescholden",
        (("obligation", "kwijtgescholden_gebeurtenis_kenmerk", str), ("amount", "bedrag", _cents)),
    ),
}
_BY_NAME: Final = {name: (event, fields) for event, (name, fields) in _FORMS.items()}
_OPTIONAL: Final = frozenset({"due", "account", "payee", "payment_reference"})


def event_json(event: Event) -> dict[str, Any]:
    """The event as it is sent."""
    name, fields = _FORMS[type(event)]
    told: dict[str, Any] = {"gebeurtenis_type": name}
    for attribute, field, _ in (*_COMMON, *fields):
        value = getattr(event, attribute)
        if value is not None:
            told[field] = value.isoformat() if isinstance(value, datetime) else value
    return told


def event_from(data: Mapping[str, Any]) -> Event:
    """The inverse of `event_json`. What it does not know of a known event is left.

    Raises:
        FcidRefused: an event of another sort, a field that is missing, or one that is not what it should be.
    """
    try:
        made, fields = _BY_NAME[data["gebeurtenis_type"]]
        values = {attribute: _read(data, attribute, field, read) for attribute, field, read in (*_COMMON, *fields)}
    except (KeyError, TypeError, ValueError):
        raise FcidRefused from None
    if any(isinstance(value, datetime) and value.tzinfo is None for value in values.values()):
        raise FcidRefused
    return made(**values)


def _read(data: Mapping[str, Any], attribute: str, field: str, read: Callable[[Any], Any]) -> Any:
    if attribute in _OPTIONAL and data.get(field) is None:
        return None
    value = data[field]
    if read is str and not isinstance(value, str):
        raise TypeError
    return read(value)
