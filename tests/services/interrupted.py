"""Something that happens between two transactions of a service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from mailbox.domain.ports import Store, Transaction

Happening = Callable[[], Awaitable[Any]]


class Interrupted:
    """A store where something else happens just before the first lock. Implements `ports.Store`."""

    def __init__(self, store: Store, happening: Happening) -> None:
        self._store = store
        self._happening: Happening | None = happening

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        return self._store.read()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        happening, self._happening = self._happening, None
        if happening is not None:
            await happening()
        async with self._store.write() as tx:
            yield tx

    async def ping(self) -> None:
        await self._store.ping()
