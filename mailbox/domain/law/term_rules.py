"""Which term a letter has: data, with the article, the text that was read and the date of force. Correct the law here.

A rule names the letters (`berichtsoort`) and the kinds of term it is for. Where the law leaves the date to the sender
(a form that must come back, a plan, a second reminder) there is no rule. What no source confirmed is marked:
no sender is told of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Final

from mailbox.domain.law.terms import Before, Period, Unit


class Start(Enum):
    """After which day a term begins."""

    NOTIFIED = "bekendmaking"
    """The day the decision was made known: sent, or put where the citizen can see it (Awb art. 3:41 and 2:19)."""
    DATED = "dagtekening"
    LATER = "laatste"
    """The date of the letter, unless it was made known later (AWR art. 22j, Awir art. 35)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TermRule:
    """A term by law.

    `letters` empty: every letter that has no rule of its own for this kind. `months`: of the letter's date, empty for
    all. `ground`: what the sender's own ground must begin with. `stays_by`: what sets the ATW aside, empty where it
    applies. `later`: the sender may name a later day. `read`: the date of the text that the rule was taken from.
    """

    kinds: frozenset[str]
    letters: frozenset[str]
    law: str
    start: Start
    parts: tuple[Period | Before, ...]
    since: date
    read: date
    stays_by: str = ""
    later: bool = False
    months: frozenset[int] = frozenset()
    ground: str = ""
    confirmed: bool = True

    def is_for(self, *, letter: str, kind: str, ground: str, dated: date) -> bool:
        """Whether a letter of this sort and date has this term."""
        return (
            kind in self.kinds
            and (not self.letters or letter in self.letters)
            and (not self.months or dated.month in self.months)
            and ground.startswith(self.ground)
            and self.since <= dated
        )


def rules_for(*, letter: str, kind: str, ground: str, dated: date) -> tuple[TermRule, ...]:
    """The terms that this letter may have by law, the likeliest first; none where the law leaves it to the sender."""
    fitting = [
        rule for rule in _rules_of(letter, kind) if rule.is_for(letter=letter, kind=kind, ground=ground, dated=dated)
    ]
    return tuple(rule for rule in fitting if rule.letters) or tuple(fitting)


@lru_cache(maxsize=1024)
def _rules_of(letter: str, kind: str) -> tuple[TermRule, ...]:
    return tuple(rule for rule in TERM_RULES if kind in rule.kinds and (not rule.letters or letter in rule.letters))


def _weeks(number: int) -> Period:
    return Period(number=number, unit=Unit.WEEKS)


def _days(number: int) -> Period:
    return Period(number=number, unit=Unit.DAYS)


def _months(number: int) -> Period:
    return Period(number=number, unit=Unit.MONTHS)


_OBJECTION: Final = frozenset({"bezwaar"})
_APPEAL: Final = frozenset({"beroep"})
_OPPOSITION: Final = frozenset({"verzet"})
_PAYMENT: Final = frozenset({"betalen"})
_FILING: Final = frozenset({"indienen"})
_NO_ATW_TAX: Final = "IW 1990 art. 9 lid 10"
_TAX_ASSESSMENTS: Final = frozenset({"bd_voorlopige_aanslag", "bd_definitieve_aanslag", "bd_naheffing_mrb"})
_ALLOWANCES: Final = frozenset({"tsl_voorschot", "tsl_definitief", "tsl_terugvordering"})
_IN_YEAR: Final = frozenset(range(1, 11))
_END_OF_YEAR: Final = frozenset({11, 12})


def _rules() -> Iterator[TermRule]:
    yield from _disagreeing()
    yield from _paying()
    yield from _tax_paying()
    yield from _filing()


def _disagreeing() -> Iterator[TermRule]:
    yield TermRule(
        kinds=_OBJECTION | _APPEAL,
        letters=frozenset(),
        law="Awb art. 6:7 en 6:8",
        start=Start.NOTIFIED,
        parts=(_weeks(6),),
        since=date(1994, 1, 1),
        read=date(2026, 1, 1),
    )
    yield TermRule(
        kinds=_OBJECTION,
        letters=_TAX_ASSESSMENTS | {"bd_aanmaning"},  # Kostenwet art. 7: of the costs, by chapter V of the AWR
        law="Awb art. 6:7 en AWR art. 22j",
        start=Start.LATER,
        parts=(_weeks(6),),
        since=date(1994, 1, 1),
        read=date(2026, 1, 1),
    )
    yield TermRule(
        kinds=_OBJECTION,
        letters=_ALLOWANCES,
        law="Awb art. 6:7 en Awir art. 35",
        start=Start.LATER,
        parts=(_weeks(6),),
        since=date(2006, 1, 1),
        read=date(2026, 1, 1),
    )
    yield TermRule(
        kinds=_APPEAL,
        letters=frozenset({"cjib_wahv_beschikking"}),
        law="Wahv art. 6 en Awb art. 6:7",
        start=Start.NOTIFIED,
        parts=(_weeks(6),),
        since=date(1994, 1, 1),
        read=date(2026, 9, 1),
    )
    yield TermRule(
        kinds=_OPPOSITION,
        letters=frozenset({"cjib_verhaal"}),
        law="Wahv art. 27 lid 6",
        start=Start.NOTIFIED,
        parts=(_weeks(6),),
        since=date(1994, 1, 1),
        read=date(2026, 9, 1),
    )
    yield TermRule(
        kinds=_OPPOSITION,
        letters=frozenset({"cjib_dwangbevel"}),
        ground="Wahv",
        law="Wahv art. 26 lid 3",
        start=Start.NOTIFIED,
        parts=(_weeks(2),),
        since=date(1994, 1, 1),
        read=date(2026, 9, 1),
    )
    yield TermRule(
        kinds=_OPPOSITION,
        letters=frozenset({"cjib_strafbeschikking"}),
        law="Sv art. 257e",
        start=Start.NOTIFIED,
        parts=(_days(14),),
        since=date(2008, 2, 1),
        read=date(2026, 1, 1),
        confirmed=False,
    )


