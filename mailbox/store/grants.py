"""Grants, open invitations, and which grants a helper holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import LargeBinary, Row, and_, bindparam, delete, false, func, insert, select, tuple_, update

from consent import LIVE, RECEIVING, State
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.sealed import GrantNotice, GrantRecord, GrantUse, HeldGrant, Invitation
from mailbox.store.engines import Insert
from mailbox.store.statements import Statements
from mailbox.store.tables import (
    consent_grant,
    grant_notice,
    grant_use,
    held_grant,
    invitation,
    letter_key,
)

_MAILBOX: Final = bindparam("mailbox_id", type_=LargeBinary)
_MAILBOXES: Final = bindparam("mailbox_ids", expanding=True, type_=LargeBinary)
_GRANT: Final = bindparam("grant_id", type_=LargeBinary)
_HOLDER: Final = bindparam("holder_id", type_=LargeBinary)
_LOCATOR: Final = bindparam("locator_tag", type_=LargeBinary)

_GET: Final = select(consent_grant).where(consent_grant.c.mailbox_id == _MAILBOX, consent_grant.c.grant_id == _GRANT)
_OF_MAILBOXES: Final = select(consent_grant).where(consent_grant.c.mailbox_id.in_(_MAILBOXES))
_OF_MAILBOX: Final = (
    select(consent_grant)
    .where(consent_grant.c.mailbox_id == _MAILBOX)
    .order_by(consent_grant.c.created_ms.desc(), consent_grant.c.grant_id.desc())
)
_LIVE: Final = (
    select(consent_grant)
    .where(
        tuple_(consent_grant.c.mailbox_id, consent_grant.c.grant_id)
        > tuple_(bindparam("after_mailbox"), bindparam("after_grant")),
        consent_grant.c.state.in_([state.value for state in sorted(LIVE)]),
    )
    .order_by(consent_grant.c.mailbox_id, consent_grant.c.grant_id)
    .limit(bindparam("page_limit"))
)
_CHANGE: Final = (
    update(consent_grant)
    .where(consent_grant.c.mailbox_id == bindparam("of_mailbox"), consent_grant.c.grant_id == bindparam("of_grant"))
    .values(
        state=bindparam("new_state"),
        scope_box=bindparam("new_scope_box"),
        notes_box=bindparam("new_notes_box"),
        changed_ms=bindparam("new_changed_ms"),
    )
)
_ADD_INVITATION: Final = insert(invitation)
_INVITATION: Final = select(invitation).where(invitation.c.locator_tag == _LOCATOR)
_SPEND: Final = (
    update(invitation)
    .where(invitation.c.locator_tag == bindparam("of_locator"), invitation.c.attempts_left > 0)
    .values(attempts_left=invitation.c.attempts_left - 1)
)
_REMOVE_INVITATIONS: Final = delete(invitation).where(
    invitation.c.mailbox_id == _MAILBOX, invitation.c.grant_id == _GRANT
)
_HELD_BY: Final = select(held_grant).where(held_grant.c.holder_id == _HOLDER).order_by(held_grant.c.ref)
_HELD: Final = select(held_grant).where(held_grant.c.holder_id == _HOLDER, held_grant.c.ref == bindparam("ref"))
_RELEASE: Final = delete(held_grant).where(held_grant.c.holder_id == _HOLDER, held_grant.c.ref == bindparam("ref"))
_FORGET_NAMES: Final = delete(held_grant).where(held_grant.c.name_until_ms <= bindparam("now_ms"))
_RELEASE_ALL: Final = delete(held_grant).where(held_grant.c.ref.in_(bindparam("refs", expanding=True)))
_THIS_HOLD: Final = (held_grant.c.holder_id == bindparam("of_holder"), held_grant.c.ref == bindparam("of_ref"))
_STAR: Final = update(held_grant).where(*_THIS_HOLD).values(favourite=bindparam("star"))
_TOLD: Final = (
    update(held_grant)
    .where(*_THIS_HOLD, held_grant.c.told_version < bindparam("version"))
    .values(told_version=bindparam("version"))
)
_CALL: Final = update(held_grant).where(*_THIS_HOLD).values(called_ms=bindparam("at_ms"))
_ANSWER: Final = update(held_grant).where(*_THIS_HOLD, held_grant.c.called_ms.is_not(None)).values(called_ms=None)
_NOTE: Final = update(held_grant).where(*_THIS_HOLD).values(note=bindparam("new_note"))
# Not beside a name: where the key is gone, so are the marks.
_MARKS: Final = (
    update(held_grant)
    .where(*_THIS_HOLD, held_grant.c.name_until_ms.is_(None))
    .values(marks=bindparam("new_marks", type_=LargeBinary))
)
_REFILE: Final = (
    update(held_grant).where(*_THIS_HOLD, held_grant.c.blob == bindparam("was")).values(blob=bindparam("new_blob"))
)
_USE: Final = (
    select(grant_use)
    .where(grant_use.c.mailbox_id == _MAILBOX, grant_use.c.hour_ms >= bindparam("since_ms"))
    .order_by(grant_use.c.grant_id, grant_use.c.hour_ms)
)

_LAST_USES: Final = (
    select(grant_use.c.grant_id, func.max(grant_use.c.last_ms).label("last_ms"))
    .where(grant_use.c.mailbox_id == _MAILBOX)
    .group_by(grant_use.c.grant_id)
)
_COUNT_KEYS: Final = (
    select(consent_grant.c.grant_id, func.count().label("letters"))
    .select_from(
        consent_grant.join(
            letter_key,
            and_(
                letter_key.c.mailbox_id == consent_grant.c.mailbox_id,
                letter_key.c.recipient_id == consent_grant.c.grant_id,
            ),
        )
    )
    .where(
        consent_grant.c.mailbox_id.in_(_MAILBOXES),
        consent_grant.c.state.in_([state.value for state in sorted(RECEIVING)]),
    )
    .group_by(consent_grant.c.mailbox_id, consent_grant.c.grant_id)
)


_UNSEEN: Final = (
    select(grant_notice)
    .where(grant_notice.c.mailbox_id == _MAILBOX, grant_notice.c.seen.is_(false()))
    .order_by(grant_notice.c.at_ms.desc(), grant_notice.c.grant_id, grant_notice.c.kind)
)
_SAW: Final = (
    update(grant_notice)
    .where(grant_notice.c.mailbox_id == bindparam("of_mailbox"), grant_notice.c.at_ms <= bindparam("until_ms"))
    .values(seen=True)
)


class GrantRows:
    """Implements `ports.Grants`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def add(self, grant: GrantRecord) -> None:
        """Raises AlreadyStored when this grant is there already."""
        await self._sql.run(insert(consent_grant), _grant_values(grant))

    async def get(self, mailbox_id: MailboxId, grant_id: GrantId) -> GrantRecord | None:
        row = await self._sql.row(_GET, {"mailbox_id": mailbox_id, "grant_id": grant_id})
        return None if row is None else grant_record(row)

    async def of_mailboxes(self, mailbox_ids: Collection[MailboxId]) -> Mapping[GrantId, GrantRecord]:
        if not mailbox_ids:
            return {}
        rows = await self._sql.rows(_OF_MAILBOXES, {"mailbox_ids": list(mailbox_ids)})
        return {row.grant_id: grant_record(row) for row in rows}

    async def of_mailbox(self, mailbox_id: MailboxId) -> Sequence[GrantRecord]:
        return [grant_record(row) for row in await self._sql.rows(_OF_MAILBOX, {"mailbox_id": mailbox_id})]

    async def live(self, *, after: tuple[MailboxId, GrantId] | None, limit: int) -> Sequence[GrantRecord]:
        mailbox_id, grant_id = after or (b"", b"")
        rows = await self._sql.rows(_LIVE, {"after_mailbox": mailbox_id, "after_grant": grant_id, "page_limit": limit})
        return [grant_record(row) for row in rows]

    async def change(self, grant: GrantRecord) -> None:
        await self._sql.run(
            _CHANGE,
            {
                "of_mailbox": grant.mailbox_id,
                "of_grant": grant.grant_id,
                "new_state": grant.state.value,
                "new_scope_box": grant.scope_box,
                "new_notes_box": grant.notes_box,
                "new_changed_ms": grant.changed_ms,
            },
        )

    async def add_invitation(self, invitation: Invitation) -> None:
        """Raises AlreadyStored when another invitation has this code."""
        await self._sql.run(_ADD_INVITATION, _invitation_values(invitation))

    async def invitation(self, locator_tag: bytes) -> Invitation | None:
        row = await self._sql.row(_INVITATION, {"locator_tag": locator_tag})
        return None if row is None else Invitation(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def spend_attempt(self, locator_tag: bytes) -> None:
        await self._sql.run(_SPEND, {"of_locator": locator_tag})

    async def remove_invitations(self, mailbox_id: MailboxId, grant_id: GrantId) -> None:
        await self._sql.run(_REMOVE_INVITATIONS, {"mailbox_id": mailbox_id, "grant_id": grant_id})

    async def hold(self, held: HeldGrant) -> None:
        """A hold with this ref that is there already gets the new blob. Its star stays, and what was told."""
        added = self._sql.insert(held_grant)
        await self._sql.run(
            added.on_conflict_do_update(
                index_elements=["holder_id", "ref"],
                set_={
                    "blob": added.excluded.blob,
                    "note": None,
                    "marks": None,
                    "name_until_ms": added.excluded.name_until_ms,
                },
            ),
            {
                "holder_id": held.holder_id,
                "ref": held.ref,
                "blob": held.blob,
                "told_version": held.told_version,
                "name_until_ms": held.name_until_ms,
            },
        )

    async def refile(self, holds: Sequence[tuple[HeldGrant, bytes]]) -> None:
        await self._sql.run(
            _REFILE,
            [
                {"of_holder": held.holder_id, "of_ref": held.ref, "was": held.blob, "new_blob": blob}
                for held, blob in holds
            ],
        )

    async def keep_notes(self, holder_id: MailboxId, notes: Mapping[bytes, bytes]) -> None:
        kept = [{"of_holder": holder_id, "of_ref": ref, "new_note": note} for ref, note in sorted(notes.items())]
        await self._sql.run(_NOTE, kept)

    async def keep_marks(self, holder_id: MailboxId, ref: bytes, marks: bytes | None) -> None:
        await self._sql.run(_MARKS, {"of_holder": holder_id, "of_ref": ref, "new_marks": marks})

    async def forget_note(self, holder_id: MailboxId, ref: bytes) -> None:
        await self._sql.run(_NOTE, {"of_holder": holder_id, "of_ref": ref, "new_note": None})

    async def forget_names(self, *, now_ms: int) -> None:
        await self._sql.run(_FORGET_NAMES, {"now_ms": now_ms})

    async def held_by(self, holder_id: MailboxId) -> Sequence[HeldGrant]:
        """In the order of `ref`, which says nothing."""
        return [_held(row) for row in await self._sql.rows(_HELD_BY, {"holder_id": holder_id})]

    async def held(self, holder_id: MailboxId, ref: bytes) -> HeldGrant | None:
        row = await self._sql.row(_HELD, {"holder_id": holder_id, "ref": ref})
        return None if row is None else _held(row)

    async def release(self, holder_id: MailboxId, ref: bytes) -> None:
        await self._sql.run(_RELEASE, {"holder_id": holder_id, "ref": ref})

    async def release_all(self, refs: Collection[bytes]) -> None:
        if refs:
            await self._sql.run(_RELEASE_ALL, {"refs": list(refs)})

    async def star(self, holder_id: MailboxId, ref: bytes, *, favourite: bool) -> None:
        await self._sql.run(_STAR, {"of_holder": holder_id, "of_ref": ref, "star": favourite})

    async def told(self, holder_id: MailboxId, ref: bytes, *, version: int) -> None:
        await self._sql.run(_TOLD, {"of_holder": holder_id, "of_ref": ref, "version": version})

    async def call(self, holder_id: MailboxId, ref: bytes, *, at_ms: int) -> None:
        await self._sql.run(_CALL, {"of_holder": holder_id, "of_ref": ref, "at_ms": at_ms})

    async def answer(self, holder_id: MailboxId, ref: bytes) -> None:
        await self._sql.run(_ANSWER, {"of_holder": holder_id, "of_ref": ref})

    async def count_use(self, use: GrantUse) -> GrantUse:
        (row,) = await self._sql.rows(self._counted().returning(*grant_use.c), asdict(use))
        return _use(row)

    async def count_uses(self, uses: Sequence[GrantUse]) -> None:
        await self._sql.run(self._counted(), [asdict(use) for use in uses])

    async def use_of(self, mailbox_id: MailboxId, *, since_ms: int) -> Sequence[GrantUse]:
        return [_use(row) for row in await self._sql.rows(_USE, {"mailbox_id": mailbox_id, "since_ms": since_ms})]

    async def last_uses(self, mailbox_id: MailboxId) -> Mapping[GrantId, int]:
        rows = await self._sql.rows(_LAST_USES, {"mailbox_id": mailbox_id})
        return {row.grant_id: row.last_ms for row in rows}

    async def notice(self, notice: GrantNotice) -> bool:
        kept = self._sql.insert(grant_notice).on_conflict_do_nothing().returning(grant_notice.c.at_ms)
        return await self._sql.row(kept, asdict(notice)) is not None

    async def unseen(self, mailbox_id: MailboxId) -> Sequence[GrantNotice]:
        return [_notice(row) for row in await self._sql.rows(_UNSEEN, {"mailbox_id": mailbox_id})]

    async def saw(self, mailbox_id: MailboxId, *, until_ms: int) -> None:
        await self._sql.run(_SAW, {"of_mailbox": mailbox_id, "until_ms": until_ms})

    async def count_keys(self, mailbox_ids: Collection[MailboxId]) -> Mapping[GrantId, int]:
        if not mailbox_ids:
            return {}
        rows = await self._sql.rows(_COUNT_KEYS, {"mailbox_ids": list(mailbox_ids)})
        return {row.grant_id: row.letters for row in rows}

    def _counted(self) -> Insert:
        """Adds to the hour that is there."""
        added = self._sql.insert(grant_use)
        return added.on_conflict_do_update(
            index_elements=["mailbox_id", "grant_id", "hour_ms"],
            set_={
                "last_ms": added.excluded.last_ms,
                "letters": grant_use.c.letters + added.excluded.letters,
                "old_letters": grant_use.c.old_letters + added.excluded.old_letters,
            },
        )


def grant_record(row: Row[Any]) -> GrantRecord:
    """A row of `consent_grant` as the domain knows it."""
    return GrantRecord(
        mailbox_id=row.mailbox_id,
        grant_id=row.grant_id,
        state=State(row.state),
        public=row.public,
        directory_mac=row.directory_mac,
        scope_box=row.scope_box,
        notes_box=row.notes_box,
        created_ms=row.created_ms,
        changed_ms=row.changed_ms,
    )


def _grant_values(grant: GrantRecord) -> dict[str, object]:
    return {
        "mailbox_id": grant.mailbox_id,
        "grant_id": grant.grant_id,
        "state": grant.state.value,
        "public": grant.public,
        "directory_mac": grant.directory_mac,
        "scope_box": grant.scope_box,
        "notes_box": grant.notes_box,
        "created_ms": grant.created_ms,
        "changed_ms": grant.changed_ms,
    }


def _invitation_values(offer: Invitation) -> dict[str, object]:
    return {
        "locator_tag": offer.locator_tag,
        "mailbox_id": offer.mailbox_id,
        "grant_id": offer.grant_id,
        "secret_box": offer.secret_box,
        "expires_ms": offer.expires_ms,
        "attempts_left": offer.attempts_left,
    }


def _held(row: Row[Any]) -> HeldGrant:
    return HeldGrant(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _notice(row: Row[Any]) -> GrantNotice:
    return GrantNotice(mailbox_id=row.mailbox_id, grant_id=row.grant_id, day=row.day, kind=row.kind, at_ms=row.at_ms)


def _use(row: Row[Any]) -> GrantUse:
    return GrantUse(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
