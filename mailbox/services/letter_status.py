"""What became of a letter, for the agency that sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailbox.crypto import Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId, Oin
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import Submission
from mailbox.services.date_remarks import DateRemark, open_remarks

EventKind = Literal["ontvangen", "termijn-wijkt-af", "beschikbaar"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterEvent:
    """Something that happened to a letter, as its sender may know it. `remark`: which date, of one that differs."""

    kind: EventKind
    at_ms: int
    remark: DateRemark | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterStatus:
    """Where a letter is. `beschikbaar`: the citizen can see it (Awb 2:19)."""

    letter_id: LetterId
    received_ms: int
    publish_ms: int
    events: tuple[LetterEvent, ...]

    @property
    def state(self) -> Literal["ontvangen", "beschikbaar"]:
        return "beschikbaar" if any(event.kind == "beschikbaar" for event in self.events) else "ontvangen"


class LetterStatuses:
    """Of its own letters, for whoever sent them."""

    def __init__(self, *, store: Store, sealer: Sealer, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock

    async def of(self, agency: Oin, letter_id: LetterId) -> LetterStatus:
        """What has become of a letter of this agency.

        Raises:
            NotFound: no such letter, or not sent by this agency.
        """
        async with self._store.read() as tx:
            found = (await tx.letters.submissions([letter_id])).get(letter_id)
        if found is None or found.owner_tag != self._sealer.owner_tag(agency, letter_id):
            raise NotFound
        return LetterStatus(
            letter_id=letter_id,
            received_ms=found.received_ms,
            publish_ms=found.publish_ms,
            events=_events(found, self._sealer, now_ms=self._clock.now_ms()),
        )


def _events(submission: Submission, sealer: Sealer, *, now_ms: int) -> tuple[LetterEvent, ...]:
    """What happened, in order: a letter is available from its publication, or its arrival if that came later."""
    received_ms = submission.received_ms
    remarks = open_remarks(submission.remarks_box, submission.letter_id, sealer)
    told = (LetterEvent(kind="termijn-wijkt-af", at_ms=received_ms, remark=remark) for remark in remarks)
    events = (LetterEvent(kind="ontvangen", at_ms=received_ms), *told)
    available_ms = max(submission.publish_ms, received_ms)
    return events if now_ms < available_ms else (*events, LetterEvent(kind="beschikbaar", at_ms=available_ms))
