"""How many messages went out in a day on the word of one person, or to one address: by tags that say neither."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete

from mailbox.store.statements import Statements
from mailbox.store.tables import message_count

_FORGET: Final = delete(message_count).where(message_count.c.day < bindparam("before_day"))


class MessageCountRows:
    """Implements `ports.MessageCounts`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def add(self, tag: bytes, *, day: int) -> int:
        added = self._sql.insert(message_count).on_conflict_do_update(
            index_elements=["tag"], set_={"messages": message_count.c.messages + 1}
        )
        row = await self._sql.row(added.returning(message_count.c.messages), {"tag": tag, "day": day, "messages": 1})
        return 0 if row is None else int(row.messages)

    async def forget(self, *, before_day: int) -> None:
        await self._sql.run(_FORGET, {"before_day": before_day})
