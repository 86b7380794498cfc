"""What is not a grant yet: answers of a citizen, and questions of helpers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import LargeBinary, bindparam, delete, select, update

from mailbox.domain.identifiers import DraftId, MailboxId
from mailbox.domain.sealed import AccessRequest, SealedDraft
from mailbox.store.statements import Statements
from mailbox.store.tables import access_request, grant_draft

_LOCATOR: Final = bindparam("locator_tag", type_=LargeBinary)
_THIS: Final = (
    grant_draft.c.mailbox_id == bindparam("mailbox_id", type_=LargeBinary),
    grant_draft.c.draft_id == bindparam("draft_id", type_=LargeBinary),
)
_GET: Final = select(grant_draft).where(*_THIS)
_REMOVE: Final = delete(grant_draft).where(*_THIS)
_PROPOSED: Final = (
    select(grant_draft)
    .where(grant_draft.c.mailbox_id == bindparam("mailbox_id", type_=LargeBinary), grant_draft.c.proposed)
    .order_by(grant_draft.c.until_ms, grant_draft.c.draft_id)
)
_FORGET_DRAFTS: Final = delete(grant_draft).where(grant_draft.c.until_ms < bindparam("before_ms"))
_REQUEST: Final = select(access_request).where(access_request.c.locator_tag == _LOCATOR)
_USE: Final = (
    update(access_request)
    .where(access_request.c.locator_tag == bindparam("of_locator", type_=LargeBinary))
    .values(used_by=bindparam("user_id", type_=LargeBinary))
)
_RESEAL: Final = (
    update(access_request)
    .where(access_request.c.locator_tag == bindparam("of_locator", type_=LargeBinary))
    .values(box=bindparam("new_box", type_=LargeBinary))
)
_REMOVE_REQUEST: Final = delete(access_request).where(access_request.c.locator_tag == _LOCATOR)
_WITHDRAW: Final = delete(access_request).where(access_request.c.helper_id == bindparam("helper_id", type_=LargeBinary))
_SPEND: Final = (
    update(access_request)
    .where(access_request.c.locator_tag == bindparam("of_locator"), access_request.c.attempts_left > 0)
    .values(attempts_left=access_request.c.attempts_left - 1)
)
_FORGET_REQUESTS: Final = delete(access_request).where(access_request.c.expires_ms < bindparam("before_ms"))


class DraftRows:
    """Implements `ports.Drafts`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def save(self, draft: SealedDraft) -> None:
        added = self._sql.insert(grant_draft)
        await self._sql.run(
            added.on_conflict_do_update(
                index_elements=["mailbox_id", "draft_id"],
                set_={name: added.excluded[name] for name in ("box", "until_ms", "proposed")},
            ),
            asdict(draft),
        )

    async def get(self, mailbox_id: MailboxId, draft_id: DraftId) -> SealedDraft | None:
        row = await self._sql.row(_GET, {"mailbox_id": mailbox_id, "draft_id": draft_id})
        return None if row is None else SealedDraft(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def proposed(self, mailbox_id: MailboxId) -> Sequence[SealedDraft]:
        rows = await self._sql.rows(_PROPOSED, {"mailbox_id": mailbox_id})
        return [SealedDraft(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name

    async def remove(self, mailbox_id: MailboxId, draft_id: DraftId) -> None:
        await self._sql.run(_REMOVE, {"mailbox_id": mailbox_id, "draft_id": draft_id})

    async def ask(self, request: AccessRequest) -> None:
        """Raises AlreadyStored when another request has this code."""
        await self._sql.run(access_request.insert(), asdict(request))

    async def asked(self, locator_tag: bytes) -> AccessRequest | None:
        row = await self._sql.row(_REQUEST, {"locator_tag": locator_tag})
        return None if row is None else AccessRequest(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def spend_attempt(self, locator_tag: bytes) -> None:
        await self._sql.run(_SPEND, {"of_locator": locator_tag})

    async def use(self, locator_tag: bytes, mailbox_id: MailboxId) -> None:
        await self._sql.run(_USE, {"of_locator": locator_tag, "user_id": mailbox_id})

    async def reseal(self, locator_tag: bytes, box: bytes) -> None:
        await self._sql.run(_RESEAL, {"of_locator": locator_tag, "new_box": box})

    async def answered(self, locator_tag: bytes) -> None:
        await self._sql.run(_REMOVE_REQUEST, {"locator_tag": locator_tag})

    async def withdraw(self, helper_id: MailboxId) -> None:
        await self._sql.run(_WITHDRAW, {"helper_id": helper_id})

    async def forget(self, *, before_ms: int) -> None:
        for ended in (_FORGET_DRAFTS, _FORGET_REQUESTS):
            await self._sql.run(ended, {"before_ms": before_ms})
