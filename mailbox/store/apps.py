"""The register of apps, what people let them do, and the tokens that they got for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import BigInteger, LargeBinary, Row, bindparam, delete, insert, select, update

from mailbox.domain.apps import AppRecord, SealedAppAccess, SealedAppToken
from mailbox.domain.identifiers import AppId, MailboxId
from mailbox.domain.keys import PublicKey
from mailbox.store.statements import Statements
from mailbox.store.tables import app, app_access, app_token

_APP: Final = app.c.app_id == bindparam("of_app", type_=LargeBinary)
_ACCESS: Final = bindparam("of_access", type_=LargeBinary)
_MAILBOX: Final = bindparam("mailbox_id", type_=LargeBinary)
_TAG: Final = app_token.c.tag == bindparam("of_tag", type_=LargeBinary)
_BEFORE: Final = bindparam("before_ms", type_=BigInteger)
_ADD: Final = insert(app)
_ALL: Final = select(app)
_GET: Final = select(app).where(_APP)
_BLOCK: Final = update(app).where(_APP).values(blocked=bindparam("now_blocked"))
_ALLOW: Final = insert(app_access)
_GET_ACCESS: Final = select(app_access).where(app_access.c.access_id == _ACCESS)
_REDEEM: Final = (
    update(app_access)
    .where(app_access.c.access_id == _ACCESS, ~app_access.c.redeemed, app_access.c.expires_ms > bindparam("now_ms"))
    .values(redeemed=True, expires_ms=bindparam("until_ms"))
    .returning(*app_access.c)
)
_ADD_TOKEN: Final = insert(app_token)
_GET_TOKEN: Final = select(app_token).where(_TAG)
_REMOVE_TOKEN: Final = delete(app_token).where(_TAG)
# Tokens go first, for they refer to their access. Before that it is locked: who withdraws and who redeems meet there,
# and not one with the token and the other with the access in hand.
_WITHDRAW: Final = (
    select(app_access.c.access_id).where(app_access.c.access_id == _ACCESS).with_for_update(),
    delete(app_token).where(app_token.c.access_id == _ACCESS),
    delete(app_access).where(app_access.c.access_id == _ACCESS),
)
_OF_MAILBOX: Final = select(app_access.c.access_id).where(app_access.c.mailbox_id == _MAILBOX)
_WITHDRAW_ALL: Final = (
    _OF_MAILBOX.order_by(app_access.c.access_id).with_for_update(),
    delete(app_token).where(app_token.c.access_id.in_(_OF_MAILBOX)),
    delete(app_access).where(app_access.c.mailbox_id == _MAILBOX),
)
_ENDED: Final = select(app_access.c.access_id).where(app_access.c.expires_ms < _BEFORE)
_FORGET: Final = (
    _ENDED.order_by(app_access.c.access_id).with_for_update(),
    delete(app_token).where(app_token.c.expires_ms < _BEFORE),
    delete(app_token).where(app_token.c.access_id.in_(_ENDED)),
    delete(app_access).where(app_access.c.expires_ms < _BEFORE),
)


class AppRows:
    """Implements `ports.Apps`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def get(self, app_id: AppId) -> AppRecord | None:
        row = await self._sql.row(_GET, {"of_app": app_id})
        return None if row is None else _record(row)

    async def all(self) -> Sequence[AppRecord]:
        """Sorted here: the engines do not agree on how letters sort."""
        found = [_record(row) for row in await self._sql.rows(_ALL)]
        return sorted(found, key=lambda record: (record.name.casefold(), record.app_id))

    async def add(self, app: AppRecord) -> None:
        await self._sql.run(
            _ADD,
            {
                "app_id": app.app_id,
                "name": app.name,
                "return_addresses": json.dumps(app.return_addresses),
                "jwk": json.dumps(dict(app.key.jwk)) if app.key else None,
                "blocked": app.blocked,
            },
        )

    async def set_blocked(self, app_id: AppId, *, blocked: bool) -> None:
        await self._sql.run(_BLOCK, {"of_app": app_id, "now_blocked": blocked})

    async def allow(self, access: SealedAppAccess) -> None:
        await self._sql.run(_ALLOW, asdict(access))

    async def access(self, access_id: bytes) -> SealedAppAccess | None:
        return _access(await self._sql.row(_GET_ACCESS, {"of_access": access_id}))

    async def redeem(self, access_id: bytes, *, now_ms: int, until_ms: int) -> SealedAppAccess | None:
        values = {"of_access": access_id, "now_ms": now_ms, "until_ms": until_ms}
        return _access(await self._sql.row(_REDEEM, values))

    async def withdraw(self, access_id: bytes) -> None:
        for statement in _WITHDRAW:
            await self._sql.run(statement, {"of_access": access_id})

    async def withdraw_all(self, mailbox_id: MailboxId) -> None:
        for statement in _WITHDRAW_ALL:
            await self._sql.run(statement, {"mailbox_id": mailbox_id})

    async def add_token(self, token: SealedAppToken) -> None:
        await self._sql.run(_ADD_TOKEN, asdict(token))

    async def token(self, tag: bytes) -> SealedAppToken | None:
        row = await self._sql.row(_GET_TOKEN, {"of_tag": tag})
        return None if row is None else SealedAppToken(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def remove_token(self, tag: bytes) -> None:
        await self._sql.run(_REMOVE_TOKEN, {"of_tag": tag})

    async def forget(self, *, before_ms: int) -> None:
        for statement in _FORGET:
            await self._sql.run(statement, {"before_ms": before_ms})


def _record(row: Row[Any]) -> AppRecord:
    return AppRecord(
        app_id=row.app_id,
        name=row.name,
        return_addresses=tuple(json.loads(row.return_addresses)),
        key=PublicKey.of(json.loads(row.jwk)) if row.jwk else None,
        blocked=row.blocked,
    )


def _access(row: Row[Any] | None) -> SealedAppAccess | None:
    return None if row is None else SealedAppAccess(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
