"""What SVB writes: a pension, a supplement that must be checked and paid back, child benefit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from connectors.calendar import last_day, objection_until
from connectors.costs import awb_reminder
from connectors.matter import Matter
from connectors.svb.dialect import SvbBrief, bedrag, datum

_SIX_WEEKS, _FOUR_WEEKS, _TWO_WEEKS = 42, 28, 14
_DECISIONS: Final = frozenset({"AOW-1", "AIO-2", "AIO-3", "TV-1", "KB-1"})


def pension(matter: Matter) -> Iterator[SvbBrief]:
    """AOW begins."""
    yield _letter(matter, 1, "AOW-1", 0, 1_420_00 + matter.source.randrange(0, 200_00, 1_00))


def supplement_checked(matter: Matter) -> Iterator[SvbBrief]:
    """Chain e: a form without an answer, no supplement, then a lower one, money to pay back, a reminder with costs."""
    yield _asking(matter, 1, "AIO-1", 0)
    suspended = _letter(matter, 2, "AIO-3", 35, 356_70)
    yield replace(suspended, terugsturen_voor=datum(last_day(matter.day(35), _TWO_WEEKS)))
    yield _letter(matter, 3, "AIO-2", 56, 212_40)
    reclaim = _letter(matter, 4, "TV-1", 60, 486_30)
    yield replace(reclaim, betalen_voor=datum(last_day(matter.day(60), _SIX_WEEKS)))
    reminder = _letter(matter, 5, "AM-1", 60 + 49, 486_30)
    yield replace(
        reminder,
        kosten=bedrag(awb_reminder(486_30)),
        betalen_voor=datum(last_day(matter.day(60 + 49), _TWO_WEEKS)),
    )


def child_benefit(matter: Matter) -> Iterator[SvbBrief]:
    """A quarter's payment."""
    yield _letter(matter, 1, "KB-1", 0, 281_69 * matter.source.choice((1, 2, 3)))


def annual(matter: Matter) -> Iterator[SvbBrief]:
    """The yearly statement."""
    yield _letter(matter, 1, "JO-1", 0, 16_000_00 + matter.source.randrange(0, 3_000_00, 1_00))


def proof_of_life(matter: Matter) -> Iterator[SvbBrief]:
    """The yearly form for who is abroad."""
    yield _asking(matter, 1, "LB-1", 0)


def _letter(matter: Matter, step: int, form: str, days: int, cents: int) -> SvbBrief:
    dated = matter.day(days)
    return SvbBrief(
        formulier=form,
        klant=matter.resident,
        ons_kenmerk=matter.reference("SVB", step),
        vorig_kenmerk=matter.reference("SVB", step - 1) if step > 1 else "",
        zaak=f"SVB {matter.serial:011d}",
        datum=datum(dated),
        bedrag=bedrag(cents),
        kosten=bedrag(0),
        betalen_voor="",
        terugsturen_voor="",
        bezwaar_voor=datum(objection_until(dated)) if form in _DECISIONS else "",
    )


def _asking(matter: Matter, step: int, form: str, days: int) -> SvbBrief:
    letter = _letter(matter, step, form, days, 0)
    return replace(letter, terugsturen_voor=datum(last_day(matter.day(days), _FOUR_WEEKS)))
