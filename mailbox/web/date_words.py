"""Why a date is that date, in plain Dutch: the term, where it begins, and what moves its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from mailbox.domain.law.calendar import DayOff
from mailbox.domain.law.given_dates import Judged, Reckoning
from mailbox.domain.law.terms import Before, Period, Step, Unit
from mailbox.web import formats

_ATW: Final = "Algemene termijnenwet art. 1"
_UNITS: Final = {
    Unit.DAYS: ("dag", "dagen"),
    Unit.WEEKS: ("week", "weken"),
    Unit.MONTHS: ("maand", "maanden"),
    Unit.YEARS: ("jaar", "jaar"),
}
_DAYS_OFF: Final = {
    DayOff.SATURDAY: "een zaterdag",
    DayOff.SUNDAY: "een zondag",
    DayOff.NEW_YEAR: "Nieuwjaarsdag",
    DayOff.GOOD_FRIDAY: "Goede Vrijdag",
    DayOff.EASTER_MONDAY: "tweede paasdag",
    DayOff.KINGS_DAY: "Koningsdag",
    DayOff.LIBERATION_DAY: "Bevrijdingsdag",
    DayOff.ASCENSION_DAY: "Hemelvaartsdag",
    DayOff.WHIT_MONDAY: "tweede pinksterdag",
    DayOff.CHRISTMAS_DAY: "eerste kerstdag",
    DayOff.BOXING_DAY: "tweede kerstdag",
    DayOff.EQUALISED: "een dag die de regering een feestdag noemt",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """The sentences, and the articles they come from; none where the sender chose the date."""

    sentences: tuple[str, ...]
    law: str


def why(judged: Judged) -> Why:
    """Why the sender's date is the date, or how far it is from the law's."""
    reckoning = judged.reckoning
    if reckoning is None:
        return Why(sentences=("De afzender koos deze datum. De wet noemt hier geen vaste datum.",), law="")
    sentences = (*_run(reckoning), *_beside(judged.given.by, reckoning))
    return Why(sentences=sentences, law=_law(reckoning))


def _run(reckoning: Reckoning) -> Iterator[str]:
    rule = reckoning.rule
    periods = [part for part in rule.parts if isinstance(part, Period)]
    for part in rule.parts:
        if isinstance(part, Before):
            yield f"De wet zegt: vóór {formats.day(date(reckoning.last.year, part.month, part.day))}."
    if periods:
        yield f"U heeft {', en daarna nog '.join(map(_period, periods))}."
        yield f"Dat telt vanaf de dag na {formats.day(reckoning.start)}: {_start(reckoning)}."
    for step in reckoning.steps:
        yield from _moved(step, rule.stays_by)


def _moved(step: Step, stays_by: str) -> Iterator[str]:
    if step.last != step.counted:
        off = f" Dat is {_DAYS_OFF[step.off]}." if step.off else ""
        yield f"Dan komt u uit op {formats.day(step.counted)}.{off}"
        yield f"Daarom schuift de datum op naar de eerste werkdag: {formats.day(step.last)}."
    elif step.off is not None and stays_by:
        yield f"Dat is {_DAYS_OFF[step.off]}. Toch schuift deze datum niet op."


def _beside(by: date, reckoning: Reckoning) -> Iterator[str]:
    if not reckoning.rule.confirmed:
        yield "Wij hebben deze regel nog niet in de wet nagekeken."
    if not reckoning.allows(by):
        yield f"Wij komen uit op {formats.day(reckoning.last)}. In de brief staat {formats.day(by)}."
        yield "Ga uit van de eerste van die twee. Twijfelt u? Vraag het de afzender."
    elif by != reckoning.last:
        yield f"De afzender geeft u langer: tot en met {formats.day(by)}."


def _law(reckoning: Reckoning) -> str:
    rule = reckoning.rule
    moved = any(step.last != step.counted for step in reckoning.steps)
    stays = rule.stays_by if any(step.off for step in reckoning.steps) else ""
    return ", ".join(dict.fromkeys(filter(None, (rule.law, stays or (moved and _ATW) or ""))))


def _period(period: Period) -> str:
    one, more = _UNITS[period.unit]
    return f"{period.number} {one if period.number == 1 else more}"


def _start(reckoning: Reckoning) -> str:
    return "de datum van de brief" if reckoning.from_date else "de dag dat de brief is verstuurd"
