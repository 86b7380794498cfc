"""A migrated database is the declared one; each engine is set up as the design says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from mailbox.store import Database, migrate
from mailbox.store.engines import SqliteEngine, engine_for
from mailbox.store.migrate import SCRIPTS, head_revision
from mailbox.store.tables import metadata


def sync_engine(url: str) -> Engine:
    return create_engine(url.replace("+aiosqlite", ""))


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found: list[Any] = compare_metadata(context, metadata)
    return found


def shape(connection: Connection) -> dict[str, Any]:
    """Everything the database says about each table."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": [{**column, "type": str(column["type"])} for column in inspector.get_columns(table)],
            "key": inspector.get_pk_constraint(table),
            "references": inspector.get_foreign_keys(table),
            "indexes": inspector.get_indexes(table),
            "checks": inspector.get_check_constraints(table),
            "options": inspector.get_table_options(table),
        }
        for table in sorted(set(inspector.get_table_names()) - {"alembic_version"})
    }


def test_a_migrated_database_has_the_declared_tables(database_url: str) -> None:
    engine = sync_engine(database_url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_a_migrated_database_has_the_shape_of_a_declared_one(database_url: str, empty_database_url: str) -> None:
    declared, migrated = sync_engine(empty_database_url), sync_engine(database_url)
    metadata.create_all(declared)
    with declared.connect() as one, migrated.connect() as other:
        assert set(shape(one)) == set(metadata.tables)
        assert shape(one) == shape(other)
    declared.dispose()
    migrated.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE letter ADD COLUMN subject TEXT",
        "DROP INDEX letter_mailbox_id_publish_ms_idx",
        "CREATE TABLE other (a INTEGER)",
    ],
)
def test_a_difference_is_noticed(database_url: str, change: str) -> None:
    engine = sync_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(change))
    with engine.connect() as connection:
        assert differences(connection) != []
    engine.dispose()


async def test_several_processes_may_migrate_at_once(empty_database_url: str) -> None:
    await asyncio.gather(*(migrate(empty_database_url) for _ in range(3)))
    await migrate(empty_database_url)
    database = Database(empty_database_url)
    await database.ping()
    await database.close()


async def test_migrating_needs_no_working_directory(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    await migrate(empty_database_url)


def test_the_revisions_form_one_line_and_their_files_are_named_by_them() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [head_revision()]


async def pragmas(engine: SqliteEngine, *, write: bool) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout", "query_only")
    async with engine.write() if write else engine.read() as connection:
        return {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in names}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_sqlite_is_durable_erases_what_it_deletes_and_keeps_readers_from_writing(database_url: str) -> None:
    engine = engine_for(database_url)
    assert isinstance(engine, SqliteEngine)
    both = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}
    writer, reader = await pragmas(engine, write=True), await pragmas(engine, write=False)
    await engine.close()
    assert writer == {**both, "synchronous": 2, "secure_delete": 1, "query_only": 0}
    assert {**reader, **both, "query_only": 1} == reader


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_sqlite_writer_holds_the_lock_from_the_start(database_url: str) -> None:
    engine = engine_for(database_url)
    competitor = create_engine(database_url.replace("+aiosqlite", ""), connect_args={"timeout": 0})
    async with engine.write():
        with competitor.connect() as connection, pytest.raises(Exception, match="database is locked"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    with competitor.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    competitor.dispose()
    await engine.close()
