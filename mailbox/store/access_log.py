"""The access log of each mailbox: a chain of sealed entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import LargeBinary, and_, bindparam, func, insert, select

from mailbox.domain.identifiers import MailboxId
from mailbox.domain.sealed import SealedLogEntry
from mailbox.store.statements import Statements
from mailbox.store.tables import access_log

_MAILBOX: Final = bindparam("mailbox_id", type_=LargeBinary)
_PAST_ALL: Final = 2**63 - 1

_HEAD: Final = (
    select(access_log.c.seq, access_log.c.commitment)
    .where(access_log.c.mailbox_id == _MAILBOX)
    .order_by(access_log.c.seq.desc())
    .limit(1)
)
_newest = (
    select(access_log.c.mailbox_id, func.max(access_log.c.seq).label("seq"))
    .where(access_log.c.mailbox_id.in_(bindparam("mailbox_ids", expanding=True, type_=LargeBinary)))
    .group_by(access_log.c.mailbox_id)
    .subquery("newest")
)
_HEADS: Final = select(access_log.c.mailbox_id, access_log.c.seq, access_log.c.commitment).join(
    _newest, and_(_newest.c.mailbox_id == access_log.c.mailbox_id, _newest.c.seq == access_log.c.seq)
)
_APPEND: Final = insert(access_log)
_PAGE: Final = (
    select(access_log)
    .where(access_log.c.mailbox_id == _MAILBOX, access_log.c.seq < bindparam("before_seq"))
    .order_by(access_log.c.seq.desc())
    .limit(bindparam("page_limit"))
)


class AccessLogRows:
    """Implements `ports.AccessLog`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def head(self, mailbox_id: MailboxId) -> tuple[int, bytes] | None:
        row = await self._sql.row(_HEAD, {"mailbox_id": mailbox_id})
        return None if row is None else (row.seq, row.commitment)

    async def heads(self, mailbox_ids: Collection[MailboxId]) -> Mapping[MailboxId, tuple[int, bytes]]:
        if not mailbox_ids:
            return {}
        rows = await self._sql.rows(_HEADS, {"mailbox_ids": list(mailbox_ids)})
        return {row.mailbox_id: (row.seq, row.commitment) for row in rows}

    async def append(self, entry: SealedLogEntry) -> None:
        """As `append_all`."""
        await self.append_all([entry])

    async def append_all(self, entries: Sequence[SealedLogEntry]) -> None:
        """Raises AlreadyStored when another transaction took a `seq`: who did not lock the mailbox, comes second."""
        await self._sql.run(_APPEND, [_values(entry) for entry in entries])

    async def page(self, mailbox_id: MailboxId, *, before_seq: int | None, limit: int) -> Sequence[SealedLogEntry]:
        before = _PAST_ALL if before_seq is None else before_seq
        rows = await self._sql.rows(_PAGE, {"mailbox_id": mailbox_id, "before_seq": before, "page_limit": limit})
        return [
            SealedLogEntry(
                mailbox_id=row.mailbox_id, seq=row.seq, at_ms=row.at_ms, commit=row.commitment, sealed=row.sealed
            )
            for row in rows
        ]


def _values(entry: SealedLogEntry) -> dict[str, object]:
    return {
        "mailbox_id": entry.mailbox_id,
        "seq": entry.seq,
        "at_ms": entry.at_ms,
        "commitment": entry.commit,
        "sealed": entry.sealed,
    }
