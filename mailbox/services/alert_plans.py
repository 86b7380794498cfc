"""What is planned at the door, for a citizen who wants messages: the least content that works, for the worker alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from mailbox.crypto import Sealer, WorkerOpener, WorkerSealer
from mailbox.domain.alerts import AlertFacts, AlertKind, Call, GrantEnd, Wishes
from mailbox.domain.claims.debts import ENDS
from mailbox.domain.claims.tasks import PAY, RIGHTS
from mailbox.domain.errors import InvalidIdentifier, SealBroken
from mailbox.domain.identifiers import ID_BYTES, GrantId, LetterId, MailboxId, Oin
from mailbox.domain.letters import publication_ms
from mailbox.domain.local_time import local_day
from mailbox.domain.reminders import Date, reminders_ms
from mailbox.domain.sealed import BillMark, SealedAlert
from mailbox.services.matter_tags import MatterTags, Standing, Turn, turn_of

ALERT: Final = "alert"
_WISHES: Final = "alert-wishes"
_ENDINGS: Final = frozenset({AlertKind.ENDING, AlertKind.HELP_ENDING})


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What the door knows of a letter for messages. `dues`: all there is to do, each by its day, the first day first.

    `at`: where it stands among what its sender asks; `settles`: what is to be paid before it is settled or goes on in
    it; `replaces`: what is told no more.
    """

    reaction: bool
    dues: tuple[Date, ...]
    at: Standing
    settles: bool = False
    replaces: tuple[LetterId, ...] = ()

    @property
    def agency(self) -> Oin:
        return self.at.agency

    @property
    def is_to_pay(self) -> bool:
        """Whether it asks to be paid."""
        return any(due.kind == PAY for due in self.dues)

    def due(self, at_ms: int) -> Date | None:
        """The first day from then on; once all are over, the last."""
        today = local_day(at_ms)
        return next((due for due in self.dues if due.by >= today), self.dues[-1] if self.dues else None)

    def bill(self, tags: MatterTags, letter_id: LetterId) -> BillMark | None:
        """By what later letters find what this one asks to pay; None where it asks nothing."""
        return tags.mark(letter_id, self.at) if self.is_to_pay else None


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertPlans:
    """Plans for letters that come in. Seals for the worker, and opens nothing."""

    worker: WorkerSealer

    def of_letter(  # noqa: PLR0913 - what a plan is made of
        self,
        mailbox_id: MailboxId,
        letter_id: LetterId,
        telling: Telling,
        wishes: Wishes,
        *,
        due_ms: int,
        bill: BillMark | None,
    ) -> tuple[SealedAlert, ...]:
        """What to tell of this letter, and when; nothing of what the citizen does not want to hear of.

        `bill`: of the letter. A reminder of something else than to pay, no payment ends.
        """
        planned = [self._news(mailbox_id, letter_id, telling, wishes, due_ms)] if wishes.new_post else []
        if wishes.reminders:
            planned += [
                self._planned(
                    mailbox_id,
                    letter_id,
                    _facts(AlertKind.REMINDER, telling, due.by, wishes),
                    due_ms=at_ms,
                    bill=bill if due.kind == PAY else None,
                )
                for due in telling.dues
                for at_ms in reminders_ms(due, after_ms=due_ms)
            ]
        return tuple(planned)

    def of_watching(self, mailbox_id: MailboxId, *, due_ms: int) -> SealedAlert:
        """That somebody looks along in an unusual way; not who, nor at what."""
        return self._planned(mailbox_id, None, AlertFacts(kind=AlertKind.WATCHING), due_ms=due_ms)

    def _news(
        self, mailbox_id: MailboxId, letter_id: LetterId, telling: Telling, wishes: Wishes, due_ms: int
    ) -> SealedAlert:
        due = telling.due(due_ms) if telling.reaction and wishes.with_date else None
        facts = _facts(AlertKind.NEW_POST, telling, due.by if due else None, wishes)
        return self._planned(mailbox_id, letter_id, facts, due_ms=due_ms)

    def _planned(
        self,
        mailbox_id: MailboxId,
        letter_id: LetterId | None,
        facts: AlertFacts,
        *,
        due_ms: int,
        bill: BillMark | None = None,
    ) -> SealedAlert:
        alert_id = os.urandom(ID_BYTES)
        return SealedAlert(
            mailbox_id=mailbox_id,
            alert_id=alert_id,
            letter_id=letter_id,
            due_ms=due_ms,
            box=self.worker.seal(ALERT, (mailbox_id, alert_id), _sealed_in(facts)),
            bill=bill,
            new_post=facts.kind is AlertKind.NEW_POST,
        )


def telling_of(bericht: Mapping[str, Any], sealer: Sealer, *, received_ms: int) -> Telling:
    """What a bericht gives to tell, and what it makes that is told no more."""
    at, related = _standing(bericht, received_ms), bericht.get("relatie", {})
    return Telling(
        reaction=bericht["reactieVerwacht"],
        dues=_dates(bericht),
        at=at,
        settles=at.turn is not Turn.BEGINS,
        replaces=tuple(sealer.letter_id(at.agency, related[how]) for how in ENDS if how in related),
    )


def _standing(bericht: Mapping[str, Any], received_ms: int) -> Standing:
    publish_ms = publication_ms(bericht)
    return Standing(
        agency=Oin(bericht["afzender"]),
        case=bericht.get("zaakkenmerk"),
        payment=bericht.get("betaling", {}).get("betalingskenmerk"),
        dated=date.fromisoformat(bericht["dagtekening"]),
        publish_ms=received_ms if publish_ms is None else publish_ms,
        turn=_turn(bericht),
    )


