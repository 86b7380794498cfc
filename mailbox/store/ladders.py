"""What is to happen when people do not look at their post, what waits for that, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    LargeBinary,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    select,
    tuple_,
    update,
)

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ladder import CHOSEN
from mailbox.domain.sealed import LadderStep
from mailbox.store.endings import is_ended, plan_fields, plan_values
from mailbox.store.statements import Statements
from mailbox.store.tables import ladder, ladder_step, read_mark

_MAILBOX: Final = bindparam("of_mailbox", type_=LargeBinary)
_STEP: Final = bindparam("of_step", type_=LargeBinary)
_LETTERS: Final = bindparam("letter_ids", expanding=True, type_=LargeBinary)
_OF_MAILBOX: Final = ladder_step.c.mailbox_id == _MAILBOX
_WAITS: Final = and_(_OF_MAILBOX, ladder_step.c.taken_ms.is_(None))
_THIS: Final = and_(_WAITS, ladder_step.c.step_id == _STEP)

_ADD_STEP: Final = insert(ladder_step)
_GET: Final = select(ladder.c.box).where(ladder.c.mailbox_id == _MAILBOX)
_REMOVE: Final = delete(ladder).where(ladder.c.mailbox_id == _MAILBOX)
_FORGET_ALL: Final = delete(ladder_step).where(_WAITS, ladder_step.c.rung.in_([rung.value for rung in CHOSEN]))
_FORGET: Final = _FORGET_ALL.where(ladder_step.c.letter_id.in_(_LETTERS))
_HAPPENED: Final = select(ladder_step.c.letter_id, ladder_step.c.rung, ladder_step.c.unread).where(
    _OF_MAILBOX, ladder_step.c.letter_id.in_(_LETTERS), ladder_step.c.taken_ms.is_not(None)
)
_MUTE: Final = (
    update(ladder_step)
    .where(_WAITS, ladder_step.c.letter_id.in_(_LETTERS), ladder_step.c.bill_tag.is_not(None))
    .values(muted=bindparam("is_muted", type_=Boolean))
)
_STEPS: Final = select(
    *ladder_step.c, read_mark.c.read_ms.is_not(None).label("read"), is_ended(ladder_step).label("ended")
).select_from(
    ladder_step.outerjoin(
        read_mark,
        and_(
            read_mark.c.mailbox_id == ladder_step.c.mailbox_id,
            read_mark.c.letter_id == ladder_step.c.letter_id,
        ),
    )
)
_DUE: Final = (
    _STEPS.where(
        ladder_step.c.taken_ms.is_(None),
        ~ladder_step.c.muted,
        ladder_step.c.due_ms <= bindparam("now_ms", type_=BigInteger),
        tuple_(ladder_step.c.due_ms, ladder_step.c.step_id)
        > tuple_(bindparam("after_ms", type_=BigInteger), bindparam("after_id", type_=LargeBinary)),
    )
    .order_by(ladder_step.c.due_ms, ladder_step.c.step_id)
    .limit(bindparam("most", type_=Integer))
)
_GET_STEP: Final = _STEPS.where(_THIS)
_TAKE: Final = update(ladder_step).where(_THIS).values(taken_ms=bindparam("at_ms", type_=BigInteger))
_SKIP: Final = delete(ladder_step).where(_THIS)
_waits = ladder_step.alias("waits")
_read = (
    select(_waits.c.mailbox_id, _waits.c.step_id)
    .where(
        _waits.c.taken_ms.is_(None),
        _waits.c.unread,
        _waits.c.due_ms <= bindparam("now_ms", type_=BigInteger),
        exists().where(read_mark.c.mailbox_id == _waits.c.mailbox_id, read_mark.c.letter_id == _waits.c.letter_id),
    )
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True, of=_waits)
    .cte("opened")
)
_SKIP_READ: Final = (
    delete(ladder_step)
    .where(tuple_(ladder_step.c.mailbox_id, ladder_step.c.step_id).in_(select(_read.c.mailbox_id, _read.c.step_id)))
    .returning(ladder_step.c.step_id)
)
_TAKEN: Final = _STEPS.where(
    _OF_MAILBOX,
    ladder_step.c.letter_id == bindparam("of_letter", type_=LargeBinary),
    ladder_step.c.taken_ms.is_not(None),
).order_by(ladder_step.c.taken_ms, ladder_step.c.step_id)


class LadderRows:
    """Implements `ports.Ladders`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def get(self, mailbox_id: MailboxId) -> bytes | None:
        row = await self._sql.row(_GET, {"of_mailbox": mailbox_id})
        return None if row is None else bytes(row.box)

    async def keep(self, mailbox_id: MailboxId, box: bytes) -> None:
        added = self._sql.insert(ladder)
        replacing = added.on_conflict_do_update(index_elements=["mailbox_id"], set_={"box": added.excluded.box})
        await self._sql.run(replacing, {"mailbox_id": mailbox_id, "box": box})

    async def remove(self, mailbox_id: MailboxId) -> None:
        await self._sql.run(_REMOVE, {"of_mailbox": mailbox_id})
        await self._sql.run(_FORGET_ALL, {"of_mailbox": mailbox_id})

    async def plan(self, steps: Sequence[LadderStep]) -> None:
        await self._sql.run(_ADD_STEP, [plan_values(step) for step in steps])

    async def replan(self, mailbox_id: MailboxId, letter_ids: Sequence[LetterId], steps: Sequence[LadderStep]) -> None:
        given = {"of_mailbox": mailbox_id, "letter_ids": list(letter_ids)}
        await self._sql.run(_FORGET, given)
        happened = {tuple(row) for row in await self._sql.rows(_HAPPENED, given)}
        await self.plan([step for step in steps if (step.letter_id, step.rung, step.unread) not in happened])

    async def mute(self, mailbox_id: MailboxId, letter_ids: Sequence[LetterId], *, muted: bool) -> None:
        if letter_ids:
            given = {"of_mailbox": mailbox_id, "letter_ids": list(letter_ids), "is_muted": muted}
            await self._sql.run(_MUTE, given)

    async def due(self, *, now_ms: int, limit: int, after: LadderStep | None = None) -> Sequence[LadderStep]:
        place = {"after_ms": after.due_ms, "after_id": after.step_id} if after else {"after_ms": -1, "after_id": b""}
        return [_step(row) for row in await self._sql.rows(_DUE, {"now_ms": now_ms, "most": limit, **place})]

    async def get_step(self, mailbox_id: MailboxId, step_id: bytes, *, now_ms: int) -> LadderStep | None:
        row = await self._sql.row(_GET_STEP, {"of_mailbox": mailbox_id, "of_step": step_id, "now_ms": now_ms})
        return None if row is None else _step(row)

    async def take(self, step: LadderStep, *, at_ms: int) -> None:
        await self._sql.run(_TAKE, {"of_mailbox": step.mailbox_id, "of_step": step.step_id, "at_ms": at_ms})

    async def skip(self, step: LadderStep) -> None:
        await self._sql.run(_SKIP, {"of_mailbox": step.mailbox_id, "of_step": step.step_id})

    async def skip_read(self, *, now_ms: int, limit: int) -> int:
        return len(await self._sql.rows(_SKIP_READ, {"now_ms": now_ms, "most": limit}))

    async def taken(self, mailbox_id: MailboxId, letter_id: LetterId, *, now_ms: int) -> Sequence[LadderStep]:
        rows = await self._sql.rows(_TAKEN, {"of_mailbox": mailbox_id, "of_letter": letter_id, "now_ms": now_ms})
        return [_step(row) for row in rows]


def _step(row: Row[Any]) -> LadderStep:
    return LadderStep(**plan_fields(row))
