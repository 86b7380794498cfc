"""SQLite's checkpoints: what commits wrote to the WAL goes to the database file beside the writing, not in a commit."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Final

import structlog

_EVERY: Final = 64
"""Commits between two checkpoints: 40 MB of WAL when mail comes in at full speed."""

_log = structlog.get_logger()


class Checkpoints:
    """Left to SQLite, every so many pages one unlucky commit does the checkpoint and takes 100 ms.

    The long round goes on beside the writers and leaves what they add meanwhile. The short one takes its turn among
    them and copies those last pages, so that the WAL is done with and the next commit begins it anew: it does not grow.
    """

    def __init__(self, file: str, turn: asyncio.Lock) -> None:
        self._file = file
        self._turn = turn
        self._commits = 0
        self._round: asyncio.Task[None] | None = None

    def committed(self) -> None:
        """To be told of each commit."""
        self._commits += 1
        if self._commits >= _EVERY and self._round is None:
            self._commits = 0
            self._round = asyncio.create_task(self._checkpoint(), name="checkpoint")

    async def close(self) -> None:
        """Waits for the one under way."""
        if self._round is not None:
            await self._round

    async def _checkpoint(self) -> None:
        try:
            await asyncio.to_thread(_copy_pages, self._file)
            async with self._turn:
                await asyncio.to_thread(_copy_pages, self._file)
        except sqlite3.Error as exc:
            _log.error("checkpoint_failed", code=exc.sqlite_errorname)  # the WAL has it all; the next one tries again
        finally:
            self._round = None


def _copy_pages(file: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
