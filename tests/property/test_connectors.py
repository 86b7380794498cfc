"""Whatever the seed: every letter of every agency is one, tells no BSN, and keeps to the law's arithmetic."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.agency import AGENCIES
from connectors.calendar import holidays, objection_until
from connectors.matter import Matter
from connectors.residents import MOST_RESIDENTS, Resident, residents
from schemas import berichtsoorten, check

EVERYBODY = list(residents(MOST_RESIDENTS))
STORIES = [(slug, story) for slug, agency in AGENCIES.items() for story in agency.stories]
MATTERS = st.builds(
    Matter,
    resident=st.sampled_from(EVERYBODY),
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    number=st.integers(0, 10_000),
)
EVERY_STORY = pytest.mark.parametrize(("slug", "story"), STORIES, ids=[f"{slug}-{story}" for slug, story in STORIES])


def letters(slug: str, story: str, matter: Matter) -> list[dict[str, Any]]:
    return list(AGENCIES[slug].matter(story, matter, pdf=False))


@EVERY_STORY
@settings(max_examples=60, deadline=None)
@given(matter=MATTERS)
def test_every_letter_passes_the_check(slug: str, story: str, matter: Matter) -> None:
    for letter in letters(slug, story, matter):
        assert check(letter) == ()
        assert letter["afzender"] == AGENCIES[slug].sender.oin


@EVERY_STORY
@settings(max_examples=30, deadline=None)
@given(matter=MATTERS)
def test_no_letter_tells_the_bsn_but_to_whom_it_goes(slug: str, story: str, matter: Matter) -> None:
    for letter in letters(slug, story, matter):
        rest = str({**letter, "ontvanger": None})
        assert matter.resident.bsn not in rest.replace(".", "").replace(" ", "")


@EVERY_STORY
@settings(max_examples=30, deadline=None)
@given(matter=MATTERS)
def test_letters_of_a_matter_are_in_order_about_one_case_and_refer_back(slug: str, story: str, matter: Matter) -> None:
    told = letters(slug, story, matter)
    dates = [letter["dagtekening"] for letter in told]
    assert dates == sorted(dates)
    assert len({letter["zaakkenmerk"] for letter in told}) == 1
    before: set[str] = set()
    for letter in told:
        assert letter.get("relatie", {}).get("vorige") in {None, *before}
        before.add(letter["kenmerk"])
    assert len(before) == len(told)


@EVERY_STORY
@settings(max_examples=30, deadline=None)
@given(matter=MATTERS)
def test_objections_end_six_weeks_later_on_a_working_day(slug: str, story: str, matter: Matter) -> None:
    for letter in letters(slug, story, matter):
        dated = date.fromisoformat(letter["dagtekening"])
        assert dated.weekday() != 6
        assert dated not in holidays(dated.year)
        for term in letter.get("termijnen", ()):
            if term["soort"] in {"bezwaar", "beroep"}:
                assert term["uiterlijk"] == objection_until(dated).isoformat()


@EVERY_STORY
@settings(max_examples=30, deadline=None)
@given(matter=MATTERS)
def test_terms_remedy_and_payment_tell_the_same_dates(slug: str, story: str, matter: Matter) -> None:
    for letter in letters(slug, story, matter):
        terms = {term["soort"]: term["uiterlijk"] for term in letter.get("termijnen", ())}
        assert terms.get("betalen") == letter.get("betaling", {}).get("uiterlijk")
        kind = letter.get("rechtsmiddel", {}).get("soort")
        if (term := {"administratief_beroep": "beroep"}.get(kind, kind)) in terms:
            assert terms[term] == letter["rechtsmiddel"]["uiterlijk"]


@EVERY_STORY
@settings(max_examples=20, deadline=None)
@given(matter=MATTERS)
def test_the_same_matter_gives_the_same_letters(slug: str, story: str, matter: Matter) -> None:
    assert letters(slug, story, matter) == letters(slug, story, matter)


@settings(max_examples=20, deadline=None)
@given(resident=st.sampled_from(EVERYBODY), until=st.dates(date(2025, 1, 1), date(2030, 12, 31)))
def test_years_of_post_pass_the_check_and_hold_no_reference_twice(resident: Resident, until: date) -> None:
    for agency in AGENCIES.values():
        post = list(agency.letters_for(resident, until=until, number=40, pdf=False))
        assert [check(letter) for letter in post] == [()] * 40
        assert Counter(letter["kenmerk"] for letter in post).most_common(1)[0][1] == 1
        assert max(letter["dagtekening"] for letter in post) <= until.isoformat()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, MOST_RESIDENTS - 30), until=st.dates(date(2025, 1, 1), date(2030, 12, 31)))
def test_among_thirty_people_every_kind_of_letter_occurs(seed: int, until: date) -> None:
    kinds = {
        letter["berichtsoort"]
        for agency in AGENCIES.values()
        for resident in EVERYBODY[seed : seed + 30]
        for letter in agency.letters_for(resident, until=until, number=30, pdf=False)
    }
    assert sorted(berichtsoorten()) == sorted(kinds)


@settings(max_examples=200, deadline=None)
@given(matter=MATTERS, days=st.integers(0, 400))
def test_a_letter_is_written_on_the_first_day_the_post_is_written(matter: Matter, days: int) -> None:
    wanted, day = matter.start + timedelta(days=days), matter.day(days)
    between = [wanted + timedelta(days=number) for number in range((day - wanted).days)]
    assert all(skipped.weekday() == 6 or skipped in holidays(skipped.year) for skipped in between)
    assert day >= wanted
