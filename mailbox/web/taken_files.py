"""The files in which a citizen takes everything along. They open anywhere, without us, without a script.

Names of files are ours alone: what a sender calls an attachment is told on the letter's page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from mailbox.domain.letters import AttachmentInfo, LetterMetadata
from mailbox.services.reading import OpenedLetter
from mailbox.services.taking_along import TakenFile, TakenLetter
from mailbox.web import formats
from mailbox.web.csv_text import csv_head, csv_row
from mailbox.web.letter_view import letter_view
from mailbox.web.timeline_view import sender_name

Write = Callable[[str, Mapping[str, Any]], str]
"""A template, with these values, as text."""
_ENDINGS: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_COLUMNS: Final = (
    "Datum", "Van", "Over", "Kenmerk", "Zaak", "Bedrag", "Betalen of krijgen", "IBAN", "Betalingskenmerk",
    "Uiterlijk", "Hier sinds", "Map",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A letter as the list of all names it. `folder`: where it is; `whole`: it opened."""

    folder: str
    sender: str
    letter: LetterMetadata
    whole: bool


@dataclass(kw_only=True, slots=True)
class TakenFiles:
    """Shapes what is taken along, in the order in which it comes. `missing`: attachments that could not come along."""

    write: Write
    names: Mapping[str, str]
    today: date
    entries: list[Entry] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def letter(self, taken: TakenLetter) -> tuple[str, bytes]:
        """The name and the content of a letter's page."""
        letter = taken.metadata
        entry = Entry(
            folder=f"brieven/{letter.dated.isoformat()}-{len(self.entries) + 1:05}",
            sender=sender_name(letter.agency, self.names),
            letter=letter,
            whole=taken.text is not None,
        )
        self.entries.append(entry)
        opened = OpenedLetter(owner="", metadata=letter, text=taken.text, grant=None, may_download=True)
        view = letter_view(opened, self.names, self.today, through_grant=False)
        files = [(file_name(info), info) for info in letter.attachments]
        return f"{entry.folder}/brief.html", self.write("taken_letter.html", {"letter": view, "files": files}).encode()

    def file(self, taken: TakenFile) -> tuple[str, bytes] | None:
        """An attachment of the letter that came last; None: there is nothing of it."""
        name = f"{self.entries[-1].folder}/{file_name(taken.info)}"
        if taken.content is None:
            self.missing.append(name)
            return None
        return name, taken.content

    def index(self, values: Mapping[str, Any]) -> bytes:
        """The page to begin at."""
        return self.write("taken_index.html", {"entries": self.entries, "missing": self.missing, **values}).encode()

    def table(self) -> bytes:
        """All letters, a line each, for a spreadsheet or another program."""
        return "".join([csv_head(_COLUMNS), *(csv_row(_cells(entry)) for entry in self.entries)]).encode()


def file_name(info: AttachmentInfo) -> str:
    """What an attachment is called beside its letter."""
    return f"bijlage-{info.number + 1}.{_ENDINGS[info.media_type]}"


def _cells(entry: Entry) -> Sequence[str]:
    letter = entry.letter
    payment, amounts = letter.payment, letter.amounts
    day = min((due.by for due in letter.deadlines), default=payment.by if payment else None)
    return (
        letter.dated.isoformat(),
        entry.sender,
        letter.subject,
        letter.reference,
        letter.case or "",
        f"{amounts.open / 100:.2f}".replace(".", ",") if amounts else "",
        ("betalen" if amounts.to_pay else "krijgen") if amounts else "",
        formats.iban(payment.iban) if payment else "",
        formats.grouped(payment.reference) if payment and payment.reference else "",
        day.isoformat() if day else "",
        formats.day_iso(letter.publish_ms),
        entry.folder,
    )
