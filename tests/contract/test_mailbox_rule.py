"""The rule of `mailbox_rule.py` itself: it covers every table, and it can fail. `store` in conftest.py applies it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from mailbox.store.tables import metadata
from tests.contract.mailbox_rule import BY_OTHER_KEY, MAIL, forgets_mailbox, watched_statements


def test_every_table_is_either_mail_or_has_a_reason() -> None:
    assert set(metadata.tables) == MAIL | set(BY_OTHER_KEY)
    assert set() == MAIL & set(BY_OTHER_KEY)


def test_the_key_of_what_grows_with_mail_begins_with_the_mailbox() -> None:
    first = {name: next(iter(metadata.tables[name].primary_key.columns)).name for name in MAIL}
    assert first == dict.fromkeys(MAIL, "mailbox_id")


def test_nothing_in_the_clear_says_what_mail_is_about() -> None:
    # Of a grant: offered, active …; of a notice: many, old or night; of an object: random digits;
    # of a step: helper or sender.
    allowed = {"state", "kind", "object_name", "rung"}
    clear = {
        column.name
        for name in MAIL
        for column in metadata.tables[name].columns
        if column.type.python_type is str and column.name not in allowed
    }
    assert clear == set()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT letter.meta_box FROM letter WHERE letter.letter_id = ?",
        "SELECT letter.mailbox_id FROM letter",
        "SELECT count(*) FROM subject JOIN letter ON letter.mailbox_id = subject.mailbox_id WHERE letter.letter_id = ?",
        "SELECT a FROM submission, letter_key WHERE submission.mailbox_id = letter_key.mailbox_id",
        "DELETE FROM letter_key WHERE letter_key.recipient_id = %(recipient_id)s",
        "UPDATE letter_key SET blob=? WHERE letter_key.letter_id = ?",
        "DELETE FROM access_log WHERE access_log.seq < ?",
        "INSERT INTO read_mark (letter_id, read_ms) VALUES (?, ?)",
        "SELECT attachment.number FROM attachment WHERE attachment.object_name = ?",
    ],
)
def test_a_statement_that_forgets_the_mailbox_is_found(statement: str) -> None:
    assert forgets_mailbox(statement)
    assert forgets_mailbox(statement.replace(" WHERE", "\nWHERE").replace("FROM ", "\nFROM "))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT letter.meta_box \nFROM letter \nWHERE letter.mailbox_id = ? AND letter.letter_id = ?",
        "DELETE FROM letter_key WHERE letter_key.mailbox_id = %(mailbox_id)s::BYTEA",
        "SELECT a FROM consent_grant WHERE consent_grant.mailbox_id IN (?, ?)",
        "INSERT INTO letter (mailbox_id, letter_id) VALUES (?, ?)",
        "SELECT submission.letter_id FROM submission WHERE submission.letter_id IN (?)",
        "PRAGMA query_only = ON",
    ],
)
def test_a_statement_that_names_it_passes(statement: str) -> None:
    assert not forgets_mailbox(statement)


async def test_the_watch_sees_what_is_really_sent(database_url: str) -> None:
    engine = create_async_engine(database_url)
    with watched_statements() as forgetful:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT letter_id FROM letter"))
    await engine.dispose()
    assert forgetful == ["SELECT letter_id FROM letter"]
