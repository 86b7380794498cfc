"""What is planned at the door, for a citizen who wants messages: the least content that works, for the worker alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from mailbox.crypto import Sealer, WorkerOpener, WorkerSealer
from mailbox.domain.alerts import AlertFacts, Wishes
from mailbox.domain.identifiers import ID_BYTES, LetterId, MailboxId, Oin
from mailbox.domain.sealed import SealedAlert

ALERT: Final = "alert"
_WISHES: Final = "alert-wishes"
_ONLY_FOR_WHO_DISAGREES: Final = frozenset({"bezwaar", "beroep", "verzet"})
_ENDING: Final = ("trektIn", "vervangt")
"""How a letter ends one before it (Awb art. 2:12)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertPlans:
    """Plans for letters that come in. Seals for the worker, and opens nothing."""

    worker: WorkerSealer

    def of_letter(
        self, mailbox_id: MailboxId, letter_id: LetterId, facts: AlertFacts, wishes: Wishes, *, due_ms: int
    ) -> tuple[SealedAlert, ...]:
        """What to tell of this letter, and when; nothing to a citizen who does not want to hear of it."""
        if not wishes.new_post:
            return ()
        alert_id = os.urandom(ID_BYTES)
        told = _told(facts, with_date=wishes.with_date)
        box = self.worker.seal(ALERT, (mailbox_id, alert_id), told)
        return (SealedAlert(mailbox_id=mailbox_id, alert_id=alert_id, letter_id=letter_id, due_ms=due_ms, box=box),)


def alert_facts(bericht: Mapping[str, Any]) -> AlertFacts:
    """What a message may say of a bericht."""
    terms = bericht.get("termijnen", ())
    days = [date.fromisoformat(term["uiterlijk"]) for term in terms if term["soort"] not in _ONLY_FOR_WHO_DISAGREES]
    reaction = bericht["reactieVerwacht"]
    return AlertFacts(
        agency=Oin(bericht["afzender"]), reaction=reaction, by=min(days, default=None) if reaction else None
    )


def ended_by(bericht: Mapping[str, Any], sealer: Sealer) -> tuple[LetterId, ...]:
    """Letters of the same sender that this one withdraws or replaces."""
    related, agency = bericht.get("relatie", {}), Oin(bericht["afzender"])
    return tuple(sealer.letter_id(agency, related[how]) for how in _ENDING if how in related)


def open_facts(opener: WorkerOpener, alert: SealedAlert) -> AlertFacts:
    """What the door planned. Raises SealBroken."""
    data = json.loads(opener.open(ALERT, (alert.mailbox_id, alert.alert_id), alert.box))
    by = data["by"]
    return AlertFacts(
        agency=Oin(data["oin"]), reaction=data["reaction"], by=None if by is None else date.fromisoformat(by)
    )


def seal_wishes(sealer: Sealer, mailbox_id: MailboxId, wishes: Wishes) -> bytes:
    """For who plans."""
    return sealer.seal_operator(_WISHES, (mailbox_id,), json.dumps(asdict(wishes)).encode())


def open_wishes(sealer: Sealer, mailbox_id: MailboxId, box: bytes) -> Wishes:
    """Raises SealBroken: another's."""
    return Wishes(**json.loads(sealer.open_operator(_WISHES, (mailbox_id,), box)))


def _told(facts: AlertFacts, *, with_date: bool) -> bytes:
    by = facts.by.isoformat() if facts.by and with_date else None
    return json.dumps({"oin": facts.agency.value, "reaction": facts.reaction, "by": by}).encode()
