"""Debts as events of payment overviews (FCID): what goes out comes back, to the cent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox.domain.claims.claims import claims_of
from mailbox.domain.claims.debts import Debt, due_of
from mailbox.domain.claims.fcid import (
    Category,
    Demand,
    Demanded,
    DemandWithdrawn,
    Event,
    Imposed,
    Paid,
    Remitted,
    event_from,
    event_json,
)
from mailbox.domain.claims.fcid_debts import cases_of, events_of
from mailbox.domain.errors import FcidRefused
from mailbox.domain.identifiers import Cents
from tests.berichten import bericht
from tests.opened import opened
from tests.property.test_claims_of_lives import lives

texts = st.text(min_size=1, max_size=20)
cents = st.integers(-(10**9), 10**9).map(Cents)
moments = st.datetimes(timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))))
common = {"reference": texts, "at": moments, "case": texts}
events = st.one_of(
    st.builds(
        Imposed,
        **common,
        imposed_at=moments,
        decision=texts,
        is_primary=st.booleans(),
        kind=texts,
        category=st.sampled_from(Category),
        amount=cents,
    ),
    st.builds(
        Demanded,
        **common,
        demand=st.sampled_from(Demand),
        amount=cents,
        due=st.none() | moments,
        account=st.none() | texts,
        payee=st.none() | texts,
        payment_reference=st.none() | texts,
    ),
    st.builds(DemandWithdrawn, **common, withdrawn=texts),
    st.builds(Paid, **common, amount=cents),
    st.builds(Remitted, **common, obligation=texts, amount=cents),
)


@given(events)
def test_an_event_comes_back_as_it_went(event: Event) -> None:
    assert event_from(json.loads(json.dumps(event_json(event)))) == event


def sent(debt: Debt) -> list[Event]:
    """The events of a debt, after their journey, in another order and some of them twice."""
    told = [event_from(json.loads(json.dumps(event_json(event)))) for event in events_of(debt)]
    return [*told, *told[::2]]


def test_a_thousand_lives_come_back_to_the_cent() -> None:
    debts = 0
    for letters, _ in lives():
        for debt in (debt for claim in claims_of(letters) for debt in claim.debts):
            (case,) = cases_of(sent(debt))
            assert (case.sums, case.sums.open) == (debt.sums, debt.open)
            last = next((one for one in reversed(debt.letters) if one.amounts and one.amounts.open), None)
            assert case.demand is not None
            assert last is not None
            assert case.due == due_of(last)
            debts += 1
    assert debts > 1_000


parts = {"totaal": 15900, "hoofdsom": 10000, "verhoging": 5000, "kosten": 900, "richting": "betalen"}


def debt(*berichten: dict[str, Any]) -> Debt:
    ((found,),) = [claim.debts for claim in claims_of(opened(berichten))]
    return found


def test_a_fine_that_grew_is_told_as_what_came_on_top() -> None:
    reminder = bericht("cjib_wahv_aanmaning1", kenmerk="B", bedragen=parts, dagtekening="2026-05-04")
    told = events_of(debt(bericht(kenmerk="A"), reminder))
    amounts = [
        (type(event).__name__, event.category.value, event.amount) for event in told if isinstance(event, Imposed)
    ]
    assert amounts == [
        ("Imposed", "Algemeen", 10000),
        ("Imposed", "Administratiekosten", 900),
        ("Imposed", "Verhoging", 5000),
    ]
    demands = [(event.demand, event.amount) for event in told if isinstance(event, Demanded)]
    assert demands == [(Demand.BILL, 10900), (Demand.WARNING, 15900)]
    assert len({event.reference for event in told}) == len(told)
    assert events_of(debt(bericht(kenmerk="A"), reminder)) == told


def test_what_was_withdrawn_is_asked_no_more() -> None:
    gone = {"bedragen": None, "betaling": None, "rechtsmiddel": None, "termijnen": None, "dagtekening": "2026-06-01"}
    note = bericht(kenmerk="NOTE", relatie={"trektIn": "A"}, aard="mededeling", **gone)
    (case,) = cases_of(events_of(debt(bericht(kenmerk="A"), note)))
    assert (case.sums.open, case.demand, case.due) == (0, None, None)


def test_a_payment_and_less_to_pay_are_events_of_their_own() -> None:
    less = {"totaal": 9900, "hoofdsom": 9900, "betaald": 4000, "richting": "betalen"}
    later = bericht("cjib_wahv_aanmaning1", kenmerk="B", bedragen=less, dagtekening="2026-05-04")
    found = debt(bericht(kenmerk="A"), later)
    told = events_of(found)
    assert [event.amount for event in told if isinstance(event, Paid)] == [4000]
    assert sorted(event.amount for event in told if isinstance(event, Remitted)) == [100, 900]
    (case,) = cases_of(told)
    assert (case.sums, case.sums.open) == (found.sums, 5900)


def test_cases_are_apart() -> None:
    both = [debt(bericht(kenmerk=name, zaakkenmerk=name)) for name in ("A", "B")]
    told = [event for one in both for event in events_of(one)]
    Random(1).shuffle(told)
    assert {case.case: case.sums.open for case in cases_of(told)} == {"A": 10900, "B": 10900}


GOOD = event_json(Paid(reference="1", at=datetime(2026, 11, 24, tzinfo=UTC), case="A", amount=Cents(100)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"gebeurtenis_type": "Iets"},
        {"gebeurtenis_type": None},
        {"bedrag": 1.5},
        {"bedrag": "100"},
        {"bedrag": True},
        {"bedrag": None},
        {"zaakkenmerk": 7},
        {"datumtijd_gebeurtenis": "gisteren"},
        {"datumtijd_gebeurtenis": "2026-11-24T10:00:00"},
    ],
    ids=str,
)
def test_what_is_not_as_agreed_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FcidRefused):
        event_from({**GOOD, **wrong})
    with pytest.raises(FcidRefused):
        event_from({name: value for name, value in GOOD.items() if name not in wrong})


def test_what_is_remitted_must_have_been_imposed() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(FcidRefused):
        cases_of([Remitted(reference="1", at=at, case="A", obligation="2", amount=Cents(1))])


def test_a_last_day_is_a_day_in_the_netherlands() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    told = next(event for event in events_of(debt(bericht())) if isinstance(event, Demanded))
    (case,) = cases_of([replace(told, due=late)])
    assert case.due == date(2026, 11, 24)
