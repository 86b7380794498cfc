"""What is planned at the door for when a citizen does not look, if they want that: who hears of it, and when."""

from __future__ import annotations

import json
import os
from typing import Any, Final

from mailbox.crypto import Sealer
from mailbox.domain.claims.tasks import PAY
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import ID_BYTES, GrantId, LetterId, MailboxId
from mailbox.domain.ladder import Ladder, climbs
from mailbox.domain.reminders import Date
from mailbox.domain.sealed import BillMark, LadderStep
from mailbox.services.alert_plans import Telling

_LADDER: Final = "ladder"


def steps_of_letter(  # noqa: PLR0913 - what a plan is made of
    mailbox_id: MailboxId,
    letter_id: LetterId,
    telling: Telling,
    ladder: Ladder | None,
    *,
    due_ms: int,
    bill: BillMark | None,
) -> tuple[LadderStep, ...]:
    """Of a letter that comes in now; none for one that asks nothing. `due_ms`: when the citizen can see it."""
    due = telling.due(due_ms)
    if not (telling.reaction or due):
        return ()
    to_pay = due is not None and due.kind == PAY
    return steps(mailbox_id, letter_id, ladder, due, published_ms=due_ms, bill=bill if to_pay else None)


def steps(  # noqa: PLR0913 - what a plan is made of
    mailbox_id: MailboxId,
    letter_id: LetterId,
    ladder: Ladder | None,
    due: Date | None,
    *,
    published_ms: int,
    bill: BillMark | None,
    is_read: bool = False,
    muted: bool = False,
) -> tuple[LadderStep, ...]:
    """`bill`: of what is to be paid. `is_read`: what only unopened letters do is left out.

    `muted`: the citizen says to have paid.
    """
    return tuple(
        LadderStep(
            mailbox_id=mailbox_id,
            step_id=os.urandom(ID_BYTES),
            letter_id=letter_id,
            rung=climb.rung.value,
            due_ms=climb.at_ms,
            unread=climb.unread,
            bill=bill,
            muted=muted,
        )
        for climb in climbs(ladder, due, published_ms=published_ms)
        if not (climb.unread and is_read)
    )


def seal_ladder(sealer: Sealer, mailbox_id: MailboxId, ladder: Ladder) -> bytes:
    """For who plans."""
    data = {
        "helper": ladder.helper.hex() if ladder.helper else None,
        "helper_days": ladder.helper_days,
        "sender_days": ladder.sender_days,
    }
    return sealer.seal_operator(_LADDER, (mailbox_id,), json.dumps(data).encode())


def open_ladder(sealer: Sealer, mailbox_id: MailboxId, box: bytes) -> Ladder:
    """Raises SealBroken: another's, or of another form."""
    text = sealer.open_operator(_LADDER, (mailbox_id,), box)
    try:
        data: dict[str, Any] = json.loads(text)
        helper = data.pop("helper")
        return Ladder(helper=GrantId(bytes.fromhex(helper)) if helper else None, **data)
    except (KeyError, TypeError, ValueError) as exc:
        raise SealBroken from exc
