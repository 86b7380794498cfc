"""The dates of a letter beside the law: which term it has, from which day, and what its sender is told."""

from __future__ import annotations

from datetime import date

import pytest

from mailbox.domain.law.given_dates import GivenDate, Judged, LetterDates, differing, judged
from mailbox.domain.law.term_rules import TERM_RULES
from mailbox.domain.letters import dates_of
from schemas import berichtsoorten
from tests.berichten import bericht

MONDAY = "2026-03-02"


def one(sort: str, kind: str, by: str, *, dated: str = MONDAY, notified: str = "", ground: str = "") -> Judged:
    """A letter with one date, judged."""
    (found,) = judged(
        LetterDates(
            sort=sort,
            dated=date.fromisoformat(dated),
            notified=date.fromisoformat(notified or dated),
            given=(GivenDate(kind=kind, by=date.fromisoformat(by), ground=ground),),
        )
    )
    return found


def by_law(found: Judged) -> tuple[str, str]:
    assert found.reckoning is not None
    return found.reckoning.last.isoformat(), found.reckoning.rule.law


@pytest.mark.parametrize(
    ("sort", "kind", "by", "law"),
    [
        ("uwv_herziening", "bezwaar", "2026-04-13", "Awb art. 6:7 en 6:8"),
        ("bd_definitieve_aanslag", "bezwaar", "2026-04-13", "Awb art. 6:7 en AWR art. 22j"),
        ("tsl_terugvordering", "bezwaar", "2026-04-13", "Awb art. 6:7 en Awir art. 35"),
        ("cjib_wahv_beschikking", "beroep", "2026-04-13", "Wahv art. 6 en Awb art. 6:7"),
        ("cjib_wahv_beschikking", "betalen", "2026-04-28", "Wahv art. 23 lid 1"),  # the King's Day is a Monday
        ("cjib_wahv_aanmaning1", "betalen", "2026-03-30", "Wahv art. 24 lid 1"),
        ("cjib_verhaal", "verzet", "2026-04-13", "Wahv art. 27 lid 6"),
        ("cjib_strafbeschikking", "verzet", "2026-03-16", "Sv art. 257e"),
        ("uwv_terugvordering", "betalen", "2026-04-13", "Awb art. 4:87"),
        ("duo_aanmaning", "betalen", "2026-03-16", "Awb art. 4:112"),
        ("bd_definitieve_aanslag", "betalen", "2026-04-13", "IW 1990 art. 9 lid 1"),
        ("bd_naheffing_mrb", "betalen", "2026-03-16", "IW 1990 art. 9 lid 2"),
        ("bd_voorlopige_aanslag", "betalen", "2026-04-02", "IW 1990 art. 9 lid 5"),
        ("bd_aanmaning", "betalen", "2026-03-16", "IW 1990 art. 11"),
        ("tsl_terugvordering", "betalen", "2026-04-13", "Awir art. 28 lid 1"),
        ("bd_uitnodiging_aangifte", "indienen", "2026-04-30", "AWR art. 9"),
    ],
)
def test_each_regime_has_its_term(sort: str, kind: str, by: str, law: str) -> None:
    found = one(sort, kind, by)
    assert (by_law(found), found.differs) == ((by, law), False)


@pytest.mark.parametrize(
    ("sort", "kind"),
    [
        ("cjib_wahv_aanmaning2", "betalen"),
        ("duo_herinnering", "betalen"),
        ("svb_aio_formulier", "antwoorden"),
        ("uwv_oproep", "verschijnen"),
        ("bd_dwangbevel", "verzet"),
    ],
)
def test_what_the_law_leaves_to_the_sender_is_never_wrong(sort: str, kind: str) -> None:
    found = one(sort, kind, "2026-03-03")
    assert (found.reckoning, found.differs) == (None, False)


def test_tax_and_allowances_are_due_on_a_sunday_and_an_objection_is_not() -> None:
    for sort in ("bd_definitieve_aanslag", "tsl_terugvordering"):
        assert by_law(one(sort, "betalen", "2026-11-29", dated="2026-10-18"))[0] == "2026-11-29"
        assert by_law(one(sort, "bezwaar", "2026-11-30", dated="2026-10-18"))[0] == "2026-11-30"


def test_a_term_begins_when_the_letter_is_made_known_or_at_its_date_or_at_the_later_of_both() -> None:
    late = {"dated": MONDAY, "notified": "2026-03-04"}
    assert by_law(one("uwv_boete", "bezwaar", "2026-04-15", **late))[0] == "2026-04-15"
    assert by_law(one("bd_definitieve_aanslag", "bezwaar", "2026-04-15", **late))[0] == "2026-04-15"
    assert by_law(one("bd_definitieve_aanslag", "betalen", "2026-04-13", **late))[0] == "2026-04-13"
    early = {"dated": "2026-03-06", "notified": MONDAY}
    assert by_law(one("bd_definitieve_aanslag", "bezwaar", "2026-04-17", **early))[0] == "2026-04-17"
    assert by_law(one("uwv_boete", "bezwaar", "2026-04-13", **early))[0] == "2026-04-13"


