"""Why a date is that date, as one reads it."""

from __future__ import annotations

from datetime import date

import pytest

from mailbox.domain.law.given_dates import GivenDate, LetterDates, judged
from mailbox.web.date_words import Why, why


def told(sort: str, kind: str, dated: str, by: str, notified: str = "") -> Why:
    (found,) = judged(
        LetterDates(
            sort=sort,
            dated=date.fromisoformat(dated),
            notified=date.fromisoformat(notified or dated),
            given=(GivenDate(kind=kind, by=date.fromisoformat(by), ground=""),),
        )
    )
    return why(found)


def test_a_term_that_ends_on_a_holiday_moves() -> None:
    assert told("uwv_boete", "bezwaar", "2026-11-12", "2026-12-28", "2026-11-13") == Why(
        sentences=(
            "U heeft 6 weken.",
            "Dat telt vanaf de dag na 13 november 2026: de dag dat de brief is verstuurd.",
            "Dan komt u uit op 25 december 2026. Dat is eerste kerstdag.",
            "Daarom schuift de datum op naar de eerste werkdag: 28 december 2026.",
        ),
        law="Awb art. 6:7 en 6:8, Algemene termijnenwet art. 1",
    )


def test_a_tax_term_ends_on_a_sunday() -> None:
    assert told("bd_definitieve_aanslag", "betalen", "2026-10-18", "2026-11-29") == Why(
        sentences=(
            "U heeft 6 weken.",
            "Dat telt vanaf de dag na 18 oktober 2026: de datum van de brief.",
            "Dat is een zondag. Toch schuift deze datum niet op.",
        ),
        law="IW 1990 art. 9 lid 1, IW 1990 art. 9 lid 10",
    )


@pytest.mark.parametrize(
    ("sort", "kind", "by", "last"),
    [
        ("bd_uitnodiging_aangifte", "indienen", "2026-04-30", "De wet zegt: vóór 1 mei 2026."),
        ("uwv_boete", "betalen", "2026-05-01", "De afzender geeft u langer: tot en met 1 mei 2026."),
        ("uwv_boete", "bezwaar", "2026-04-20", "Ga uit van de eerste van die twee. Twijfelt u? Vraag het de afzender."),
        ("cjib_strafbeschikking", "verzet", "2026-03-16", "Wij hebben deze regel nog niet in de wet nagekeken."),
    ],
)
def test_what_the_sender_did_is_said(sort: str, kind: str, by: str, last: str) -> None:
    assert told(sort, kind, "2026-03-02", by).sentences[-1] == last


def test_what_the_law_leaves_to_the_sender_has_no_article() -> None:
    assert told("svb_aio_formulier", "antwoorden", "2026-03-02", "2026-03-30") == Why(
        sentences=("De afzender koos deze datum. De wet noemt hier geen vaste datum.",), law=""
    )


def test_a_fine_is_paid_two_weeks_after_the_six_to_appeal() -> None:
    assert told("cjib_wahv_beschikking", "betalen", "2026-11-24", "2027-01-19").sentences[0] == (
        "U heeft 6 weken, en daarna nog 2 weken."
    )


def test_an_assessment_that_is_sent_late_counts_from_the_day_it_was_sent() -> None:
    found = told("bd_definitieve_aanslag", "bezwaar", "2026-03-02", "2026-04-15", "2026-03-04").sentences[1]
    assert found == "Dat telt vanaf de dag na 4 maart 2026: de dag dat de brief is verstuurd."
    found = told("bd_definitieve_aanslag", "bezwaar", "2026-03-06", "2026-04-17", "2026-03-04").sentences[1]
    assert found == "Dat telt vanaf de dag na 6 maart 2026: de datum van de brief."
