"""What the overview of money says, from the claims. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mailbox.domain.claims.claims import coming
from mailbox.domain.claims.debts import State
from mailbox.domain.claims.lines import BillLine, ClaimLine
from mailbox.domain.claims.said import Said
from mailbox.domain.claims.sources import missing_sources
from mailbox.domain.identifiers import id_text
from mailbox.services.paying import Money
from mailbox.web import formats, money_words, said_words
from mailbox.web.timeline_view import sender_name

_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=31)
_PASSED: Final = "De datum is voorbij"
_PAID: Final = "U zei dat dit betaald is"
_GROUPS: Final = (_PASSED, "Binnen een week", "Binnen een maand", "Later", _PAID)
_ABOUT: Final = {
    _PASSED: "Heeft u al betaald? Dan is het goed. Zo niet, bel dan vandaag de organisatie.",
    _PAID: "Dit telt nog mee bij het bedrag hierboven. De organisatie moet het eerst melden.",
}
_Pair = tuple[ClaimLine, BillLine]


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
    seized: str
    said: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BillGroup:
    """Bills that are due at about the same time, with what to say about all of them, if anything."""

    title: str
    about: str
    rows: tuple[BillRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyView:
    """What is open in all, with how many bodies; then the bills by when, and what needs no paying any more.

    `least`: why it may be more.
    """

    total: str
    least: tuple[str, ...]
    bills: int
    bodies: int
    groups: tuple[BillGroup, ...]
    settled: tuple[BillRow, ...]


def money_view(money: Money, names: Mapping[str, str], today: date) -> MoneyView:
    """Shapes the overview; within a group the first day first."""
    pairs = [(line, bill) for line in money.claims for bill in line.bills]
    unsettled = sorted((pair for pair in pairs if not pair[1].owed.is_settled), key=lambda pair: _order(pair[1]))
    rows = _Rows(money.said, names, today)
    return MoneyView(
        total=formats.money(sum(bill.owed.open for _, bill in unsettled)),
        least=tuple(_least(money, names)),
        bills=len(unsettled),
        bodies=len({bill.agency for _, bill in unsettled}),
        groups=_groups(unsettled, money.said, rows, today),
        settled=tuple(rows.of(pair) for pair in pairs if pair[1].owed.is_settled),
    )


def _least(money: Money, names: Mapping[str, str]) -> Iterator[str]:
    """Why it may be more than the total."""
    if money.grant is not None:
        yield f"Dit komt alleen uit de brieven waarvoor toestemming is. {money.owner} kan meer moeten betalen."
    if money.broken:
        yield money_words.unread_words(money.broken)
    if missing := missing_sources(names.values()):
        bodies = formats.listed(missing)
        yield f"Onder meer deze organisaties sturen hier nog geen post heen: {bodies}. Die tellen niet mee."


def _groups(pairs: Sequence[_Pair], said: Said, rows: _Rows, today: date) -> tuple[BillGroup, ...]:
    """What the citizen says is paid comes last, and counts."""
    grouped: dict[str, list[BillRow]] = {title: [] for title in _GROUPS}
    for pair in pairs:
        title = _PAID if said.is_done(pair[1]) else _group(pair[1].owed.due, today)
        grouped[title].append(rows.of(pair))
    return tuple(
        BillGroup(title=title, about=_ABOUT.get(title, ""), rows=tuple(some)) for title, some in grouped.items() if some
    )


def _order(bill: BillLine) -> tuple[date, str]:
    return bill.owed.due or date.max, bill.subject


def _group(due: date | None, today: date) -> str:
    if due is None or due > today + _MONTH:
        return "Later"
    if due < today:
        return _PASSED
    return "Binnen een week" if due <= today + _WEEK else "Binnen een maand"


class _Rows:
    """Bills as rows."""

    def __init__(self, said: Said, names: Mapping[str, str], today: date) -> None:
        self._said = said
        self._names = names
        self._today = today

    def of(self, pair: _Pair) -> BillRow:
        line, bill = pair
        owed, today, sender = bill.owed, self._today, sender_name(bill.agency, self._names)
        quiet = owed.is_settled or self._said.is_done(bill)
        seized = owed.state is State.SEIZURE
        return BillRow(
            claim=id_text(line.letters[0]),
            sender=sender,
            task=said_words.bill_task(bill, self._said),
            subject=formats.unbroken(bill.subject),
            by=None if quiet or seized else owed.due,
            near=formats.nearness(owed.due, today) if owed.due and not quiet and not seized else "",
            state=money_words.state_words(owed),
            grown="" if quiet else money_words.grown_words(owed),
            becomes="" if quiet else money_words.becomes_words(owed, coming(owed, today, most=1), today),
            seized=money_words.seized_words(sender) if seized else "",
            said=() if owed.is_settled else tuple(self._words(line, bill, sender)),
        )

    def _words(self, line: ClaimLine, bill: BillLine, sender: str) -> Iterator[str]:
        """What the citizen said of it."""
        if (paid := self._said.paid(bill)) is not None:
            yield said_words.paid_words(paid, sender)
        if objected := self._said.objected(line.letters):
            yield said_words.objected_words(min(objected.values()))
