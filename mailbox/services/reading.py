"""Reading post: the timeline, a letter, an attachment. Own post and post through a grant take the same path.

Open, decide, log, show: what is returned from here was logged first, and the grant still covered it when it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from consent import Action, Every
from mailbox.crypto import Keyholder, LetterKey, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, SealBroken, TemporarilyUnavailable
from mailbox.domain.identifiers import GrantId, LetterId, Oin
from mailbox.domain.letters import AttachmentInfo, LetterMetadata, LetterText, read_text
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, ObjectStore, Store, Transaction
from mailbox.domain.sealed import Cursor, SealedSummary, SealedText
from mailbox.services.access import Access, Gate
from mailbox.services.agencies import AgencyRegister
from mailbox.services.filing import filed
from mailbox.services.first_tasks import Chosen, FirstTasks, TaskChoice
from mailbox.services.grant_views import GrantView, helper_view
from mailbox.services.log_entries import OPENING, Act
from mailbox.services.looks import Looks
from mailbox.services.metadata import metadata_of
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy
from mailbox.services.settled import settled
from mailbox.services.timeline_cursors import TimelineCursors
from mailbox.services.watch_alerts import WatchAlerts

_CHUNK: Final = 100
"""Rows read and opened at a time while filtering; between chunks others get their turn."""

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineQuery:
    """What to show: all, or by sender, words in subject or sender's name, unread only. `before`: an opaque cursor.

    `tasks`: also what comes first, on the first page of all letters.
    """

    agency: Oin | None = None
    text: str = ""
    only_new: bool = False
    before: str | None = None
    limit: int = 50
    tasks: bool = False

    @property
    def wants_tasks(self) -> bool:
        return self.tasks and self.before is None and not self.narrows

    @property
    def narrows(self) -> bool:
        return self.agency is not None or bool(self.text.strip()) or self.only_new


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenLetter:
    """There is a letter, and what is stored of it is not what we wrote."""

    letter_id: LetterId
    publish_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """A page of letters, newest first. `new_count` is None through a grant: what is outside it is not counted.

    `broken`: among these, in the reader's own post; whether a grant covers such a letter nobody knows. `tasks`: where
    they were asked for.
    """

    owner: str
    letters: tuple[LetterMetadata, ...]
    broken: tuple[BrokenLetter, ...]
    next: str | None
    new_count: int | None
    agencies: tuple[Oin, ...]
    grant: GrantView | None
    tasks: FirstTasks | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedLetter:
    """A letter. `text` is None when the grant shows only who wrote, when, and what is due."""

    owner: str
    metadata: LetterMetadata
    text: LetterText | None
    grant: GrantView | None
    may_download: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedAttachment:
    """An attachment's bytes with what the sender said of it."""

    info: AttachmentInfo
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opened:
    """A row with its key: still inside the service."""

    row: SealedSummary
    key: LetterKey
    metadata: LetterMetadata


@dataclass(frozen=True, kw_only=True, slots=True)
class _Broken:
    """A row that does not open."""

    row: SealedSummary


