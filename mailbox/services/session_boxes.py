"""What is kept of a session, sealed for the service itself: who it is of, and from which device."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.devices import Device
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person, StatedReason
from mailbox.domain.sealed import SessionRecord

_PERSON: Final = "session"
_DEVICE: Final = "session-device"


def session_tag(sealer: Sealer, token: str) -> bytes:
    """What the store knows a session by. Who has it does not have the token."""
    return sealer.tag(_PERSON, token.encode())


def seal_person(sealer: Sealer, tag: bytes, person: Person) -> bytes:
    """Who the session is of, as others see them, and why they open whose post."""
    reasons = {grant.hex(): asdict(reason) for grant, reason in person.reasons.items()}
    who = {"name": person.name, "organisation": person.organisation, "desk": person.desk, "reasons": reasons}
    return sealer.seal_operator(_PERSON, (tag, person.mailbox_id), json.dumps(who).encode())


def open_person(sealer: Sealer, record: SessionRecord) -> Person:
    """Raises SealBroken."""
    who = json.loads(sealer.open_operator(_PERSON, (record.tag, record.mailbox_id), record.person_box))
    said = {GrantId(bytes.fromhex(grant)): StatedReason(**reason) for grant, reason in who.pop("reasons").items()}
    return Person(mailbox_id=record.mailbox_id, reasons=said, **who)


def seal_device(sealer: Sealer, tag: bytes, own: MailboxId, device: Device | None) -> bytes | None:
    """None: the browser did not say."""
    if device is None:
        return None
    return sealer.seal_operator(_DEVICE, (tag, own), json.dumps(asdict(device)).encode())


def open_device(sealer: Sealer, record: SessionRecord) -> Device | None:
    """None also for what does not open: a session must be seen, and ended, whatever became of its box."""
    if record.device_box is None:
        return None
    try:
        return Device(**json.loads(sealer.open_operator(_DEVICE, (record.tag, record.mailbox_id), record.device_box)))
    except SealBroken:
        return None
