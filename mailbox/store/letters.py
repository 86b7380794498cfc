"""Sealed letters, their keys, attachments, proofs of submission, and the marks of their citizen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    LargeBinary,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
    update,
)

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.sealed import Cursor, SealedKey, SealedLetter, SealedSummary, SealedText, Submission
from mailbox.store.statements import Statements
from mailbox.store.tables import archive_mark, attachment, letter, letter_key, read_mark, submission

_MAILBOX: Final = bindparam("mailbox_id", type_=LargeBinary)
_LETTER: Final = bindparam("letter_id", type_=LargeBinary)
_RECIPIENT: Final = bindparam("recipient_id", type_=LargeBinary)
_VISIBLE: Final = bindparam("visible_at_ms", type_=BigInteger)

_SUBMISSIONS: Final = select(submission).where(submission.c.letter_id.in_(bindparam("letter_ids", expanding=True)))
_ADD_SUBMISSION: Final = insert(submission)
_ADD_LETTER: Final = insert(letter)
_ADD_KEY: Final = insert(letter_key)
_ADD_ATTACHMENT: Final = insert(attachment)

# The place of a page is found in the index on (mailbox_id, publish_ms, letter_id) alone; only its letters are read.
_HAS_KEY: Final = exists().where(
    letter_key.c.mailbox_id == letter.c.mailbox_id,
    letter_key.c.recipient_id == _RECIPIENT,
    letter_key.c.letter_id == letter.c.letter_id,
)
_IS_ARCHIVED: Final = exists().where(
    archive_mark.c.mailbox_id == letter.c.mailbox_id, archive_mark.c.letter_id == letter.c.letter_id
)
_SUMMARY: Final = (
    letter.c.letter_id,
    letter.c.publish_ms,
    letter.c.received_ms,
    letter.c.meta_box,
    letter_key.c.blob.label("key"),
    read_mark.c.read_ms,
    archive_mark.c.archived_ms,
)
_KEYED = letter.join(
    letter_key,
    and_(
        letter_key.c.mailbox_id == letter.c.mailbox_id,
        letter_key.c.recipient_id == _RECIPIENT,
        letter_key.c.letter_id == letter.c.letter_id,
    ),
)
for _mark in (read_mark, archive_mark):
    _KEYED = _KEYED.outerjoin(
        _mark,
        and_(
            _mark.c.mailbox_id == letter.c.mailbox_id,
            _mark.c.letter_id == letter.c.letter_id,
            letter_key.c.recipient_id == letter_key.c.mailbox_id,  # the citizen's, and for nobody else to know
        ),
    )


def _page(*conditions: ColumnElement[bool]) -> Select[Any]:
    place = (
        select(letter.c.letter_id, letter.c.publish_ms)
        .where(
            letter.c.mailbox_id == _MAILBOX,
            tuple_(letter.c.publish_ms, letter.c.letter_id) < tuple_(bindparam("before_ms"), bindparam("before_id")),
            _HAS_KEY,
            *conditions,
        )
        .order_by(letter.c.publish_ms.desc(), letter.c.letter_id.desc())
        .limit(bindparam("page_limit"))
        .subquery("place")
    )
    return (
        select(*_SUMMARY)
        .select_from(_KEYED)
        .join(place, place.c.letter_id == letter.c.letter_id)
        .where(letter.c.mailbox_id == _MAILBOX)
        .order_by(place.c.publish_ms.desc(), place.c.letter_id.desc())
    )


_PAGES: Final = {None: _page(), True: _page(_IS_ARCHIVED), False: _page(~_IS_ARCHIVED)}
"""By whether the letters are in the citizen's archive; None: wherever they are."""
_GET: Final = (
    select(*_SUMMARY, letter.c.body_box)
    .select_from(_KEYED)
    .where(letter.c.mailbox_id == _MAILBOX, letter.c.letter_id == _LETTER, letter.c.publish_ms <= _VISIBLE)
)
_SOME: Final = (
    select(*_SUMMARY)
    .select_from(_KEYED)
    .where(
        letter.c.mailbox_id == _MAILBOX,
        letter.c.letter_id.in_(bindparam("letter_ids", expanding=True, type_=LargeBinary)),
        letter.c.publish_ms <= _VISIBLE,
    )
)
_BODIES: Final = _SOME.with_only_columns(letter.c.letter_id, letter.c.body_box)
_OBJECT_NAME: Final = select(attachment.c.object_name).where(
    attachment.c.mailbox_id == _MAILBOX,
    attachment.c.letter_id == _LETTER,
    attachment.c.number == bindparam("number"),
)
_OBJECT_NAMES: Final = (
    select(attachment.c.object_name).where(attachment.c.object_name.in_(bindparam("names", expanding=True))).distinct()
)
_IDS: Final = select(letter.c.letter_id).where(letter.c.mailbox_id == _MAILBOX)
_COUNT: Final = select(func.count()).select_from(letter).where(letter.c.mailbox_id == _MAILBOX)
_HAS_MARK: Final = exists().where(
    read_mark.c.mailbox_id == letter.c.mailbox_id, read_mark.c.letter_id == letter.c.letter_id
)
_COUNT_NEW: Final = (
    select(func.count())
    .select_from(letter)
    .where(letter.c.mailbox_id == _MAILBOX, letter.c.publish_ms <= _VISIBLE, ~_HAS_MARK)
)
_COUNT_ARCHIVED: Final = select(func.count()).select_from(archive_mark).where(archive_mark.c.mailbox_id == _MAILBOX)
_STORED: Final = select(letter.c.mailbox_id, letter.c.letter_id, bindparam("at_ms", type_=BigInteger)).where(
    letter.c.mailbox_id == _MAILBOX, letter.c.letter_id == _LETTER
)
_UNMARK: Final = {
    mark: delete(mark).where(mark.c.mailbox_id == _MAILBOX, mark.c.letter_id == _LETTER)
    for mark in (read_mark, archive_mark)
}
_REPLACE_KEY: Final = (
    update(letter_key)
    .where(
        letter_key.c.mailbox_id == bindparam("of_mailbox"),
        letter_key.c.recipient_id == bindparam("of_recipient"),
        letter_key.c.letter_id == bindparam("of_letter"),
    )
    .values(blob=bindparam("new_blob"))
)
_REMOVE_KEYS: Final = delete(letter_key).where(
    letter_key.c.mailbox_id == _MAILBOX, letter_key.c.recipient_id == _RECIPIENT
)


