"""Consent that changes: live grants are signed; use and what is unusual; drafts, requests, favourites; apps."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    false,
    text,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailbox", Column("grants_mac", LargeBinary, comment=_MAC))
    op.add_column("mailbox", Column("seen_ms", BigInteger, comment="last here"))
    op.add_column("held_grant", Column("favourite", Boolean, nullable=False, server_default=false()))
    op.add_column("held_grant", Column("told_version", Integer, nullable=False, server_default=text("0")))
    op.add_column("held_grant", Column("note", LargeBinary, comment=_NOTE))
    op.add_column("held_grant", Column("marks", LargeBinary, comment=_MARKS))
    op.add_column("held_grant", Column("name_until_ms", BigInteger, comment=_NAME))
    op.add_column("held_grant", Column("called_ms", BigInteger, comment=_CALLED))
    op.create_index("held_grant_name_until_ms_idx", "held_grant", ["name_until_ms"])
    op.add_column("session", Column("device_box", LargeBinary, comment="from what they logged in"))
    op.add_column("letter", Column("bill_tag", LargeBinary, comment=_BILL))
    op.add_column("submission", Column("remarks_box", LargeBinary, comment=_REMARKS))
    _archive()
    _money()
    _use()
    _notices()
    _drafts()
    _requests()
    _apps()
    _alerts()
    _ladders()
    _endings()


_NOTE = "opens for the helper: what the letters come down to"
_MARKS = "opens for the helper: which letters they marked"
_CALLED = "the citizen wants the helper to look along since then"
_NAME = "holds no key, only a name, until then"
_BILL = "keyed hash, of a bill with a reference: asked once that is withdrawn"
_REMARKS = "opens for the operator: which dates differ from the law"
_MAC = "proof of which grants are live in this generation"


def _bytes(name: str, comment: str | None = None) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False, comment=comment)


def _number(name: str, comment: str | None = None) -> Column[int]:
    return Column(name, Integer, nullable=False, comment=comment)


def _ms(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _bill_mark() -> tuple[Column[bytes], ...]:
    return (
        Column("bill_tag", LargeBinary, comment="keyed hash, of what is to be paid"),
        Column("matter_tag", LargeBinary, comment="keyed hash, of its case"),
        Column("place", LargeBinary, comment="of its letter among those of the matter"),
    )


def _of_mailbox(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], ["mailbox.mailbox_id"], name=f"{table}_{column}_fkey")


def _of_letter(table: str) -> ForeignKeyConstraint:
    target = ["letter.mailbox_id", "letter.letter_id"]
    return ForeignKeyConstraint(["mailbox_id", "letter_id"], target, name=f"{table}_mailbox_id_fkey")


def _archive() -> None:
    op.create_table(
        "archive_mark",
        _bytes("mailbox_id"),
        _bytes("letter_id"),
        _ms("archived_ms"),
        PrimaryKeyConstraint("mailbox_id", "letter_id", name="archive_mark_pkey"),
        _of_letter("archive_mark"),
        comment="what the citizen put away; everybody else sees it where it was",
        sqlite_with_rowid=False,
    )


def _money() -> None:
    op.create_table(
        "money_note",
        _bytes("mailbox_id"),
        Column("kind", Text, nullable=False),
        _bytes("box", "opens for the citizen: what the letters come to, or what the citizen said of them"),
        PrimaryKeyConstraint("mailbox_id", "kind", name="money_note_pkey"),
        _of_mailbox("mailbox_id", "money_note"),
    )


def _use() -> None:
    op.create_table(
        "grant_use",
        _bytes("mailbox_id"),
        _bytes("grant_id"),
        _ms("hour_ms"),
        _ms("last_ms"),
        _number("letters", "opened in this hour"),
        _number("old_letters", "of these, dated over a year before"),
        PrimaryKeyConstraint("mailbox_id", "grant_id", "hour_ms", name="grant_use_pkey"),
        _of_mailbox("mailbox_id", "grant_use"),
        sqlite_with_rowid=False,
    )


def _notices() -> None:
    op.create_table(
        "grant_notice",
        _bytes("mailbox_id"),
        _bytes("grant_id"),
        Column("day", Date, nullable=False),
        Column("kind", Text, nullable=False),
        _ms("at_ms"),
        Column("seen", Boolean, nullable=False, server_default=false(), comment="by the citizen"),
        PrimaryKeyConstraint("mailbox_id", "grant_id", "day", "kind", name="grant_notice_pkey"),
        _of_mailbox("mailbox_id", "grant_notice"),
        sqlite_with_rowid=False,
    )


def _drafts() -> None:
    op.create_table(
        "grant_draft",
        _bytes("mailbox_id"),
        _bytes("draft_id"),
        _bytes("box", "opens for the citizen"),
        _ms("until_ms"),
        Column("proposed", Boolean, nullable=False, comment="an app put it ready, and it waits for the citizen"),
        PrimaryKeyConstraint("mailbox_id", "draft_id", name="grant_draft_pkey"),
        _of_mailbox("mailbox_id", "grant_draft"),
    )
    op.create_index("grant_draft_until_ms_idx", "grant_draft", ["until_ms"])


def _requests() -> None:
    op.create_table(
        "access_request",
        _bytes("locator_tag", "keyed hash of the first half of the code"),
        _bytes("helper_id"),
        _bytes("box", "opens with the operator's key and the code together"),
        _ms("expires_ms"),
        _number("attempts_left"),
        Column("used_by", LargeBinary, comment="mailbox of who is using the code: it is nobody else's any more"),
        PrimaryKeyConstraint("locator_tag", name="access_request_pkey"),
        _of_mailbox("helper_id", "access_request"),
        CheckConstraint("attempts_left >= 0", name=op.f("access_request_attempts_left_check")),
    )
    op.create_index("access_request_expires_ms_idx", "access_request", ["expires_ms"])


def _apps() -> None:
    op.create_table(
        "app",
        _bytes("app_id", "16 random bytes, public"),
        Column("name", Text, nullable=False, comment="public"),
        Column("return_addresses", Text, nullable=False, comment="JSON"),
        Column("jwk", Text, comment="JSON, public members only; none for an app that keeps no secret"),
        Column("blocked", Boolean, nullable=False),
        PrimaryKeyConstraint("app_id", name="app_pkey"),
    )
    op.create_table(
        "app_access",
        _bytes("access_id", "keyed hash of the code"),
        _bytes("app_id"),
        _bytes("mailbox_id"),
        _bytes("box", "opens for the operator"),
        Column("redeemed", Boolean, nullable=False, comment="the code was used"),
        _ms("expires_ms"),
        PrimaryKeyConstraint("access_id", name="app_access_pkey"),
        ForeignKeyConstraint(["app_id"], ["app.app_id"], name="app_access_app_id_fkey"),
        _of_mailbox("mailbox_id", "app_access"),
    )
    op.create_table(
        "app_token",
        _bytes("tag", "keyed hash of the jti"),
        _bytes("access_id"),
        _bytes("box", "opens for the operator: for which client, if any"),
        _ms("expires_ms"),
        PrimaryKeyConstraint("tag", name="app_token_pkey"),
        ForeignKeyConstraint(["access_id"], ["app_access.access_id"], name="app_token_access_id_fkey"),
    )
    op.create_index("app_access_mailbox_id_idx", "app_access", ["mailbox_id"])
    op.create_index("app_access_expires_ms_idx", "app_access", ["expires_ms"])
    op.create_index("app_token_access_id_idx", "app_token", ["access_id"])
    op.create_index("app_token_expires_ms_idx", "app_token", ["expires_ms"])


def _alerts() -> None:
    op.create_table(
        "contact",
        _bytes("mailbox_id"),
        _bytes("address_box", "opens for the worker"),
        _bytes("own_box", "opens for the citizen"),
        _bytes("wishes_box", "opens for the operator"),
        Column("refused_ms", BigInteger, comment="the last message was refused for good"),
        _number("tries", "that failed in a row"),
        _number("unsure", "of which nobody knows, in a row"),
        Column("next_ms", BigInteger, comment="when something is due; none: nothing waits"),
        _ms("rest_until_ms"),
        Column("lease", LargeBinary, comment="of the worker that is busy with it"),
        Column("hurried", Boolean, nullable=False, server_default=false(), comment="does not rest after a message"),
        Column("message_key", LargeBinary, comment="of the last message, until that comes back"),
        PrimaryKeyConstraint("mailbox_id", name="contact_pkey"),
        _of_mailbox("mailbox_id", "contact"),
    )
    op.create_index("contact_message_key_idx", "contact", ["message_key"])
    op.create_index("contact_next_ms_idx", "contact", ["next_ms"])
    op.create_table(
        "contact_check",
        _bytes("mailbox_id"),
        _bytes("own_box", "opens for the citizen"),
        _bytes("code_tag", "keyed hash"),
        _ms("expires_ms"),
        _number("attempts_left"),
        PrimaryKeyConstraint("mailbox_id", name="contact_check_pkey"),
        _of_mailbox("mailbox_id", "contact_check"),
        CheckConstraint("attempts_left >= 0", name=op.f("contact_check_attempts_left_check")),
    )
    op.create_index("contact_check_expires_ms_idx", "contact_check", ["expires_ms"])
    op.create_table(
        "message_count",
        _bytes("tag", "keyed hash of a day, with a person or an address"),
        Column("day", Integer, nullable=False, comment="since 1 January 1970, UTC"),
        _number("messages"),
        PrimaryKeyConstraint("tag", name="message_count_pkey"),
    )
    op.create_index("message_count_day_idx", "message_count", ["day"])
    op.create_table(
        "alert",
        _bytes("mailbox_id"),
        _bytes("alert_id", "16 random bytes"),
        Column("letter_id", LargeBinary, comment="none: of no letter"),
        _ms("due_ms"),
        _bytes("box", "opens for the worker; once sent, for the citizen"),
        Column("bundle", LargeBinary, comment="the message that it goes with, or went"),
        Column("sent_ms", BigInteger),
        *_bill_mark(),
        Column("muted", Boolean, nullable=False, comment="not to be told"),
        Column("new_post", Boolean, nullable=False, comment="that the letter came; else a reminder"),
        Column("refused_ms", BigInteger, comment="the address first refused it"),
        PrimaryKeyConstraint("mailbox_id", "alert_id", name="alert_pkey"),
        _of_mailbox("mailbox_id", "alert"),
    )
    op.create_index("alert_mailbox_id_letter_id_idx", "alert", ["mailbox_id", "letter_id"])


def _ladders() -> None:
    op.create_table(
        "ladder",
        _bytes("mailbox_id"),
        _bytes("box", "opens for the operator: who hears of it when the citizen does not look"),
        PrimaryKeyConstraint("mailbox_id", name="ladder_pkey"),
        _of_mailbox("mailbox_id", "ladder"),
    )
    op.create_table(
        "ladder_step",
        _bytes("mailbox_id"),
        _bytes("step_id", "16 random bytes"),
        _bytes("letter_id"),
        Column("rung", Text, nullable=False, comment="who hears of it"),
        _ms("due_ms"),
        Column("unread", Boolean, nullable=False, comment="only if the letter is unopened by then"),
        *_bill_mark(),
        Column("muted", Boolean, nullable=False, comment="the citizen says to have paid"),
        Column("taken_ms", BigInteger, comment="when it happened; none: it waits"),
        PrimaryKeyConstraint("mailbox_id", "step_id", name="ladder_step_pkey"),
        _of_mailbox("mailbox_id", "ladder_step"),
    )
    op.create_index("ladder_step_mailbox_id_letter_id_idx", "ladder_step", ["mailbox_id", "letter_id"])
    op.create_index("ladder_step_taken_ms_due_ms_idx", "ladder_step", ["taken_ms", "due_ms"])


def _endings() -> None:
    op.create_table(
        "ending",
        _bytes("mailbox_id"),
        _bytes("tag", "id of a letter or keyed hash: nobody hears of it any more"),
        _bytes("letter_id", "that ends it"),
        _bytes("place", "of that letter among those of the matter"),
        _ms("from_ms"),
        PrimaryKeyConstraint("mailbox_id", "tag", "letter_id", name="ending_pkey"),
        _of_mailbox("mailbox_id", "ending"),
        sqlite_with_rowid=False,
    )
