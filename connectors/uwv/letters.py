"""What UWV writes: a benefit with its monthly papers, and what follows on income that was not reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from connectors.bericht import MONTHS
from connectors.calendar import last_day, objection_until, working_day
from connectors.costs import awb_reminder
from connectors.matter import Matter
from connectors.uwv.dialect import UwvBeschikking, euro, iso

_SIX_WEEKS, _TWO_WEEKS = 42, 14


def benefit(matter: Matter) -> Iterator[UwvBeschikking]:
    """An award, an invitation, and three months of specifications."""
    monthly = 1_450_00 + matter.source.randrange(0, 600_00, 1_00)
    yield _decision(matter, 1, "WW-TOEK", 0, monthly)
    yield _invitation(matter, 2, 14)
    for month in range(3):
        yield _letter(matter, 3 + month, "BET-SPEC", 32 + 30 * month, monthly)


def income_not_reported(matter: Matter) -> Iterator[UwvBeschikking]:
    """Chain d: a request without an answer, an intent, then revision, reclaim and fine on one day, and collection.

    The revision is the decision behind the others: an objection must be made against that one.
    """
    too_much = 1_840_00
    yield _asking(matter, 1, "INK-OPG", 0, 0)
    yield _asking(matter, 2, "VRN-BOETE", 28, 460_00)
    mother = _decision(matter, 3, "HERZ", 63, too_much)
    yield mother
    for step, kind, amount in ((4, "TERUGV", too_much), (5, "BOETE", 460_00)):
        letter = _decision(matter, step, kind, 63, amount)
        yield replace(letter, vorige_brief=mother.briefnummer, betalen_op_of_voor=_pay_by(matter, 63, _SIX_WEEKS))
    collection = _decision(matter, 6, "INVORD", 63 + 49, too_much)
    yield replace(
        collection,
        kosten=euro(awb_reminder(too_much)),
        vorige_brief=matter.reference("UWV", 4),
        betalen_op_of_voor=_pay_by(matter, 63 + 49, _TWO_WEEKS),
    )


def annual(matter: Matter) -> Iterator[UwvBeschikking]:
    """The yearly statement."""
    letter = _letter(matter, 1, "JAAROPG", 0, 9_000_00 + matter.source.randrange(0, 9_000_00, 1_00))
    yield replace(letter, periode=str(matter.start.year - 1))


def _letter(matter: Matter, step: int, kind: str, days: int, cents: int) -> UwvBeschikking:
    dated = matter.day(days)
    return UwvBeschikking(
        type=kind,
        werkzoekende=matter.resident,
        briefnummer=matter.reference("UWV", step),
        vorige_brief=matter.reference("UWV", step - 1) if step > 1 else "",
        zaaknummer=f"WW-{matter.serial:011d}",
        verzenddatum=iso(dated),
        bedrag=euro(cents),
        kosten=Decimal(0),
        betalen_op_of_voor="",
        reageren_op_of_voor="",
        bezwaar_op_of_voor="",
        gesprek="",
        periode=MONTHS[(dated - timedelta(days=31)).month - 1],
    )


def _decision(matter: Matter, step: int, kind: str, days: int, cents: int) -> UwvBeschikking:
    letter = _letter(matter, step, kind, days, cents)
    return replace(letter, bezwaar_op_of_voor=iso(objection_until(matter.day(days))))


def _asking(matter: Matter, step: int, kind: str, days: int, cents: int) -> UwvBeschikking:
    letter = _letter(matter, step, kind, days, cents)
    return replace(letter, reageren_op_of_voor=iso(last_day(matter.day(days), _TWO_WEEKS)))


def _invitation(matter: Matter, step: int, days: int) -> UwvBeschikking:
    at = datetime.combine(working_day(matter.day(days) + timedelta(days=10)), time(10))
    return replace(_letter(matter, step, "OPROEP", days, 0), gesprek=at.isoformat())


def _pay_by(matter: Matter, days: int, weeks: int) -> str:
    return iso(last_day(matter.day(days), weeks))
