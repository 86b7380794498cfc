"""What nobody hears of any more: asked of each plan when it is due, so in whichever order letters came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Row, Table, and_, bindparam, exists, insert, or_

from mailbox.domain.sealed import BillMark, Ending, LadderStep, SealedAlert
from mailbox.store.statements import Statements
from mailbox.store.tables import ending, letter

_ADD: Final = insert(ending)
_MARK: Final = ("bill_tag", "matter_tag", "place")
_NOW: Final = bindparam("now_ms", type_=BigInteger)


class EndingRows:
    """Implements `ports.Endings`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def add(self, endings: Sequence[Ending]) -> None:
        await self._sql.run(_ADD, [asdict(one) for one in endings])


def is_ended(plan: Table) -> ColumnElement[bool]:
    """Whether it was by `now_ms`: its letter is gone, or a later letter settled what it asks to pay.

    Letters that are gone themselves settle nothing, and a bill that is gone takes along what followed it.
    """
    settled = and_(
        ending.c.place > plan.c.place,
        or_(ending.c.tag.in_([plan.c.bill_tag, plan.c.matter_tag]), _is_of_followed(plan)),
        ~_is_gone(),
    )
    return exists().where(
        ending.c.mailbox_id == plan.c.mailbox_id,
        ending.c.from_ms <= _NOW,
        or_(ending.c.tag == plan.c.letter_id, settled),
    )


def _is_gone() -> ColumnElement[bool]:
    """Whether the letter that ends something was withdrawn or replaced."""
    other = ending.alias("other_ending")
    return exists().where(
        other.c.mailbox_id == ending.c.mailbox_id, other.c.tag == ending.c.letter_id, other.c.from_ms <= _NOW
    )


def _is_of_followed(plan: Table) -> ColumnElement[bool]:
    """Whether it ends the bill that this plan, of a letter that is none, goes on with."""
    bill, own = letter.alias("bill"), letter.alias("own")
    return (
        exists()
        .where(
            bill.c.mailbox_id == ending.c.mailbox_id,
            bill.c.letter_id == ending.c.tag,
            bill.c.bill_tag == plan.c.bill_tag,
            own.c.mailbox_id == plan.c.mailbox_id,
            own.c.letter_id == plan.c.letter_id,
            own.c.bill_tag.is_(None),
        )
        .correlate(ending, plan)
    )


def plan_values(one: SealedAlert | LadderStep) -> dict[str, object]:
    """A row of a plan. What is asked of other rows is left out."""
    values = asdict(one)
    mark = values.pop("bill") or dict.fromkeys(_MARK)
    del values["read"], values["ended"]
    return {**values, **mark}


def plan_fields(row: Row[Any]) -> dict[str, Any]:
    """The inverse."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    mark = {name: values.pop(name) for name in _MARK}
    return {**values, "bill": None if mark["bill_tag"] is None else BillMark(**mark)}
