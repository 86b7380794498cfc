"""Login sessions, and wrong invitation codes per person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import LargeBinary, Row, bindparam, delete, func, insert, or_, select, update

from mailbox.domain.identifiers import MailboxId
from mailbox.domain.sealed import SessionRecord
from mailbox.store.statements import Statements
from mailbox.store.tables import invitation_attempt, mailbox, session

_TAG: Final = bindparam("of_tag", type_=LargeBinary)
_ADD: Final = insert(session)
_GET: Final = select(session).where(session.c.tag == _TAG)
_TOUCH: Final = update(session).where(session.c.tag == _TAG).values(last_seen_ms=bindparam("at_ms"))
_RESEAL: Final = update(session).where(session.c.tag == _TAG).values(person_box=bindparam("box"))
_REMOVE: Final = delete(session).where(session.c.tag == _TAG)
_OF: Final = session.c.mailbox_id == bindparam("mailbox_id", type_=LargeBinary)
_ALL_OF: Final = select(session).where(_OF).order_by(session.c.created_ms, session.c.tag)
_REMOVE_ONE: Final = delete(session).where(_OF, session.c.tag == _TAG)
_REMOVE_OF: Final = delete(session).where(_OF)
_REMOVE_BEFORE: Final = delete(session).where(
    or_(session.c.created_ms < bindparam("made_ms"), session.c.last_seen_ms < bindparam("seen_ms"))
)
_FORGET_ATTEMPTS: Final = delete(invitation_attempt).where(invitation_attempt.c.at_ms < bindparam("before_ms"))
_COUNT: Final = select(func.coalesce(func.sum(invitation_attempt.c.attempts), 0)).where(
    invitation_attempt.c.mailbox_id == bindparam("mailbox_id"),
    invitation_attempt.c.at_ms >= bindparam("since_ms"),
)


_SEEN: Final = (
    update(mailbox)
    .where(mailbox.c.mailbox_id == bindparam("of_mailbox", type_=LargeBinary))
    .values(seen_ms=bindparam("at_ms"))
)
_LAST_SEEN: Final = select(mailbox.c.seen_ms).where(mailbox.c.mailbox_id == bindparam("of_mailbox", type_=LargeBinary))


class SessionRows:
    """Implements `ports.Sessions`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def add(self, session: SessionRecord) -> None:
        await self._sql.run(_ADD, asdict(session))

    async def seen(self, mailbox_id: MailboxId, *, at_ms: int) -> None:
        await self._sql.run(_SEEN, {"of_mailbox": mailbox_id, "at_ms": at_ms})

    async def last_seen(self, mailbox_id: MailboxId) -> int | None:
        row = await self._sql.row(_LAST_SEEN, {"of_mailbox": mailbox_id})
        return None if row is None else row.seen_ms

    async def get(self, tag: bytes) -> SessionRecord | None:
        row = await self._sql.row(_GET, {"of_tag": tag})
        return None if row is None else _record(row)

    async def of(self, mailbox_id: MailboxId) -> Sequence[SessionRecord]:
        return [_record(row) for row in await self._sql.rows(_ALL_OF, {"mailbox_id": mailbox_id})]

    async def touch(self, tag: bytes, *, at_ms: int) -> None:
        await self._sql.run(_TOUCH, {"of_tag": tag, "at_ms": at_ms})

    async def reseal(self, tag: bytes, person_box: bytes) -> None:
        await self._sql.run(_RESEAL, {"of_tag": tag, "box": person_box})

    async def remove(self, tag: bytes) -> None:
        await self._sql.run(_REMOVE, {"of_tag": tag})

    async def remove_one(self, mailbox_id: MailboxId, tag: bytes) -> None:
        await self._sql.run(_REMOVE_ONE, {"mailbox_id": mailbox_id, "of_tag": tag})

    async def remove_of(self, mailbox_id: MailboxId) -> None:
        await self._sql.run(_REMOVE_OF, {"mailbox_id": mailbox_id})

    async def remove_before(self, *, created_ms: int, last_seen_ms: int) -> None:
        await self._sql.run(_REMOVE_BEFORE, {"made_ms": created_ms, "seen_ms": last_seen_ms})

    async def forget_attempts(self, *, before_ms: int) -> None:
        await self._sql.run(_FORGET_ATTEMPTS, {"before_ms": before_ms})

    async def count_attempts(self, mailbox_id: MailboxId, *, since_ms: int) -> int:
        row = await self._sql.row(_COUNT, {"mailbox_id": mailbox_id, "since_ms": since_ms})
        return 0 if row is None else int(row[0])

    async def add_attempt(self, mailbox_id: MailboxId, *, at_ms: int) -> None:
        await self._sql.run(
            self._sql.insert(invitation_attempt).on_conflict_do_update(
                index_elements=["mailbox_id", "at_ms"], set_={"attempts": invitation_attempt.c.attempts + 1}
            ),
            {"mailbox_id": mailbox_id, "at_ms": at_ms, "attempts": 1},
        )


def _record(row: Row[Any]) -> SessionRecord:
    return SessionRecord(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
