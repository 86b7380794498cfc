"""The rule that lets one schema distribute by mailbox: a statement on mail names the mailbox it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine, event

MAIL = frozenset(
    {
        *(
            "letter",
            "letter_key",
            "attachment",
            "read_mark",
            "archive_mark",
            "alert",
            "ladder_step",
            "ending",
            "access_log",
        ),
        *("consent_grant", "grant_use", "grant_notice"),
    }
)
"""Tables that grow with mail, and the grants that ride along."""

BY_OTHER_KEY = {
    "subject": "keyed by a hash of the BSN, distributes by that",
    "submission": "keyed by a hash of sender and reference, distributes by that",
    "mailbox": "one row a person, found by its own key or through `subject`",
    "keyslot": "one row a person",
    "money_note": "a few rows a person, keyed by mailbox",
    "ladder": "one row a person, keyed by mailbox",
    "contact": "one row a person, keyed by mailbox; found by what is due, and by a message that came back",
    "contact_check": "as `contact`, and lives for half an hour",
    "message_count": "lives for two days, keyed by a hash of a day with a person or an address",
    "mailbox_epoch": "a row a year a person, found with the mailbox",
    "invitation": "open offers only, found by a code",
    "held_grant": "keyed by the helper's mailbox",
    "agency": "a register of some hundreds",
    "agency_key": "as `agency`",
    "used_assertion": "lives for minutes",
    "app": "a register of some tens",
    "app_access": "lives for a quarter of an hour, found by a code",
    "app_token": "as `app_access`",
    "session": "lives for hours, found by a cookie",
    "grant_draft": "lives for a week at most, keyed by mailbox",
    "access_request": "open questions only, found by a code",
    "invitation_attempt": "keyed by mailbox, grows with wrong codes only",
}

ALLOWED = (
    re.compile(r"attachment\.object_name IN "),  # clearing up orphans: from the object store to the letter
    re.compile(r"\(consent_grant\.mailbox_id, consent_grant\.grant_id\) > "),  # the job that ends expired grants
    re.compile(r"(?:ladder_step|waits)\.due_ms <= "),  # the job that climbs ladders: joined within each mailbox
)

_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+\(?(\w+)")
_NAMED = re.compile(r"\bmailbox_id (?:= |IN \()(?:\?|%\()")
_INSERTED = re.compile(r"INSERT INTO \w+ \([^)]*\bmailbox_id\b[^)]*\) VALUES ")


@lru_cache
def forgets_mailbox(statement: str) -> bool:
    """Whether this SQL touches mail without saying whose."""
    tables = set(_TABLE.findall(statement))
    if not tables & MAIL or any(allowed.search(statement) for allowed in ALLOWED):
        return False
    if _INSERTED.match(statement):
        return False
    _, _, condition = statement.partition("WHERE ")
    return not _NAMED.search(condition)


@contextmanager
def watched_statements() -> Iterator[list[str]]:
    """The list fills with statements, of any engine, that forget the mailbox."""
    forgetful: list[str] = []

    def watch(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if forgets_mailbox(statement):
            forgetful.append(statement)

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        yield forgetful
    finally:
        event.remove(Engine, "before_cursor_execute", watch)
