"""The access log as a file to keep: CSV for a spreadsheet, PDF to print. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mailbox.web import formats
from mailbox.web.csv_text import csv_row
from mailbox.web.pdf_pages import PdfPages

COLUMNS: Final = ("Datum", "Tijd", "Wie", "Wat", "Brief")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLine:
    """One entry. `letter` is the subject of the letter that was opened; empty when there is none."""

    at_ms: int
    who: str
    sentence: str
    letter: str


def csv_rows(lines: Iterable[FileLine]) -> str:
    """Lines of the file."""
    return "".join(
        csv_row(
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
    return csv_row(("", "", "", text, ""))


class LooksPdf(PdfPages):
    """The log on pages. `add` may be called as often as there are pieces."""

    def __init__(self, *, owner: str, made_ms: int, about: Sequence[str]) -> None:
        super().__init__(title="Wie keek wanneer?", owner=owner, made_ms=made_ms, about=about)

    def add(self, lines: Iterable[FileLine]) -> None:
        """The next lines: when, what, and which letter."""
        for line in lines:
            self.rule()
            self.write(f"{formats.day(line.at_ms)}, {formats.clock_time(line.at_ms)}", bold=True, before=1)
            self.write(line.sentence)
            if line.letter:
                self.write(f"Brief: {line.letter}")
            self.space()
