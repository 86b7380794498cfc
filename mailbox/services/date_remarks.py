"""What a sender is told of the dates in its letter: where they are not those of the law. Kept for the service alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mailbox.crypto import Sealer
from mailbox.domain.identifiers import LetterId
from mailbox.domain.law.given_dates import Judged, differing
from mailbox.domain.letters import dates_of

_PURPOSE = "remarks"


@dataclass(frozen=True, kw_only=True, slots=True)
class DateRemark:
    """A term (`kind`) that ends on another day by law: on which, and by which article. The given day is not kept."""

    kind: str
    by_law: date
    law: str


def remarks_on(bericht: Mapping[str, Any], *, received_ms: int) -> tuple[DateRemark, ...]:
    """What there is to say of the dates of a letter that comes in now."""
    return tuple(_remark(one) for one in differing(dates_of(bericht, received_ms=received_ms)))


def seal_remarks(remarks: tuple[DateRemark, ...], letter_id: LetterId, sealer: Sealer) -> bytes | None:
    """A box for what must be remembered until the sender asks; None when there is nothing."""
    if not remarks:
        return None
    told = [[one.kind, one.by_law.isoformat(), one.law] for one in remarks]
    return sealer.seal_operator(_PURPOSE, (letter_id,), json.dumps(told).encode())


def open_remarks(box: bytes | None, letter_id: LetterId, sealer: Sealer) -> tuple[DateRemark, ...]:
    """Raises SealBroken: another letter's."""
    if box is None:
        return ()
    told = json.loads(sealer.open_operator(_PURPOSE, (letter_id,), box))
    return tuple(DateRemark(kind=kind, by_law=date.fromisoformat(day), law=law) for kind, day, law in told)


def _remark(judged: Judged) -> DateRemark:
    assert judged.reckoning is not None  # noqa: S101 - what differs has one
    return DateRemark(kind=judged.given.kind, by_law=judged.reckoning.last, law=judged.reckoning.rule.law)
