"""A document on A4 pages, to print: a title, when it was made, and what is added. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from fpdf import FPDF

from mailbox.web import formats

_WINDOWS: Final = "cp1252"
"""What the fonts that every PDF reader has can show."""
_MARGIN: Final = 20
_LINE: Final = 5
_GREY: Final = 190


class PdfPages:
    """Pages with their number below. More can be added until `content` is asked."""

    def __init__(self, *, title: str, owner: str, made_ms: int, about: Sequence[str] = ()) -> None:
        """`owner`: whose post it is about; `made_ms`: UTC milliseconds; `about`: lines under the title."""
        pdf = _Numbered(format="A4")
        pdf.core_fonts_encoding = _WINDOWS
        pdf.set_margin(_MARGIN)
        pdf.set_auto_page_break(auto=True, margin=_MARGIN)
        pdf.set_lang("nl")
        pdf.set_title(title)
        pdf.set_creator("Mijnoverzicht")
        pdf.set_creation_date(formats.local(made_ms))
        self._pdf = pdf
        pdf.add_page()
        self.write(title, size=18, bold=True, after=2)
        made = f"Post van {owner}. Gemaakt op {formats.day(made_ms)}, {formats.clock_time(made_ms)}."
        for text in (made, *about):
            self.write(text)
        pdf.ln(_LINE)

    def rule(self) -> None:
        """A line from side to side."""
        self._pdf.set_draw_color(_GREY)
        self._pdf.line(_MARGIN, self._pdf.get_y(), self._pdf.w - _MARGIN, self._pdf.get_y())

    def space(self, millimetres: int = 2) -> None:
        self._pdf.ln(millimetres)

    def note(self, text: str) -> None:
        """Something about the file itself."""
        self.write(text, bold=True, before=2)

    def content(self) -> bytes:
        """The file. Nothing can be added after this."""
        return bytes(self._pdf.output())

    def write(self, text: str, *, size: int = 10, bold: bool = False, before: int = 0, after: int = 0) -> None:
        """A paragraph, with so many millimetres before and after it."""
        self._pdf.ln(before)
        self._pdf.set_font("Helvetica", "B" if bold else "", size)
        for line in self._lines(printable(text)):
            self._pdf.cell(0, _LINE * size / 10, line, new_x="LMARGIN", new_y="NEXT")
        self._pdf.ln(after)

    def _lines(self, text: str) -> Iterator[str]:
        """As many words as fit. The library's own way measures a line anew at each letter: five times as slow."""
        line, used = "", 0.0
        for word in self._words(text):
            width = self._pdf.get_string_width(f"{word} ")
            if line and used + width > self._pdf.epw:
                yield line
                line, used = "", 0.0
            line, used = f"{line}{word} ", used + width
        yield line

    def _words(self, text: str) -> Iterator[str]:
        """What is too long for a line, whatever it is made of, goes in pieces."""
        most = int(self._pdf.epw // self._pdf.get_string_width("W"))
        return (word[at : at + most] for word in text.split(" ") for at in range(0, len(word), most))


class _Numbered(FPDF):
    """Says on each page which one it is, and of how many."""

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", "", 9)
        self.cell(0, _LINE, f"Pagina {self.page_no()} van {{nb}}", align="R")


def printable(text: str) -> str:
    """As near as the fonts come: a letter that they lack loses its mark, and one without a likeness becomes "?"."""
    line = formats.one_line(text)
    with suppress(UnicodeEncodeError):
        line.encode(_WINDOWS)
        return line
    return "".join(map(_near, line))


def _near(char: str) -> str:
    for form in (char, unicodedata.normalize("NFKD", char)[:1]):
        try:
            form.encode(_WINDOWS)
        except UnicodeEncodeError:
            continue
        return form
    return "?"
