"""Mailboxes, their keys and their directory entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import LargeBinary, Row, and_, bindparam, func, insert, select, update

from consent import LIVE
from mailbox.domain.identifiers import MailboxId
from mailbox.domain.sealed import (
    GrantRecord,
    Keyslot,
    MailboxDirectory,
    MailboxEpoch,
    MailboxKeys,
    MailboxRecord,
)
from mailbox.store.grants import grant_record
from mailbox.store.statements import Statements
from mailbox.store.tables import consent_grant, contact, keyslot, ladder, mailbox, mailbox_epoch, money_note, subject

_IDS: Final = bindparam("mailbox_ids", expanding=True, type_=LargeBinary)
_THIS: Final = bindparam("mailbox_id", type_=LargeBinary)

_other_epoch = mailbox_epoch.alias("other_epoch")
_NEWEST: Final = (
    select(func.max(_other_epoch.c.epoch))
    .where(_other_epoch.c.mailbox_id == mailbox_epoch.c.mailbox_id)
    .scalar_subquery()
)
_DIRECTORY: Final = select(
    mailbox.c.mailbox_id,
    mailbox.c.subject_box,
    mailbox.c.grant_generation,
    mailbox.c.grants_mac,
    mailbox_epoch.c.epoch,
    mailbox_epoch.c.public,
    mailbox_epoch.c.directory_mac,
    contact.c.wishes_box,
    ladder.c.box.label("ladder_box"),
).select_from(
    mailbox.join(
        mailbox_epoch, and_(mailbox_epoch.c.mailbox_id == mailbox.c.mailbox_id, mailbox_epoch.c.epoch == _NEWEST)
    )
    .outerjoin(contact, contact.c.mailbox_id == mailbox.c.mailbox_id)
    .outerjoin(ladder, ladder.c.mailbox_id == mailbox.c.mailbox_id)
)
_DIRECTORIES: Final = _DIRECTORY.where(mailbox.c.mailbox_id.in_(_IDS))
_WITH_TAGS: Final = (
    _DIRECTORY.add_columns(subject.c.subject_tag)
    .join(subject, subject.c.mailbox_id == mailbox.c.mailbox_id)
    .where(subject.c.subject_tag.in_(bindparam("subject_tags", expanding=True)))
)
_LIVE: Final = (
    select(consent_grant)
    .where(consent_grant.c.mailbox_id.in_(_IDS), consent_grant.c.state.in_([state.value for state in sorted(LIVE)]))
    .order_by(consent_grant.c.mailbox_id, consent_grant.c.grant_id)
)
_KEYSLOT: Final = select(keyslot).where(keyslot.c.mailbox_id == _THIS).order_by(keyslot.c.kind).limit(1)
_EPOCHS: Final = select(mailbox_epoch).where(mailbox_epoch.c.mailbox_id == _THIS).order_by(mailbox_epoch.c.epoch.desc())
_OWNERS: Final = select(subject.c.mailbox_id).where(
    subject.c.subject_tag.in_(bindparam("subject_tags", expanding=True))
)
# NO KEY UPDATE: it serialises writers as FOR UPDATE does, but lets rows of others that refer to this mailbox be added.
# Locked in one order, here and below, so that two batches over the same mailboxes never wait for each other.
_LOCK: Final = (
    select(mailbox.c.mailbox_id)
    .where(mailbox.c.mailbox_id.in_(_IDS))
    .order_by(mailbox.c.mailbox_id)
    .with_for_update(key_share=True)
)
_GENERATIONS: Final = (
    select(mailbox.c.mailbox_id, mailbox.c.grant_generation)
    .where(mailbox.c.mailbox_id.in_(_IDS))
    .order_by(mailbox.c.mailbox_id)
    .with_for_update(read=True)
)
_MONEY_NOTES: Final = select(money_note.c.kind, money_note.c.box).where(
    money_note.c.mailbox_id == _THIS, money_note.c.kind.in_(bindparam("kinds", expanding=True))
)
_SIGN_GRANTS: Final = (
    update(mailbox)
    .where(mailbox.c.mailbox_id == bindparam("of_mailbox"))
    .values(grant_generation=bindparam("generation"), grants_mac=bindparam("mac"))
)


class MailboxRows:
    """Implements `ports.Mailboxes`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def with_tags(self, tags: Sequence[bytes]) -> Mapping[bytes, MailboxDirectory]:
        if not tags:
            return {}
        rows = await self._sql.rows(_WITH_TAGS, {"subject_tags": list(tags)})
        grants = await self._live([row.mailbox_id for row in rows])
        return {row.subject_tag: _directory(row, grants) for row in rows}

    async def directory_of(self, mailbox_id: MailboxId) -> MailboxDirectory | None:
        return (await self.directories_of([mailbox_id])).get(mailbox_id)

    async def directories_of(self, mailbox_ids: Collection[MailboxId]) -> Mapping[MailboxId, MailboxDirectory]:
        if not mailbox_ids:
            return {}
        rows = await self._sql.rows(_DIRECTORIES, {"mailbox_ids": list(mailbox_ids)})
        grants = await self._live([row.mailbox_id for row in rows])
        return {row.mailbox_id: _directory(row, grants) for row in rows}

    async def keys_of(self, mailbox_id: MailboxId) -> MailboxKeys | None:
        slot = await self._sql.row(_KEYSLOT, {"mailbox_id": mailbox_id})
        if slot is None:
            return None
        epochs = await self._sql.rows(_EPOCHS, {"mailbox_id": mailbox_id})
        return MailboxKeys(
            mailbox_id=mailbox_id,
            keyslot=Keyslot(kind=slot.kind, kek_version=slot.kek_version, blob=slot.blob),
            epochs=tuple(_epoch(row) for row in epochs),
        )

    async def add(self, records: Sequence[MailboxRecord]) -> None:
        """The subject's row decides who was first; a mailbox that comes second leaves nothing behind."""
        if not records:
            return
        ordered = sorted(records, key=lambda record: record.subject_tag)  # one order, so that no two adders deadlock
        await self._sql.run(
            self._sql.insert(subject).on_conflict_do_nothing(),
            [{"subject_tag": record.subject_tag, "mailbox_id": record.mailbox_id} for record in ordered],
        )
        owners = await self._sql.rows(_OWNERS, {"subject_tags": [record.subject_tag for record in ordered]})
        first = {row.mailbox_id for row in owners}
        new = [record for record in ordered if record.mailbox_id in first]
        await self._sql.run(insert(mailbox), [_mailbox_values(record) for record in new])
        await self._sql.run(insert(keyslot), [_keyslot_values(record) for record in new])
        await self._sql.run(insert(mailbox_epoch), [_epoch_values(record) for record in new])

    async def money_notes(self, mailbox_id: MailboxId, kinds: Collection[str]) -> Mapping[str, bytes]:
        rows = await self._sql.rows(_MONEY_NOTES, {"mailbox_id": mailbox_id, "kinds": list(kinds)})
        return {row.kind: bytes(row.box) for row in rows}

    async def keep_money_notes(self, mailbox_id: MailboxId, notes: Mapping[str, bytes]) -> None:
        added = self._sql.insert(money_note)
        replacing = added.on_conflict_do_update(index_elements=["mailbox_id", "kind"], set_={"box": added.excluded.box})
        rows = [{"mailbox_id": mailbox_id, "kind": kind, "box": box} for kind, box in sorted(notes.items())]
        await self._sql.run(replacing, rows)

    async def lock(self, mailbox_id: MailboxId) -> None:
        await self.lock_all([mailbox_id])

    async def lock_all(self, mailbox_ids: Collection[MailboxId]) -> None:
        if mailbox_ids:
            await self._sql.rows(_LOCK, {"mailbox_ids": list(mailbox_ids)})

    async def grant_generations(self, mailbox_ids: Sequence[MailboxId]) -> Mapping[MailboxId, int]:
        if not mailbox_ids:
            return {}
        rows = await self._sql.rows(_GENERATIONS, {"mailbox_ids": list(mailbox_ids)})
        return {row.mailbox_id: row.grant_generation for row in rows}

    async def sign_grants(self, mailbox_id: MailboxId, *, generation: int, mac: bytes) -> None:
        await self._sql.run(_SIGN_GRANTS, {"of_mailbox": mailbox_id, "generation": generation, "mac": mac})

    async def _live(self, mailbox_ids: Sequence[bytes]) -> Mapping[bytes, tuple[GrantRecord, ...]]:
        if not mailbox_ids:
            return {}
        found: dict[bytes, tuple[GrantRecord, ...]] = {}
        for row in await self._sql.rows(_LIVE, {"mailbox_ids": list(mailbox_ids)}):
            found[row.mailbox_id] = (*found.get(row.mailbox_id, ()), grant_record(row))
        return found


