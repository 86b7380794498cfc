"""All letters of one person at once, for what is made of them together: a dossier, a list of dates.

Own post and post through a grant take the same path: open, decide, make, log, show. Only what was made is returned,
and the letters that it tells of were logged first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, TypeVar

from consent import Action
from mailbox.crypto import Keyholder, LetterKey, OpenMailbox, Sealer
from mailbox.domain.claims.said import NOTHING_SAID, Said
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import Cursor, SealedSummary
from mailbox.services.access import Access, Gate
from mailbox.services.filing import filed
from mailbox.services.grant_views import GrantView, helper_view
from mailbox.services.kept_money import SAID, said_in
from mailbox.services.log_entries import Act
from mailbox.services.looks import Looks
from mailbox.services.metadata import metadata_of
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy
from mailbox.services.settled import settled

_CHUNK: Final = 100
"""Rows opened at a time; between chunks others get their turn."""
_EVER_MS: Final = 2**62
_T = TypeVar("_T")
_Opened = list[tuple[SealedSummary, LetterKey]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Made(Generic[_T]):
    """What was made of the letters, whose they are, and through which grant.

    `broken`: own letters of which what is stored is not what we wrote. They are left out.
    """

    owner: str
    what: _T
    grant: GrantView | None
    broken: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Making(Generic[_T]):
    """What to make of letters and of what their citizen said, of which letters it tells, and which act that is.

    `action`: what a grant must allow. `unseen`: of own post also what is published later, for what shows nobody
    anything.
    """

    make: Callable[[Sequence[LetterMetadata], Said], _T]
    tells_of: Callable[[_T], Iterable[LetterId]]
    act: Act
    action: Action
    unseen: bool = False


@dataclass(kw_only=True, slots=True)
class _Found:
    """Letters that may be told of, with their keys, newest first."""

    letters: list[LetterMetadata] = field(default_factory=list)
    opened: _Opened = field(default_factory=list)
    broken: int = 0


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
        self._looks = Looks(store=store, sealer=sealer, gate=self._gate, clock=clock)

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
            visible_ms = _EVER_MS if making.unseen and access.passage is None else now_ms
            found = await self._letters(tx, access, making.action, visible_ms)
            said = await self._said(tx, access)
        what = await asyncio.to_thread(making.make, found.letters, said)
        told = tuple(making.tells_of(what))
        if told or access.passage is not None:  # that there is nothing in what a grant covers is an answer as well
            await self._looks.write(access, making.act, told, also=partial(_file, access, found.opened))
        passage = access.passage
        return Made(
            owner=access.owner,
            what=what,
            grant=helper_view(passage.record, passage.terms) if passage else None,
            broken=0 if passage else found.broken,
        )

    async def _letters(self, tx: Transaction, access: Access, action: Action, visible_ms: int) -> _Found:
        """Every letter that may be told of; `visible_ms`: now, or for own post until when it was published."""
        found = _Found()
        before: Cursor | None = None
        while True:
            rows = await tx.letters.page(
                access.mailbox_id, access.recipient_id, visible_at_ms=visible_ms, before=before, limit=_CHUNK
            )
            for row in rows:
                self._open(access, row, action, visible_ms, found)
            if len(rows) < _CHUNK:
                return found
            before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)
            await asyncio.sleep(0)

    def _open(self, access: Access, row: SealedSummary, action: Action, visible_ms: int, found: _Found) -> None:
        try:
            key = access.letter_key(row.letter_id, row.key)
            letter = metadata_of(row, key, self._sealer)
        except SealBroken:
            found.broken += 1
            return
        if access.allows(letter, action, visible_ms):
            found.letters.append(letter)
            found.opened.append((row, key))

    async def _said(self, tx: Transaction, access: Access) -> Said:
        """What the citizen said of their debts: their own, and through a grant nothing."""
        if not isinstance(access.keys, OpenMailbox):
            return NOTHING_SAID
        return said_in(access.keys, await tx.mailboxes.money_notes(access.mailbox_id, [SAID]))


async def _file(access: Access, opened: _Opened, tx: Transaction, _: int) -> None:
    if isinstance(access.keys, OpenMailbox):
        await tx.letters.replace_keys(access.mailbox_id, filed(access.keys, opened))