class Reading:
    """The way out. Every method writes the log before it returns what a letter says."""

    def __init__(  # noqa: PLR0913 - wiring by constructor
        self,
        *,
        store: Store,
        objects: ObjectStore,
        sealer: Sealer,
        keyholder: Keyholder,
        agencies: AgencyRegister,
        clock: Clock,
        reasons: ReasonPolicy = NOBODY_ASKS,
        alerts: WatchAlerts | None = None,
    ) -> None:
        """`reasons`: who must say why before they read through a grant. `alerts`: that a helper reads unusually."""
        self._store = store
        self._objects = objects
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder, reasons=reasons)
        self._cursors = TimelineCursors(sealer)
        self._agencies = agencies
        self._clock = clock
        self._looks = Looks(store=store, sealer=sealer, gate=self._gate, clock=clock, alerts=alerts)
        self._tasks = TaskChoice(sealer=sealer, gate=self._gate)

    @settled
    async def timeline(self, reader: Person, query: TimelineQuery, *, through: GrantId | None = None) -> Timeline:
        """A page of the reader's own post, or of a client's through a grant.

        Raises:
            NotFound: a cursor that is none, or a grant that does not stand for this reader.
            ReasonNeeded: the reader must say first why they open this person's post; so for a letter and its files.
        """
        now_ms = self._clock.now_ms()
        names = await self._agencies.names()
        async with self._store.read() as tx:
            access = await self._gate.open(tx, reader, through, now_ms)
            found = [row async for row in self._matching(tx, access, query, names, now_ms)]
            new_count = None if through else await tx.letters.count_new(access.mailbox_id, visible_at_ms=now_ms)
            shown = found[: query.limit]
            opened = [one for one in shown if isinstance(one, _Opened)]
            is_all = len(found) == len(shown)
            first = await self._first(tx, access, opened, now_ms, is_all=is_all) if query.wants_tasks else None
        found_nothing = through is not None and query.narrows and not shown
        await self._log(access, Act.SEARCHED if found_nothing else Act.LIST, opened, first=first)
        return Timeline(
            owner=access.owner,
            letters=tuple(one.metadata for one in opened),
            broken=tuple(_broken_letter(one.row) for one in shown if isinstance(one, _Broken)),
            next=self._cursors.text(access, _place(shown[-1].row)) if len(found) > query.limit else None,
            new_count=new_count,
            agencies=_filterable(access, names),
            grant=_view(access),
            tasks=first.tasks if first else None,
        )

    @settled
    async def letter(self, reader: Person, letter_id: LetterId, *, through: GrantId | None = None) -> OpenedLetter:
        """One letter. A citizen's own reading marks it as read; a helper's never does, nor what an app fetches.

        Raises:
            NotFound: unknown, not published, not the reader's, or outside the grant; all the same.
        """
        async with self._store.read() as tx:
            access, opened, sealed = await self._open_letter(tx, reader, letter_id, through, Action.LIST)
        readable = access.allows(opened.metadata, Action.READ, self._clock.now_ms())
        text = read_text(opened.key.open_body(sealed.body_box)) if readable else None
        by_owner = through is None and reader.app is None
        await self._log(access, Act.READ if readable else Act.LIST, [opened], mark_read=by_owner)
        return OpenedLetter(
            owner=access.owner,
            metadata=opened.metadata,
            text=text,
            grant=_view(access),
            may_download=access.allows(opened.metadata, Action.DOWNLOAD, self._clock.now_ms()),
        )

    async def glance(self, citizen: Person, letter_id: LetterId) -> LetterMetadata:
        """One of the citizen's own letters as a list shows it, for a page that does something with it.

        Raises:
            NotFound: unknown, not published, or not theirs.
        """
        async with self._store.read() as tx:
            access, opened, _ = await self._open_letter(tx, citizen, letter_id, None, Action.LIST)
        await self._log(access, Act.LIST, [opened])
        return opened.metadata

    @settled
    async def attachment(
        self, reader: Person, letter_id: LetterId, number: int, *, through: GrantId | None = None
    ) -> OpenedAttachment:
        """One attachment of a letter, `number` from 0.

        Raises:
            NotFound: no such attachment, or as for a letter; through a grant `download` is needed.
            TemporarilyUnavailable: its object is not there now.
        """
        async with self._store.read() as tx:
            access, opened, _ = await self._open_letter(tx, reader, letter_id, through, Action.DOWNLOAD)
            name = await tx.letters.object_name(access.mailbox_id, letter_id, number)
        if name is None:
            raise NotFound
        box = await self._objects.get(name)
        if box is None:
            raise TemporarilyUnavailable
        content = opened.key.open_attachment(number, box)
        await self._log(access, Act.DOWNLOAD, [opened])
        return OpenedAttachment(info=opened.metadata.attachments[number], content=content)

    async def mark_read(self, reader: Person, letter_id: LetterId) -> None:
        """The reader says that they read one of their own letters. Raises NotFound."""
        now_ms, own = self._clock.now_ms(), reader.mailbox_id
        async with self._store.write() as tx:
            if await tx.letters.get(own, own, letter_id, visible_at_ms=now_ms) is None:
                raise NotFound
            await tx.letters.mark_read(own, letter_id, at_ms=now_ms)

    async def mark_unread(self, reader: Person, letter_id: LetterId) -> None:
        """Makes one of the reader's own letters new again. Nothing happens if there is no such letter."""
        async with self._store.write() as tx:
            await tx.letters.mark_unread(reader.mailbox_id, letter_id)

    async def _open_letter(
        self, tx: Transaction, reader: Person, letter_id: LetterId, through: GrantId | None, action: Action
    ) -> tuple[Access, _Opened, SealedText]:
        now_ms = self._clock.now_ms()
        access = await self._gate.open(tx, reader, through, now_ms)
        sealed = await tx.letters.get(access.mailbox_id, access.recipient_id, letter_id, visible_at_ms=now_ms)
        if sealed is None:
            raise NotFound
        opened = _open(access, sealed.summary, self._sealer)
        if not access.allows(opened.metadata, action, now_ms):
            raise NotFound
        return access, opened, sealed

    async def _matching(
        self, tx: Transaction, access: Access, query: TimelineQuery, names: Mapping[str, str], now_ms: int
    ) -> AsyncIterator[_Opened | _Broken]:
        """Up to limit + 1 letters that match, so that the caller knows whether there are more."""
        left = query.limit + 1
        chunk = _CHUNK if query.narrows else left
        before = None if query.before is None else self._cursors.cursor(access, query.before)
        while left:
            rows = await tx.letters.page(
                access.mailbox_id, access.recipient_id, visible_at_ms=now_ms, before=before, limit=chunk
            )
            for row in rows:
                one = self._tried(access, row)
                if left and _is_found(access, one, query, names, now_ms):
                    left -= 1
                    yield one
            if len(rows) < chunk:
                return
            before = _place(rows[-1])
            await asyncio.sleep(0)

    def _tried(self, access: Access, row: SealedSummary) -> _Opened | _Broken:
        """One row that was tampered with must not keep anybody from the others."""
        try:
            return _open(access, row, self._sealer)
        except SealBroken:
            _log.error("letter_tampered", mailbox=access.mailbox_id.hex(), letter=row.letter_id.hex())
            return _Broken(row=row)

    async def _first(
        self, tx: Transaction, access: Access, shown: Sequence[_Opened], now_ms: int, *, is_all: bool
    ) -> Chosen:
        letters = [opened.metadata for opened in shown]
        return await self._tasks.choose(tx, access, letters, now_ms, is_all=is_all)

    async def _log(
        self,
        access: Access,
        act: Act,
        letters: Sequence[_Opened],
        *,
        mark_read: bool = False,
        first: Chosen | None = None,
    ) -> None:
        """Writes the look, if there was anything to see. That a search finds nothing is an answer too.

        Raises as `Looks.write`.
        """
        seen = [*(opened.row.letter_id for opened in letters), *(first.unseen if first else ())]
        if not seen and act is not Act.SEARCHED:
            return

        async def also(tx: Transaction, now_ms: int) -> None:
            if isinstance(access.keys, OpenMailbox):
                own = filed(access.keys, ((opened.row, opened.key) for opened in letters))
                await tx.letters.replace_keys(access.mailbox_id, own)
                if first is not None:
                    await first.kept.store(tx, access.keys)
            if mark_read:
                await tx.letters.mark_read(access.mailbox_id, letters[0].row.letter_id, at_ms=now_ms)

        dated = {one.row.letter_id: one.metadata.dated for one in letters} if act in OPENING else {}
        await self._looks.write(access, act, seen, opened=dated, also=also)


