"""Who looked when: the citizen reads the log of their own mailbox, sees whether it is whole, and reports what is wrong.

The log is sealed, so a filter opens entries one after another, newest first. That happens beside the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId, Oin
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import SealedLogEntry
from mailbox.services.access import Gate
from mailbox.services.log_chain import Chain
from mailbox.services.log_entries import ABOUT_ONE_LETTER, LOOKS, Act, Look, OpenedEntry, Role, open_entry, write_entry
from mailbox.services.metadata import metadata_of

MOST_SCANNED: Final = 3_000
"""Entries opened for one page (about a quarter of a second). A page may be short, and say that there is more."""
_PIECE: Final = 250
_EXPORT_PAGE: Final = 500
_SLACK_MS: Final = 86_400_000
"""A clock that was set back must not hide an entry: a period is searched a day past its beginning."""

_log = structlog.get_logger()
_About = dict[LetterId, "LetterRef"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogQuery:
    """Which entries. Every field narrows; None leaves open. `since_ms` counts, `until_ms` does not.

    `letter_id`: entries in which this letter was opened, or seen in a list. `own`: True gives the citizen's own looks
    only, False all but those.
    """

    actor: str | None = None
    grant_id: GrantId | None = None
    letter_id: LetterId | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    own: bool | None = None

    def matches(self, entry: OpenedEntry) -> bool:
        look = entry.look
        return (
            self.actor in {None, look.actor}
            and self.grant_id in {None, look.grant_id}
            and (self.letter_id is None or self.letter_id in look.letters)
            and (self.since_ms is None or self.since_ms <= entry.at_ms)
            and (self.until_ms is None or entry.at_ms < self.until_ms)
            and self.own in {None, _is_own(look)}
        )


def _is_own(look: Look) -> bool:
    """The citizen's own looks. What an app did in their name is not seen as that: they need not have been there."""
    return look.role is Role.CITIZEN and look.act in LOOKS and "app" not in look.details


