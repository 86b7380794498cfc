"""What we sent about a letter, in words on its page and as a file: true to what happened, and for its citizen alone."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest

from mailbox.domain.alerts import AlertKind, Way
from mailbox.domain.identifiers import id_text
from mailbox.services.access_log import LogQuery
from mailbox.services.alert_proofs import Outcome, Told
from mailbox.services.log_entries import Act
from mailbox.web.proof_view import ProofView, proof_pdf, proof_view
from tests.api.portal import Portal, open_portal, portal_settings
from tests.berichten import bericht
from tests.opened import opened
from tests.web.story import JAYLANO, KARIN
from tests.world import scope

AT_MS = int(datetime(2026, 11, 24, 9, 5, tzinfo=UTC).timestamp() * 1000)
LATER_MS = AT_MS + 86_400_000


@pytest.fixture
async def portal(database_url: str, tmp_path: Path) -> AsyncIterator[Portal]:
    async with open_portal(portal_settings(database_url, tmp_path)) as opened:
        yield opened


def told(outcome: Outcome, kind: AlertKind = AlertKind.NEW_POST, **given: object) -> Told:
    return Told(kind=kind, outcome=outcome, **{"at_ms": AT_MS, **given})  # type: ignore[arg-type]


def view(*parts: Told, is_possible: bool = True) -> ProofView:
    return proof_view(parts, "CJIB", is_possible=is_possible)


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def test_what_came_back_was_sent_before() -> None:
    sent, back = view(told(Outcome.SENT, way=Way.EMAIL, refused_ms=LATER_MS)).lines
    assert (sent.at_ms, back.at_ms) == (AT_MS, LATER_MS)
    assert "stuurden" in sent.text
    assert back.text == "Onze e-mail kwam terug. Uw e-mailadres nam die niet aan."


def test_a_text_message_is_called_one() -> None:
    sent, back = view(told(Outcome.SENT, way=Way.SMS, refused_ms=LATER_MS)).lines
    assert sent.text == "Wij stuurden u een sms dat er nieuwe post is."
    assert back.text == "Onze sms kwam niet aan bij uw telefoonnummer."


def test_what_was_sent_is_told_in_order_of_time() -> None:
    shown = view(
        told(Outcome.SENT, way=Way.EMAIL, at_ms=LATER_MS, refused_ms=AT_MS, reaction=True, by=date(2026, 12, 9)),
        told(Outcome.UNSURE, AlertKind.REMINDER, at_ms=LATER_MS + 1),
        told(Outcome.WAITS, AlertKind.REMINDER),
    )
    assert [line.at_ms for line in shown.lines] == [AT_MS, LATER_MS, LATER_MS + 1]
    refused, sent, unsure = shown.lines
    assert "wilden u een bericht sturen. Dat werd geweigerd" in refused.text
    assert sent.said == "Daarin stond: van het CJIB. De afzender vraagt iets van u, uiterlijk 9 december 2026."
    assert "niet zeker" in unsure.text
    assert shown.nothing == ""


@pytest.mark.parametrize(
    ("parts", "is_possible", "words"),
    [
        ((), True, "waar wij u kunnen bereiken, of u wilde geen"),
        ((told(Outcome.WAITS, AlertKind.REMINDER),), True, "waar wij u kunnen bereiken, of u wilde geen"),
        ((), False, "Deze dienst stuurt geen berichten"),
        ((told(Outcome.NOT_NEEDED),), True, "u las de brief al"),
        ((told(Outcome.NOT_NEEDED, refused_ms=AT_MS),), True, "Later was een bericht niet meer nodig"),
        ((told(Outcome.WAITS),), True, "moet nog weg"),
        ((told(Outcome.BROKEN),), True, ""),
    ],
)
def test_why_there_was_none_is_told_in_words(parts: tuple[Told, ...], is_possible: bool, words: str) -> None:  # noqa: FBT001
    shown = view(*parts, is_possible=is_possible)
    assert words in shown.nothing
    assert bool(words) == bool(shown.nothing)
    assert "artikel 2:22" in shown.law


def test_what_is_stored_and_not_ours_is_told_as_that() -> None:
    assert "is daarna veranderd" in view(told(Outcome.BROKEN)).lines[0].text


def test_the_file_says_when_it_was_made_from_what_and_has_numbers() -> None:
    (letter,) = opened([bericht()])
    shown = view(told(Outcome.SENT, reaction=True))
    text = pdf_text(proof_pdf(shown, letter, "CJIB", owner="Jaylano Meerman", made_ms=LATER_MS))
    for part in (
        "Post van Jaylano Meerman. Gemaakt op 25 november 2026, 10.05 uur.",
        "Waar dit vandaan komt",
        f"Van het CJIB, kenmerk {letter.reference}.",
        "24 november 2026, 10.05 uur",
        "Wij stuurden u een e-mail dat er nieuwe post is.",
        "artikel 2:22",
        "Pagina 1 van 1",
    ):
        assert part in text, part
    assert "109" not in text


async def test_the_file_is_written_down_as_a_look_first(portal: Portal) -> None:
    letter_id = await portal.story.deliver(JAYLANO, "cjib_wahv_beschikking")
    services, jaylano = portal.story.services, await portal.story.person(JAYLANO)
    place = f"/post/{id_text(letter_id)}/verstuurd.pdf"
    answer = await portal.client.get(place, headers=await portal.cookie(JAYLANO))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert "Wij wisten toen niet waar wij u kunnen bereiken" in pdf_text(answer.content)
    line = (await services.log_book.entries(jaylano, LogQuery())).lines[0]
    assert (line.action, [ref.letter_id for ref in line.letters]) == (Act.LIST, [letter_id])


async def test_who_looks_along_sees_nothing_of_it(portal: Portal) -> None:
    letter = id_text(await portal.story.deliver(JAYLANO, "cjib_wahv_beschikking"))
    grant = id_text(await portal.story.grant(JAYLANO, KARIN, scope()))
    own = await portal.client.get(f"/post/{letter}", headers=await portal.cookie(JAYLANO))
    assert "Wat wij u hierover stuurden" in own.text
    through = f"/clienten/{grant}/post/{letter}"
    theirs = await portal.client.get(through, headers=await portal.cookie(KARIN))
    assert theirs.status_code == 200
    assert "Wat wij u hierover stuurden" not in theirs.text
    for place in (f"{through}/verstuurd.pdf", f"/post/{letter}/verstuurd.pdf"):
        assert (await portal.client.get(place, headers=await portal.cookie(KARIN))).status_code == 404
