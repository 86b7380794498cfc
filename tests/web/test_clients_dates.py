"""What letters ask by a day: one rule for the list of people and for the timeline."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbox.domain.claims.claims import claims_of
from mailbox.domain.claims.tasks import PAY
from mailbox.domain.identifiers import Cents, LetterId
from mailbox.domain.letters import Amounts, Deadline, LetterMetadata
from mailbox.domain.local_time import local_day
from mailbox.services.open_dates import KeptDates, OpenDates, asked_by
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
def test_what_is_withdrawn_or_a_right_is_never_asked_and_a_debt_once(some: list[LetterMetadata]) -> None:
    asked, by_id = asked_by(some, TODAY), {letter.letter_id: letter for letter in some}
    gone = {
        (letter.agency, letter.related[word]) for letter in some for word in ("vervangt", "trektIn")
        if word in letter.related
    }  # fmt: skip
    for task in (*asked.days, *asked.last):
        letter = by_id[task.letter_id]
        assert (letter.agency, letter.reference) not in gone
        assert task.kind not in {"bezwaar", "beroep", "verzet"}
        assert task.kind == PAY or task.by in {due.by for due in letter.deadlines if due.kind == task.kind}
    debts = [debt for claim in claims_of(some) for debt in claim.debts]
    due = Counter((debt.last.letter_id, debt.due) for debt in debts if debt.due and not debt.is_settled)
    in_debts = {letter.letter_id for debt in debts for letter in (*debt.gone, *debt.letters)}
    asked_once = Counter((task.letter_id, task.by) for task in asked.last if task.kind == PAY)
    assert {key: n for key, n in asked_once.items() if key[0] in in_debts} == due


@settings(deadline=None)
@given(letters, st.integers(0, 4))
def test_what_is_kept_of_a_day_says_the_same_on_a_later_day(some: list[LetterMetadata], days: int) -> None:
    kept, later = KeptDates.from_json(asked_by(some, TODAY).to_json()), TODAY + timedelta(days=days)
    fresh = asked_by(some, later)
    first = next(iter(fresh.coming(later)), None)
    assert kept.on(later) == OpenDates(
        passed=len(fresh.missed(later)),
        first=first.by if first else None,
        first_letter=first.letter_id if first else None,
    )


def test_a_day_is_that_of_the_netherlands() -> None:
    assert local_day(NOW_MS) == TODAY
    midnight = NOW_MS - 13 * 3_600_000
    assert (local_day(midnight - 1), local_day(midnight)) == (date(2026, 11, 23), TODAY)
