"""What comes first of all that a reader's letters ask, however long ago they came."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consent import Action
from mailbox.crypto import OpenMailbox, Sealer
from mailbox.domain.claims.tasks import Task
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.local_time import local_day
from mailbox.domain.ports import Transaction
from mailbox.services.access import Access, Gate
from mailbox.services.client_digest import Digest
from mailbox.services.holds import Holds
from mailbox.services.kept_money import NOTHING, Kept, KeptMoney
from mailbox.services.metadata import metadata_of
from mailbox.services.open_dates import Asked, asked_by

_COMING, _MISSED = 4, 5
_OPENED: Final = 50
"""Letters that a page waits for, of who has many that were never opened: the rest follows with the next pages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTask:
    """Something to do, with the letter that asks it."""

    task: Task
    letter: LetterMetadata


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstTasks:
    """The first to come, and the latest of which the day has passed, of so many. `whole`: no letter was left out."""

    coming: tuple[OpenTask, ...]
    missed: tuple[OpenTask, ...]
    missed_count: int
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What comes first, of all that is asked. `unseen`: letters it tells of that are not on the page."""

    tasks: FirstTasks
    unseen: tuple[LetterId, ...]
    kept: Kept


class TaskChoice:
    """Chooses among all of one's own letters; through a grant, among all that it covers.

    What a grant's letters ask is known from the helper's list of people. Where letters came since, it is chosen among
    those of the page.
    """

    def __init__(self, *, sealer: Sealer, gate: Gate) -> None:
        self._sealer = sealer
        self._gate = gate
        self._holds = Holds(sealer)
        self._money = KeptMoney(sealer)

    async def choose(
        self, tx: Transaction, access: Access, page: Sequence[LetterMetadata], now_ms: int, *, is_all: bool
    ) -> Chosen:
        """`page`: the newest letters, which the reader has open already. `is_all`: there are no others."""
        asked, whole, kept = await self._asked(tx, access, page, now_ms)
        today, on_page = local_day(now_ms), {letter.letter_id: letter for letter in page}
        missed = asked.missed(today)
        coming, latest = asked.coming(today)[:_COMING], missed[-_MISSED:][::-1]
        unseen = await self._letters(
            tx, access, {task.letter_id for task in (*coming, *latest)} - on_page.keys(), now_ms
        )
        letters = {**on_page, **unseen}
        tasks = FirstTasks(
            coming=_opened(coming, letters),
            missed=_opened(latest, letters),
            missed_count=len(missed),
            whole=whole or is_all,
        )
        return Chosen(tasks=tasks, unseen=tuple(sorted(unseen)), kept=kept)

    async def _asked(
        self, tx: Transaction, access: Access, page: Sequence[LetterMetadata], now_ms: int
    ) -> tuple[Asked, bool, Kept]:
        """What is asked, whether over all letters, and what there is to keep."""
        if isinstance(access.keys, OpenMailbox):
            found = await self._money.agenda(tx, access.keys, now_ms, at_most=_OPENED)
            return found.agenda.asked.without(found.said), found.whole, found.kept
        digest = await self._noted(tx, access, now_ms)
        asked = digest.dates.asked() if digest else asked_by(page, local_day(now_ms))
        return asked, digest is not None, NOTHING

    async def _noted(self, tx: Transaction, access: Access, now_ms: int) -> Digest | None:
        """What the helper noted of the letters of this grant, if that is how it stands."""
        assert access.passage is not None  # noqa: S101 - not one's own post
        record, helper = access.passage.record, access.reader
        held = await tx.grants.held(helper.mailbox_id, self._holds.ref(record.grant_id, helper.mailbox_id))
        keys = (await tx.grants.count_keys({access.mailbox_id})).get(record.grant_id)
        if held is None or held.note is None or keys is None:
            return None
        own = await self._gate.unlock(tx, helper)
        try:
            digest = Digest.from_json(own.noted(held.ref, held.note))
        except SealBroken:
            return None
        return digest if digest.holds(record.scope_box, keys=keys, now_ms=now_ms) else None

    async def _letters(
        self, tx: Transaction, access: Access, letter_ids: Collection[LetterId], now_ms: int
    ) -> Mapping[LetterId, LetterMetadata]:
        """Those that the reader may see. One that does not open has nothing to ask."""
        rows = await tx.letters.some(access.mailbox_id, access.recipient_id, letter_ids, visible_at_ms=now_ms)
        found: dict[LetterId, LetterMetadata] = {}
        for row in rows.values():
            with contextlib.suppress(SealBroken):
                letter = metadata_of(row, access.letter_key(row.letter_id, row.key), self._sealer)
                if access.allows(letter, Action.LIST, now_ms):
                    found[letter.letter_id] = letter
        return found


def _opened(tasks: Sequence[Task], letters: Mapping[LetterId, LetterMetadata]) -> tuple[OpenTask, ...]:
    return tuple(OpenTask(task=task, letter=letters[task.letter_id]) for task in tasks if task.letter_id in letters)
