"""What citizens do with their own letters in the list: read, new again, put away, back. Nobody does it for them.

A mark says nothing of a letter but that the citizen is done with it. It takes away no date, sum or reminder, and what
others see stays as it was. A letter that was put away unread is new still.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Letters, Store


class Mark(StrEnum):
    """What to do with letters. To do it again changes nothing."""

    READ = "gelezen"
    UNREAD = "ongelezen"
    ARCHIVE = "archief"
    RESTORE = "terug"


class Marking:
    """Marks of the citizen who is logged in."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def mark(self, citizen: Person, letter_ids: Collection[LetterId], mark: Mark) -> None:
        """Marks all of these letters, or none.

        Raises:
            NotFound: one of them is unknown, not published, or not theirs.
        """
        now_ms, own = self._clock.now_ms(), citizen.mailbox_id
        async with self._store.write() as tx:
            theirs = await tx.letters.some(own, own, letter_ids, visible_at_ms=now_ms)
            if theirs.keys() != set(letter_ids):
                raise NotFound
            for letter_id in sorted(theirs):  # in one order: two acts at once do not wait for each other
                await _set(tx.letters, own, letter_id, mark, now_ms)


async def _set(letters: Letters, own: MailboxId, letter_id: LetterId, mark: Mark, now_ms: int) -> None:
    match mark:
        case Mark.READ:
            await letters.mark_read(own, letter_id, at_ms=now_ms)
        case Mark.UNREAD:
            await letters.mark_unread(own, letter_id)
        case Mark.ARCHIVE:
            await letters.archive(own, letter_id, at_ms=now_ms)
        case Mark.RESTORE:
            await letters.restore(own, letter_id)