class LetterRows:
    """Implements `ports.Letters`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def submissions(self, letter_ids: Sequence[LetterId]) -> Mapping[LetterId, Submission]:
        if not letter_ids:
            return {}
        rows = await self._sql.rows(_SUBMISSIONS, {"letter_ids": list(letter_ids)})
        return {row.letter_id: _submission(row) for row in rows}

    async def add(self, letters: Sequence[SealedLetter]) -> None:
        """Submissions first and in one order: they tell who was first, and two batches cannot deadlock on them."""
        ordered = sorted(letters, key=lambda sealed: sealed.letter_id)
        await self._sql.run(_ADD_SUBMISSION, [_submission_values(sealed) for sealed in ordered])
        await self._sql.run(_ADD_LETTER, [_letter_values(sealed) for sealed in ordered])
        await self._sql.run(
            _ADD_KEY, [_key_values(sealed.mailbox_id, key) for sealed in ordered for key in sealed.keys]
        )
        await self._sql.run(_ADD_ATTACHMENT, [values for sealed in ordered for values in _attachment_values(sealed)])

    async def page(  # noqa: PLR0913 - a page is asked for in this many ways
        self,
        mailbox_id: MailboxId,
        recipient_id: bytes,
        *,
        visible_at_ms: int,
        before: Cursor | None,
        limit: int,
        archived: bool | None = None,
    ) -> Sequence[SealedSummary]:
        # Before the end of what is visible: no letter id is smaller than no bytes at all.
        end = (visible_at_ms + 1, b"")
        place = end if before is None else min(end, (before.publish_ms, before.letter_id))
        rows = await self._sql.rows(
            _PAGES[archived],
            {
                "mailbox_id": mailbox_id,
                "recipient_id": recipient_id,
                "before_ms": place[0],
                "before_id": place[1],
                "page_limit": limit,
            },
        )
        return [_summary(row) for row in rows]

    async def get(
        self, mailbox_id: MailboxId, recipient_id: bytes, letter_id: LetterId, *, visible_at_ms: int
    ) -> SealedText | None:
        row = await self._sql.row(
            _GET,
            {
                "mailbox_id": mailbox_id,
                "recipient_id": recipient_id,
                "letter_id": letter_id,
                "visible_at_ms": visible_at_ms,
            },
        )
        return None if row is None else SealedText(summary=_summary(row), body_box=row.body_box)

    async def some(
        self, mailbox_id: MailboxId, recipient_id: bytes, letter_ids: Collection[LetterId], *, visible_at_ms: int
    ) -> Mapping[LetterId, SealedSummary]:
        if not letter_ids:
            return {}
        asked = {"mailbox_id": mailbox_id, "recipient_id": recipient_id, "visible_at_ms": visible_at_ms}
        rows = await self._sql.rows(_SOME, {**asked, "letter_ids": sorted(letter_ids)})
        found = [_summary(row) for row in rows]
        return {summary.letter_id: summary for summary in found}

    async def bodies(
        self, mailbox_id: MailboxId, recipient_id: bytes, letter_ids: Collection[LetterId], *, visible_at_ms: int
    ) -> Mapping[LetterId, bytes]:
        if not letter_ids:
            return {}
        asked = {"mailbox_id": mailbox_id, "recipient_id": recipient_id, "visible_at_ms": visible_at_ms}
        rows = await self._sql.rows(_BODIES, {**asked, "letter_ids": sorted(letter_ids)})
        return {row.letter_id: row.body_box for row in rows}

    async def object_name(self, mailbox_id: MailboxId, letter_id: LetterId, number: int) -> str | None:
        row = await self._sql.row(_OBJECT_NAME, {"mailbox_id": mailbox_id, "letter_id": letter_id, "number": number})
        return None if row is None else str(row.object_name)

    async def object_names(self, names: Sequence[str]) -> Sequence[str]:
        if not names:
            return []
        return [row.object_name for row in await self._sql.rows(_OBJECT_NAMES, {"names": list(names)})]

    async def count(self, mailbox_id: MailboxId) -> int:
        row = await self._sql.row(_COUNT, {"mailbox_id": mailbox_id})
        return 0 if row is None else int(row[0])

    async def ids(self, mailbox_id: MailboxId) -> Sequence[LetterId]:
        return [row.letter_id for row in await self._sql.rows(_IDS, {"mailbox_id": mailbox_id})]

    async def count_new(self, mailbox_id: MailboxId, *, visible_at_ms: int) -> int:
        row = await self._sql.row(_COUNT_NEW, {"mailbox_id": mailbox_id, "visible_at_ms": visible_at_ms})
        return 0 if row is None else int(row[0])

    async def mark_read(self, mailbox_id: MailboxId, letter_id: LetterId, *, at_ms: int) -> None:
        await self._mark(read_mark, mailbox_id, letter_id, at_ms)

    async def mark_unread(self, mailbox_id: MailboxId, letter_id: LetterId) -> None:
        await self._sql.run(_UNMARK[read_mark], {"mailbox_id": mailbox_id, "letter_id": letter_id})

    async def archive(self, mailbox_id: MailboxId, letter_id: LetterId, *, at_ms: int) -> None:
        await self._mark(archive_mark, mailbox_id, letter_id, at_ms)

    async def restore(self, mailbox_id: MailboxId, letter_id: LetterId) -> None:
        await self._sql.run(_UNMARK[archive_mark], {"mailbox_id": mailbox_id, "letter_id": letter_id})

    async def count_archived(self, mailbox_id: MailboxId) -> int:
        row = await self._sql.row(_COUNT_ARCHIVED, {"mailbox_id": mailbox_id})
        return 0 if row is None else int(row[0])

    async def add_keys(self, mailbox_id: MailboxId, keys: Sequence[SealedKey]) -> None:
        """A key that is there already stays: both open the same letter."""
        await self._sql.run(
            self._sql.insert(letter_key).on_conflict_do_nothing(), [_key_values(mailbox_id, key) for key in keys]
        )

    async def replace_keys(self, mailbox_id: MailboxId, keys: Sequence[SealedKey]) -> None:
        await self._sql.run(
            _REPLACE_KEY,
            [
                {
                    "of_mailbox": mailbox_id,
                    "of_recipient": key.recipient_id,
                    "of_letter": key.letter_id,
                    "new_blob": key.blob,
                }
                for key in sorted(keys, key=lambda key: (key.recipient_id, key.letter_id))
            ],
        )

    async def remove_keys(self, mailbox_id: MailboxId, recipient_id: bytes) -> None:
        await self._sql.run(_REMOVE_KEYS, {"mailbox_id": mailbox_id, "recipient_id": recipient_id})

    async def _mark(self, mark: Table, mailbox_id: MailboxId, letter_id: LetterId, at_ms: int) -> None:
        """Nothing happens for a letter that this mailbox does not have, or that has the mark."""
        stored = _STORED.params(mailbox_id=mailbox_id, letter_id=letter_id, at_ms=at_ms)
        await self._sql.run(self._sql.insert(mark).from_select([*mark.c], stored).on_conflict_do_nothing())


def _summary(row: Row[Any]) -> SealedSummary:
    return SealedSummary(
        letter_id=row.letter_id,
        publish_ms=row.publish_ms,
        received_ms=row.received_ms,
        meta_box=row.meta_box,
        key=row.key,
        read_ms=row.read_ms,
        archived_ms=row.archived_ms,
    )


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        letter_id=row.letter_id,
        mailbox_id=row.mailbox_id,
        owner_tag=row.owner_tag,
        content_tag=row.content_tag,
        received_ms=row.received_ms,
        publish_ms=row.publish_ms,
        remarks_box=row.remarks_box,
    )


def _submission_values(sealed: SealedLetter) -> dict[str, object]:
    return {
        "letter_id": sealed.letter_id,
        "mailbox_id": sealed.mailbox_id,
        "owner_tag": sealed.owner_tag,
        "content_tag": sealed.content_tag,
        "received_ms": sealed.received_ms,
        "publish_ms": sealed.publish_ms,
        "remarks_box": sealed.remarks_box,
    }


def _letter_values(sealed: SealedLetter) -> dict[str, object]:
    return {
        "mailbox_id": sealed.mailbox_id,
        "letter_id": sealed.letter_id,
        "publish_ms": sealed.publish_ms,
        "received_ms": sealed.received_ms,
        "grant_generation": sealed.grant_generation,
        "meta_box": sealed.meta_box,
        "body_box": sealed.body_box,
        "bill_tag": sealed.bill_tag,
    }


def _key_values(mailbox_id: MailboxId, key: SealedKey) -> dict[str, object]:
    return {
        "mailbox_id": mailbox_id,
        "recipient_id": key.recipient_id,
        "letter_id": key.letter_id,
        "blob": key.blob,
    }


def _attachment_values(sealed: SealedLetter) -> list[dict[str, object]]:
    return [
        {
            "mailbox_id": sealed.mailbox_id,
            "letter_id": sealed.letter_id,
            "number": item.number,
            "object_name": item.object_name,
        }
        for item in sealed.attachments
    ]
