"""What a citizen said of a debt, in plain Dutch."""

from __future__ import annotations

from typing import Final

from mailbox.domain.claims.lines import BillLine
from mailbox.domain.claims.said import PaidWord, Said
from mailbox.domain.letters import LetterMetadata
from mailbox.web import formats, money_words
from mailbox.web.words import with_article

_OBJECTED: Final = {
    "bezwaar": ("Ik heb al bezwaar gemaakt", "bezwaar maakte"),
    "beroep": ("Ik ben al in beroep gegaan", "in beroep ging"),
    "administratief_beroep": ("Ik ben al in beroep gegaan", "in beroep ging"),
    "verzet": ("Ik ben al in verzet gegaan", "in verzet ging"),
}
_OTHER: Final = ("Ik heb dit al laten weten", "liet weten dat u het er niet mee eens bent")


def paid_words(word: PaidWord, sender: str) -> str:
    """When the citizen said that they paid, and whether the body knows of it."""
    said = f"U zei op {formats.day(word.at_ms)} dat u dit heeft betaald."
    if word.unseen:
        return f"{said} Daarna kwam nog een brief. {_start(sender)} heeft uw betaling nog niet gezien."
    return f"{said} {_start(sender)} heeft dat nog niet gemeld."


def objected_words(at_ms: int) -> str:
    """That the citizen objected to some letter of a claim."""
    return f"U zei op {formats.day(at_ms)} dat u het er niet mee eens bent, en dat heeft laten weten."


def objection_words(letter: LetterMetadata, at_ms: int) -> str:
    """To which letter the citizen objected, as the law calls it."""
    return f"U zei op {formats.day(at_ms)} dat u {_of(letter)[1]} tegen de brief „{formats.unbroken(letter.subject)}”."


def objection_button(letter: LetterMetadata) -> str:
    """What the citizen says, by the remedy of the letter."""
    return _of(letter)[0]


def bill_task(bill: BillLine, said: Said) -> str:
    """What one has to do about a bill: nothing but wait, of who says that they paid."""
    if bill.owed.is_settled:
        return money_words.state_words(bill.owed)
    return (
        f"Er staat nog {formats.money(bill.owed.open)} open"
        if said.is_done(bill)
        else money_words.task_words(bill.owed)
    )


def _of(letter: LetterMetadata) -> tuple[str, str]:
    return _OBJECTED.get(letter.remedy.kind, _OTHER) if letter.remedy else _OTHER


def _start(sender: str) -> str:
    """At the beginning of a sentence: Het CJIB."""
    name = with_article(sender)
    return name[:1].upper() + name[1:]
