"""The access log as a file to keep: CSV for a spreadsheet, PDF to print. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fpdf import FPDF

from mailbox.web import formats

COLUMNS: Final = ("Datum", "Tijd", "Wie", "Wat", "Brief")
BYTE_ORDER_MARK: Final = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""
_FORMULA: Final = frozenset("=+-@＝＋－＠")
"""A cell that begins with one of these may be run as a formula (OWASP, CSV injection)."""
_WINDOWS: Final = "cp1252"
"""What the fonts that every PDF reader has can show."""
_MARGIN: Final = 20
_LINE: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLine:
    """One entry. `letter` is the subject of the letter that was opened; empty when there is none."""

    at_ms: int
    who: str
    sentence: str
    letter: str


def csv_head() -> str:
    """The first line. Semicolons: what spreadsheets in the Netherlands expect."""
    return BYTE_ORDER_MARK + _row(COLUMNS)


def csv_rows(lines: Iterable[FileLine]) -> str:
    """Lines of the file, each cell quoted (RFC 4180) and none of them a formula."""
    return "".join(
        _row(
            (
                formats.day_iso(line.at_ms),
                f"{formats.local(line.at_ms):%H:%M:%S}",
                line.who,
                line.sentence,
                line.letter,
            )
        )
        for line in lines
    )


def csv_note(text: str) -> str:
    """A line about the file itself."""
    return _row(("", "", "", text, ""))


class LooksPdf:
    """The log on A4 pages. `add` may be called as often as there are pieces."""

    def __init__(self, *, owner: str, made_ms: int, about: Sequence[str]) -> None:
        pdf = FPDF(format="A4")
        pdf.core_fonts_encoding = _WINDOWS
        pdf.set_margin(_MARGIN)
        pdf.set_auto_page_break(auto=True, margin=_MARGIN)
        pdf.set_lang("nl")
        pdf.set_title("Wie keek wanneer")
        pdf.set_creator("Mijnoverzicht")
        pdf.set_creation_date(formats.local(made_ms))
        self._pdf = pdf
        pdf.add_page()
        self._write("Wie keek wanneer?", size=18, bold=True, after=2)
        made = f"Post van {owner}. Gemaakt op {formats.day(made_ms)}, {formats.clock_time(made_ms)}."
        for text in (made, *about):
            self._write(text)
        self._pdf.ln(_LINE)

    def add(self, lines: Iterable[FileLine]) -> None:
        """The next lines: when, what, and which letter."""
        for line in lines:
            self._pdf.set_draw_color(190)
            self._pdf.line(_MARGIN, self._pdf.get_y(), self._pdf.w - _MARGIN, self._pdf.get_y())
            self._write(f"{formats.day(line.at_ms)}, {formats.clock_time(line.at_ms)}", bold=True, before=1)
            self._write(line.sentence)
            if line.letter:
                self._write(f"Brief: {line.letter}")
            self._pdf.ln(2)

    def note(self, text: str) -> None:
        """Something about the file itself."""
        self._write(text, bold=True, before=2)

    def content(self) -> bytes:
        """The file. Nothing can be added after this."""
        return bytes(self._pdf.output())

    def _write(self, text: str, *, size: int = 10, bold: bool = False, before: int = 0, after: int = 0) -> None:
        self._pdf.ln(before)
        self._pdf.set_font("Helvetica", "B" if bold else "", size)
        height = _LINE * size / 10
        self._pdf.multi_cell(0, height, printable(text), new_x="LMARGIN", new_y="NEXT", align="L")
        self._pdf.ln(after)


def printable(text: str) -> str:
    """As near as the fonts come: a letter that they lack loses its mark, and one without a likeness becomes "?"."""
    return "".join(map(_near, _one_line(text)))


def _near(char: str) -> str:
    for form in (char, unicodedata.normalize("NFKD", char)[:1]):
        try:
            form.encode(_WINDOWS)
        except UnicodeEncodeError:
            continue
        return form
    return "?"


def _one_line(text: str) -> str:
    """Without line breaks and other control characters."""
    return "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)


def _row(cells: Iterable[str]) -> str:
    return ";".join(map(_cell, cells)) + "\r\n"


def _cell(text: str) -> str:
    one_line = _one_line(text).strip()
    safe = f"'{one_line}" if _FORMULA.intersection(one_line[:1]) else one_line
    return '"' + safe.replace('"', '""') + '"'
