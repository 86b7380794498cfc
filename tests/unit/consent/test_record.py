"""A consent record: what it tells of a grant, how it is written, and that no field of it can say something else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from consent import (
    EVERY,
    NOTICES,
    Happened,
    InvalidRecord,
    Method,
    RecordEvent,
    State,
    notice_hash,
    record_from_json,
    record_to_json,
)
from schemas import receipt_fault
from tests.consent_records import ACCEPTED, CITIZEN, DESK, KARIN, PIET, SERVICE, event, offered, record
from tests.world import DAY_MS, NOW_MS, scope

WIDE = scope(EVERY, EVERY)
LIFE = (
    offered(),
    ACCEPTED,
    event(Happened.CHANGED, hours=2, scope=WIDE),
    event(Happened.JOINED, "helper-1", hours=3, about="helper-2"),
    event(Happened.PAUSED, hours=4),
    event(Happened.RESUMED, hours=5),
    event(Happened.LEFT, hours=6, about="helper-2"),
    event(Happened.CONFIRMED, hours=7),
    event(Happened.STOPPED, hours=8),
)
STATUSES = (
    "Given",
    "Given",
    "RenewedGiven",
    "Given",
    "Withdrawn",
    "RenewedGiven",
    "Given",
    "RenewedGiven",
    "Withdrawn",
)


def test_a_life_is_told_version_by_version() -> None:
    told = record(*LIFE)
    assert (told.version, told.state, told.scope, told.citizen) == (8, State.REVOKED, WIDE, CITIZEN)
    states = ["offered", *["active"] * 3, "paused", *["active"] * 3, "revoked"]
    assert [state.value for state in told.states()] == states
    assert told.scopes() == [scope(), scope(), *[WIDE] * 7]
    events = record_to_json(told)["events"]
    assert isinstance(events, list)
    found = [one["event_state"].removeprefix("dpv:Consent").replace("dpv:RenewedConsent", "Renewed") for one in events]
    assert tuple(found) == STATUSES
    assert [one["version"] for one in events] == [1, 2, 3, 4, 5, 6, 7, 7, 8]
    assert [("authorization_details" in one) for one in events] == [True, False, True, *[False] * 6]


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (event(Happened.STOPPED, "helper-1", hours=2), "dpv:ConsentTerminated"),
        (event(Happened.STOPPED, "mijnoverzicht", hours=2), "dpv:ConsentTerminated"),
        (event(Happened.EXPIRED, "mijnoverzicht", hours=2), "dpv:ConsentExpired"),
        (event(Happened.LAPSED, "mijnoverzicht", hours=2), "dpv:ConsentInvalidated"),
    ],
)
def test_an_end_says_whose_it_was(last: RecordEvent, status: str) -> None:
    events: Any = record_to_json(record(offered(), ACCEPTED, last))["events"]
    assert (events[-1]["event_state"], events[-1]["validity_duration"]) == (status, None)


def test_one_past_its_end_is_over_also_when_nothing_ended_it() -> None:
    at_the_end = record(issued_ms=NOW_MS + 90 * DAY_MS)
    assert (at_the_end.states()[-1], at_the_end.state) == (State.ACTIVE, State.EXPIRED)
    assert record(issued_ms=NOW_MS + 90 * DAY_MS - 1).state is State.ACTIVE


def test_how_it_was_given() -> None:
    agreed = event(Happened.AGREED, scope=scope())
    found = [record(given).method for given in (offered(), agreed, offered(by="balie"))]
    assert found == [Method.ONLINE, Method.REQUEST, Method.DESK]
    assert record(agreed).state is State.ACTIVE


def test_what_is_sensitive_has_a_basis_and_a_mark_of_its_own() -> None:
    given = scope(EVERY, frozenset({"boete", "gezondheid", "strafrecht"}))
    (purpose,) = purposes(record_to_json(record(offered(given))))
    assert purpose["lawful_basis"] == ["eu-gdpr:A6-1-a", "eu-gdpr:A9-2-a", "nl-uavg:A32-a"]
    assert purpose["pii_information"] == [
        {"pii_type": "boete"},
        {"pii_type": "gezondheid", "special_pii_category": True},
        {"pii_type": "strafrecht", "sensitive_pii_category": True},
    ]
    (every,) = purposes(record_to_json(record(offered(WIDE))))
    assert (every["lawful_basis"], every["pii_information"]) == (["eu-gdpr:A6-1-a"], [{"pii_type": "*"}])


def test_a_receipt_says_which_words_were_read() -> None:
    notice = purposes(record_to_json(record()), "privacy_notice")
    assert notice == {
        "reference": "https://mijnoverzicht.example/hulp#meekijken",
        "version": "1",
        "sha256": "5ee2db756617aa066e4054ad271226ff5f4ce9d234f1e834e4c2d48bd55ea412",
    }
    assert notice_hash("1") == notice["sha256"]
    assert [version for version, text in NOTICES.items() if len(text) < 3] == []


RECORDS = (
    record(),
    record(*LIFE),
    record(offered(by="balie")),
    record(offered(scope(EVERY, frozenset({"gezondheid"}), dated_from=date(2026, 1, 1), dated_to=date(2026, 2, 1)))),
    record(offered(scope(frozenset(), frozenset(), also=frozenset({"5dc908a9-bc71-4e9f-8b9c-1240c3f87cb6"})))),
    record(issued_ms=0, recipients=(), parties=(CITIZEN, SERVICE, KARIN)),
)


@pytest.mark.parametrize("told", RECORDS, ids=range(len(RECORDS)))
def test_a_record_is_written_as_the_schema_says_and_read_back(told: object) -> None:
    data = record_to_json(told)  # type: ignore[arg-type]
    assert receipt_fault(data) is None
    assert record_from_json(json.loads(json.dumps(data))) == told


@pytest.mark.parametrize(
    "events",
    [
        (ACCEPTED,),
        (offered(), offered()),
        (event(Happened.AGREED, scope=scope()), ACCEPTED),
        (offered(), event(Happened.STOPPED), ACCEPTED),
        (offered(), event(Happened.PAUSED)),
        (event(Happened.OFFERED),),
        (event(Happened.CONFIRMED), offered()),
        (offered(), event(Happened.CHANGED)),
        (offered(), event(Happened.ACCEPTED, "helper-1", scope=scope())),
        (offered(), event(Happened.ACCEPTED, "helper-1", about="helper-2")),
        (offered(by="nobody"),),
        (offered(), ACCEPTED, event(Happened.JOINED, "helper-1", about="nobody")),
    ],
    ids=range(12),
)
def test_what_cannot_have_happened_is_no_record(events: tuple[RecordEvent, ...]) -> None:
    with pytest.raises(InvalidRecord):
        record(*events)


@pytest.mark.parametrize(
    "changes",
    [
        {"events": ()},
        {"notice": "2"},
        {"recipients": ("helper-9",)},
        {"parties": (CITIZEN, SERVICE)},
        {"parties": (SERVICE, KARIN)},
        {"parties": (CITIZEN, KARIN)},
        {"parties": (CITIZEN, CITIZEN, SERVICE, KARIN)},
        {"parties": (CITIZEN, SERVICE, KARIN, DESK, DESK)},
    ],
    ids=str,
)
def test_parties_and_words_must_be_there(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        record(**changes)


def purposes(data: dict[str, Any], part: str = "purposes") -> Any:
    return data["pii_processing"][part]


def leaves(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every value that holds no other."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in inner:
        yield from leaves(value, (*path, name))
    if not isinstance(data, dict | list) or not data:
        yield path


def put(data: Any, path: tuple[str | int, ...], value: object) -> Any:
    """A copy with another value in one place."""
    changed = copy.deepcopy(data)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


WHOLE: Any = record_to_json(record(*LIFE, parties=(CITIZEN, SERVICE, KARIN, PIET)))
FREE = {
    ("pii_principal_id",),
    ("events", 0, "authorization_details", 0, "topics", 0),
    *(("party_identification", number, "party_name") for number in range(4)),
    *(("events", number, "event_time") for number in range(9)),
}
"""What is told once, so that only the signature holds it."""


@pytest.mark.parametrize("path", list(leaves(WHOLE)), ids=lambda path: "/".join(map(str, path)))
def test_a_field_that_is_changed_is_refused_for_what_the_others_say(path: tuple[str | int, ...]) -> None:
    value: Any = WHOLE
    for name in path:
        value = value[name]
    others: list[Any] = [None, 0, 1.0, True, "", [], {}, "anders", "1", "2026-11-24T12:00:00.001Z"]
    if isinstance(value, str):
        others += [value + "0", value[:-1], value.upper()]
    for other in others:
        if other == value and type(other) is type(value):
            continue
        if path in FREE and receipt_fault(put(WHOLE, path, other)) is None:
            continue
        with pytest.raises(InvalidRecord):
            record_from_json(put(WHOLE, path, other))


@pytest.mark.parametrize(
    ("field", "other"),
    [("record_id", "00000000-0000-4000-8000-000000000000"), ("issued_at", "2026-11-25T12:00:00.000Z")],
)
def test_a_receipt_has_the_number_of_its_grant_and_moment(field: str, other: str) -> None:
    with pytest.raises(InvalidRecord):
        record_from_json({**WHOLE, field: other})


def test_a_field_that_is_not_known_or_is_missing_is_refused() -> None:
    for path in leaves(WHOLE):
        if isinstance(path[-1], str) and path[-1] != "about_id":
            less, more = copy.deepcopy(WHOLE), put(WHOLE, (*path[:-1], "meer"), "x")
            place = less
            for name in path[:-1]:
                place = place[name]
            del place[path[-1]]
            for data in (less, more):
                with pytest.raises(InvalidRecord):
                    record_from_json(data)


def test_an_event_more_or_less_is_refused() -> None:
    events: list[Any]
    for events in ([], WHOLE["events"][:-1], WHOLE["events"][1:], WHOLE["events"] + WHOLE["events"][-1:]):
        with pytest.raises(InvalidRecord):
            record_from_json({**WHOLE, "events": events})


@pytest.mark.parametrize("data", [{}, [], None, 1, "x", {"schema_version": WHOLE["schema_version"]}])
def test_other_json_is_no_record(data: Any) -> None:
    with pytest.raises(InvalidRecord):
        record_from_json(data)


def test_a_refusal_repeats_nothing() -> None:
    for path in (("record_id",), ("party_identification", 0, "party_name"), ("events", 0, "event")):
        with pytest.raises(InvalidRecord) as refused:
            record_from_json(put(WHOLE, path, "geheim\x1b[31mwoord"))
        assert "geheim" not in str(refused.value)
        assert refused.value.__cause__ is None
