"""Which status of a mail server says that an address is none (RFC 3463 section 3.2, RFC 7505)."""

from __future__ import annotations

from typing import Final

_OF_RECIPIENT: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""No such mailbox or system, no address, moved, takes no mail. Others of 5.1 are about us (.7 and .8), or vague."""


def is_of_recipient(status: str) -> bool:
    """Whether this enhanced status is final, and about the address that the mail was for."""
    return status in _OF_RECIPIENT