def _open(access: Access, row: SealedSummary, sealer: Sealer) -> _Opened:
    key = access.letter_key(row.letter_id, row.key)
    return _Opened(row=row, key=key, metadata=metadata_of(row, key, sealer))


def _broken_letter(row: SealedSummary) -> BrokenLetter:
    return BrokenLetter(letter_id=row.letter_id, publish_ms=row.publish_ms)


def _is_found(
    access: Access, one: _Opened | _Broken, query: TimelineQuery, names: Mapping[str, str], now_ms: int
) -> bool:
    """What does not open is in one's own post, as it stands. To a helper not even that it is there."""
    if isinstance(one, _Broken):
        return access.passage is None and not query.narrows
    return access.allows(one.metadata, Action.LIST, now_ms) and _matches(one, query, names)


def _place(row: SealedSummary) -> Cursor:
    return Cursor(publish_ms=row.publish_ms, letter_id=row.letter_id)


def _matches(opened: _Opened, query: TimelineQuery, names: Mapping[str, str]) -> bool:
    letter = opened.metadata
    if query.agency is not None and letter.agency != query.agency:
        return False
    if query.only_new and letter.read_ms is not None:
        return False
    words = query.text.casefold().split()
    text = f"{letter.subject} {names.get(letter.agency.value, '')} {letter.case or ''}".casefold()
    return all(word in text for word in words)


def _filterable(access: Access, names: Mapping[str, str]) -> tuple[Oin, ...]:
    """The senders one can filter on. Through a grant only those it names: others are not hinted at."""
    scope = access.passage.terms.scope.agencies if access.passage else None
    oins = names if scope is None or isinstance(scope, Every) else [oin for oin in names if oin in scope]
    return tuple(Oin(oin) for oin in oins)


def _view(access: Access) -> GrantView | None:
    return None if access.passage is None else helper_view(access.passage.record, access.passage.terms)
