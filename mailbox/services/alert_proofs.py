"""What we sent somebody about a letter, and when: kept as proof (Awb art. 2:22 and 2:25), for its citizen alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final

from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.alerts import AlertFacts, AlertKind, Delivery, Way
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import SealedAlert
from mailbox.services.access import Gate

SENT: Final = "alert-sent"


class Outcome(Enum):
    """What became of a message. `UNSURE`: it may have arrived. `BROKEN`: what is stored is not what we wrote."""

    SENT = "verzonden"
    UNSURE = "onzeker"
    WAITS = "wacht"
    NOT_NEEDED = "niet meer nodig"
    BROKEN = "klopt niet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A message about a letter. `at_ms`: when it was sent, or else is due. `refused_ms`: since when it was refused.

    `way`: over which it went; None: it did not. `reaction` and `by`: what it said that the sender expects.
    """

    kind: AlertKind
    outcome: Outcome
    at_ms: int
    refused_ms: int | None = None
    way: Way | None = None
    reaction: bool = False
    by: date | None = None


class AlertProofs:
    """The proofs of the person who is logged in."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def of_letter(self, citizen: Person, letter_id: LetterId) -> tuple[Told, ...]:
        """Of one of the citizen's own letters. That there was new post comes first, where there was a way to say so.

        It says nothing of the letter's content that the message did not say. Raises NotFound.
        """
        own = citizen.mailbox_id
        async with self._store.read() as tx:
            if await tx.letters.get(own, own, letter_id, visible_at_ms=self._clock.now_ms()) is None:
                raise NotFound
            keys = await self._gate.unlock(tx, citizen)
            alerts = await tx.alerts.of_letter(own, letter_id)
        told = [_told(keys, alert) for alert in alerts]
        return tuple(sorted(told, key=lambda one: (one.kind is not AlertKind.NEW_POST, one.at_ms)))


def proof_text(facts: AlertFacts, delivery: Delivery, way: Way, *, at_ms: int) -> bytes:
    """Of a message that went out. Its time is in it, so that nobody changes that afterwards."""
    by = facts.by.isoformat() if facts.by and facts.says_by else None
    told = {"outcome": delivery.value, "kind": facts.kind, "reaction": facts.reaction, "by": by}
    return json.dumps({**told, "way": way, "at": at_ms}).encode()


def _told(keys: OpenMailbox, alert: SealedAlert) -> Told:
    """What is stored in the clear counts only for what was not sent."""
    kind = AlertKind.NEW_POST if alert.new_post else AlertKind.REMINDER
    if alert.sent_ms is None:
        outcome = Outcome.NOT_NEEDED if alert.new_post and alert.muted else Outcome.WAITS
        return Told(kind=kind, outcome=outcome, at_ms=alert.due_ms, refused_ms=alert.refused_ms)
    try:
        return _sent(json.loads(keys.open_message(SENT, (alert.alert_id,), alert.box)), alert.refused_ms)
    except (SealBroken, ValueError, KeyError, TypeError):
        return Told(kind=kind, outcome=Outcome.BROKEN, at_ms=alert.sent_ms)


def _sent(data: dict[str, Any], refused_ms: int | None) -> Told:
    return Told(
        kind=AlertKind(data["kind"]),
        outcome=Outcome.SENT if data["outcome"] == Delivery.SENT.value else Outcome.UNSURE,
        at_ms=data["at"],
        refused_ms=refused_ms,
        way=Way(data["way"]),
        reaction=data["reaction"],
        by=date.fromisoformat(data["by"]) if data["by"] else None,
    )


def new_post_of(told: Sequence[Told]) -> Told | None:
    """What was said of the letter when it came; None: there was nobody to tell, or they wanted to hear nothing."""
    return next((one for one in told if one.kind is AlertKind.NEW_POST), None)
