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


class InterruptedAtRead:
    """A store where something else happens just before one of the coming reads. Implements `ports.Store`."""

    def __init__(self, store: Store, happening: Happening) -> None:
        self._store = store
        self._happening = happening
        self._left = 0

    def before(self, nth: int) -> None:
        """Before the `nth` read from now on, counted from 1."""
        self._left = nth

    @property
    def is_over(self) -> bool:
        return self._left == 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        if self._left == 1:
            await self._happening()
        self._left = max(0, self._left - 1)
        async with self._store.read() as tx:
            yield tx

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        return self._store.write()

    async def ping(self) -> None:
        await self._store.ping()