def test_a_decision_may_name_a_later_day_to_pay_and_not_an_earlier_one() -> None:
    """Awb art. 4:87; an objection has no such choice."""
    days = ("2026-04-12", "2026-04-13", "2026-05-01")
    assert [one("uwv_terugvordering", "betalen", day).differs for day in days] == [True, False, False]
    assert [one("uwv_terugvordering", "bezwaar", day).differs for day in days] == [True, False, True]


@pytest.mark.parametrize(
    ("dated", "by", "law"),
    [
        ("2026-01-31", "2026-02-28", "IW 1990 art. 9 lid 5"),
        ("2026-12-01", "2027-01-31", "IW 1990 art. 9 lid 7"),
        ("2026-11-30", "2027-01-31", "IW 1990 art. 9 lid 7"),
        ("2026-11-02", "2026-12-14", "IW 1990 art. 9 lid 1"),  # its own year, of which one month is left
        ("2026-03-02", "2026-04-13", "IW 1990 art. 9 lid 1"),  # of a year that is over
    ],
)
def test_a_provisional_assessment_has_the_term_of_its_year(dated: str, by: str, law: str) -> None:
    """Which year it is about, the letter does not say: each term that fits is right."""
    assert by_law(one("bd_voorlopige_aanslag", "betalen", by, dated=dated)) == (by, law)
    assert one("bd_voorlopige_aanslag", "betalen", "2026-12-02", dated="2026-11-02").differs


def test_a_return_is_asked_before_may_or_at_least_a_month_later() -> None:
    late = "2026-04-20"
    days = ("2026-04-30", "2026-05-19", "2026-05-20", "2026-06-01")
    found = [one("bd_uitnodiging_aangifte", "indienen", day, dated=late).differs for day in days]
    assert found == [False, True, False, False]


def test_opposition_to_a_writ_has_two_weeks_where_the_traffic_law_is_its_ground() -> None:
    """A writ for another debt goes to the court, without a term (Awb art. 4:123)."""
    assert by_law(one("cjib_dwangbevel", "verzet", "2026-03-16", ground="Wahv art. 26"))[0] == "2026-03-16"
    assert one("cjib_dwangbevel", "verzet", "2026-03-16", ground="Awb art. 4:123").reckoning is None


def test_a_sender_is_told_of_what_differs_from_a_rule_that_was_read() -> None:
    letter = bericht("uwv_boete", rechtsmiddel=None)
    wrong = {**letter, "termijnen": [{**letter["termijnen"][0], "soort": "bezwaar", "uiterlijk": "2026-04-14"}]}
    told = differing(dates_of(wrong, received_ms=0))
    assert [by_law(found) for found in told] == [("2026-04-13", "Awb art. 6:7 en 6:8")]
    order = one("cjib_strafbeschikking", "verzet", "2026-03-17")
    assert order.differs
    assert differing(LetterDates(sort="cjib_strafbeschikking", dated=date(2026, 3, 2), notified=date(2026, 3, 2),
                                 given=(order.given,))) == ()  # fmt: skip


def test_a_remedy_is_a_date_of_its_own_unless_a_term_tells_it() -> None:
    letter = bericht()
    kinds = [given.kind for given in dates_of(letter, received_ms=0).given]
    assert kinds == ["betalen", "beroep"]
    other = {**letter, "rechtsmiddel": {**letter["rechtsmiddel"], "uiterlijk": "2026-04-14"}}
    assert [(d.kind, d.by.isoformat()) for d in dates_of(other, received_ms=0).given[2:]] == [("beroep", "2026-04-14")]


@pytest.mark.parametrize(
    ("paper", "notified"),
    [
        (None, "2026-03-02"),
        ({"verzonden": True}, "2026-03-02"),
        ({"verzonden": True, "datum": "2026-03-04"}, "2026-03-04"),
        ({"verzonden": False}, "2026-03-07"),  # published an hour before midnight in UTC
    ],
)
def test_paper_makes_a_letter_known_and_without_paper_it_being_here(
    paper: dict[str, object] | None, notified: str
) -> None:
    letter = bericht(papier=paper, publicatietijdstip="2026-03-06T23:30:00Z")
    assert dates_of(letter, received_ms=0).notified.isoformat() == notified


def test_every_rule_is_for_letters_that_exist_and_says_where_it_comes_from() -> None:
    kinds = {"betalen", "bezwaar", "beroep", "verzet", "indienen"}
    for rule in TERM_RULES:
        assert rule.letters <= set(berichtsoorten())
        assert rule.kinds <= kinds
        assert "art." in rule.law
        assert rule.since <= rule.read <= date(2026, 12, 31)
