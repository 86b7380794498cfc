"""All letters of one person at once, for what is made of them together: a dossier, a list of dates.

Own post and post through a grant take the same path: open, decide, make, log, show. Only what was made is returned,
and the letters that it tells of were logged first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from consent import Action
from mailbox.crypto import Keyholder, LetterKey, OpenMailbox, Sealer
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import Cursor, SealedSummary
from mailbox.services.access import Access, Gate
from mailbox.services.filing import filed
from mailbox.services.grant_use import GrantUses
from mailbox.services.grant_views import GrantView, helper_view
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.metadata import metadata_of
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy, details_of
from mailbox.services.settled import check_unmoved, settled

_CHUNK: Final = 100
"""Rows opened at a time; between chunks others get their turn."""
_T = TypeVar("_T")
_Opened = list[tuple[SealedSummary, LetterKey]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Made(Generic[_T]):
    """What was made of the letters, whose they are, and through which grant."""

    owner: str
    what: _T
    grant: GrantView | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Making(Generic[_T]):
    """What to make of letters, of which ones it tells, and which act that is. `action`: what a grant must allow."""

    make: Callable[[Sequence[LetterMetadata]], _T]
    tells_of: Callable[[_T], Iterable[LetterId]]
    act: Act
    action: Action


class WholePost:
    """The way to all of somebody's letters."""

    def __init__(
        self,
        *,
        store: Store,
        sealer: Sealer,
        keyholder: Keyholder,
        clock: Clock,
        reasons: ReasonPolicy = NOBODY_ASKS,
    ) -> None:
        """`reasons`: who must say why before they read through a grant."""
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder, reasons=reasons)
        self._clock = clock
        self._uses = GrantUses(sealer)

    @settled
    async def made(self, reader: Person, making: Making[_T], *, through: GrantId | None = None) -> Made[_T]:
        """Makes it of the reader's own letters, or of those of a client that the grant covers.

        Raises:
            NotFound: a grant that does not stand for this reader, or does not allow the action.
            ReasonNeeded: the reader must say first why they open this person's post.
        """
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            access = await self._gate.open(tx, reader, through, now_ms)
            access.check(making.action)
            letters, opened = await self._letters(tx, access, making.action, now_ms)
        what = await asyncio.to_thread(making.make, letters)
        await self._log(access, making.act, tuple(making.tells_of(what)), opened)
        passage = access.passage
        return Made(
            owner=access.owner,
            what=what,
            grant=helper_view(passage.record, passage.terms) if passage else None,
        )

    async def _letters(
        self, tx: Transaction, access: Access, action: Action, now_ms: int
    ) -> tuple[list[LetterMetadata], _Opened]:
        """Every letter that may be told of, newest first."""
        letters: list[LetterMetadata] = []
        opened: _Opened = []
        before: Cursor | None = None
        while True:
            rows = await tx.letters.page(
                access.mailbox_id, access.recipient_id, visible_at_ms=now_ms, before=before, limit=_CHUNK
            )
            for row in rows:
                key = access.letter_key(row.letter_id, row.key)
                letter = metadata_of(row, key, self._sealer)
                if access.allows(letter, action, now_ms):
                    letters.append(letter)
                    opened.append((row, key))
            if len(rows) < _CHUNK:
                return letters, opened
            before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)
            await asyncio.sleep(0)

    async def _log(self, access: Access, act: Act, letters: tuple[LetterId, ...], opened: _Opened) -> None:
        """Writes the look, if it tells of any letter.

        Raises:
            NotFound: the grant does not stand any more in this transaction.
            ScopeMoved: it covers something else.
        """
        passage = access.passage
        look = Look(
            actor=access.reader.label,
            role=Role.HELPER if passage else Role.CITIZEN,
            act=act,
            letters=letters,
            grant_id=passage.record.grant_id if passage else None,
            details=details_of(access.reason),
        )
        async with self._store.write() as tx:
            await tx.mailboxes.lock(access.mailbox_id)
            now_ms = self._clock.now_ms()  # after the wait: it may have ended meanwhile
            if passage is not None:
                reader, grant_id = access.reader, passage.record.grant_id
                check_unmoved(passage, await self._gate.standing(tx, access.mailbox_id, grant_id, reader, now_ms))
            if letters:
                await write_entry(
                    tx, look, mailbox_id=access.mailbox_id, reader=access.reader, sealer=self._sealer, at_ms=now_ms
                )
            if passage is not None and letters:
                await self._uses.count(tx, passage.record, access.reader, {}, now_ms)
            if isinstance(access.keys, OpenMailbox):
                await tx.letters.replace_keys(access.mailbox_id, filed(access.keys, opened))
