"""A dossier of debts as a file to keep: CSV for a spreadsheet, PDF to print. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from mailbox.domain.identifiers import Cents
from mailbox.domain.law.regimes import Sums
from mailbox.domain.letters import Payment
from mailbox.web import formats, words
from mailbox.web.csv_text import csv_row
from mailbox.web.dossier_view import DossierClaim, DossierDebt, DossierLetter, Source
from mailbox.web.pdf_pages import PdfPages

COLUMNS: Final = (
    "Zaak",
    "Regel",
    "Organisatie",
    "Datum",
    "Waarover",
    "Stand",
    "Zaakkenmerk",
    "Kenmerk",
    "Bedrag",
    "Verhoging",
    "Kosten",
    "Rente",
    "Totaal",
    "Al betaald",
    "Nog open",
    "Uiterlijk",
    "Rekening",
    "Op naam van",
    "Betalingskenmerk",
    "Bedrag in de brief",
)
"""Of a "schuld" the columns up to its payment; of a "brief" what it asked, so that no column adds money up twice."""

_SAID: Final = " (zelf opgeschreven: al betaald)"


def csv_claims(claims: Iterable[DossierClaim]) -> str:
    """A line for each bill, and one for each letter."""
    return "".join(csv_row(cells) for claim in claims for cells in _rows(claim))


def csv_note(text: str) -> str:
    """A line about the file itself."""
    return csv_row(["", "Let op", "", "", text, *[""] * (len(COLUMNS) - 5)])


def _rows(claim: DossierClaim) -> Iterator[Sequence[str]]:
    for debt in claim.debts:
        yield (str(claim.number), *_debt_cells(debt), "")
    for letter in claim.letters:
        yield (str(claim.number), *_letter_cells(letter), *[""] * 11, _plain(letter.amount))


def _debt_cells(debt: DossierDebt) -> Sequence[str]:
    sums, payment = debt.sums, debt.payment
    return (
        "Schuld",
        debt.sender,
        "",
        debt.subject,
        f"{debt.state}{_SAID if debt.is_said else ''}",
        debt.case,
        debt.reference,
        *map(_plain, (sums.principal, sums.increase, sums.costs, sums.interest, sums.total, sums.paid, debt.open)),
        _iso(debt.by),
        payment.iban if payment else "",
        payment.payee if payment else "",
        formats.grouped(payment.reference or "") if payment else "",
    )


def _letter_cells(letter: DossierLetter) -> Sequence[str]:
    return (
        "Brief",
        letter.sender,
        _iso(letter.dated),
        letter.subject,
        letter.nature,
        letter.case,
        letter.reference,
    )


def _plain(cents: Cents | None) -> str:
    """1240,00: a number, for a spreadsheet in the Netherlands."""
    return "" if cents is None else f"{cents // 100},{cents % 100:02d}"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


class DossierPdf(PdfPages):
    """The dossier on pages. `add` may be called as often as there are pieces."""

    def __init__(self, *, owner: str, made_ms: int, about: Sequence[str]) -> None:
        super().__init__(title="Overzicht van wat er te betalen is", owner=owner, made_ms=made_ms, about=about)

    def sources(self, sources: Iterable[Source], more: str) -> None:
        """From whose letters it was made."""
        self.write("Waar dit vandaan komt", size=13, bold=True)
        for source in sources:
            counted = f"{source.letters} {'brief' if source.letters == 1 else 'brieven'}"
            self.write(f"{source.sender}: {counted}, de laatste van {formats.day(source.last)}.")
        self.write(more, after=2)

    def add(self, claims: Iterable[DossierClaim]) -> None:
        """The next claims, each with its bills and its letters."""
        for claim in claims:
            self.rule()
            self.write(f"{claim.number}. {claim.title}", size=13, bold=True, before=2)
            for debt in claim.debts:
                self._debt(debt)
            for sentence in claim.remedies:
                self.write(sentence)
            self.write("Brieven", bold=True, before=1)
            for letter in claim.letters:
                self.write(_letter_words(letter))
            self.space(3)

    def _debt(self, debt: DossierDebt) -> None:
        due = f" Uiterlijk {formats.day(debt.by)}." if debt.by else ""
        state = f"{debt.state}{_SAID if debt.is_said else ''}"
        self.write(f"{debt.sender}: {state}. Nog open: {formats.money(debt.open)}.{due}", bold=True)
        self.write(f"Zo is het bedrag gemaakt: {_parts(debt.sums)}. Het begon met {formats.money(debt.began)}.")
        self.write(_references(debt))
        if debt.payment is not None:
            self.write(_paying(debt.payment))
        if debt.becomes:
            self.write(debt.becomes)


def _parts(sums: Sums) -> str:
    named = (
        ("bedrag", sums.principal),
        ("verhoging", sums.increase),
        ("kosten", sums.costs),
        ("rente", sums.interest),
        ("samen", sums.total),
        ("al betaald", sums.paid),
    )
    return ", ".join(f"{name} {formats.money(cents)}" for name, cents in named if cents)


def _references(debt: DossierDebt) -> str:
    case = f"Zaakkenmerk {debt.case}. " if debt.case else ""
    return f"{case}Kenmerk van de laatste brief: {debt.reference}."


def _paying(payment: Payment) -> str:
    reference = f", met betalingskenmerk {payment.reference}" if payment.reference else ""
    return f"Betalen op {formats.iban(payment.iban)}, op naam van {payment.payee}{reference}."


def _letter_words(letter: DossierLetter) -> str:
    amount = f" {formats.money(letter.amount)}." if letter.amount else ""
    sort = f"{letter.nature} van {words.with_article(letter.sender)}"
    return f"{formats.day(letter.dated)}: {sort}, kenmerk {letter.reference}. {letter.subject}.{amount}"
