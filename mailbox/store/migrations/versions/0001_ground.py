"""The first tables. Comments and reasons: `mailbox/store/tables.py`."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _grants()
    _letters()
    _log()
    _agencies()
    _sessions()


def _bytes(name: str, comment: str | None = None) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False, comment=comment)


def _number(name: str, comment: str | None = None) -> Column[int]:
    return Column(name, Integer, nullable=False, comment=comment)


def _big(name: str, comment: str | None = None) -> Column[int]:
    return Column(name, BigInteger, nullable=False, comment=comment)


def _text(name: str, comment: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, comment=comment)


def _key(table: str, *columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns, name=f"{table}_pkey")


def _to_mailbox(table: str, column: str = "mailbox_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], ["mailbox.mailbox_id"], name=f"{table}_{column}_fkey")


def _to_letter(table: str) -> ForeignKeyConstraint:
    target = ["letter.mailbox_id", "letter.letter_id"]
    return ForeignKeyConstraint(["mailbox_id", "letter_id"], target, name=f"{table}_mailbox_id_fkey")


def _people() -> None:
    op.create_table(
        "subject",
        _bytes("subject_tag", "keyed hash of the BSN; the key is not in this database"),
        _bytes("mailbox_id"),
        _key("subject", "subject_tag"),
        comment="whose mailbox is this",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailbox",
        _bytes("mailbox_id", "16 random bytes"),
        _bytes("subject_box", "the BSN, sealed to the operator"),
        _big("grant_generation", "moves with every change of the grants"),
        _big("created_ms"),
        _key("mailbox", "mailbox_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keyslot",
        _bytes("mailbox_id"),
        _text("kind"),
        _number("kek_version"),
        _bytes("blob", "the person's root key, wrapped by the KEK"),
        _key("keyslot", "mailbox_id", "kind"),
        _to_mailbox("keyslot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailbox_epoch",
        _bytes("mailbox_id"),
        _number("epoch"),
        _bytes("public", "public half of the mailbox key pair, in the clear"),
        _bytes("directory_mac", "proof that we wrote `public`"),
        _bytes("seed_wrap", "the seed, wrapped under the person's root key"),
        _key("mailbox_epoch", "mailbox_id", "epoch"),
        _to_mailbox("mailbox_epoch"),
    )


def _grants() -> None:
    op.create_table(
        "consent_grant",
        _bytes("mailbox_id"),
        _bytes("grant_id"),
        _text("state"),
        _bytes("public"),
        _bytes("directory_mac"),
        _bytes("scope_box", "opens for the operator"),
        _bytes("notes_box", "opens for the citizen only"),
        _big("created_ms"),
        _big("changed_ms"),
        _key("consent_grant", "mailbox_id", "grant_id"),
        _to_mailbox("consent_grant"),
    )
    op.create_table(
        "invitation",
        _bytes("locator_tag", "keyed hash of the first half of the code"),
        _bytes("mailbox_id"),
        _bytes("grant_id"),
        _bytes("secret_box"),
        _big("expires_ms"),
        _number("attempts_left"),
        _key("invitation", "locator_tag"),
        _to_mailbox("invitation"),
        CheckConstraint("attempts_left >= 0", name=op.f("invitation_attempts_left_check")),
    )
    op.create_index("invitation_mailbox_id_grant_id_idx", "invitation", ["mailbox_id", "grant_id"])
    op.create_table(
        "held_grant",
        _bytes("holder_id"),
        _bytes("ref", "keyed hash: the table does not say who helps whom"),
        _bytes("blob"),
        _key("held_grant", "holder_id", "ref"),
        _to_mailbox("held_grant", "holder_id"),
    )


def _letters() -> None:
    op.create_table(
        "letter",
        _bytes("mailbox_id"),
        _bytes("letter_id", "keyed hash of sender and reference"),
        _big("publish_ms"),
        _big("received_ms"),
        _big("grant_generation", "of the grants that it was sealed for"),
        _bytes("meta_box"),
        _bytes("body_box", "last: on SQLite a timeline reads what stands before it without its overflow pages"),
        _key("letter", "mailbox_id", "letter_id"),
        _to_mailbox("letter"),
    )
    op.create_index("letter_mailbox_id_publish_ms_idx", "letter", ["mailbox_id", "publish_ms", "letter_id"])
    op.create_table(
        "letter_key",
        _bytes("mailbox_id"),
        _bytes("recipient_id", "the mailbox itself, or a grant"),
        _bytes("letter_id"),
        _bytes("blob"),
        _key("letter_key", "mailbox_id", "recipient_id", "letter_id"),
        _to_letter("letter_key"),
    )
    op.create_table(
        "attachment",
        _bytes("mailbox_id"),
        _bytes("letter_id"),
        _number("number"),
        _text("object_name", "where the object store keeps the ciphertext"),
        _key("attachment", "mailbox_id", "letter_id", "number"),
        _to_letter("attachment"),
        sqlite_with_rowid=False,
    )
    op.create_index("attachment_object_name_idx", "attachment", ["object_name"])
    op.create_table(
        "submission",
        _bytes("letter_id"),
        _bytes("mailbox_id"),
        _bytes("owner_tag", "keyed hash of the sender"),
        _bytes("content_tag", "keyed hash of the content"),
        _big("received_ms"),
        _big("publish_ms"),
        _key("submission", "letter_id"),
        comment="what a sender may ask about its own letter",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "read_mark",
        _bytes("mailbox_id"),
        _bytes("letter_id"),
        _big("read_ms"),
        _key("read_mark", "mailbox_id", "letter_id"),
        _to_letter("read_mark"),
        comment="the citizen's own; a helper's reading leaves no mark here",
        sqlite_with_rowid=False,
    )


def _log() -> None:
    op.create_table(
        "access_log",
        _bytes("mailbox_id"),
        _big("seq"),
        _big("at_ms"),
        _bytes("commitment"),
        _bytes("sealed", "opens for the citizen"),
        _key("access_log", "mailbox_id", "seq"),
        _to_mailbox("access_log"),
    )


def _agencies() -> None:
    op.create_table(
        "agency",
        _text("oin"),
        _text("name", "of an organisation, public"),
        Column("blocked", Boolean, nullable=False),
        _key("agency", "oin"),
    )
    op.create_table(
        "agency_key",
        _text("oin"),
        _text("kid"),
        _number("position", "the agency's own order"),
        _text("jwk", "JSON, public members only"),
        _key("agency_key", "oin", "kid"),
        ForeignKeyConstraint(["oin"], ["agency.oin"], name="agency_key_oin_fkey"),
    )
    op.create_table(
        "used_assertion",
        _bytes("tag", "hash of a client assertion's (iss, jti)"),
        _big("expires_ms"),
        _key("used_assertion", "tag"),
        sqlite_with_rowid=False,
    )
    op.create_index("used_assertion_expires_ms_idx", "used_assertion", ["expires_ms"])


def _sessions() -> None:
    op.create_table(
        "session",
        _bytes("tag", "hash of the cookie's token"),
        _bytes("mailbox_id"),
        _bytes("person_box"),
        _big("created_ms"),
        _big("last_seen_ms"),
        _key("session", "tag"),
        _to_mailbox("session"),
    )
    op.create_index("session_created_ms_idx", "session", ["created_ms"])
    op.create_index("session_last_seen_ms_idx", "session", ["last_seen_ms"])
    op.create_table(
        "invitation_attempt",
        _bytes("mailbox_id"),
        _big("at_ms"),
        _number("attempts", "wrong codes in this millisecond"),
        _key("invitation_attempt", "mailbox_id", "at_ms"),
        _to_mailbox("invitation_attempt"),
        sqlite_with_rowid=False,
    )
