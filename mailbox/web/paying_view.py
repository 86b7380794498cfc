"""What the overview of money says, from the claims. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mailbox.domain.claims.claims import coming
from mailbox.domain.claims.lines import BillLine, ClaimLine
from mailbox.domain.identifiers import id_text
from mailbox.web import formats, money_words
from mailbox.web.timeline_view import sender_name

_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=31)
_PASSED: Final = "De datum is voorbij"
_GROUPS: Final = (_PASSED, "Binnen een week", "Binnen een maand", "Later")


@dataclass(frozen=True, kw_only=True, slots=True)
class BillRow:
    """A bill in the list: `claim` leads to its page. `state` in a word or two; the rest are sentences, or empty."""

    claim: str
    sender: str
    task: str
    subject: str
    by: date | None
    near: str
    state: str
    grown: str
    becomes: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BillGroup:
    """Bills that are due at about the same time."""

    title: str
    passed: bool
    rows: tuple[BillRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyView:
    """What is open in all, with how many bodies; then the bills by when, and what needs no paying any more."""

    total: str
    bills: int
    bodies: int
    groups: tuple[BillGroup, ...]
    settled: tuple[BillRow, ...]


def money_view(claims: Sequence[ClaimLine], names: Mapping[str, str], today: date) -> MoneyView:
    """Shapes the overview; within a group the first day first."""
    pairs = [(line, bill) for line in claims for bill in line.bills]
    unsettled = sorted((pair for pair in pairs if not pair[1].owed.is_settled), key=lambda pair: _order(pair[1]))
    grouped: dict[str, list[BillRow]] = {title: [] for title in _GROUPS}
    for line, bill in unsettled:
        grouped[_group(bill.owed.due, today)].append(_row(line, bill, names, today))
    return MoneyView(
        total=formats.money(sum(bill.owed.open for _, bill in unsettled)),
        bills=len(unsettled),
        bodies=len({bill.agency for _, bill in unsettled}),
        groups=tuple(
            BillGroup(title=title, passed=title == _PASSED, rows=tuple(rows)) for title, rows in grouped.items() if rows
        ),
        settled=tuple(_row(line, bill, names, today) for line, bill in pairs if bill.owed.is_settled),
    )


def _order(bill: BillLine) -> tuple[date, str]:
    return bill.owed.due or date.max, bill.subject


def _group(due: date | None, today: date) -> str:
    if due is None or due > today + _MONTH:
        return "Later"
    if due < today:
        return _PASSED
    return "Binnen een week" if due <= today + _WEEK else "Binnen een maand"


def _row(line: ClaimLine, bill: BillLine, names: Mapping[str, str], today: date) -> BillRow:
    owed = bill.owed
    return BillRow(
        claim=id_text(line.letters[0]),
        sender=sender_name(bill.agency, names),
        task=money_words.state_words(owed) if owed.is_settled else money_words.task_words(owed),
        subject=formats.unbroken(bill.subject),
        by=None if owed.is_settled else owed.due,
        near=formats.nearness(owed.due, today) if owed.due and not owed.is_settled else "",
        state=money_words.state_words(owed),
        grown="" if owed.is_settled else money_words.grown_words(owed),
        becomes=money_words.becomes_words(owed, coming(owed, today), today),
    )
