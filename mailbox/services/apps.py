"""The register of apps: who they are, where their users come from and go back to, and whether they are blocked."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from mailbox.domain.apps import AppRecord, is_return_address
from mailbox.domain.errors import AppRefused, NotFound
from mailbox.domain.identifiers import ID_BYTES, AppId
from mailbox.domain.keys import PublicKey
from mailbox.domain.ports import Store

_NAME_LENGTH: Final = 60
_MOST_ADDRESSES: Final = 10


class AppRegister:
    """Always as stored now: an app that is blocked is blocked at once, in every process."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def get(self, app_id: AppId) -> AppRecord | None:
        """The app with this id, blocked or not."""
        async with self._store.read() as tx:
            return await tx.apps.get(app_id)

    async def all(self) -> Sequence[AppRecord]:
        """Every app, by name."""
        async with self._store.read() as tx:
            return await tx.apps.all()

    async def add(self, name: str, return_addresses: Sequence[str], jwk: Mapping[str, object] | None) -> AppRecord:
        """Registers an app; without a key it is public.

        Raises:
            AppRefused: a name that people cannot read, or return addresses that are none, too many or not allowed.
        """
        if not 0 < len(name.strip()) <= _NAME_LENGTH or any(unicodedata.category(c)[0] == "C" for c in name):
            raise AppRefused("Een app heeft een naam die mensen kunnen lezen, van hoogstens 60 tekens.")
        if not 0 < len(return_addresses) <= _MOST_ADDRESSES or not all(map(is_return_address, return_addresses)):
            raise AppRefused
        app = AppRecord(
            app_id=AppId(os.urandom(ID_BYTES)),
            name=name.strip(),
            return_addresses=tuple(return_addresses),
            key=PublicKey.of(jwk) if jwk is not None else None,
            blocked=False,
        )
        async with self._store.write() as tx:
            await tx.apps.add(app)
        return app

    async def block(self, app_id: AppId) -> None:
        """Refuses this app from now on, whatever it holds. Raises NotFound."""
        await self._set_blocked(app_id, blocked=True)

    async def unblock(self, app_id: AppId) -> None:
        """Lets this app in again. Raises NotFound."""
        await self._set_blocked(app_id, blocked=False)

    async def use_assertion(self, app: AppRecord, jti: str, *, expires_ms: int) -> bool:
        """Whether this client assertion is used for the first time, in any process (RFC 7523 §3, jti)."""
        tag = hashlib.sha256(json.dumps([app.client_id, jti]).encode()).digest()
        async with self._store.write() as tx:
            return await tx.agencies.use_assertion(tag, expires_ms=expires_ms)

    async def _set_blocked(self, app_id: AppId, *, blocked: bool) -> None:
        async with self._store.write() as tx:
            if await tx.apps.get(app_id) is None:
                raise NotFound
            await tx.apps.set_blocked(app_id, blocked=blocked)
