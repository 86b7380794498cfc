"""A consent record as JSON, with the fields of ISO/IEC TS 27560:2023 (`schemas/toestemmingsbewijs.md` has the table).

Much of it says the same in other words: for a reader who knows the standard and not us. So a record is read by writing
it anew: what is not the same to the letter is refused, and no field can say something else than we tell of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from consent.life import LIVE, State
from consent.notice import notice_hash
from consent.record import GIVING, RENEWING, ConsentRecord, Happened, InvalidRecord, Party, PartyRole, RecordEvent
from consent.scope import EVERY, InvalidScope, Scope
from schemas import receipt_fault, receipt_schema

SCHEMA_VERSION: Final = str(receipt_schema()["$id"])
LANGUAGE: Final = "nl"
JURISDICTION: Final = "NL"
_EXPLICIT: Final = "dpv:ExplicitlyExpressedConsent"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_EXTRA_BASIS: Final = {"gezondheid": "eu-gdpr:A9-2-a", "strafrecht": "nl-uavg:A32-a"}
"""Topics that need a consent of their own: AVG art. 9 lid 2 onder a, UAVG art. 32 onder a."""
_KINDS: Final = {"gezondheid": "special_pii_category", "strafrecht": "sensitive_pii_category"}


def record_to_json(record: ConsentRecord) -> dict[str, object]:
    """The record, without anything that names the citizen but what `parties` say."""
    issued = _instant(record.issued_ms)
    return {
        "schema_version": SCHEMA_VERSION,
        "receipt_id": str(uuid5(UUID(record.record_id), issued)),
        "issued_at": issued,
        "record_id": record.record_id,
        "record_version": record.version,
        "consent_state": record.state.value,
        "pii_principal_id": record.principal,
        "pii_processing": {
            "privacy_notice": {
                "reference": f"{record.site}/hulp#meekijken",
                "version": record.notice,
                "sha256": notice_hash(record.notice),
            },
            "language": LANGUAGE,
            "purposes": [_purpose(record)],
        },
        "party_identification": [_party(party, record.site) for party in record.parties],
        "authorization_details": [record.scope.to_json()],
        "events": [_event(record, number) for number in range(len(record.events))],
    }


def record_from_json(data: Mapping[str, Any]) -> ConsentRecord:
    """The inverse of `record_to_json`.

    Raises:
        InvalidRecord: not of this schema, not possible, or not what `record_to_json` makes of it.
    """
    fault = receipt_fault(data)
    if fault is not None:
        raise InvalidRecord(f"{fault or 'the whole'} is not as the schema says")
    try:
        record = _parsed(data)
    except InvalidScope:
        raise InvalidRecord("what was given is not possible") from None
    if _canonical(record_to_json(record)) != _canonical(data):
        raise InvalidRecord("its fields do not say the same")
    return record


def _parsed(data: Mapping[str, Any]) -> ConsentRecord:
    processing = data["pii_processing"]
    sites = [one["party_url"] for one in data["party_identification"] if "party_url" in one]
    return ConsentRecord(
        record_id=data["record_id"],
        issued_ms=_ms(data["issued_at"]),
        principal=data["pii_principal_id"],
        site=sites[0] if sites else "",
        notice=processing["privacy_notice"]["version"],
        parties=tuple(
            Party(party_id=one["party_id"], name=one["party_name"], role=PartyRole(one["party_role"]))
            for one in data["party_identification"]
        ),
        recipients=tuple(processing["purposes"][0]["recipient_third_parties"]),
        events=tuple(map(_parsed_event, data["events"])),
    )


def _parsed_event(data: Mapping[str, Any]) -> RecordEvent:
    given = data.get("authorization_details")
    return RecordEvent(
        at_ms=_ms(data["event_time"]),
        happened=Happened(data["event"]),
        by=data["entity_id"],
        scope=None if given is None else Scope.from_json(given[0]),
        about=data.get("about_id"),
    )


def _purpose(record: ConsentRecord) -> dict[str, object]:
    scope = record.scope
    named = frozenset() if scope.topics is EVERY else scope.topics
    service = next(party for party in record.parties if party.role is PartyRole.SERVICE)
    return {
        "purpose": scope.purpose.value,
        "lawful_basis": ["eu-gdpr:A6-1-a", *(_EXTRA_BASIS[one] for one in sorted(_EXTRA_BASIS.keys() & named))],
        "pii_information": _information(scope),
        "pii_controllers": [service.party_id],
        "processing_method": sorted(scope.actions),
        "storage_locations": [service.party_id],
        "retention_period": _instant(scope.until_ms),
        "jurisdiction": JURISDICTION,
        "recipient_third_parties": list(record.recipients),
        "withdrawal_method": f"{record.site}/meekijken",
    }


def _information(scope: Scope) -> list[dict[str, object]]:
    """What kinds of personal data: topics of letters."""
    if scope.is_only_letters:
        return [{"pii_type": "losse-brieven"}]
    if scope.topics is EVERY:
        return [{"pii_type": "*"}]
    return [{"pii_type": topic, **({_KINDS[topic]: True} if topic in _KINDS else {})} for topic in sorted(scope.topics)]


def _party(party: Party, site: str) -> dict[str, object]:
    data: dict[str, object] = {"party_id": party.party_id, "party_name": party.name, "party_role": party.role.value}
    if party.role is PartyRole.SERVICE:
        data |= {"party_url": site, "party_contact": f"{site}/hulp"}
    return data


def _event(record: ConsentRecord, number: int) -> dict[str, object]:
    event, state = record.events[number], record.states()[number]
    data: dict[str, object] = {
        "version": record.versions()[number],
        "event_time": _instant(event.at_ms),
        "event": event.happened.value,
        "event_type": _EXPLICIT,
        "event_state": _consent_status(event, state, record.party(event.by).role),
        "validity_duration": _instant(record.scopes()[number].until_ms) if state in LIVE else None,
        "entity_id": event.by,
    }
    if event.happened in GIVING:
        data["event_method"] = record.method.value
    if event.about is not None:
        data["about_id"] = event.about
    if event.scope is not None:
        data["authorization_details"] = [event.scope.to_json()]
    return data


def _consent_status(event: RecordEvent, state: State, by: PartyRole) -> str:
    """The state after an event as DPV names it. In a pause nothing may be seen, so consent is withdrawn until then.

    What an employee at a desk does, the citizen does.
    """
    if state in {State.OFFERED, State.ACTIVE}:
        return "dpv:RenewedConsentGiven" if event.happened in RENEWING else "dpv:ConsentGiven"
    if event.happened is Happened.LAPSED:
        return "dpv:ConsentInvalidated"
    if state is State.EXPIRED:
        return "dpv:ConsentExpired"
    withdrawn = state is State.PAUSED or by in {PartyRole.CITIZEN, PartyRole.DESK}
    return "dpv:ConsentWithdrawn" if withdrawn else "dpv:ConsentTerminated"


def _instant(at_ms: int) -> str:
    """RFC 3339, in UTC, with milliseconds."""
    return (_EPOCH + at_ms * _MS).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ms(instant: str) -> int:
    return (datetime.fromisoformat(instant) - _EPOCH) // _MS


def _canonical(data: Mapping[str, Any]) -> str:
    """So that 1 and 1.0 differ, which are equal in Python."""
    return json.dumps(data, sort_keys=True)
