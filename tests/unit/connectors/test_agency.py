"""All agencies together: every kind of letter, the same ones each time, and none that tells too much."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from connectors.agency import AGENCIES
from connectors.bericht import euros, in_words, moment
from connectors.lives import LIVES, letters_of_lives
from connectors.pdf import letter_pdf
from connectors.residents import DEMO_RESIDENTS, residents
from schemas import berichtsoorten, check, decode_attachments
from tests.unit.connectors.stories import matter

UNTIL = date(2026, 11, 24)
AGENCY = pytest.mark.parametrize("slug", sorted(AGENCIES))

KINDS = {
    "belastingdienst": [
        *("bd_uitnodiging_aangifte", "bd_herinnering_aangifte", "bd_voorlopige_aanslag", "bd_definitieve_aanslag"),
        *("bd_naheffing_mrb", "bd_aanmaning", "bd_dwangbevel", "bd_beslag_vordering"),
        *("tsl_voorschot", "tsl_definitief", "tsl_terugvordering", "tsl_betalingsregeling", "tsl_informatieverzoek"),
    ],
    "cjib": [
        *("cjib_wahv_beschikking", "cjib_wahv_aanmaning1", "cjib_wahv_aanmaning2", "cjib_verhaal", "cjib_dwangbevel"),
        *("cjib_gijzeling", "cjib_strafbeschikking", "cjib_betalingsregeling"),
    ],
    "duo": [
        *("duo_bericht_sf", "duo_bericht_terugbetalen", "duo_betalingsverzoek", "duo_ov_boete"),
        *("duo_herinnering", "duo_aanmaning", "duo_jaaroverzicht"),
    ],
    "uwv": [
        *("uwv_ww_beslissing", "uwv_betaalspecificatie", "uwv_inkomstenopgave", "uwv_voornemen_boete"),
        *("uwv_herziening", "uwv_terugvordering", "uwv_boete", "uwv_invordering", "uwv_oproep", "uwv_jaaropgave"),
    ],
    "svb": [
        *("svb_aow_toekenning", "svb_aio_besluit", "svb_aio_formulier", "svb_kinderbijslag"),
        *("svb_terugvordering", "svb_aanmaning", "svb_jaaropgave", "svb_levensbewijs"),
    ],
}
"""The 46 kinds of letters, by who writes them."""


def written(slug: str, *, citizens: int = 6, number: int = 20, pdf: bool = False) -> list[dict[str, Any]]:
    agency = AGENCIES[slug]
    return [
        letter
        for resident in residents(citizens)
        for letter in agency.letters_for(resident, until=UNTIL, number=number, pdf=pdf)
    ]


@AGENCY
def test_each_agency_writes_each_of_its_kinds(slug: str) -> None:
    agency = AGENCIES[slug]
    kinds = {letter["berichtsoort"] for name in agency.stories for letter in agency.matter(name, matter(), pdf=False)}
    assert sorted(KINDS[slug]) == sorted(kinds)


def test_together_they_write_every_kind_there_is() -> None:
    kinds = [kind for kinds in KINDS.values() for kind in kinds]
    assert sorted(berichtsoorten()) == sorted(kinds)
    assert len(kinds) == 46


@AGENCY
def test_the_same_residents_get_the_same_letters(slug: str) -> None:
    assert written(slug, citizens=2, pdf=True) == written(slug, citizens=2, pdf=True)


@AGENCY
def test_other_residents_and_other_matters_get_other_references(slug: str) -> None:
    references = [letter["kenmerk"] for letter in written(slug, citizens=30, number=60)]
    assert len(set(references)) == len(references) == 30 * 60


@AGENCY
def test_so_many_letters_as_asked_and_none_of_the_future(slug: str) -> None:
    for number in (0, 1, 7, 150):
        letters = written(slug, citizens=1, number=number)
        assert number == len(letters)
        assert all(letter["dagtekening"] <= "2026-11-24" for letter in letters)


@AGENCY
def test_decisions_come_with_their_pdf(slug: str) -> None:
    decisions = [letter for letter in written(slug, citizens=1, pdf=True) if letter["aard"] in {"besluit", "aanslag"}]
    assert decisions
    for letter in decisions:
        assert check(letter) == ()
        (content,) = decode_attachments(letter)
        words = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
        assert letter["kenmerk"] in words
        assert letter["kort"]["doen"].replace("€", "EUR").split(".")[0] in words


def test_a_pdf_is_the_same_bytes_each_time_and_takes_any_name() -> None:
    def made() -> bytes:
        return letter_pdf(
            sender="SVB",
            addressee="Łukasz Ünal-Šarić",
            subject="U krijgt € 10",
            reference="SVB-1",
            dated=date(2026, 3, 2),
            text="## Kop\n\n**Vet** – „tekst” " * 400,
        )

    assert made() == made()
    assert made().startswith(b"%PDF-")
    assert len(PdfReader(io.BytesIO(made())).pages) > 1


@pytest.mark.parametrize("until", [UNTIL, date(2026, 1, 1), date(2028, 2, 29)])
@AGENCY
def test_every_letter_of_the_lives_is_in_order(slug: str, until: date) -> None:
    letters = list(letters_of_lives(slug, until=until, pdf=False))
    assert letters
    assert [check(letter) for letter in letters] == [()] * len(letters)
    assert len({letter["kenmerk"] for letter in letters}) == len(letters)
    assert all(letter["dagtekening"] <= until.isoformat() for letter in letters)


def test_each_person_of_the_demo_has_a_life_in_stories_that_exist() -> None:
    assert {episode.resident for episode in LIVES} == set(DEMO_RESIDENTS)
    assert all(episode.story in AGENCIES[episode.agency].stories for episode in LIVES)


def test_only_a_term_to_do_something_expects_a_reaction() -> None:
    expected = {
        letter["kenmerk"]: bool(
            {term["soort"] for term in letter.get("termijnen", ())} - {"bezwaar", "beroep", "verzet"}
        )
        for slug in AGENCIES
        for letter in written(slug)
    }
    assert expected == {letter["kenmerk"]: letter["reactieVerwacht"] for slug in AGENCIES for letter in written(slug)}
    assert set(expected.values()) == {True, False}


def test_money_dates_and_moments_as_people_write_them() -> None:
    assert [euros(cents) for cents in (0, 5, 109_00, 1_240_00, 1_234_567_89)] == [
        *("€ 0,00", "€ 0,05", "€ 109,00", "€ 1.240,00", "€ 1.234.567,89"),
    ]
    assert in_words(date(2026, 3, 5)) == "5 maart 2026"
    morning = moment(datetime(2026, 3, 29, 8))  # noqa: DTZ001 - clock time in Amsterdam
    assert morning == "2026-03-29T08:00:00+02:00"  # summer time began that night