EVERYTHING: Final = LogQuery()


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRef:
    """A letter in the log. Sender and subject are looked up for letters that were read, not for lists."""

    letter_id: LetterId
    agency: Oin | None = None
    subject: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """One act: who, as what, when, through or on which grant, at which letters. `details`: as in `Look`."""

    seq: int
    at_ms: int
    actor: str
    role: Role
    action: Act
    grant_id: GrantId | None
    letters: tuple[LetterRef, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPage:
    """Newest first. `intact` is False when an entry that was passed here is missing, moved or changed."""

    lines: tuple[LogLine, ...]
    next_seq: int | None
    intact: bool


class AccessLogBook:
    """The access log of the citizen who is logged in."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def entries(
        self, citizen: Person, query: LogQuery = EVERYTHING, *, before_seq: int | None = None, limit: int = 50
    ) -> LogPage:
        """A page of the log. `before_seq` continues an earlier page. Raises NotFound when the log has no such place."""
        return await self._page(citizen, query, before_seq, limit, {})

    async def whole(self, citizen: Person, query: LogQuery = EVERYTHING) -> AsyncIterator[LogPage]:
        """All that the query gives, a piece at a time: others get their turn in between."""
        about: _About = {}
        page = await self._page(citizen, query, None, _EXPORT_PAGE, about)
        yield page
        while page.next_seq is not None:
            page = await self._page(citizen, query, page.next_seq, _EXPORT_PAGE, about)
            yield page

    async def line(self, citizen: Person, seq: int) -> LogLine:
        """One entry. Raises NotFound, also for one whose seal is broken."""
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            entry = await _one(tx, mailbox, seq)
            return _line(entry, await self._letters_of(tx, mailbox, [entry], {}))

    async def letter(self, citizen: Person, letter_id: LetterId) -> LetterRef:
        """What the log calls this letter. Raises NotFound when it is not one of the citizen's own."""
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            ref = await self._ref(tx, mailbox, letter_id)
        if ref.subject is None:
            raise NotFound
        return ref

    async def is_reported(self, citizen: Person, seq: int) -> bool:
        """Whether the citizen lately reported this entry."""
        async with self._store.read() as tx:
            return await _is_reported(tx, await self._gate.unlock(tx, citizen), seq)

    async def report(self, citizen: Person, seq: int) -> None:
        """The citizen says that an entry is not right: into the log, and a warning to the operator. Once an entry.

        Raises:
            NotFound: no such entry.
        """
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            mailbox = await self._gate.unlock(tx, citizen)
            about = await _one(tx, mailbox, seq)
            if await _is_reported(tx, mailbox, seq):
                return
            await write_entry(
                tx,
                _report(citizen, about),
                mailbox_id=citizen.mailbox_id,
                reader=citizen,
                sealer=self._sealer,
                at_ms=self._clock.now_ms(),
            )
        # An act and a role only: who it is about, the citizen tells who calls.
        _log.warning("look_reported", act=about.look.act.value, role=about.look.role.value)

    async def _page(
        self, citizen: Person, query: LogQuery, before_seq: int | None, limit: int, about: _About
    ) -> LogPage:
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            await _check_place(tx, citizen.mailbox_id, before_seq)
            scan = await self._scan(tx, mailbox, query, before_seq, limit)
            shown = scan.found[:limit]
            await self._letters_of(tx, mailbox, shown, about)
        if not scan.chain.intact:
            _log.error("access_log_broken")
        return LogPage(
            lines=tuple(_line(entry, about) for entry in shown),
            next_seq=shown[-1].seq if len(scan.found) > limit else scan.goes_on_at,
            intact=scan.chain.intact,
        )

    async def _scan(
        self, tx: Transaction, mailbox: OpenMailbox, query: LogQuery, before_seq: int | None, limit: int
    ) -> _Scan:
        """Opens entries until there is one more than a page, the end of the log or the period, or enough for once."""
        own, size = MailboxId(mailbox.mailbox_id), limit + 2 if query == EVERYTHING else _PIECE
        # From the last entry of the page before on, so that the link between two pages is followed as well.
        scan = _Scan(chain=Chain(before_seq))
        below = None if before_seq is None else before_seq + 1
        while len(scan.found) <= limit:
            rows = await tx.log.page(own, before_seq=below, limit=size)
            opened = await asyncio.to_thread(_open_all, mailbox, rows)
            scan.chain.follow(zip(rows, opened, strict=True))
            scan.found += [e for e in opened if e and e.seq != before_seq and query.matches(e)]
            scan.passed += len(rows)
            if len(rows) < size:
                scan.chain.end()
                break
            below = rows[-1].seq
            if query.since_ms is not None and rows[-1].at_ms < query.since_ms - _SLACK_MS:
                break
            if scan.passed >= MOST_SCANNED:
                scan.goes_on_at = below
                break
        return scan

    async def _letters_of(
        self, tx: Transaction, mailbox: OpenMailbox, entries: Iterable[OpenedEntry], about: _About
    ) -> _About:
        """Adds to `about` what the letters say that these entries are about."""
        wanted = {one for entry in entries if entry.look.act in ABOUT_ONE_LETTER for one in entry.look.letters}
        for letter_id in sorted(wanted - about.keys()):
            about[letter_id] = await self._ref(tx, mailbox, letter_id)
        return about

    async def _ref(self, tx: Transaction, mailbox: OpenMailbox, letter_id: LetterId) -> LetterRef:
        own = MailboxId(mailbox.mailbox_id)
        found = await tx.letters.get(own, own, letter_id, visible_at_ms=self._clock.now_ms())
        if found is None:
            return LetterRef(letter_id=letter_id)
        try:
            key = mailbox.letter_key(letter_id, found.summary.key)
            metadata = metadata_of(found.summary, key, self._sealer)
        except SealBroken:  # what became of the letter since must not hide who looked at it
            return LetterRef(letter_id=letter_id)
        return LetterRef(letter_id=letter_id, agency=metadata.agency, subject=metadata.subject)


@dataclass(kw_only=True, slots=True)
class _Scan:
    """What was found so far. `goes_on_at`: where the next page begins, when this one stopped half-way."""

    chain: Chain
    found: list[OpenedEntry] = field(default_factory=list)
    passed: int = 0
    goes_on_at: int | None = None


def _open_all(mailbox: OpenMailbox, entries: Sequence[SealedLogEntry]) -> list[OpenedEntry | None]:
    """Each entry opened; None where the seal is broken."""
    return [_opened(mailbox, entry) for entry in entries]


def _opened(mailbox: OpenMailbox, entry: SealedLogEntry) -> OpenedEntry | None:
    try:
        return open_entry(mailbox, entry)
    except SealBroken:
        return None


async def _one(tx: Transaction, mailbox: OpenMailbox, seq: int) -> OpenedEntry:
    rows = await tx.log.page(MailboxId(mailbox.mailbox_id), before_seq=seq + 1, limit=1)
    entry = _opened(mailbox, rows[0]) if rows else None
    if entry is None or entry.seq != seq:
        raise NotFound
    return entry


async def _check_place(tx: Transaction, mailbox_id: MailboxId, seq: int | None) -> None:
    """A place that this log never reached is another's, and not a sign that something was taken out of this one."""
    head = await tx.log.head(mailbox_id)
    if seq is not None and (head is None or seq > head[0]):
        raise NotFound


async def _is_reported(tx: Transaction, mailbox: OpenMailbox, seq: int) -> bool:
    """Whether one of the newest entries reports this one: a form sent twice is one report."""
    rows = await tx.log.page(MailboxId(mailbox.mailbox_id), before_seq=None, limit=50)
    newest = [entry.look for entry in _open_all(mailbox, rows) if entry]
    return any(look.act is Act.REPORTED and look.details.get("seq") == seq for look in newest)


def _report(citizen: Person, entry: OpenedEntry) -> Look:
    """`details` name the entry: its place, its time, and who did what."""
    look = entry.look
    return Look(
        actor=citizen.label,
        role=Role.CITIZEN,
        act=Act.REPORTED,
        letters=look.letters if look.act in ABOUT_ONE_LETTER else (),
        grant_id=look.grant_id,
        details={"seq": entry.seq, "at_ms": entry.at_ms, "actor": look.actor, "act": look.act.value},
    )


def _line(entry: OpenedEntry, about: Mapping[LetterId, LetterRef]) -> LogLine:
    look = entry.look
    known = about if look.act in ABOUT_ONE_LETTER else {}
    return LogLine(
        seq=entry.seq,
        at_ms=entry.at_ms,
        actor=look.actor,
        role=look.role,
        action=look.act,
        grant_id=look.grant_id,
        letters=tuple(known.get(letter_id, LetterRef(letter_id=letter_id)) for letter_id in look.letters),
        details=look.details,
    )
