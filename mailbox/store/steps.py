"""Steps of a transaction, each taken to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


async def to_the_end(step: Coroutine[Any, Any, T]) -> T:
    """Does a step on a connection, also when whoever asked for it gives up; then they hear of it.

    A driver that is interrupted half-way through BEGIN or COMMIT leaves a connection, and its lock, in nobody's hands.
    """
    task = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            await _a_while(task)
        if not task.cancelled():
            task.exception()  # who gave up does not want to know
        raise


async def _a_while(task: asyncio.Future[Any]) -> None:
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        return  # giving up twice changes nothing


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction: committed at the end, rolled back when anything is raised."""
    connection = engine.connect()
    try:
        await to_the_end(connection.start())
        await to_the_end(connection.begin().start())
        yield connection
        await to_the_end(connection.commit())
    finally:
        if connection.sync_connection is not None:
            await to_the_end(connection.close())  # rolls back what was not committed
