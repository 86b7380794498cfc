"""The agencies compute their dates by themselves; the law as code agrees with every one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.agency import AGENCIES, Bericht
from connectors.lives import letters_of_lives
from connectors.matter import Matter
from connectors.residents import residents
from mailbox.domain.law.given_dates import Judged, judged
from mailbox.domain.letters import dates_of

EVERYBODY = list(residents(50))
MATTERS = st.builds(
    Matter,
    resident=st.sampled_from(EVERYBODY),
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    number=st.integers(0, 10_000),
)
STORIES = [(agency, story) for agency in AGENCIES.values() for story in agency.stories]


def differences(letters: Iterable[Bericht]) -> list[Judged]:
    return [found for letter in letters for found in judged(dates_of(letter, received_ms=0)) if found.differs]


@settings(max_examples=60, deadline=None)
@given(matter=MATTERS)
def test_no_date_of_any_story_differs_from_the_law(matter: Matter) -> None:
    for agency, story in STORIES:
        assert differences(agency.matter(story, matter, pdf=False)) == []


@settings(max_examples=5, deadline=None)
@given(days=st.integers(0, 365))
def test_no_date_of_the_demo_differs_from_the_law(days: int) -> None:
    until = date(2026, 11, 1) + timedelta(days=days)
    for slug in AGENCIES:
        assert differences(letters_of_lives(slug, until=until, pdf=False)) == []
