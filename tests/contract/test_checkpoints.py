"""SQLite's WAL goes to the database file beside the writing, and does not grow for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import make_url

from mailbox.domain.ports import Store
from tests.contract.rows import a_letter, stored_letters, stored_mailbox

_COMMITS = 400


def _size(file: Path) -> int:
    return file.stat().st_size


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_wal_is_begun_anew_while_writers_go_on(store: Store, database_url: str) -> None:
    file = Path(str(make_url(database_url).database))
    wal = file.with_name(file.name + "-wal")
    mailbox_id = await stored_mailbox(store)
    await stored_letters(store, a_letter(mailbox_id, 1))
    of_one, at_first = _size(wal), _size(file)

    async def deliver(start: int) -> None:
        for number in range(start, start + _COMMITS // 4):
            await stored_letters(store, a_letter(mailbox_id, number))

    await asyncio.gather(*(deliver(10_000 * n) for n in range(1, 5)))
    assert _size(file) > at_first
    assert _size(wal) < of_one * _COMMITS // 2
