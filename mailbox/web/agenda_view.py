"""What lies ahead, on a page, on paper and in a calendar. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mailbox.domain.claims.debts import Debt, State
from mailbox.domain.claims.said import Said
from mailbox.domain.claims.tasks import RIGHTS
from mailbox.domain.identifiers import id_text
from mailbox.services.agenda import Ahead, DueDay
from mailbox.web import formats, money_words, words
from mailbox.web.calendar_file import CalendarDay
from mailbox.web.timeline_view import sender_name, task_words


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRow:
    """A day by which something is due. `is_right`: only for who disagrees."""

    letter_id: str
    by: date
    near: str
    sender: str
    task: str
    subject: str
    is_right: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRow:
    """A bill that is open. `is_said`: the citizen says that they paid it."""

    sender: str
    subject: str
    state: str
    amount: str
    by: date | None
    passed: bool
    seized: bool
    account: str
    reference: str
    is_said: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaView:
    """All that is ahead. `total`: of the bills, in words."""

    total: str
    bills: tuple[OpenRow, ...]
    days: tuple[DayRow, ...]


def agenda_view(ahead: Ahead, names: Mapping[str, str], today: date) -> AgendaView:
    """Shapes it; what must be paid first comes first."""
    debts = sorted((debt for claim in ahead.claims for debt in claim.unsettled), key=lambda debt: debt.due or date.max)
    return AgendaView(
        total=formats.money(sum(debt.open for debt in debts)),
        bills=tuple(_bill(debt, ahead.said, names, today) for debt in debts),
        days=tuple(_day(day, names, today) for day in ahead.days),
    )


def calendar_days(days: Sequence[DueDay], names: Mapping[str, str], *, is_full: bool) -> Iterator[CalendarDay]:
    """Events: who wrote, and with `is_full` what is asked and in which letter."""
    for day in days:
        sender = sender_name(day.letter.agency, names)
        full = f"{sender}: {_task(day)}"
        yield CalendarDay(
            key=day.letter.letter_id + day.deadline.kind.encode() + bytes([day.letter.deadlines.index(day.deadline)]),
            day=day.deadline.by,
            title=full if is_full else f"Laatste dag: post van {words.with_article(sender)}",
            more=day.letter.subject if is_full else "",
        )


def _bill(debt: Debt, said: Said, names: Mapping[str, str], today: date) -> OpenRow:
    return OpenRow(
        sender=sender_name(debt.last.agency, names),
        subject=formats.unbroken(debt.last.subject),
        state=money_words.state_words(debt),
        amount=formats.money(debt.open),
        by=debt.due,
        passed=debt.due is not None and debt.due < today,
        seized=debt.state is State.SEIZURE,
        account=formats.iban(debt.payment.iban) if debt.payment else "",
        reference=formats.grouped(debt.payment.reference or "") if debt.payment else "",
        is_said=said.is_paid(debt.last.letter_id),
    )


def _day(day: DueDay, names: Mapping[str, str], today: date) -> DayRow:
    return DayRow(
        letter_id=id_text(day.letter.letter_id),
        by=day.deadline.by,
        near=formats.nearness(day.deadline.by, today),
        sender=sender_name(day.letter.agency, names),
        task=_task(day),
        subject=formats.unbroken(day.letter.subject),
        is_right=day.deadline.kind in RIGHTS,
    )


def _task(day: DueDay) -> str:
    """What one does on that day at the latest; what is a right is said as one."""
    if day.deadline.kind in RIGHTS:
        return f"{words.DEADLINES[day.deadline.kind]} kan tot en met deze dag"
    return task_words(day.deadline.kind, day.letter)
