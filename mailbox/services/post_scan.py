"""Going through letters, newest first, until there is a page of those that are wanted, or enough was opened for once.

What is asked of letters is inside their seals, so a filter opens one after another, and a search for words also their
text: in memory, and of a letter whose text the reader may read. Others get their turn in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from consent import Action
from mailbox.crypto import LetterKey, Sealer
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata, LetterText, read_text
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import Cursor, SealedSummary
from mailbox.domain.searching import Words
from mailbox.services.access import Access
from mailbox.services.metadata import metadata_of

_CHUNK: Final = 100
"""Rows read and opened at a time."""

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A row with its key: still inside the service."""

    row: SealedSummary
    key: LetterKey
    metadata: LetterMetadata


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """A row that does not open."""

    row: SealedSummary


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which letters. `archived`, of one's own: only what was put away, or only the rest; None: wherever it is.

    `accepts`: by what a letter says of itself; None leaves none out. `words`: in what `about` tells of it, or its text.
    """

    accepts: Callable[[LetterMetadata], bool] | None
    words: Words
    about: Callable[[LetterMetadata], str]
    archived: bool | None

    @property
    def narrows(self) -> bool:
        """Whether a letter has to be opened to know whether it is wanted."""
        return self.accepts is not None or bool(self.words)


@dataclass(kw_only=True, slots=True)
class Scan:
    """What was found so far, newest first. `goes_on`: where the rest begins, None at the end of all post.

    `stopped`: enough was opened, and the page is not full.
    """

    found: list[Opened | Broken] = field(default_factory=list)
    goes_on: Cursor | None = None
    stopped: bool = False


class PostScan:
    """Goes through what a reader may see."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def page(  # noqa: PLR0913 - a page is asked for in this many ways
        self,
        tx: Transaction,
        access: Access,
        wanted: Wanted,
        now_ms: int,
        *,
        before: Cursor | None,
        limit: int,
        most: int,
    ) -> Scan:
        """Up to `limit` letters, of so many opened at `most` where not all are wanted."""
        scan, left = Scan(goes_on=before), most
        while True:
            chunk = min(_CHUNK, left) if wanted.narrows else limit + 1
            rows = await tx.letters.page(
                access.mailbox_id,
                access.recipient_id,
                visible_at_ms=now_ms,
                before=scan.goes_on,
                limit=chunk,
                archived=wanted.archived,
            )
            scan.found += await self._of(tx, access, wanted, rows, now_ms)
            scan.goes_on, left = place(rows[-1]) if len(rows) == chunk else None, left - len(rows)
            if len(scan.found) > limit:
                del scan.found[limit:]
                scan.goes_on = place(scan.found[-1].row)
                return scan
            scan.stopped = wanted.narrows and left <= 0 and scan.goes_on is not None
            if scan.goes_on is None or scan.stopped:
                return scan
            await asyncio.sleep(0)

    async def _of(
        self, tx: Transaction, access: Access, wanted: Wanted, rows: Sequence[SealedSummary], now_ms: int
    ) -> list[Opened | Broken]:
        """Those of these rows that are wanted."""
        tried = [self._tried(access, row) for row in rows]
        seen = [one for one in tried if _is_seen(access, one, wanted, now_ms)]
        if not wanted.words:
            return seen
        missing = {one.row.letter_id: wanted.words.missing_in(wanted.about(one.metadata)) for one in _opened(seen)}
        readable = [
            one
            for one in _opened(seen)
            if missing[one.row.letter_id] and access.allows(one.metadata, Action.READ, now_ms)
        ]
        boxes = await tx.letters.bodies(
            access.mailbox_id, access.recipient_id, [one.row.letter_id for one in readable], visible_at_ms=now_ms
        )
        in_text = await asyncio.to_thread(_with_words, readable, boxes, missing)
        return [one for one in _opened(seen) if not missing[one.row.letter_id] or one.row.letter_id in in_text]

    def _tried(self, access: Access, row: SealedSummary) -> Opened | Broken:
        """One row that was tampered with must not keep anybody from the others."""
        try:
            return opened_row(access, row, self._sealer)
        except SealBroken:
            _log.error("letter_tampered", mailbox=access.mailbox_id.hex(), letter=row.letter_id.hex())
            return Broken(row=row)


def opened_row(access: Access, row: SealedSummary, sealer: Sealer) -> Opened:
    """Raises SealBroken."""
    key = access.letter_key(row.letter_id, row.key)
    return Opened(row=row, key=key, metadata=metadata_of(row, key, sealer))


def place(row: SealedSummary) -> Cursor:
    """Where the letters after this one begin."""
    return Cursor(publish_ms=row.publish_ms, letter_id=row.letter_id)


def _opened(found: Sequence[Opened | Broken]) -> list[Opened]:
    return [one for one in found if isinstance(one, Opened)]


def _is_seen(access: Access, one: Opened | Broken, wanted: Wanted, now_ms: int) -> bool:
    """What does not open is in one's own post, as it stands. To a helper not even that it is there."""
    if isinstance(one, Broken):
        return access.passage is None and not wanted.narrows
    if not access.allows(one.metadata, Action.LIST, now_ms):
        return False
    return wanted.accepts is None or wanted.accepts(one.metadata)


def _with_words(
    letters: Sequence[Opened], boxes: Mapping[LetterId, bytes], missing: Mapping[LetterId, Words]
) -> set[LetterId]:
    """The letters whose text has the words that they still miss. One whose text does not open has none."""
    found = set[LetterId]()
    for one in letters:
        letter_id = one.row.letter_id
        if letter_id not in boxes:  # its key went meanwhile, with the grant
            continue
        try:
            text = read_text(one.key.open_body(boxes[letter_id]))
        except SealBroken:
            _log.error("letter_tampered", mailbox=one.key.mailbox_id.hex(), letter=letter_id.hex())
            continue
        if not missing[letter_id].missing_in(*_texts(text)):
            found.add(letter_id)
    return found


def _texts(text: LetterText) -> tuple[str, ...]:
    return text.what, text.to_do, text.consequence or "", text.body, *(action.label for action in text.actions)
