"""Where people are reached, what waits to be told them, and what was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Delete,
    Executable,
    Integer,
    LargeBinary,
    Row,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.sealed import ContactCheck, SealedAlert, SealedContact
from mailbox.store.endings import is_ended, plan_fields, plan_values
from mailbox.store.statements import Statements, Values
from mailbox.store.tables import alert, contact, contact_check, read_mark

_MAILBOX: Final = bindparam("of_mailbox", type_=LargeBinary)
_MAILBOXES: Final = bindparam("of_mailboxes", expanding=True, type_=LargeBinary)
_ALERTS: Final = bindparam("alert_ids", expanding=True, type_=LargeBinary)
_LETTERS: Final = bindparam("letter_ids", expanding=True, type_=LargeBinary)

_CONTACT: Final = (
    contact.c.mailbox_id,
    contact.c.address_box,
    contact.c.own_box,
    contact.c.wishes_box,
    contact.c.refused_ms,
    contact.c.tries,
    contact.c.unsure,
)
_ADD: Final = insert(alert)
_GET: Final = select(*_CONTACT).where(contact.c.mailbox_id == _MAILBOX)
# In one order, so that two batches over the same contacts never wait for each other.
_LOCK: Final = (
    select(contact.c.mailbox_id)
    .where(contact.c.mailbox_id.in_(_MAILBOXES))
    .order_by(contact.c.mailbox_id)
    .with_for_update()
)
_WISH: Final = (
    update(contact)
    .where(contact.c.mailbox_id == _MAILBOX)
    .values(wishes_box=bindparam("new_wishes", type_=LargeBinary))
)
_REMEMBER: Final = (
    update(contact).where(contact.c.mailbox_id == _MAILBOX).values(own_box=bindparam("new_own", type_=LargeBinary))
)
_SENDING: Final = (
    update(contact).where(contact.c.mailbox_id == _MAILBOX).values(message_key=bindparam("new_key", type_=LargeBinary))
)
_CAME_BACK: Final = (
    update(contact)
    .where(contact.c.message_key == bindparam("of_key", type_=LargeBinary))
    .values(refused_ms=bindparam("at_ms"), message_key=None)
    .returning(contact.c.mailbox_id)
)
_OF_BUNDLE_REFUSED: Final = (
    update(alert)
    .where(
        alert.c.mailbox_id == _MAILBOX,
        alert.c.bundle == bindparam("of_key", type_=LargeBinary),
        alert.c.refused_ms.is_(None),
    )
    .values(refused_ms=bindparam("at_ms"))
)
_REMOVE: Final = delete(contact).where(contact.c.mailbox_id == _MAILBOX)


def _ended(*which: ColumnElement[bool]) -> tuple[Delete, Update]:
    """Reminders that wait go; of new post it stays known that there was something to tell, and not what."""
    waiting = (alert.c.mailbox_id == _MAILBOX, alert.c.sent_ms.is_(None), *which)
    return (
        delete(alert).where(*waiting, ~alert.c.new_post),
        update(alert).where(*waiting, alert.c.new_post).values(muted=True, bundle=None, box=b""),
    )


_FORGET_PLANS: Final = _ended()

_CHECK: Final = select(contact_check).where(contact_check.c.mailbox_id == _MAILBOX)
_SPEND: Final = (
    update(contact_check)
    .where(contact_check.c.mailbox_id == _MAILBOX, contact_check.c.attempts_left > 0)
    .values(attempts_left=contact_check.c.attempts_left - 1)
)
_ANSWERED: Final = delete(contact_check).where(contact_check.c.mailbox_id == _MAILBOX)
_FORGET_CHECKS: Final = delete(contact_check).where(contact_check.c.expires_ms < bindparam("before_ms"))

_due_ms: Final = bindparam("due_ms", type_=BigInteger)
_WAKE: Final = (
    update(contact)
    .where(contact.c.mailbox_id == _MAILBOX)
    .values(next_ms=case((contact.c.next_ms < _due_ms, contact.c.next_ms), else_=_due_ms))
)
# A worker that is busy with the contact keeps it until it is done.
_HURRY: Final = (
    update(contact)
    .where(contact.c.mailbox_id == _MAILBOX)
    .values(hurried=True, rest_until_ms=case((contact.c.lease.is_(None), 0), else_=contact.c.rest_until_ms))
)
_first_due = (
    select(func.min(alert.c.due_ms))
    .where(
        alert.c.mailbox_id == bindparam("this_mailbox", type_=LargeBinary),
        alert.c.sent_ms.is_(None),
        ~alert.c.muted,
        alert.c.due_ms > bindparam("after_ms", type_=BigInteger),
    )
    .scalar_subquery()
)
_SCHEDULE: Final = update(contact).where(contact.c.mailbox_id == _MAILBOX).values(next_ms=_first_due)
_MUTE: Final = (
    update(alert)
    .where(
        alert.c.mailbox_id == _MAILBOX,
        alert.c.letter_id.in_(_LETTERS),
        alert.c.bill_tag.is_not(None),
        alert.c.sent_ms.is_(None),
    )
    .values(muted=bindparam("is_muted", type_=Boolean))
)
_POSTPONE: Final = (
    update(alert).where(alert.c.mailbox_id == _MAILBOX, alert.c.alert_id.in_(_ALERTS)).values(due_ms=_due_ms)
)
# A worker does not wait for another one, and not for the door: what is locked now is taken in the next round.
_waiting = (
    select(contact.c.mailbox_id)
    .where(contact.c.next_ms <= bindparam("now_ms"), contact.c.rest_until_ms <= bindparam("now_ms"))
    .order_by(contact.c.next_ms)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("waiting")  # in a subquery PostgreSQL may choose anew for each row, and so more than was asked
)
_TAKE: Final = (
    update(contact)
    .where(contact.c.mailbox_id.in_(select(_waiting.c.mailbox_id)))
    .values(rest_until_ms=bindparam("until_ms"), lease=bindparam("new_lease", type_=LargeBinary), hurried=False)
    .returning(*_CONTACT)
)
_RELEASE: Final = (
    update(contact)
    .where(contact.c.mailbox_id == _MAILBOX, contact.c.lease == bindparam("of_lease", type_=LargeBinary))
    .values(
        # What came back while a worker was busy with it stays known.
        refused_ms=func.coalesce(
            bindparam("refused", type_=BigInteger), case((contact.c.message_key.is_(None), contact.c.refused_ms))
        ),
        tries=bindparam("tried"),
        unsure=bindparam("not_known"),
        rest_until_ms=case((contact.c.hurried, 0), else_=bindparam("rest_ms")),
        lease=None,
    )
    .returning(contact.c.mailbox_id)
)
_ALERT: Final = (
    alert.c.mailbox_id,
    alert.c.alert_id,
    alert.c.letter_id,
    alert.c.due_ms,
    alert.c.box,
    alert.c.bundle,
    alert.c.sent_ms,
    alert.c.bill_tag,
    alert.c.matter_tag,
    alert.c.place,
    alert.c.muted,
    alert.c.new_post,
    alert.c.refused_ms,
)
_DUE: Final = (
    select(*_ALERT, read_mark.c.read_ms.is_not(None).label("read"), is_ended(alert).label("ended"))
    .select_from(
        alert.outerjoin(
            read_mark, and_(read_mark.c.mailbox_id == alert.c.mailbox_id, read_mark.c.letter_id == alert.c.letter_id)
        )
    )
    .where(
        alert.c.mailbox_id == _MAILBOX, alert.c.sent_ms.is_(None), ~alert.c.muted, alert.c.due_ms <= bindparam("now_ms")
    )
    .order_by(alert.c.due_ms, alert.c.alert_id)
)
_BUNDLE: Final = (
    update(alert)
    .where(alert.c.mailbox_id == _MAILBOX, alert.c.alert_id.in_(_ALERTS))
    .values(bundle=bindparam("new_bundle", type_=LargeBinary))
)
_TOLD: Final = (
    update(alert)
    .where(alert.c.mailbox_id == _MAILBOX, alert.c.alert_id == bindparam("of_alert", type_=LargeBinary))
    .values(sent_ms=bindparam("at_ms"), box=bindparam("new_box", type_=LargeBinary))
)
_NOT_TOLD: Final = _ended(alert.c.alert_id.in_(_ALERTS))
_REFUSED: Final = (
    update(alert)
    .where(alert.c.mailbox_id == _MAILBOX, alert.c.alert_id.in_(_ALERTS), alert.c.refused_ms.is_(None))
    .values(refused_ms=bindparam("at_ms"))
)
_IS_PLANNED: Final = select(alert.c.alert_id).where(
    alert.c.mailbox_id == _MAILBOX, alert.c.alert_id == bindparam("of_alert", type_=LargeBinary)
)
_OF_LETTER: Final = (
    select(*_ALERT)
    .where(alert.c.mailbox_id == _MAILBOX, alert.c.letter_id == bindparam("of_letter", type_=LargeBinary))
    .order_by(alert.c.due_ms, alert.c.alert_id)
)


class AlertRows:
    """Implements `ports.Alerts`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def contact(self, mailbox_id: MailboxId) -> SealedContact | None:
        row = await self._sql.row(_GET, {"of_mailbox": mailbox_id})
        return None if row is None else _contact(row)

    async def keep(self, kept: SealedContact) -> None:
        """What a worker is busy with nobody else takes meanwhile; what became of that says nothing of this address."""
        added = self._sql.insert(contact)
        names = ("address_box", "own_box", "wishes_box", "refused_ms", "tries", "unsure")
        rest = case((contact.c.lease.is_(None), added.excluded.rest_until_ms), else_=contact.c.rest_until_ms)
        fresh = {
            **{name: getattr(added.excluded, name) for name in names},
            "rest_until_ms": rest,
            "lease": None,
            "message_key": None,
        }
        await self._sql.run(
            added.on_conflict_do_update(index_elements=["mailbox_id"], set_=fresh),
            {**asdict(kept), "rest_until_ms": 0},
        )
        await self.schedule(kept.mailbox_id)

    async def wish(self, mailbox_id: MailboxId, wishes_box: bytes) -> None:
        await self._sql.run(_WISH, {"of_mailbox": mailbox_id, "new_wishes": wishes_box})

    async def remember(self, mailbox_id: MailboxId, own_box: bytes) -> None:
        await self._sql.run(_REMEMBER, {"of_mailbox": mailbox_id, "new_own": own_box})

    async def remove(self, mailbox_id: MailboxId) -> None:
        await self._sql.run(_REMOVE, {"of_mailbox": mailbox_id})
        await self._end(_FORGET_PLANS, {"of_mailbox": mailbox_id})

    async def ask(self, check: ContactCheck) -> None:
        added = self._sql.insert(contact_check)
        names = ("own_box", "code_tag", "expires_ms", "attempts_left")
        await self._sql.run(
            added.on_conflict_do_update(
                index_elements=["mailbox_id"], set_={name: getattr(added.excluded, name) for name in names}
            ),
            asdict(check),
        )

    async def asked(self, mailbox_id: MailboxId) -> ContactCheck | None:
        row = await self._sql.row(_CHECK, {"of_mailbox": mailbox_id})
        return None if row is None else ContactCheck(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def spend_attempt(self, mailbox_id: MailboxId) -> None:
        await self._sql.run(_SPEND, {"of_mailbox": mailbox_id})

    async def answered(self, mailbox_id: MailboxId) -> None:
        await self._sql.run(_ANSWERED, {"of_mailbox": mailbox_id})

    async def forget_checks(self, *, before_ms: int) -> None:
        await self._sql.run(_FORGET_CHECKS, {"before_ms": before_ms})

    async def lock(self, mailbox_id: MailboxId) -> None:
        await self.lock_all([mailbox_id])

    async def lock_all(self, mailbox_ids: Collection[MailboxId]) -> None:
        if mailbox_ids:
            await self._sql.rows(_LOCK, {"of_mailboxes": list(mailbox_ids)})

    async def plan(self, alerts: Sequence[SealedAlert]) -> None:
        """In one order of mailboxes, so that two batches never wait for each other."""
        ordered = sorted(alerts, key=lambda one: (one.mailbox_id, one.due_ms))
        first = {one.mailbox_id: one.due_ms for one in reversed(ordered)}
        await self._sql.run(_ADD, [plan_values(one) for one in ordered])
        await self._sql.run(_WAKE, [{"of_mailbox": own, "due_ms": first[own]} for own in sorted(first)])

    async def plan_once(self, one: SealedAlert) -> None:
        await self._sql.run(self._sql.insert(alert).on_conflict_do_nothing(), plan_values(one))
        await self._sql.run(_WAKE, {"of_mailbox": one.mailbox_id, "due_ms": one.due_ms})

    async def is_planned(self, mailbox_id: MailboxId, alert_id: bytes) -> bool:
        found = await self._sql.row(_IS_PLANNED, {"of_mailbox": mailbox_id, "of_alert": alert_id})
        return found is not None

    async def hurry(self, mailbox_id: MailboxId) -> None:
        await self._sql.run(_HURRY, {"of_mailbox": mailbox_id})

    async def mute(self, mailbox_id: MailboxId, letter_ids: Sequence[LetterId], *, muted: bool) -> None:
        if letter_ids:
            given = {"of_mailbox": mailbox_id, "letter_ids": list(letter_ids), "is_muted": muted}
            await self._sql.run(_MUTE, given)
            await self.schedule(mailbox_id)

    async def postpone(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes], *, due_ms: int) -> None:
        if alert_ids:
            await self._sql.run(_POSTPONE, {"of_mailbox": mailbox_id, "alert_ids": list(alert_ids), "due_ms": due_ms})

    async def take(self, *, now_ms: int, until_ms: int, lease: bytes, limit: int) -> Sequence[SealedContact]:
        given = {"now_ms": now_ms, "until_ms": until_ms, "new_lease": lease, "most": limit}
        return [_contact(row) for row in await self._sql.rows(_TAKE, given)]

    async def due(self, mailbox_id: MailboxId, *, now_ms: int) -> Sequence[SealedAlert]:
        rows = await self._sql.rows(_DUE, {"of_mailbox": mailbox_id, "now_ms": now_ms})
        return [_alert(row) for row in rows]

    async def bundle(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes], bundle: bytes | None) -> None:
        if alert_ids:
            given = {"of_mailbox": mailbox_id, "alert_ids": list(alert_ids), "new_bundle": bundle}
            await self._sql.run(_BUNDLE, given)

    async def sending(self, mailbox_id: MailboxId, key: bytes) -> None:
        await self._sql.run(_SENDING, {"of_mailbox": mailbox_id, "new_key": key})

    async def came_back(self, key: bytes, *, at_ms: int) -> bool:
        found = await self._sql.row(_CAME_BACK, {"of_key": key, "at_ms": at_ms})
        if found is None:
            return False
        await self._sql.run(_OF_BUNDLE_REFUSED, {"of_mailbox": found.mailbox_id, "of_key": key, "at_ms": at_ms})
        return True

    async def told(self, alert: SealedAlert, *, at_ms: int, box: bytes) -> None:
        given = {"of_mailbox": alert.mailbox_id, "of_alert": alert.alert_id, "at_ms": at_ms, "new_box": box}
        await self._sql.run(_TOLD, given)

    async def not_told(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes]) -> None:
        if alert_ids:
            await self._end(_NOT_TOLD, {"of_mailbox": mailbox_id, "alert_ids": list(alert_ids)})

    async def refused(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes], *, at_ms: int) -> None:
        if alert_ids:
            given = {"of_mailbox": mailbox_id, "alert_ids": list(alert_ids), "at_ms": at_ms}
            await self._sql.run(_REFUSED, given)

    async def release(self, contact: SealedContact, *, lease: bytes, rest_until_ms: int) -> bool:
        given = {
            "of_mailbox": contact.mailbox_id,
            "of_lease": lease,
            "refused": contact.refused_ms,
            "tried": contact.tries,
            "not_known": contact.unsure,
            "rest_ms": rest_until_ms,
        }
        return bool(await self._sql.rows(_RELEASE, given))

    async def schedule(self, mailbox_id: MailboxId, *, after_ms: int = -1) -> None:
        given = {"of_mailbox": mailbox_id, "this_mailbox": mailbox_id, "after_ms": after_ms}
        await self._sql.run(_SCHEDULE, given)

    async def of_letter(self, mailbox_id: MailboxId, letter_id: LetterId) -> Sequence[SealedAlert]:
        rows = await self._sql.rows(_OF_LETTER, {"of_mailbox": mailbox_id, "of_letter": letter_id})
        return [_alert(row) for row in rows]

    async def _end(self, both: Sequence[Executable], given: Values) -> None:
        for statement in both:
            await self._sql.run(statement, given)


def _contact(row: Row[Any]) -> SealedContact:
    return SealedContact(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _alert(row: Row[Any]) -> SealedAlert:
    return SealedAlert(**plan_fields(row))
