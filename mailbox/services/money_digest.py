"""What a citizen's letters come to, as it is kept: so that an overview does not open all of them anew. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mailbox.domain.claims.debts import Owed
from mailbox.domain.claims.lines import BillLine, ClaimLine
from mailbox.domain.identifiers import Cents, LetterId, Oin
from mailbox.domain.law.regimes import Regime, Stage, Sums
from mailbox.domain.local_time import local_day
from mailbox.services.open_dates import Asked

_FORM: Final = 2
"""Of what is kept: with another, it is made anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """`keys`: how many letters it is about, published or not. Until `until_ms` the same of them are published."""

    keys: int
    from_ms: int
    until_ms: int

    def holds(self, *, keys: int, now_ms: int) -> bool:
        """Whether it says how things stand. Letters never change and never go: as many are the same ones."""
        return self.keys == keys and self.from_ms <= now_ms < self.until_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyDigest:
    """All claims. `broken`: letters that could not be opened."""

    span: Span
    broken: int
    claims: tuple[ClaimLine, ...]

    def holds(self, *, keys: int, now_ms: int) -> bool:
        return self.span.holds(keys=keys, now_ms=now_ms)

    def to_json(self) -> bytes:
        """For the citizen's own note."""
        claims = [[_hexes(one.letters), list(map(_told, one.bills))] for one in self.claims]
        return _dumped([_FORM, *_span_told(self.span), self.broken, claims])

    @classmethod
    def from_json(cls, raw: bytes) -> MoneyDigest | None:
        """The inverse of `to_json`; None for another form."""
        form, *told = json.loads(raw)
        if form != _FORM:
            return None
        *span, broken, claims = told
        lines = (ClaimLine(letters=_letters(letters), bills=tuple(map(_bill, bills))) for letters, bills in claims)
        return cls(span=_span(*span), broken=broken, claims=tuple(lines))


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskDigest:
    """All that is asked, by when."""

    span: Span
    asked: Asked

    def holds(self, *, keys: int, now_ms: int) -> bool:
        return self.asked.since <= local_day(now_ms) and self.span.holds(keys=keys, now_ms=now_ms)

    def to_json(self) -> bytes:
        """For the citizen's own note."""
        return _dumped([_FORM, *_span_told(self.span), self.asked.to_json()])

    @classmethod
    def from_json(cls, raw: bytes) -> TaskDigest | None:
        """The inverse of `to_json`; None for another form."""
        form, *told = json.loads(raw)
        if form != _FORM:
            return None
        *span, asked = told
        return cls(span=_span(*span), asked=Asked.from_json(asked))


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _span_told(span: Span) -> list[int]:
    return [span.keys, span.from_ms, span.until_ms]


def _span(keys: int, from_ms: int, until_ms: int) -> Span:
    return Span(keys=keys, from_ms=from_ms, until_ms=until_ms)


def _told(bill: BillLine) -> list[Any]:
    owed, sums = bill.owed, bill.owed.sums
    due = owed.due.toordinal() if owed.due else None
    amounts = [sums.principal, sums.increase, sums.costs, sums.interest, sums.paid]
    stands = [owed.regime, owed.stage.value, owed.planned, owed.withdrawn, owed.began, due]
    return [bill.agency.value, bill.letter_id.hex(), bill.subject, _hexes(bill.letters), stands, amounts]


def _bill(told: list[Any]) -> BillLine:
    agency, letter, subject, letters, (regime, stage, planned, withdrawn, began, due), amounts = told
    principal, increase, costs, interest, paid = amounts
    sums = Sums(principal=principal, increase=increase, costs=costs, interest=interest, paid=paid)
    return BillLine(
        agency=Oin(agency),
        letter_id=_letter(letter),
        subject=subject,
        letters=_letters(letters),
        owed=Owed(
            regime=Regime(regime),
            stage=Stage(stage),
            planned=planned,
            withdrawn=withdrawn,
            began=Cents(began),
            sums=sums,
            due=None if due is None else date.fromordinal(due),
        ),
    )


def _hexes(letters: Iterable[LetterId]) -> list[str]:
    return [letter.hex() for letter in letters]


def _letters(texts: Iterable[str]) -> tuple[LetterId, ...]:
    return tuple(map(_letter, texts))


def _letter(text: str) -> LetterId:
    return LetterId(bytes.fromhex(text))
