"""Consent records to test with: an ordinary one, what may be different, and signed ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from consent import ConsentRecord, Happened, Party, PartyRole, RecordEvent, Scope, record_to_json
from mailbox.crypto import RECEIPT
from mailbox.crypto.signing import SigningKey
from tests.world import NOW_MS, scope

SIGNER: Final = SigningKey(b"\x01" * 32)
CITIZEN: Final = Party(party_id="burger", name="Jaylano Meerman", role=PartyRole.CITIZEN)
SERVICE: Final = Party(party_id="mijnoverzicht", name="Mijnoverzicht", role=PartyRole.SERVICE)
KARIN: Final = Party(party_id="helper-1", name="Karin Bos (Buurthuis De Brug)", role=PartyRole.HELPER)
PIET: Final = Party(party_id="helper-2", name="Piet Bos (Buurthuis De Brug)", role=PartyRole.HELPER)
DESK: Final = Party(party_id="balie", name="Fatma Kaya (Gemeente Demostad)", role=PartyRole.DESK)
HOUR_MS: Final = 3_600_000


def event(happened: Happened, by: str = "burger", *, hours: int = 0, **more: Any) -> RecordEvent:
    """Something that happened so many hours after noon of 24 November 2026."""
    return RecordEvent(at_ms=NOW_MS + hours * HOUR_MS, happened=happened, by=by, **more)


def offered(given: Scope | None = None, by: str = "burger") -> RecordEvent:
    return event(Happened.OFFERED, by, scope=given or scope())


ACCEPTED: Final = event(Happened.ACCEPTED, "helper-1", hours=1)


def record(*events: RecordEvent, **changes: Any) -> ConsentRecord:
    """A consent that was given and taken up, two days ago, unless told otherwise."""
    given: dict[str, Any] = {
        "record_id": "5dc908a9-bc71-4e9f-8b9c-1240c3f87cb5",
        "issued_ms": NOW_MS + 48 * HOUR_MS,
        "principal": SIGNER.key_id,
        "site": "https://mijnoverzicht.example",
        "notice": "1",
        "parties": (CITIZEN, SERVICE, KARIN, PIET, DESK),
        "recipients": ("helper-1",),
        "events": events or (offered(), ACCEPTED),
    }
    return ConsentRecord(**{**given, **changes})


def signed(payload: ConsentRecord | Mapping[str, Any], by: SigningKey = SIGNER) -> str:
    """A receipt, truly signed, of a record or of whatever is put in the place of one."""
    data = record_to_json(payload) if isinstance(payload, ConsentRecord) else payload
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return by.sign(raw, typ=RECEIPT)
