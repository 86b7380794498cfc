"""What became of a letter, for the agency that sent it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from mailbox.crypto import Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId, Oin
from mailbox.domain.ladder import Rung
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import LadderStep, SealedAlert, Submission
from mailbox.services.alerting import LAW_MS
from mailbox.services.date_remarks import DateRemark, open_remarks

EventKind = Literal[
    "ontvangen",
    "termijn-wijkt-af",
    "beschikbaar",
    "kennisgeving-verzonden",
    "kennisgeving-mislukt",
    "geen-kennisgeving",
    "niet-bereikt",
]
NOT_REACHED: Final = {Rung.SENDER.value: "niet-geopend", Rung.AWAY.value: "niet-ingelogd"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterEvent:
    """Something that happened to a letter, as its sender may know it. `remark`: which date, of one that differs.

    `reason`: why the citizen is not reached, a key of `NOT_REACHED`.
    """

    kind: EventKind
    at_ms: int
    remark: DateRemark | None = None
    reason: str | None = None


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
            alerts = await tx.alerts.of_letter(found.mailbox_id, letter_id)
            steps = await tx.ladders.taken(found.mailbox_id, letter_id, now_ms=self._clock.now_ms())
        events = (*_events(found, alerts, self._sealer, now_ms=self._clock.now_ms()), *_not_reached(steps))
        return LetterStatus(
            letter_id=letter_id,
            received_ms=found.received_ms,
            publish_ms=found.publish_ms,
            events=tuple(sorted(events, key=lambda event: event.at_ms)),
        )


def _events(
    submission: Submission, alerts: Sequence[SealedAlert], sealer: Sealer, *, now_ms: int
) -> tuple[LetterEvent, ...]:
    """What happened, in order: a letter is available from its publication, or its arrival if that came later."""
    received_ms = submission.received_ms
    remarks = open_remarks(submission.remarks_box, submission.letter_id, sealer)
    differs = (LetterEvent(kind="termijn-wijkt-af", at_ms=received_ms, remark=remark) for remark in remarks)
    events = (LetterEvent(kind="ontvangen", at_ms=received_ms), *differs)
    available_ms = max(submission.publish_ms, received_ms)
    if now_ms < available_ms:
        return events
    told = sorted(_told([alert for alert in alerts if alert.new_post], available_ms, now_ms), key=lambda e: e.at_ms)
    return (*events, LetterEvent(kind="beschikbaar", at_ms=available_ms), *told)


def _told(alerts: Sequence[SealedAlert], available_ms: int, now_ms: int) -> Iterator[LetterEvent]:
    """What the citizen was told of new post. Reminders are theirs alone.

    That nothing was told where something was to be is known after the time of the law only: before that it would tell
    when somebody read the letter, who is told of it no more.
    """
    for alert in alerts:
        if alert.refused_ms is not None:
            yield LetterEvent(kind="kennisgeving-mislukt", at_ms=alert.refused_ms)
        if alert.sent_ms is not None:
            yield LetterEvent(kind="kennisgeving-verzonden", at_ms=alert.sent_ms)
    last_ms = available_ms + LAW_MS if alerts else available_ms
    tried = [at_ms for alert in alerts for at_ms in (alert.sent_ms, alert.refused_ms) if at_ms is not None]
    if last_ms <= now_ms and not any(at_ms <= last_ms for at_ms in tried):
        yield LetterEvent(kind="geen-kennisgeving", at_ms=last_ms)


def _not_reached(steps: Sequence[LadderStep]) -> Iterator[LetterEvent]:
    """What was told the sender; that a helper was asked is not for the sender."""
    for step in steps:
        if step.rung in NOT_REACHED and step.taken_ms is not None:
            yield LetterEvent(kind="niet-bereikt", at_ms=step.taken_ms, reason=NOT_REACHED[step.rung])
