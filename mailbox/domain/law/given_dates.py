"""The dates in a letter beside the law. The sender's date is the one that is shown: this says why it is that day.

A pilot letter lies beside one on paper: the paper is what makes a decision known, and its date counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mailbox.domain.law.term_rules import Start, TermRule, rules_for
from mailbox.domain.law.terms import Step, run


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenDate:
    """A last day as the sender gives it: of which kind of term, and on what ground."""

    kind: str
    by: date
    ground: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterDates:
    """What a letter says of days. `sort`: its berichtsoort; `notified`: the day that it was made known."""

    sort: str
    dated: date
    notified: date
    given: tuple[GivenDate, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoning:
    """A term as the law runs it, from `start` on, step by step.

    `from_date`: whether that is the date of the letter, and not the day that it was made known.
    """

    rule: TermRule
    start: date
    from_date: bool
    steps: tuple[Step, ...]

    @property
    def last(self) -> date:
        return self.steps[-1].last

    def allows(self, by: date) -> bool:
        """Whether this is the day, or a later one where the sender may choose that."""
        return by == self.last or (self.rule.later and by > self.last)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A given date with the law's. `reckoning` None: the law leaves this date to the sender."""

    given: GivenDate
    reckoning: Reckoning | None

    @property
    def differs(self) -> bool:
        return self.reckoning is not None and not self.reckoning.allows(self.given.by)


def judged(letter: LetterDates) -> Iterator[Judged]:
    """Each date of the letter beside the term that fits it, or else the likeliest."""
    for given in letter.given:
        reckonings = _reckonings(letter, given)
        fitting = (one for one in reckonings if one.allows(given.by))
        yield Judged(given=given, reckoning=next(fitting, reckonings[0] if reckonings else None))


@lru_cache(maxsize=4096)
def differing(letter: LetterDates) -> tuple[Judged, ...]:
    """The dates to tell the sender of: they differ from a rule that a source confirmed.

    Remembered: the letters of a mailing have their dates in common, and they come in fast.
    """
    return tuple(one for one in judged(letter) if one.differs and one.reckoning and one.reckoning.rule.confirmed)


def _reckonings(letter: LetterDates, given: GivenDate) -> tuple[Reckoning, ...]:
    rules = rules_for(letter=letter.sort, kind=given.kind, ground=given.ground, dated=letter.dated)
    return tuple(_reckoned(rule, letter) for rule in rules)


def _reckoned(rule: TermRule, letter: LetterDates) -> Reckoning:
    from_date = rule.start is Start.DATED or (rule.start is Start.LATER and letter.dated >= letter.notified)
    start = letter.dated if from_date else letter.notified
    steps = run(start, rule.parts, moves=not rule.stays_by)
    return Reckoning(rule=rule, start=start, from_date=from_date, steps=steps)
