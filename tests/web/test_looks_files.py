"""The access log as sentences, as a filter in an address, and as files. Pure."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pypdf
import pytest

from mailbox.domain.claims.said import Word
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, Oin, id_text
from mailbox.services.access_log import LetterRef, LogLine, LogQuery
from mailbox.services.log_entries import Act, Role
from mailbox.web.csv_text import BYTE_ORDER_MARK, csv_head
from mailbox.web.looks_files import COLUMNS, FileLine, LooksPdf, csv_rows
from mailbox.web.looks_filter import LooksFilter, period_choices
from mailbox.web.looks_words import sentence
from mailbox.web.pdf_pages import printable

TODAY = date(2026, 11, 24)
AT_MS = int(datetime(2026, 11, 24, 9, 5, 7, tzinfo=UTC).timestamp() * 1000)
CJIB = Oin("00000099000000004000")
GRANT, LETTER = GrantId(bytes(16)), LetterId(bytes(15) + b"1")
KARIN = "Karin Bos (Buurthuis De Brug)"


def _line(action: Act, role: Role = Role.HELPER, *, letters: int = 0, **details: object) -> LogLine:
    return LogLine(
        seq=7,
        at_ms=AT_MS,
        actor={
            Role.HELPER: KARIN,
            Role.CITIZEN: "Jaylano Meerman",
            Role.SERVICE: "Mijnoverzicht",
            Role.DESK: "Balie West",
        }[role],
        role=role,
        action=action,
        grant_id=GRANT,
        letters=(LetterRef(letter_id=LETTER, agency=CJIB, subject="Een boete"),) * letters,
        details=details,
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (_line(Act.LIST, letters=1), f"{KARIN} bekeek het overzicht van uw post (1 brief)."),
        (_line(Act.LIST, Role.CITIZEN, letters=2), "U bekeek het overzicht van uw post (2 brieven)."),
        (_line(Act.OVERVIEW), f"{KARIN} zag in een lijst hoeveel post u heeft, en welke datum eerst komt."),
        (_line(Act.SEARCHED), f"{KARIN} zocht in uw post, en vond niets."),
        (_line(Act.SEARCHED, letters=2), f"{KARIN} zocht in uw post (2 brieven)."),
        (_line(Act.SEARCHED, Role.CITIZEN, letters=1), "U zocht in uw post (1 brief)."),
        (_line(Act.COMPARED), f"{KARIN} zocht op datum in een lijst van mensen. Uw post telde mee."),
        (_line(Act.READ, letters=1), f"{KARIN} las uw brief van het CJIB."),
        (_line(Act.READ), f"{KARIN} las uw brief."),
        (_line(Act.DOWNLOAD, letters=1), f"{KARIN} opende een bijlage bij uw brief van het CJIB."),
        (_line(Act.EXPORTED, letters=2), f"{KARIN} bewaarde een overzicht van uw post als bestand (2 brieven)."),
        (_line(Act.OFFERED, Role.CITIZEN), "U gaf Karin toestemming om mee te kijken."),
        (_line(Act.ACCEPTED), f"{KARIN} ging meekijken met uw code."),
        (_line(Act.REFUSED), f"{KARIN} wil niet meekijken."),
        (_line(Act.CHANGED, Role.CITIZEN, helper="Tante Ria"), "U veranderde wat Tante Ria mag zien."),
        (_line(Act.PAUSED, Role.CITIZEN), "U liet Karin even niet meekijken."),
        (_line(Act.RESUMED, Role.CITIZEN), "U liet Karin weer meekijken."),
        (_line(Act.STOPPED, Role.CITIZEN), "U stopte het meekijken van Karin."),
        (_line(Act.STOPPED), f"{KARIN} stopte zelf met meekijken."),
        (_line(Act.LEFT), f"{KARIN} stopte zelf met meekijken. Collega's kijken nog mee."),
        (
            _line(Act.LEFT, Role.CITIZEN, helper="Piet Bos"),
            "U stopte het meekijken van Piet Bos. Collega's kijken nog mee.",
        ),
        (_line(Act.JOINED, helper="Piet Bos"), f"{KARIN} liet een collega meekijken: Piet Bos."),
        (_line(Act.AGREED, Role.CITIZEN), "U zei ja op de vraag van Karin om mee te kijken."),
        (_line(Act.ADDRESS, Role.CITIZEN), "U koos waar u onze berichten krijgt."),
        (_line(Act.OFFERED, Role.DESK), "Balie West schreef aan de balie op dat Karin mag meekijken."),
        (
            _line(Act.TRIED, Role.DESK, document="paspoort", reason="Geen DigiD"),
            "Balie West wilde aan de balie opschrijven dat Karin mag meekijken. Dat kon niet. U liet zien: paspoort. "
            "De reden: Geen DigiD",
        ),
        (_line(Act.STOPPING, Role.DESK), "Balie West schreef aan de balie op dat niemand meer mag meekijken."),
        (_line(Act.APPOINTED, Role.SERVICE), "De rechter besloot dat Karin uw post mag zien."),
        (_line(Act.STOPPED, Role.SERVICE), "Het meekijken van Karin is gestopt."),
        (_line(Act.STOPPED, Role.SERVICE, reference="C/1"), "Het meekijken van Karin is gestopt (beschikking C/1)."),
        (_line(Act.EXPIRED, Role.SERVICE), "Het meekijken van Karin is gestopt. De einddatum was voorbij."),
        (
            _line(Act.NOTICED, Role.SERVICE, reasons=["many", "night"]),
            "Wij zagen iets ongewoons bij Karin: meer dan 40 brieven in één uur en 5 brieven of meer in één nacht.",
        ),
        (
            _line(Act.NOTICED, Role.SERVICE, reasons=["nieuw"]),
            "Wij zagen iets ongewoons bij Karin: anders kijken dan eerst.",
        ),
        (
            _line(Act.REPORTED, Role.CITIZEN, letters=1, act="read", actor=KARIN, at_ms=AT_MS, seq=3),
            f"U meldde dat dit niet klopt: {KARIN} las uw brief van het CJIB, op 24 november 2026.",
        ),
    ],
)
def test_an_entry_is_a_sentence(line: LogLine, expected: str) -> None:
    assert expected == sentence(line, {CJIB.value: "CJIB"}, {GRANT: "Karin"})


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_every_act_has_a_sentence(act: Act, role: Role) -> None:
    said = sentence(_line(act, role, act="list", actor=KARIN, at_ms=AT_MS, word=Word.PAID), {}, {})
    assert said.endswith(".")
    assert "{" not in said
    assert said[0].isupper()


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "  =1+1", "\t=1", "\r\n=1", "\n-2", "＝1", "\u2028=1", "\x00=1"],
)
def test_no_cell_is_a_formula(name: str) -> None:
    rows = csv_rows([FileLine(at_ms=AT_MS, who=name, sentence=f"{name} las uw brief.", letter=name)])
    for cell in next(csv.reader(io.StringIO(rows), delimiter=";")):
        assert cell[:1] not in set("=+-@＝\t\r\n \u2028\x00")


def test_a_cell_stays_one_cell() -> None:
    text = csv_head(COLUMNS) + csv_rows([FileLine(at_ms=AT_MS, who='Jan "x"; Piet', sentence="a\r\nb;c", letter="=,")])
    assert text.startswith(BYTE_ORDER_MARK)
    assert list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK)), delimiter=";")) == [
        ["Datum", "Tijd", "Wie", "Wat", "Brief"],
        ["2026-11-24", "10:05:07", 'Jan "x"; Piet', "a  b;c", "'=,"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ayşe Yıldız", "Ayse Y?ld?z"),
        ("€ 10 – “ja”, café", "€ 10 – “ja”, café"),
        ("Ж\n\x00x", "?  x"),
        ("\u202eabc", "?abc"),
    ],
)
def test_a_pdf_shows_what_its_fonts_have(text: str, expected: str) -> None:
    assert expected == printable(text)


def test_a_pdf_holds_every_line_in_pieces() -> None:
    pdf = LooksPdf(owner="Jaylano Meerman", made_ms=AT_MS, about=["Een deel."])
    for piece in range(3):
        pdf.add(
            [
                FileLine(at_ms=AT_MS, who=KARIN, sentence=f"{KARIN} las brief {piece}-{n}. " * 4, letter="Een boete")
                for n in range(20)
            ]
        )
    pdf.note("Klaar.")
    read = pypdf.PdfReader(io.BytesIO(pdf.content()))
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert len(read.pages) > 2
    assert [f"brief {p}-{n}." in text for p in range(3) for n in range(20)] == [True] * 60
    assert "Post van Jaylano Meerman. Gemaakt op 24 november 2026, 10.05 uur." in text
    assert f"Klaar. Pagina {len(read.pages)} van {len(read.pages)}" in text


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (LooksFilter(), LogQuery()),
        (LooksFilter(wie="zelf"), LogQuery(own=True)),
        (LooksFilter(wie=id_text(GRANT)), LogQuery(grant_id=GRANT)),
        (LooksFilter(brief=id_text(LETTER)), LogQuery(letter_id=LETTER)),
        (LooksFilter(periode="7"), LogQuery(since_ms=_at("2026-11-18T00:00+01:00"))),
        (
            LooksFilter(periode="2026-10"),
            LogQuery(since_ms=_at("2026-10-01T00:00+02:00"), until_ms=_at("2026-11-01T00:00+01:00")),
        ),
        (
            LooksFilter(periode="2025-12"),
            LogQuery(since_ms=_at("2025-12-01T00:00+01:00"), until_ms=_at("2026-01-01T00:00+01:00")),
        ),
    ],
)
def test_an_address_is_a_query(asked: LooksFilter, expected: LogQuery) -> None:
    assert expected == asked.query(TODAY)


@pytest.mark.parametrize(
    "asked",
    [
        LooksFilter(wie="Karin"),
        LooksFilter(wie="*"),
        LooksFilter(brief="1"),
        LooksFilter(periode="8"),
        LooksFilter(periode="-7"),
        LooksFilter(periode="2026-13"),
        LooksFilter(periode="2026-1"),
        LooksFilter(periode="0001-01"),
        LooksFilter(periode="9999-12"),
        LooksFilter(voor="-1"),
        LooksFilter(voor="9" * 16),
        LooksFilter(voor="٣"),
    ],
)
def test_what_no_form_of_ours_sends_is_not_found(asked: LooksFilter) -> None:
    with pytest.raises(NotFound):
        assert (asked.query(TODAY), asked.before_seq) is None


def test_one_chooses_days_or_a_month_of_the_last_year() -> None:
    values = [value for value, _ in period_choices(TODAY)]
    assert values[:4] == ["7", "30", "2026-11", "2026-10"]
    assert (len(values), values[-1]) == (14, "2025-12")
    assert period_choices(TODAY)[2][1] == "November 2026"
    for value in values:
        assert LooksFilter(periode=value).query(TODAY).since_ms is not None
