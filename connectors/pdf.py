"""The letter as a PDF: plain, small, and the same bytes for the same letter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from fpdf import FPDF

_MARGIN: Final = 22
_LATIN: Final = str.maketrans({"€": "EUR", "–": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "×": "x"})


def letter_pdf(  # noqa: PLR0913 - a letterhead has this many parts
    *, sender: str, addressee: str, subject: str, reference: str, dated: date, text: str
) -> bytes:
    """One or more A4 pages with a neutral letterhead. `text` is Markdown; its marks are left out."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime(dated.year, dated.month, dated.day, tzinfo=UTC))
    pdf.set_margin(_MARGIN)
    pdf.set_title(_plain(subject))
    pdf.set_lang("nl")
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 15)
    pdf.cell(text=_plain(sender), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=10)
    head = f"\n{addressee}\n\nDatum: {dated:%d-%m-%Y}\nKenmerk: {reference}\n\n"
    pdf.multi_cell(0, 5, _plain(head), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "B", 12)
    pdf.multi_cell(0, 6, _plain(subject) + "\n\n", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=10)
    pdf.multi_cell(0, 5, _plain(_without_marks(text)), new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _without_marks(text: str) -> str:
    return text.replace("## ", "").replace("**", "")


def _plain(text: str) -> str:
    """Helvetica knows Latin-1 only."""
    return text.translate(_LATIN).encode("latin-1", "replace").decode("latin-1")
