"""Who looked when: the citizen reads the log of their own mailbox, and sees whether it is whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId, Oin
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import SealedLogEntry
from mailbox.services.access import Gate
from mailbox.services.log_entries import Act, OpenedEntry, Role, open_entry
from mailbox.services.metadata import metadata_of

FIRST_COMMIT = bytes(32)
"""What the first entry of a mailbox names as its predecessor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRef:
    """A letter in the log. Sender and subject are looked up for letters that were read, not for lists."""

    letter_id: LetterId
    agency: Oin | None = None
    subject: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """One look: who, as what, when, through which grant, at which letters."""

    seq: int
    at_ms: int
    actor: str
    role: Role
    action: Act
    grant_id: GrantId | None
    letters: tuple[LetterRef, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPage:
    """Newest first. `intact` is False when an entry of this page is missing, moved or changed."""

    lines: tuple[LogLine, ...]
    next_seq: int | None
    intact: bool


class AccessLogBook:
    """Reads the access log of the citizen who is logged in."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def entries(self, citizen: Person, *, before_seq: int | None = None, limit: int = 50) -> LogPage:
        """A page of the log. `before_seq` continues an earlier page."""
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            sealed = await tx.log.page(citizen.mailbox_id, before_seq=before_seq, limit=limit + 1)
            opened = _open_all(mailbox, sealed)
            shown = [entry for entry in opened[:limit] if entry is not None]
            about = await self._letters_of(tx, mailbox, shown)
        more = len(sealed) > limit
        return LogPage(
            lines=tuple(_line(entry, about) for entry in shown),
            next_seq=sealed[limit - 1].seq if more else None,
            intact=_is_whole(sealed, opened, before_seq=before_seq, at_end=not more),
        )

    async def _letters_of(
        self, tx: Transaction, mailbox: OpenMailbox, entries: Sequence[OpenedEntry]
    ) -> Mapping[LetterId, LetterRef]:
        wanted = {letter for entry in entries if entry.look.act is not Act.LIST for letter in entry.look.letters}
        return {letter_id: await self._ref(tx, mailbox, letter_id) for letter_id in sorted(wanted)}

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


def _open_all(mailbox: OpenMailbox, entries: Sequence[SealedLogEntry]) -> list[OpenedEntry | None]:
    """Each entry opened; None where the seal is broken."""
    opened: list[OpenedEntry | None] = []
    for entry in entries:
        try:
            opened.append(open_entry(mailbox, entry))
        except SealBroken:
            opened.append(None)
    return opened


def _is_whole(
    sealed: Sequence[SealedLogEntry],
    opened: Sequence[OpenedEntry | None],
    *,
    before_seq: int | None,
    at_end: bool,
) -> bool:
    """Whether the page is a gapless piece of the chain: each entry names the commit of the one below it."""
    if before_seq is not None and (not sealed or sealed[0].seq != before_seq - 1):
        return False
    entries = [entry for entry in opened if entry is not None]
    if len(entries) != len(sealed):
        return False
    linked = all(a.seq == b.seq + 1 and a.prev == b.commit for a, b in pairwise(entries))
    starts = not at_end or not entries or (entries[-1].seq == 0 and entries[-1].prev == FIRST_COMMIT)
    return linked and starts


def _line(entry: OpenedEntry, about: Mapping[LetterId, LetterRef]) -> LogLine:
    look = entry.look
    known = {} if look.act is Act.LIST else about
    return LogLine(
        seq=entry.seq,
        at_ms=entry.at_ms,
        actor=look.actor,
        role=look.role,
        action=look.act,
        grant_id=look.grant_id,
        letters=tuple(known.get(letter_id, LetterRef(letter_id=letter_id)) for letter_id in look.letters),
    )
