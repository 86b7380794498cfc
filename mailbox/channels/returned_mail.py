"""Mail that a mail server sends back: a delivery status notification (RFC 3464). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Final

from mailbox.channels.mail_status import is_of_recipient
from mailbox.domain.alerts import message_key

_OUR_ID: Final = re.compile(r"<([0-9a-f]{32})@[^<>@\s]+>")
"""The Message-ID that `smtp.written` gives. 16 random bytes: who can name one, got the message."""
_STATUS: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_HEADERS: Final = frozenset({"message/rfc822", "text/rfc822-headers"})


def no_such_address(mail: bytes) -> bytes | None:
    """The key of the message of ours that failed because its address is none. None: this says nothing like that."""
    report = message_from_bytes(mail)
    if report.get_content_type() != "multipart/report" or report.get_param("report-type") != "delivery-status":
        return None
    parts = list(_inside(report))
    if not any(_failed_for_good(part) for part in parts if part.get_content_type() == "message/delivery-status"):
        return None
    returned = (_returned(part) for part in parts if part.get_content_type() in _HEADERS)
    return next((key for key in map(_key, returned) if key), None)


def _inside(part: Message) -> Iterator[Message]:
    """Its parts, not theirs: what was sent back may hold a report of its own."""
    inside = part.get_payload()
    if isinstance(inside, list):
        yield from (each for each in inside if isinstance(each, Message))


def _failed_for_good(part: Message) -> bool:
    """Whether it says so of an address: its blocks are one of the whole, and one of each address (section 2.1)."""
    for block in _inside(part):
        status = _STATUS.match(str(block.get("Status", "")))
        if str(block.get("Action", "")).strip().lower() == "failed" and status and is_of_recipient(status[1]):
            return True
    return False


def _returned(part: Message) -> Message:
    """The headers of what was sent: whole, or only those."""
    whole = next(_inside(part), None)
    return whole or message_from_string(str(part.get_payload()))


def _key(returned: Message) -> bytes | None:
    found = _OUR_ID.fullmatch(str(returned.get("Message-ID", "")).strip())
    return message_key(found[1]) if found else None