def _paying() -> Iterator[TermRule]:
    yield TermRule(
        kinds=_PAYMENT,
        letters=frozenset(
            {"duo_betalingsverzoek", "duo_ov_boete", "svb_terugvordering", "uwv_boete", "uwv_terugvordering"}
        ),
        law="Awb art. 4:87",
        start=Start.NOTIFIED,
        parts=(_weeks(6),),
        later=True,  # "tenzij de beschikking een later tijdstip vermeldt"
        since=date(2009, 7, 1),
        read=date(2026, 1, 1),
    )
    yield TermRule(
        kinds=_PAYMENT,
        letters=frozenset({"duo_aanmaning", "svb_aanmaning", "uwv_invordering"}),
        law="Awb art. 4:112",
        start=Start.NOTIFIED,
        parts=(_weeks(2),),
        since=date(2009, 7, 1),
        read=date(2026, 1, 1),
    )
    yield TermRule(
        kinds=_PAYMENT,
        letters=frozenset({"cjib_wahv_beschikking"}),
        law="Wahv art. 23 lid 1",
        start=Start.NOTIFIED,
        parts=(_weeks(6), _weeks(2)),  # until it is irrevocable, and then two weeks
        since=date(1994, 1, 1),
        read=date(2026, 9, 1),
    )
    yield TermRule(
        kinds=_PAYMENT,
        letters=frozenset({"cjib_wahv_aanmaning1"}),
        law="Wahv art. 24 lid 1",
        start=Start.NOTIFIED,
        parts=(_weeks(4),),
        since=date(1994, 1, 1),
        read=date(2026, 9, 1),
    )
    yield TermRule(
        kinds=_PAYMENT,
        letters=frozenset({"cjib_strafbeschikking"}),
        law="Sv art. 257g",
        start=Start.NOTIFIED,
        parts=(_days(14),),
        since=date(2008, 2, 1),
        read=date(2026, 1, 1),
        confirmed=False,
    )


def _tax_paying() -> Iterator[TermRule]:
    yield _tax("bd_definitieve_aanslag", "IW 1990 art. 9 lid 1", _weeks(6))
    yield _tax("bd_naheffing_mrb", "IW 1990 art. 9 lid 2", _days(14))
    yield _tax("bd_voorlopige_aanslag", "IW 1990 art. 9 lid 5", _months(1), months=_IN_YEAR)
    yield _tax("bd_voorlopige_aanslag", "IW 1990 art. 9 lid 7", Before(month=2, day=1), months=_END_OF_YEAR)
    yield _tax("bd_voorlopige_aanslag", "IW 1990 art. 9 lid 1", _weeks(6))
    yield TermRule(
        kinds=_PAYMENT,
        letters=frozenset({"bd_aanmaning"}),
        law="IW 1990 art. 11",  # art. 9 lid 10 sets the ATW aside for the terms of art. 9 alone
        start=Start.DATED,
        parts=(_weeks(2),),
        since=date(1990, 6, 1),
        read=date(2026, 1, 1),
    )
    yield TermRule(
        kinds=_PAYMENT,
        letters=frozenset({"tsl_terugvordering"}),
        law="Awir art. 28 lid 1",
        start=Start.DATED,
        parts=(_weeks(6),),
        stays_by="Awir art. 28 lid 3",
        since=date(2006, 1, 1),
        read=date(2026, 1, 1),
    )


def _tax(letter: str, law: str, part: Period | Before, *, months: frozenset[int] = frozenset()) -> TermRule:
    return TermRule(
        kinds=_PAYMENT,
        letters=frozenset({letter}),
        law=law,
        start=Start.DATED,
        parts=(part,),
        stays_by=_NO_ATW_TAX,
        months=months,
        since=date(1990, 6, 1),
        read=date(2026, 1, 1),
    )


def _filing() -> Iterator[TermRule]:
    """Before 1 May, or at least a month: the inspector says when (AWR art. 9), so the ATW does not move it."""
    for part, later in ((Before(month=5, day=1), False), (_months(1), True)):
        yield TermRule(
            kinds=_FILING,
            letters=frozenset({"bd_uitnodiging_aangifte"}),
            law="AWR art. 9",
            start=Start.DATED,
            parts=(part,),
            stays_by="AWR art. 9",
            later=later,
            since=date(1994, 1, 1),
            read=date(2026, 1, 1),
        )


TERM_RULES: Final[tuple[TermRule, ...]] = tuple(_rules())
