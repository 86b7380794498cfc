"""The list of people and the timeline count by the same rules: neither may say what the other does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbox.domain.identifiers import Cents, LetterId
from mailbox.domain.letters import Amounts, Deadline, LetterMetadata
from mailbox.services.open_dates import local_day, open_dates
from mailbox.web.timeline_view import overview
from tests.world import CJIB, NOW_MS, UWV

TODAY = date(2026, 11, 24)
BARE = LetterMetadata(
    letter_id=LetterId(bytes(16)),
    publish_ms=0,
    received_ms=0,
    read_ms=None,
    agency=CJIB,
    reference="",
    kind="cjib_wahv_beschikking",
    nature="besluit",
    case=None,
    topics=frozenset({"boete"}),
    subject="Een brief",
    dated=TODAY,
    reaction_expected=True,
    legal_effect=None,
    amounts=None,
    payment=None,
    deadlines=(),
    remedy=None,
    appointment=None,
    attachments=(),
    paper_sent=None,
    notified=TODAY,
    related={},
    taken_over=None,
    addressee_only=False,
)


def _amounts(paid: int) -> Amounts:
    return Amounts(
        total=Cents(100), principal=None, increase=None, costs=None, interest=None, paid=Cents(paid), to_pay=True
    )


deadlines = st.builds(
    lambda kind, days: Deadline(kind=kind, by=TODAY + timedelta(days=days), ground="Awb", consequence="x"),
    st.sampled_from(["betalen", "bezwaar", "beroep", "verzet", "antwoorden", "verschijnen", "indienen"]),
    st.integers(-3, 3),
)
references = st.sampled_from(["A", "B", "C", "D"])
letters = st.lists(
    st.builds(
        lambda agency, reference, case, at, due, paid, related: replace(
            BARE,
            agency=agency,
            reference=reference,
            case=case,
            publish_ms=at,
            deadlines=tuple(due),
            amounts=paid,
            related=related,
        ),
        st.sampled_from([CJIB, UWV]),
        references,
        st.sampled_from([None, "1", "2"]),
        st.integers(0, 3),
        st.lists(deadlines, max_size=3),
        st.none() | st.sampled_from([0, 50, 100]).map(_amounts),
        st.just({}) | st.dictionaries(st.sampled_from(["vervangt", "trektIn", "vorige"]), references, max_size=1),
    ),
    max_size=6,
    unique_by=lambda letter: (letter.agency, letter.reference),
).map(lambda some: [replace(letter, letter_id=LetterId(bytes(15) + bytes([n]))) for n, letter in enumerate(some)])


@settings(deadline=None)
@given(letters)
def test_both_count_the_same(some: list[LetterMetadata]) -> None:
    shown, counted = overview(some, {}, TODAY), open_dates(some, TODAY)
    assert counted.passed == len(shown.missed)
    assert counted.first == min((errand.by for errand in shown.errands), default=None)
    assert (counted.first_letter is None) == (counted.first is None)


def test_a_day_is_that_of_the_netherlands() -> None:
    assert local_day(NOW_MS) == TODAY
    midnight = NOW_MS - 13 * 3_600_000
    assert (local_day(midnight - 1), local_day(midnight)) == (date(2026, 11, 23), TODAY)
