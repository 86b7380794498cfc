"""By what the plans of one bill are found, so that what settles it ends them: keyed hashes, which say nothing.

A payment reference tells the bills of one case apart. Where one of two letters has none, their case joins them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.claims.roles import follows_a_bill
from mailbox.domain.identifiers import LetterId, MailboxId, Oin
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.sealed import BillMark

_BILL: Final = "alert-bill"
_MATTER: Final = "alert-matter"


class Turn(IntEnum):
    """What a letter does to what is to be paid; the order of letters of one date that came at once."""

    BEGINS = 0
    FOLLOWS = 1
    PAID = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a letter stands in its matter. `payment`: the reference that it is paid with."""

    agency: Oin
    case: str | None
    payment: str | None
    dated: date
    publish_ms: int
    turn: Turn

    def place(self, letter_id: LetterId) -> bytes:
        """By date, of one day as they came: the order in which matters are folded, as bytes that sort like it."""
        day, came = self.dated.toordinal(), max(0, self.publish_ms)
        return day.to_bytes(4) + came.to_bytes(8) + bytes([self.turn]) + letter_id


def turn_of(kind: str, nature: str) -> Turn:
    """Of a letter of this sort and nature that does not say that all is paid."""
    return Turn.FOLLOWS if follows_a_bill(kind, nature) else Turn.BEGINS


def standing_of(letter: LetterMetadata) -> Standing:
    """Of a letter that asks something."""
    return Standing(
        agency=letter.agency,
        case=letter.case,
        payment=letter.payment.reference if letter.payment else None,
        dated=letter.dated,
        publish_ms=letter.publish_ms,
        turn=turn_of(letter.kind, letter.nature),
    )


@dataclass(frozen=True, slots=True)
class MatterTags:
    """The tags of one mailbox."""

    sealer: Sealer
    mailbox_id: MailboxId

    def mark(self, letter_id: LetterId, at: Standing) -> BillMark:
        """Of a letter that is to be paid: without case and reference, of itself alone."""
        alone = at.case is None and at.payment is None
        return BillMark(
            bill_tag=self._alone(letter_id) if alone else self._bill(at, at.payment),
            matter_tag=None if at.case is None else self._matter(at),
            place=at.place(letter_id),
        )

    def settled_by(self, at: Standing) -> Iterator[bytes]:
        """What a letter settles: its bill, and those of the case without a reference; or all of the case."""
        if at.payment is not None:
            yield self._bill(at, at.payment)
        if at.case is not None:
            yield self._matter(at) if at.payment is None else self._bill(at, None)

    def _alone(self, letter_id: LetterId) -> bytes:
        return self.sealer.tag(_BILL, self.mailbox_id, letter_id)

    def _bill(self, at: Standing, payment: str | None) -> bytes:
        return self.sealer.tag(_BILL, self.mailbox_id, at.agency.value.encode(), _text(at.case), _text(payment))

    def _matter(self, at: Standing) -> bytes:
        return self.sealer.tag(_MATTER, self.mailbox_id, at.agency.value.encode(), _text(at.case))


def _text(name: str | None) -> bytes:
    """None and no text are one: a schema lets no name be empty."""
    return (name or "").encode()
