"""Over all lives of a grant: a record is written as the schema says, read back the same, and its signature holds it."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import ConsentRecord, Happened, InvalidRecord, RecordEvent, Scope, record_from_json, record_to_json
from mailbox.crypto import from_paper, to_paper, verify_receipt
from schemas import receipt_fault
from tests.consent_records import CITIZEN, DESK, KARIN, PIET, SERVICE, record, signed
from tests.property.test_consent import scopes

PEOPLE = [party.party_id for party in (CITIZEN, SERVICE, KARIN, PIET, DESK)]
moments = st.integers(0, 4_000_000_000_000)
uuids = st.uuids().map(str)


def with_letters(scope: Scope, names: list[str]) -> Scope:
    """Single letters are named by their ids."""
    ids = dict(zip(sorted(scope.also | scope.without), names, strict=False))
    parts = {name: frozenset(ids[letter] for letter in getattr(scope, name)) for name in ("also", "without")}
    return Scope.from_json({**scope.to_json(), **{name: sorted(letters) for name, letters in parts.items()}})


given_scopes = st.builds(with_letters, scopes(), st.lists(uuids, min_size=8, max_size=8, unique=True))


@st.composite
def events(draw: st.DrawFn) -> RecordEvent:
    happened = draw(st.sampled_from(Happened))
    says = happened in {Happened.OFFERED, Happened.AGREED, Happened.CHANGED}
    about = happened in {Happened.JOINED, Happened.LEFT}
    return RecordEvent(
        at_ms=draw(moments),
        happened=happened,
        by=draw(st.sampled_from(PEOPLE)),
        scope=draw(given_scopes) if says else None,
        about=draw(st.none() | st.sampled_from(PEOPLE)) if about else None,
    )


@st.composite
def records(draw: st.DrawFn) -> ConsentRecord:
    """A beginning, and whatever of other events can follow."""
    begins = events().filter(lambda event: event.happened in {Happened.OFFERED, Happened.AGREED})
    told = record(draw(begins), issued_ms=draw(moments), record_id=draw(uuids))
    for event in draw(st.lists(events(), max_size=8)):
        try:
            told = record(*told.events, event, issued_ms=told.issued_ms, record_id=told.record_id)
        except InvalidRecord:
            continue
    return told


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=records())
def test_a_record_comes_back_from_a_file_and_from_paper(told: ConsentRecord) -> None:
    data = record_to_json(told)
    assert receipt_fault(data) is None
    receipt = signed(told)
    assert from_paper(to_paper(receipt)) == receipt
    assert record_from_json(verify_receipt(receipt).payload) == told


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=records(), other=records())
def test_two_records_are_never_written_alike(one: ConsentRecord, other: ConsentRecord) -> None:
    assert (json.dumps(record_to_json(one)) == json.dumps(record_to_json(other))) == (one == other)