def _dates(bericht: Mapping[str, Any]) -> tuple[Date, ...]:
    """What there is to do. What is only for who disagrees is nothing; what is paid is not to be paid."""
    terms = {
        Date(kind=term["soort"], by=date.fromisoformat(term["uiterlijk"])) for term in bericht.get("termijnen", ())
    }
    beside = bericht.get("betaling", {}).get("uiterlijk")
    if beside is not None and not any(term.kind == PAY for term in terms):
        terms.add(Date(kind=PAY, by=date.fromisoformat(beside)))
    nothing = RIGHTS | {PAY} if _is_paid(bericht) else RIGHTS
    return tuple(sorted((term for term in terms if term.kind not in nothing), key=lambda term: (term.by, term.kind)))


def _turn(bericht: Mapping[str, Any]) -> Turn:
    """Paid, or in a plan or asked again with other amounts: then the bills before it are no longer the ones to pay."""
    sums = bericht.get("bedragen")
    if sums is None or sums["richting"] != "betalen":
        return Turn.BEGINS
    return Turn.PAID if _is_paid(bericht) else turn_of(bericht["berichtsoort"], bericht["aard"])


def _is_paid(bericht: Mapping[str, Any]) -> bool:
    sums = bericht.get("bedragen")
    if sums is None or sums["richting"] != "betalen":
        return False
    return bool(sums.get("betaald", 0) >= sums["totaal"])


def _facts(kind: AlertKind, telling: Telling, by: date | None, wishes: Wishes) -> AlertFacts:
    return AlertFacts(kind=kind, agency=telling.agency, reaction=telling.reaction, by=by, says_by=wishes.with_date)


def call_of(worker: WorkerSealer, helper_id: MailboxId, call: Call, *, due_ms: int) -> SealedAlert:
    """For a helper. Not filed under the letter: the row must not tell who helps whom."""
    facts = AlertFacts(kind=AlertKind.CALLED, call=call)
    return planned_alert(worker, helper_id, os.urandom(ID_BYTES), facts, due_ms=due_ms)


def planned_alert(
    worker: WorkerSealer, mailbox_id: MailboxId, alert_id: bytes, facts: AlertFacts, *, due_ms: int
) -> SealedAlert:
    """Of no letter."""
    return SealedAlert(
        mailbox_id=mailbox_id,
        alert_id=alert_id,
        letter_id=None,
        due_ms=due_ms,
        box=worker.seal(ALERT, (mailbox_id, alert_id), _sealed_in(facts)),
    )


def _sealed_in(facts: AlertFacts) -> bytes:
    if facts.call is not None:
        call = facts.call
        asked = {"mailbox": call.mailbox_id.hex(), "letter": call.letter_id.hex(), "unread": call.unread}
        return json.dumps({"kind": facts.kind, **asked}).encode()
    if facts.end is not None:
        end = facts.end
        about = {"mailbox": end.mailbox_id.hex(), "grant": end.grant_id.hex(), "until": end.until_ms}
        return json.dumps({"kind": facts.kind, **about}).encode()
    by = facts.by.isoformat() if facts.by else None
    oin = facts.agency.value if facts.agency else None
    data = {"kind": facts.kind, "oin": oin, "reaction": facts.reaction, "by": by, "says": facts.says_by}
    return json.dumps(data).encode()


def open_facts(opener: WorkerOpener, alert: SealedAlert) -> AlertFacts:
    """What the door planned. Raises SealBroken, also for content of another form."""
    text = opener.open(ALERT, (alert.mailbox_id, alert.alert_id), alert.box)
    try:
        data = json.loads(text)
        if data["kind"] == AlertKind.CALLED:
            return AlertFacts(kind=AlertKind.CALLED, call=_call(data))
        if data["kind"] in _ENDINGS:
            return AlertFacts(kind=AlertKind(data["kind"]), end=_end(data))
        return AlertFacts(
            kind=AlertKind(data["kind"]),
            agency=None if data["oin"] is None else Oin(data["oin"]),
            reaction=data["reaction"],
            by=None if data["by"] is None else date.fromisoformat(data["by"]),
            says_by=data["says"],
        )
    except (InvalidIdentifier, KeyError, TypeError, ValueError) as exc:
        raise SealBroken from exc


def _call(data: Mapping[str, Any]) -> Call:
    return Call(
        mailbox_id=MailboxId(bytes.fromhex(data["mailbox"])),
        letter_id=LetterId(bytes.fromhex(data["letter"])),
        unread=data["unread"],
    )


def _end(data: Mapping[str, Any]) -> GrantEnd:
    return GrantEnd(
        mailbox_id=MailboxId(bytes.fromhex(data["mailbox"])),
        grant_id=GrantId(bytes.fromhex(data["grant"])),
        until_ms=data["until"],
    )


def seal_wishes(sealer: Sealer, mailbox_id: MailboxId, wishes: Wishes) -> bytes:
    """For who plans."""
    return sealer.seal_operator(_WISHES, (mailbox_id,), json.dumps(asdict(wishes)).encode())


def open_wishes(sealer: Sealer, mailbox_id: MailboxId, box: bytes) -> Wishes:
    """Raises SealBroken: another's, or of another form."""
    text = sealer.open_operator(_WISHES, (mailbox_id,), box)
    try:
        return Wishes(**json.loads(text))
    except (TypeError, ValueError) as exc:
        raise SealBroken from exc
