"""What a citizen's letters come to in money, as it is kept: so that an overview does not open all of them anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from mailbox.domain.claims.debts import Owed
from mailbox.domain.claims.lines import BillLine, ClaimLine
from mailbox.domain.identifiers import Cents, LetterId, Oin
from mailbox.domain.law.regimes import Regime, Stage, Sums

_FORM = 1
"""Of what is kept: with another, it is made anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyDigest:
    """`keys`: how many letters the mailbox had, published or not. Until `until_ms` the same of them are published."""

    keys: int
    from_ms: int
    until_ms: int
    claims: tuple[ClaimLine, ...]

    def holds(self, *, keys: int, now_ms: int) -> bool:
        """Whether it says how things stand. Letters never change and never go: as many are the same ones."""
        return self.keys == keys and self.from_ms <= now_ms < self.until_ms

    def to_json(self) -> bytes:
        """For the citizen's own note."""
        data = {
            "form": _FORM,
            "keys": self.keys,
            "from_ms": self.from_ms,
            "until_ms": self.until_ms,
            "claims": [[[letter.hex() for letter in one.letters], list(map(_told, one.bills))] for one in self.claims],
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> MoneyDigest | None:
        """The inverse of `to_json`; None for another form."""
        data: dict[str, Any] = json.loads(raw)
        if data["form"] != _FORM:
            return None
        claims = tuple(
            ClaimLine(letters=tuple(map(_letter, letters)), bills=tuple(map(_bill, bills)))
            for letters, bills in data["claims"]
        )
        return cls(keys=data["keys"], from_ms=data["from_ms"], until_ms=data["until_ms"], claims=claims)


def _told(bill: BillLine) -> list[Any]:
    owed, sums = bill.owed, bill.owed.sums
    due = owed.due.toordinal() if owed.due else None
    amounts = [sums.principal, sums.increase, sums.costs, sums.interest, sums.paid]
    stands = [owed.regime, owed.stage.value, owed.planned, owed.withdrawn, owed.began, due]
    return [bill.agency.value, bill.letter_id.hex(), bill.subject, stands, amounts]


def _bill(told: list[Any]) -> BillLine:
    agency, letter, subject, (regime, stage, planned, withdrawn, began, due), amounts = told
    principal, increase, costs, interest, paid = map(Cents, amounts)
    return BillLine(
        agency=Oin(agency),
        letter_id=_letter(letter),
        subject=subject,
        owed=Owed(
            regime=Regime(regime),
            stage=Stage(stage),
            planned=planned,
            withdrawn=withdrawn,
            began=Cents(began),
            sums=Sums(principal=principal, increase=increase, costs=costs, interest=interest, paid=paid),
            due=None if due is None else date.fromordinal(due),
        ),
    )


def _letter(text: str) -> LetterId:
    return LetterId(bytes.fromhex(text))
