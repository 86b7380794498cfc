"""How much is looked at through a grant: counts by the hour, and no letters. What is unusual is told to the citizen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.sealed import GrantUse

HOUR_MS: Final = 3_600_000
_OLD: Final = timedelta(days=365)


def use_now(mailbox_id: MailboxId, grant_id: GrantId, opened: Sequence[date], now_ms: int) -> GrantUse:
    """What one look adds to its hour. `opened`: the dates of letters of which the text or an attachment was shown."""
    year_ago = datetime.fromtimestamp(now_ms / 1000, UTC).date() - _OLD
    return GrantUse(
        mailbox_id=mailbox_id,
        grant_id=grant_id,
        hour_ms=now_ms - now_ms % HOUR_MS,
        last_ms=now_ms,
        letters=len(opened),
        old_letters=sum(dated < year_ago for dated in opened),
    )
