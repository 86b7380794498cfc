"""Every table, as the newest migration leaves it (a test compares the two).

Whatever grows with mail has a primary key that begins with `mailbox_id`, so that one schema also distributes by
mailbox. `subject` and `submission` are found by a keyed hash instead and distribute by that. Nothing in the clear says
who wrote, about what, or to whom: ids, tags and boxes are bytes; instants are UTC milliseconds in columns `*_ms`.

SQLite: `letter_key` keeps its rowid on purpose. Its rows of about 1.2 KB are too wide for the leaf of an index b-tree
(1,002 bytes on a page of 4 KB) and would each take an overflow page: measured half the inserts a second and 1.6 times
the size. Narrow tables that are only found by their key do without a rowid.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


class _Blob(LargeBinary):
    """Both drivers take bytes as they are; the library would wrap each in a memoryview first."""

    def bind_processor(self, dialect: Dialect) -> None:  # noqa: ARG002 - the library's signature
        return None


def _bytes(name: str, *, key: bool = False, comment: str | None = None) -> Column[bytes]:
    return Column(name, _Blob, primary_key=key, nullable=False, comment=comment)


def _ms(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _of_mailbox(name: str = "mailbox_id", *, key: bool = True) -> Column[bytes]:
    return Column(name, _Blob, ForeignKey("mailbox.mailbox_id"), primary_key=key, nullable=False)


def _bill_mark() -> tuple[Column[bytes], ...]:
    """All three or none; only what has no case has no `matter_tag`."""
    return (
        Column("bill_tag", _Blob, comment="keyed hash, of what is to be paid"),
        Column("matter_tag", _Blob, comment="keyed hash, of its case"),
        Column("place", _Blob, comment="of its letter among those of the matter"),
    )


def _of_letter() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["mailbox_id", "letter_id"], ["letter.mailbox_id", "letter.letter_id"])


subject = Table(
    "subject",
    metadata,
    _bytes("subject_tag", key=True, comment="keyed hash of the BSN; the key is not in this database"),
    _bytes("mailbox_id"),
    comment="whose mailbox is this",
    sqlite_with_rowid=False,
)

mailbox = Table(
    "mailbox",
    metadata,
    _bytes("mailbox_id", key=True, comment="16 random bytes"),
    _bytes("subject_box", comment="the BSN, sealed to the operator"),
    Column("grant_generation", BigInteger, nullable=False, comment="moves with every change of the grants"),
    _ms("created_ms"),
    Column("grants_mac", _Blob, comment="proof of which grants are live in this generation"),
    Column("seen_ms", BigInteger, comment="last here"),
    sqlite_with_rowid=False,
)

keyslot = Table(
    "keyslot",
    metadata,
    _of_mailbox(),
    Column("kind", Text, primary_key=True),
    Column("kek_version", Integer, nullable=False),
    _bytes("blob", comment="the person's root key, wrapped by the KEK"),
    sqlite_with_rowid=False,
)

mailbox_epoch = Table(
    "mailbox_epoch",
    metadata,
    _of_mailbox(),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    _bytes("public", comment="public half of the mailbox key pair, in the clear"),
    _bytes("directory_mac", comment="proof that we wrote `public`"),
    _bytes("seed_wrap", comment="the seed, wrapped under the person's root key"),
)

consent_grant = Table(
    "consent_grant",
    metadata,
    _of_mailbox(),
    _bytes("grant_id", key=True),
    Column("state", Text, nullable=False),
    _bytes("public"),
    _bytes("directory_mac"),
    _bytes("scope_box", comment="opens for the operator"),
    _bytes("notes_box", comment="opens for the citizen only"),
    _ms("created_ms"),
    _ms("changed_ms"),
)

invitation = Table(
    "invitation",
    metadata,
    _bytes("locator_tag", key=True, comment="keyed hash of the first half of the code"),
    _of_mailbox(key=False),
    _bytes("grant_id"),
    _bytes("secret_box"),
    _ms("expires_ms"),
    Column("attempts_left", Integer, CheckConstraint("attempts_left >= 0", name="attempts_left"), nullable=False),
    Index("invitation_mailbox_id_grant_id_idx", "mailbox_id", "grant_id"),
)

held_grant = Table(
    "held_grant",
    metadata,
    _of_mailbox("holder_id"),
    _bytes("ref", key=True, comment="keyed hash: the table does not say who helps whom"),
    _bytes("blob"),
    Column("favourite", Boolean, nullable=False, server_default=false()),
    Column("told_version", Integer, nullable=False, server_default=text("0")),
    Column("note", _Blob, comment="opens for the helper: what the letters come down to"),
    Column("marks", _Blob, comment="opens for the helper: which letters they marked"),
    Column("name_until_ms", BigInteger, comment="holds no key, only a name, until then"),
    Column("called_ms", BigInteger, comment="the citizen wants the helper to look along since then"),
    Index("held_grant_name_until_ms_idx", "name_until_ms"),
)

grant_use = Table(
    "grant_use",
    metadata,
    _of_mailbox(),
    _bytes("grant_id", key=True),
    Column("hour_ms", BigInteger, primary_key=True, autoincrement=False),
    _ms("last_ms"),
    Column("letters", Integer, nullable=False, comment="opened in this hour"),
    Column("old_letters", Integer, nullable=False, comment="of these, dated over a year before"),
    sqlite_with_rowid=False,
)

grant_notice = Table(
    "grant_notice",
    metadata,
    _of_mailbox(),
    _bytes("grant_id", key=True),
    Column("day", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    _ms("at_ms"),
    Column("seen", Boolean, nullable=False, server_default=false(), comment="by the citizen"),
    sqlite_with_rowid=False,
)

money_note = Table(
    "money_note",
    metadata,
    _of_mailbox(),
    Column("kind", Text, primary_key=True),
    _bytes("box", comment="opens for the citizen: what the letters come to, or what the citizen said of them"),
)

grant_draft = Table(
    "grant_draft",
    metadata,
    _of_mailbox(),
    _bytes("draft_id", key=True),
    _bytes("box", comment="opens for the citizen"),
    Column("until_ms", BigInteger, nullable=False, index=True),
    Column("proposed", Boolean, nullable=False, comment="an app put it ready, and it waits for the citizen"),
)

contact = Table(
    "contact",
    metadata,
    _of_mailbox(),
    _bytes("address_box", comment="opens for the worker"),
    _bytes("own_box", comment="opens for the citizen"),
    _bytes("wishes_box", comment="opens for the operator"),
    Column("refused_ms", BigInteger, comment="the last message was refused for good"),
    Column("tries", Integer, nullable=False, comment="that failed in a row"),
    Column("unsure", Integer, nullable=False, comment="of which nobody knows, in a row"),
    Column("next_ms", BigInteger, comment="when something is due; none: nothing waits"),
    _ms("rest_until_ms"),
    Column("lease", _Blob, comment="of the worker that is busy with it"),
    Column("hurried", Boolean, nullable=False, server_default=false(), comment="does not rest after a message"),
    Column("message_key", _Blob, index=True, comment="of the last message, until that comes back"),
    Index("contact_next_ms_idx", "next_ms"),
)

contact_check = Table(
    "contact_check",
    metadata,
    _of_mailbox(),
    _bytes("own_box", comment="opens for the citizen"),
    _bytes("code_tag", comment="keyed hash"),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("attempts_left", Integer, CheckConstraint("attempts_left >= 0", name="attempts_left"), nullable=False),
)

message_count = Table(
    "message_count",
    metadata,
    _bytes("tag", key=True, comment="keyed hash of a day, with a person or an address"),
    Column("day", Integer, nullable=False, index=True, comment="since 1 January 1970, UTC"),
    Column("messages", Integer, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    _of_mailbox(),
    _bytes("alert_id", key=True, comment="16 random bytes"),
    Column("letter_id", _Blob, comment="none: of no letter"),
    _ms("due_ms"),
    _bytes("box", comment="opens for the worker; once sent, for the citizen"),
    Column("bundle", _Blob, comment="the message that it goes with, or went"),
    Column("sent_ms", BigInteger),
    *_bill_mark(),
    Column("muted", Boolean, nullable=False, comment="not to be told"),
    Column("new_post", Boolean, nullable=False, comment="that the letter came; else a reminder"),
    Column("refused_ms", BigInteger, comment="the address first refused it"),
    Index("alert_mailbox_id_letter_id_idx", "mailbox_id", "letter_id"),
)

ladder = Table(
    "ladder",
    metadata,
    _of_mailbox(),
    _bytes("box", comment="opens for the operator: who hears of it when the citizen does not look"),
)

ladder_step = Table(
    "ladder_step",
    metadata,
    _of_mailbox(),
    _bytes("step_id", key=True, comment="16 random bytes"),
    _bytes("letter_id"),
    Column("rung", Text, nullable=False, comment="who hears of it"),
    _ms("due_ms"),
    Column("unread", Boolean, nullable=False, comment="only if the letter is unopened by then"),
    *_bill_mark(),
    Column("muted", Boolean, nullable=False, comment="the citizen says to have paid"),
    Column("taken_ms", BigInteger, comment="when it happened; none: it waits"),
    Index("ladder_step_mailbox_id_letter_id_idx", "mailbox_id", "letter_id"),
    Index("ladder_step_taken_ms_due_ms_idx", "taken_ms", "due_ms"),
)

ending = Table(
    "ending",
    metadata,
    _of_mailbox(),
    _bytes("tag", key=True, comment="id of a letter or keyed hash: nobody hears of it any more"),
    _bytes("letter_id", key=True, comment="that ends it"),
    _bytes("place", comment="of that letter among those of the matter"),
    _ms("from_ms"),
    sqlite_with_rowid=False,
)

access_request = Table(
    "access_request",
    metadata,
    _bytes("locator_tag", key=True, comment="keyed hash of the first half of the code"),
    _of_mailbox("helper_id", key=False),
    _bytes("box", comment="opens with the operator's key and the code together"),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("attempts_left", Integer, CheckConstraint("attempts_left >= 0", name="attempts_left"), nullable=False),
    Column("used_by", _Blob, comment="mailbox of who is using the code: it is nobody else's any more"),
)

letter = Table(
    "letter",
    metadata,
    _of_mailbox(),
    _bytes("letter_id", key=True, comment="keyed hash of sender and reference"),
    _ms("publish_ms"),
    _ms("received_ms"),
    Column("grant_generation", BigInteger, nullable=False, comment="of the grants that it was sealed for"),
    _bytes("meta_box"),
    _bytes("body_box", comment="last: on SQLite a timeline reads what stands before it without its overflow pages"),
    # After the body: no timeline reads it.
    Column("bill_tag", _Blob, comment="keyed hash, of a bill with a reference: asked once that is withdrawn"),
    Index("letter_mailbox_id_publish_ms_idx", "mailbox_id", "publish_ms", "letter_id"),
)

letter_key = Table(
    "letter_key",
    metadata,
    _bytes("mailbox_id", key=True),
    _bytes("recipient_id", key=True, comment="the mailbox itself, or a grant"),
    _bytes("letter_id", key=True),
    _bytes("blob"),
    _of_letter(),
)

attachment = Table(
    "attachment",
    metadata,
    _bytes("mailbox_id", key=True),
    _bytes("letter_id", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("object_name", Text, nullable=False, index=True, comment="where the object store keeps the ciphertext"),
    _of_letter(),
    sqlite_with_rowid=False,
)

submission = Table(
    "submission",
    metadata,
    _bytes("letter_id", key=True),
    _bytes("mailbox_id"),
    _bytes("owner_tag", comment="keyed hash of the sender"),
    _bytes("content_tag", comment="keyed hash of the content"),
    _ms("received_ms"),
    _ms("publish_ms"),
    Column("remarks_box", _Blob, comment="opens for the operator: which dates differ from the law"),
    comment="what a sender may ask about its own letter",
    sqlite_with_rowid=False,
)

read_mark = Table(
    "read_mark",
    metadata,
    _bytes("mailbox_id", key=True),
    _bytes("letter_id", key=True),
    _ms("read_ms"),
    _of_letter(),
    comment="the citizen's own; a helper's reading leaves no mark here",
    sqlite_with_rowid=False,
)

archive_mark = Table(
    "archive_mark",
    metadata,
    _bytes("mailbox_id", key=True),
    _bytes("letter_id", key=True),
    _ms("archived_ms"),
    _of_letter(),
    comment="what the citizen put away; everybody else sees it where it was",
    sqlite_with_rowid=False,
)

access_log = Table(
    "access_log",
    metadata,
    _of_mailbox(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _ms("at_ms"),
    _bytes("commitment"),
    _bytes("sealed", comment="opens for the citizen"),
)

agency = Table(
    "agency",
    metadata,
    Column("oin", Text, primary_key=True),
    Column("name", Text, nullable=False, comment="of an organisation, public"),
    Column("blocked", Boolean, nullable=False),
)

agency_key = Table(
    "agency_key",
    metadata,
    Column("oin", Text, ForeignKey("agency.oin"), primary_key=True),
    Column("kid", Text, primary_key=True),
    Column("position", Integer, nullable=False, comment="the agency's own order"),
    Column("jwk", Text, nullable=False, comment="JSON, public members only"),
)

used_assertion = Table(
    "used_assertion",
    metadata,
    _bytes("tag", key=True, comment="hash of a client assertion's (iss, jti)"),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)

app = Table(
    "app",
    metadata,
    _bytes("app_id", key=True, comment="16 random bytes, public"),
    Column("name", Text, nullable=False, comment="public"),
    Column("return_addresses", Text, nullable=False, comment="JSON"),
    Column("jwk", Text, comment="JSON, public members only; none for an app that keeps no secret"),
    Column("blocked", Boolean, nullable=False),
)

app_access = Table(
    "app_access",
    metadata,
    _bytes("access_id", key=True, comment="keyed hash of the code"),
    Column("app_id", _Blob, ForeignKey("app.app_id"), nullable=False),
    Column("mailbox_id", _Blob, ForeignKey("mailbox.mailbox_id"), nullable=False, index=True),
    _bytes("box", comment="opens for the operator"),
    Column("redeemed", Boolean, nullable=False, comment="the code was used"),
    Column("expires_ms", BigInteger, nullable=False, index=True),
)

app_token = Table(
    "app_token",
    metadata,
    _bytes("tag", key=True, comment="keyed hash of the jti"),
    Column("access_id", _Blob, ForeignKey("app_access.access_id"), nullable=False, index=True),
    _bytes("box", comment="opens for the operator: for which client, if any"),
    Column("expires_ms", BigInteger, nullable=False, index=True),
)

session = Table(
    "session",
    metadata,
    _bytes("tag", key=True, comment="hash of the cookie's token"),
    _of_mailbox(key=False),
    _bytes("person_box"),
    Column("created_ms", BigInteger, nullable=False, index=True),
    Column("last_seen_ms", BigInteger, nullable=False, index=True),
    Column("device_box", LargeBinary, comment="from what they logged in"),
)

invitation_attempt = Table(
    "invitation_attempt",
    metadata,
    _of_mailbox(),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("attempts", Integer, nullable=False, comment="wrong codes in this millisecond"),
    sqlite_with_rowid=False,
)
