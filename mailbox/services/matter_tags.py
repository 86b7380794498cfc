"""By what the plans of one matter are found, so that what settles it ends them: keyed hashes, which say nothing."""

from __future__ import annotations

from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.identifiers import LetterId, MailboxId, Oin

_MATTER: Final = "alert-matter"


def matter_tag(sealer: Sealer, mailbox_id: MailboxId, agency: Oin, case: str | None) -> bytes | None:
    """None for a letter without a case number."""
    if case is None:
        return None
    return sealer.tag(_MATTER, mailbox_id, agency.value.encode(), case.encode())


def bill_tag(sealer: Sealer, mailbox_id: MailboxId, letter_id: LetterId, agency: Oin, case: str | None) -> bytes:
    """Of a letter that is to be paid: of its matter, or of itself alone."""
    return matter_tag(sealer, mailbox_id, agency, case) or sealer.tag(_MATTER, mailbox_id, letter_id)
