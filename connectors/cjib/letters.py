"""What the CJIB writes: a fine that is paid, one that grows, a penalty order, a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from connectors.calendar import last_day, objection_until
from connectors.cjib.dialect import CjibBrief, bedrag, cjib_nummer, datum, zitting
from connectors.costs import awb_reminder, wahv_increases
from connectors.duo.letters import DAYS_TO_CJIB, TOO_MUCH
from connectors.matter import Matter
from connectors.numbers import payment_reference

_ADMIN: Final = 9_00
_FOUR_WEEKS: Final = 28
_PARTS: Final = 3
_OFFENCES: Final = (
    (100_00, "u reed met de bromfiets zonder helm"),
    (100_00, "u stond stil waar dat niet mag"),
    (180_00, "u hield tijdens het rijden een telefoon vast"),
    (70_00, "u fietste zonder licht"),
    (120_00, "u reed te hard binnen de bebouwde kom"),
)


def fine(matter: Matter) -> Iterator[CjibBrief]:
    """A fine, and nothing after it: it was paid."""
    yield _fine(matter, matter.source.choice(_OFFENCES))


def unpaid_fine(matter: Matter) -> Iterator[CjibBrief]:
    """€ 109, € 159, € 309, then the bank account (Wahv art. 23 to 27)."""
    brief = _fine(matter, _OFFENCES[0])
    yield brief
    yield from _increases(matter, brief)


def unpaid_fine_to_court(matter: Matter) -> Iterator[CjibBrief]:
    """A fine that ends with the bailiff, and before the judge (Wahv art. 26 and 28)."""
    brief = _fine(matter, matter.source.choice(_OFFENCES))
    yield brief
    steps = list(_increases(matter, brief))
    yield from steps[:2]
    writ = matter.day(56 + 7 + 35 + 49)
    dwangbevel = replace(
        steps[1],
        briefcode="DW01",
        kenmerk=matter.reference("CJIB", 4),
        vorig_kenmerk=steps[1].kenmerk,
        datum=datum(writ),
        betaal_voor=datum(last_day(writ, 14)),
        rechtsmiddel_voor=datum(last_day(writ, 14)),
    )
    yield dwangbevel
    summons = matter.day(56 + 7 + 35 + 49 + 60)
    yield replace(
        dwangbevel,
        briefcode="GZ01",
        kenmerk=matter.reference("CJIB", 5),
        vorig_kenmerk=dwangbevel.kenmerk,
        datum=datum(summons),
        betaal_voor="",
        rechtsmiddel_voor="",
        zitting=zitting(last_day(summons, 35), 9),
    )


def fine_in_parts(matter: Matter) -> Iterator[CjibBrief]:
    """A fine of € 280 and a plan to pay it in parts (Wahv art. 23 lid 2)."""
    brief = _fine(matter, (280_00, "u reed door rood licht"))
    yield brief
    agreed = matter.day(30)
    yield replace(
        brief,
        briefcode="BR01",
        kenmerk=matter.reference("CJIB", 2),
        vorig_kenmerk=brief.kenmerk,
        datum=datum(agreed),
        betaal_voor=datum(last_day(agreed, 30)),
        rechtsmiddel_voor="",
    )


def fine_stopped(matter: Matter) -> Iterator[CjibBrief]:
    """A fine that grows once, until its receiver calls: a plan is agreed, and kept (Wahv art. 23 lid 2)."""
    brief = _fine(matter, (280_00, "u reed door rood licht"))
    first = next(_increases(matter, brief))
    yield from (brief, first)
    total, paid, previous = sum(map(int, (first.sanctie, first.verhoging, first.kosten))), 0, first
    for part in range(_PARTS + 1):
        dated = matter.day(56 + 7 + 14 + 30 * part)
        paid = total * part // _PARTS
        previous = replace(
            first,
            briefcode="BR01",
            kenmerk=matter.reference("CJIB", 3 + part),
            vorig_kenmerk=previous.kenmerk,
            datum=datum(dated),
            voldaan=bedrag(paid),
            betaal_voor=datum(last_day(dated, 28)),
        )
        yield previous


def penalty_order(matter: Matter) -> Iterator[CjibBrief]:
    """A penalty order of the public prosecutor: pay or oppose within two weeks (Sv art. 257e)."""
    until = last_day(matter.day(0), 14)
    yield replace(
        _fine(matter, (350_00, "u reisde vaker zonder geldig kaartje")),
        briefcode="SB01",
        betaal_voor=datum(until),
        rechtsmiddel_voor=datum(until),
    )


def student_debt(matter: Matter) -> Iterator[CjibBrief]:
    """Chain c goes on: what DUO could not collect, of the same matter (`duo.letters.too_much_received`)."""
    dated = matter.day(DAYS_TO_CJIB)
    until = datum(last_day(dated, 14))
    yield replace(
        _fine(matter, (TOO_MUCH, f"uw schuld bij DUO (dossier DUO {matter.serial:011d})")),
        briefcode="DW02",
        overgenomen=f"DUO {matter.serial:011d}",
        datum=datum(dated),
        kosten=bedrag(awb_reminder(TOO_MUCH)),
        betaal_voor=until,
        rechtsmiddel_voor=until,
    )


def _fine(matter: Matter, offence: tuple[int, str]) -> CjibBrief:
    """Pay within two weeks after the six weeks to appeal (Wahv art. 23 lid 1)."""
    sanction, offence_text = offence
    dated = matter.day(0)
    appeal = objection_until(dated)
    return CjibBrief(
        briefcode="WB01",
        geadresseerde=matter.resident,
        cjib_nummer=cjib_nummer(payment_reference(400_000_000_000_000 + matter.serial)),
        kenmerk=matter.reference("CJIB", 1),
        vorig_kenmerk="",
        datum=datum(dated),
        sanctie=bedrag(sanction),
        verhoging=bedrag(0),
        kosten=bedrag(_ADMIN),
        voldaan=bedrag(0),
        betaal_voor=datum(last_day(appeal, 14)),
        rechtsmiddel_voor=datum(appeal),
        zitting="",
        feit=offence_text,
    )


def _increases(matter: Matter, brief: CjibBrief) -> Iterator[CjibBrief]:
    first, second = wahv_increases(int(brief.sanctie))
    steps = [("WA01", 56 + 7, first), ("WA02", 56 + 7 + 35, first + second), ("VH01", 56 + 7 + 35 + 42, first + second)]
    previous = brief
    for step, (code, days, increase) in enumerate(steps, start=2):
        dated = matter.day(days)
        previous = replace(
            brief,
            briefcode=code,
            kenmerk=matter.reference("CJIB", step),
            vorig_kenmerk=previous.kenmerk,
            datum=datum(dated),
            verhoging=bedrag(increase),
            betaal_voor=_until(code, dated),
            rechtsmiddel_voor=datum(objection_until(dated)) if code == "VH01" else "",
        )
        yield previous


def _until(code: str, dated: date) -> str:
    return "" if code == "VH01" else datum(last_day(dated, _FOUR_WEEKS))