def _directory(row: Row[Any], grants: Mapping[bytes, tuple[GrantRecord, ...]]) -> MailboxDirectory:
    return MailboxDirectory(
        mailbox_id=row.mailbox_id,
        subject_box=row.subject_box,
        epoch=row.epoch,
        public=row.public,
        directory_mac=row.directory_mac,
        grant_generation=row.grant_generation,
        grants=grants.get(row.mailbox_id, ()),
        grants_mac=row.grants_mac,
        wishes_box=row.wishes_box,
        ladder_box=row.ladder_box,
    )


def _epoch(row: Row[Any]) -> MailboxEpoch:
    return MailboxEpoch(epoch=row.epoch, public=row.public, directory_mac=row.directory_mac, seed_wrap=row.seed_wrap)


def _mailbox_values(record: MailboxRecord) -> dict[str, object]:
    return {
        "mailbox_id": record.mailbox_id,
        "subject_box": record.subject_box,
        "grant_generation": 0,
        "created_ms": record.created_ms,
    }


def _keyslot_values(record: MailboxRecord) -> dict[str, object]:
    slot = record.keyslot
    return {
        "mailbox_id": record.mailbox_id,
        "kind": slot.kind,
        "kek_version": slot.kek_version,
        "blob": slot.blob,
    }


def _epoch_values(record: MailboxRecord) -> dict[str, object]:
    epoch = record.epoch
    return {
        "mailbox_id": record.mailbox_id,
        "epoch": epoch.epoch,
        "public": epoch.public,
        "directory_mac": epoch.directory_mac,
        "seed_wrap": epoch.seed_wrap,
    }
