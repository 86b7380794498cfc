"""Reading post: the timeline, a letter, an attachment. Own post and post through a grant take the same path.

Open, decide, log, show: what is returned from here was logged first, and the grant still covered it when it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from consent import Action, Every
from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, TemporarilyUnavailable
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId, Oin
from mailbox.domain.letters import AttachmentInfo, LetterMetadata, LetterText, read_text
from mailbox.domain.local_time import local_day
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, ObjectStore, Store, Transaction
from mailbox.domain.sealed import SealedSummary, SealedText
from mailbox.domain.searching import Words
from mailbox.services.access import Access, Gate
from mailbox.services.agencies import AgencyRegister
from mailbox.services.filing import filed
from mailbox.services.first_tasks import Chosen, FirstTasks, TaskChoice
from mailbox.services.grant_views import GrantView, helper_view
from mailbox.services.log_entries import OPENING, Act
from mailbox.services.looks import Looks
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy
from mailbox.services.post_scan import Broken, Opened, PostScan, Wanted, opened_row
from mailbox.services.settled import settled
from mailbox.services.timeline_cursors import TimelineCursors
from mailbox.services.watch_alerts import WatchAlerts


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineQuery:
    """What to show: all, or by sender, topic, words, unread only, with a day to come only.

    `text`: words that are all in what a letter says of itself, its sender's name, or its text. `archived`, of one's own
    post: only what was put away, or only the rest; None: wherever it is. `before`: an opaque cursor. `most`: letters
    opened for one page, where not all are asked for. `tasks`: also what comes first, on the first page of all letters.
    """

    agency: Oin | None = None
    topic: str | None = None
    text: str = ""
    only_new: bool = False
    only_dated: bool = False
    archived: bool | None = None
    before: str | None = None
    limit: int = 50
    most: int = 1_000
    tasks: bool = False

    @property
    def wants_tasks(self) -> bool:
        return self.tasks and self.before is None and not self.narrows and not self.archived

    @property
    def filters(self) -> bool:
        """Whether what a letter says of itself leaves it out."""
        return self.agency is not None or self.topic is not None or self.only_new or self.only_dated

    @property
    def narrows(self) -> bool:
        """Whether some letters are asked for, wherever they are."""
        return self.filters or bool(self.text.strip())


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenLetter:
    """There is a letter, and what is stored of it is not what we wrote."""

    letter_id: LetterId
    publish_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """A page of letters, newest first. `new_count`, `archived_count`: of one's own post, wherever it is; else None.

    `searched_to_ms`: enough was opened for once; there may be more, among what was published before.
    `broken`: among these, in the reader's own post; whether a grant covers such a letter nobody knows. `tasks`: where
    they were asked for.
    """

    owner: str
    letters: tuple[LetterMetadata, ...]
    broken: tuple[BrokenLetter, ...]
    next: str | None
    searched_to_ms: int | None
    new_count: int | None
    archived_count: int | None
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
        self._scan = PostScan(sealer)
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
        if through is not None:  # what its citizen put away is there for a helper as before
            query = replace(query, archived=None)
        names = await self._agencies.names()
        async with self._store.read() as tx:
            access = await self._gate.open(tx, reader, through, now_ms)
            before = self._cursors.cursor(access, query.before) if query.before is not None else None
            wanted = _wanted(query, names, local_day(now_ms))
            scan = await self._scan.page(tx, access, wanted, now_ms, before=before, limit=query.limit, most=query.most)
            new_count, archived_count = (None, None) if through else await _counts(tx, access.mailbox_id, now_ms)
            opened = [one for one in scan.found if isinstance(one, Opened)]
            is_all = scan.goes_on is None and query.archived is None
            first = await self._first(tx, access, opened, now_ms, is_all=is_all) if query.wants_tasks else None
        found_nothing = through is not None and query.narrows and not scan.found
        act = Act.SEARCHED if wanted.words or found_nothing else Act.LIST
        await self._log(access, act, opened, first=first)
        return Timeline(
            owner=access.owner,
            letters=tuple(one.metadata for one in opened),
            broken=tuple(_broken_letter(one.row) for one in scan.found if isinstance(one, Broken)),
            next=self._cursors.text(access, scan.goes_on) if scan.goes_on else None,
            searched_to_ms=scan.goes_on.publish_ms if scan.goes_on and scan.stopped else None,
            new_count=new_count,
            archived_count=archived_count,
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

    async def _open_letter(
        self, tx: Transaction, reader: Person, letter_id: LetterId, through: GrantId | None, action: Action
    ) -> tuple[Access, Opened, SealedText]:
        now_ms = self._clock.now_ms()
        access = await self._gate.open(tx, reader, through, now_ms)
        sealed = await tx.letters.get(access.mailbox_id, access.recipient_id, letter_id, visible_at_ms=now_ms)
        if sealed is None:
            raise NotFound
        opened = opened_row(access, sealed.summary, self._sealer)
        if not access.allows(opened.metadata, action, now_ms):
            raise NotFound
        return access, opened, sealed

    async def _first(
        self, tx: Transaction, access: Access, shown: Sequence[Opened], now_ms: int, *, is_all: bool
    ) -> Chosen:
        letters = [opened.metadata for opened in shown]
        return await self._tasks.choose(tx, access, letters, now_ms, is_all=is_all)

    async def _log(
        self,
        access: Access,
        act: Act,
        letters: Sequence[Opened],
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


async def _counts(tx: Transaction, own: MailboxId, now_ms: int) -> tuple[int, int]:
    """Of one's own letters: what is new, and what was put away."""
    return await tx.letters.count_new(own, visible_at_ms=now_ms), await tx.letters.count_archived(own)


def _broken_letter(row: SealedSummary) -> BrokenLetter:
    return BrokenLetter(letter_id=row.letter_id, publish_ms=row.publish_ms)


def _wanted(query: TimelineQuery, names: Mapping[str, str], today: date) -> Wanted:
    def accepts(letter: LetterMetadata) -> bool:
        return (
            query.agency in {None, letter.agency}
            and (query.topic is None or query.topic in letter.topics)
            and not (query.only_new and letter.read_ms is not None)
            and not (query.only_dated and max(letter.days, default=date.min) < today)
        )

    def about(letter: LetterMetadata) -> str:
        payment = letter.payment.reference if letter.payment else None
        references = [letter.reference, letter.case or "", payment or ""]
        return "\n".join([letter.subject, names.get(letter.agency.value, ""), *references])

    return Wanted(
        accepts=accepts if query.filters else None,
        words=Words.of(query.text),
        about=about,
        archived=query.archived,
    )


def _filterable(access: Access, names: Mapping[str, str]) -> tuple[Oin, ...]:
    """The senders one can filter on. Through a grant only those it names: others are not hinted at."""
    scope = access.passage.terms.scope.agencies if access.passage else None
    oins = names if scope is None or isinstance(scope, Every) else [oin for oin in names if oin in scope]
    return tuple(Oin(oin) for oin in oins)


def _view(access: Access) -> GrantView | None:
    return None if access.passage is None else helper_view(access.passage.record, access.passage.terms)
