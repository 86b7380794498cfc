"""The unit of work: what is committed, what is not, and what a driver's failure looks like from outside."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from mailbox.domain.errors import AlreadyStored, MailboxError, TemporarilyUnavailable
from mailbox.domain.ports import Store
from mailbox.store import Database, FolderObjects, migrate
from mailbox.store.failures import StoreMisused
from tests.contract.rows import a_grant, a_letter, a_mailbox, stored_grant, stored_letters, stored_mailbox
from tests.databases import PostgresServer


def implements_the_ports(database: Database) -> Store:
    """Checked by mypy: every noun has every method of its port."""
    return database


async def execute(url: str, *statements: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_an_exception_undoes_the_transaction(store: Store) -> None:
    record = a_mailbox()
    with pytest.raises(KeyError):
        await failing_after_adding(store)
    async with store.read() as tx:
        assert await tx.mailboxes.with_tags([record.subject_tag]) == {}


async def failing_after_adding(store: Store) -> None:
    async with store.write() as tx:
        await tx.mailboxes.add([a_mailbox()])
        raise KeyError


async def test_a_cancelled_transaction_is_undone_and_the_next_one_goes_on(store: Store) -> None:
    added = asyncio.Event()

    async def never_ending() -> None:
        async with store.write() as tx:
            await tx.mailboxes.add([a_mailbox(1)])
            added.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(never_ending())
    await added.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await stored_mailbox(store, 2)
    async with store.read() as tx:
        found = await tx.mailboxes.with_tags([a_mailbox(1).subject_tag, a_mailbox(2).subject_tag])
    assert set(found) == {a_mailbox(2).subject_tag}


async def test_whoever_gives_up_at_whatever_moment_leaves_no_lock_behind(store: Store) -> None:
    """Clients go away in the middle of BEGIN, of a statement, of COMMIT."""
    mailbox_id = await stored_mailbox(store)

    async def deliver(number: int) -> None:
        async with asyncio.timeout(number * 0.0004), store.write() as tx:
            await tx.mailboxes.grant_generations([mailbox_id])
            await tx.letters.add([a_letter(mailbox_id, number)])

    outcomes: list[BaseException | None] = []
    for number in range(0, 60, 3):
        outcomes += await asyncio.gather(*(deliver(number + n) for n in range(3)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {type(None), TimeoutError}
    assert TimeoutError in map(type, outcomes)
    async with asyncio.timeout(5):
        await stored_letters(store, a_letter(mailbox_id, 99))
        async with store.read() as tx:
            stored = await tx.letters.count_new(mailbox_id, visible_at_ms=9_000)
    assert stored > outcomes.count(None)


async def test_a_transaction_in_which_something_failed_is_never_committed(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    letter = a_letter(mailbox_id, 1)
    await stored_letters(store, letter)
    with pytest.raises(AlreadyStored):
        await swallowing_the_failure(store, letter.letter_id)
    async with store.read() as tx:
        assert await tx.letters.count_new(mailbox_id, visible_at_ms=9_000) == 1


async def swallowing_the_failure(store: Store, stored: bytes) -> None:
    mailbox_id = a_mailbox().mailbox_id
    async with store.write() as tx:
        await tx.letters.add([a_letter(mailbox_id, 2)])
        with contextlib.suppress(AlreadyStored):
            await tx.letters.add([a_letter(mailbox_id, int.from_bytes(stored))])


async def test_what_is_not_committed_is_seen_by_nobody(store: Store, other_store: Store) -> None:
    tag = a_mailbox().subject_tag
    async with store.write() as tx:
        await tx.mailboxes.add([a_mailbox()])
        async with store.read() as ours, other_store.read() as theirs:
            assert [await ours.mailboxes.with_tags([tag]), await theirs.mailboxes.with_tags([tag])] == [{}, {}]
    async with other_store.read() as tx:
        assert set(await tx.mailboxes.with_tags([tag])) == {tag}


async def test_a_read_transaction_is_one_snapshot(store: Store, other_store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    async with store.read() as tx:
        before = await tx.letters.count_new(mailbox_id, visible_at_ms=9_000)
        await stored_letters(other_store, a_letter(mailbox_id))
        after = await tx.letters.count_new(mailbox_id, visible_at_ms=9_000)
    assert (before, after) == (0, 0)


async def test_a_read_transaction_cannot_write(store: Store) -> None:
    mailbox_id = await stored_mailbox(store)
    with pytest.raises(StoreMisused, match="within a read transaction"):
        async with store.read() as tx:
            await tx.grants.add(a_grant(mailbox_id))
    async with store.read() as tx:
        assert await tx.grants.of_mailbox(mailbox_id) == []


async def test_many_readers_at_once_are_all_served(store: Store) -> None:
    tag = a_mailbox().subject_tag
    await stored_mailbox(store)

    async def look() -> int:
        async with store.read() as tx:
            return len(await tx.mailboxes.with_tags([tag]))

    assert await asyncio.gather(*(look() for _ in range(40))) == [1] * 40


async def test_a_mistake_of_ours_is_not_taken_for_something_stored_before(store: Store) -> None:
    """A letter of a mailbox that does not exist breaks a foreign key, which is an IntegrityError as well."""
    with pytest.raises(StoreMisused):
        await stored_letters(store, a_letter(a_mailbox().mailbox_id))


async def test_no_error_or_log_line_shows_what_was_stored(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox_id = await stored_mailbox(store)
    secret = b"secret in a box"
    grant = replace(a_grant(mailbox_id), scope_box=secret)
    await stored_grant(store, grant)
    shown = []
    for failing in (grant, replace(grant, mailbox_id=a_mailbox(9).mailbox_id)):
        with pytest.raises(MailboxError) as caught:
            await stored_grant(store, failing)
        shown.append("".join(traceback.format_exception(caught.value)))
    everything = "".join([*shown, *(record.getMessage() for record in caplog.records)])
    for value in (secret, grant.mailbox_id, grant.grant_id):
        assert value.hex() not in everything
        assert repr(value)[2:-1] not in everything


async def test_ping_is_content_with_the_schema_of_this_code(store: Store) -> None:
    await store.ping()


async def test_ping_refuses_another_schema_version(store: Store, database_url: str) -> None:
    await execute(database_url, "UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(TemporarilyUnavailable):
        await store.ping()


async def test_ping_refuses_a_database_without_tables(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with pytest.raises(MailboxError):
        await database.ping()
    await database.close()


async def test_a_database_that_is_gone_is_temporarily_unavailable(
    postgres: PostgresServer,
) -> None:
    database = Database(postgres.url("not_there"))
    for use in (database.ping, lambda: stored_mailbox(database)):
        with pytest.raises(TemporarilyUnavailable):
            await use()
    await database.close()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
async def test_a_server_that_restarts_is_found_again(store: Store, database_url: str) -> None:
    await stored_mailbox(store, 1)
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    await execute(database_url, f"{end} AND datname = current_database()")
    await stored_mailbox(store, 2)


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "postgresql://", "mysql://"])
async def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite needs a file|the database is"):
        Database(url)
    with pytest.raises(ValueError, match=r"SQLite needs a file|the database is"):
        await migrate(url)


def test_the_names_that_bootstrap_uses() -> None:
    import mailbox.store

    assert sorted(mailbox.store.__all__) == ["Database", "FolderObjects", "migrate"]
    assert mailbox.store.FolderObjects is FolderObjects
