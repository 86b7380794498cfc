"""What is said after letters were marked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailbox.services.marking import Mark

NO_LETTER: Final = "geen"
"""The word in the address where no letter was ticked."""
_ONE: Final[Mapping[str, str]] = {
    Mark.READ: "1 brief is gemarkeerd als gelezen.",
    Mark.UNREAD: "1 brief is gemarkeerd als ongelezen.",
    Mark.ARCHIVE: "1 brief staat nu in uw archief.",
    Mark.RESTORE: "1 brief staat weer bij uw post.",
}
_MANY: Final[Mapping[str, str]] = {
    Mark.READ: "{} brieven zijn gemarkeerd als gelezen.",
    Mark.UNREAD: "{} brieven zijn gemarkeerd als ongelezen.",
    Mark.ARCHIVE: "{} brieven staan nu in uw archief.",
    Mark.RESTORE: "{} brieven staan weer bij uw post.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was just done, by its word in the address, and with how many letters."""

    word: str = ""
    count: int = 0

    @property
    def words(self) -> str:
        """That so many letters were marked; empty for a word that says nothing of letters."""
        if self.word == NO_LETTER:
            return "U koos geen brief. Zet eerst een vinkje bij een of meer brieven."
        return _ONE.get(self.word, "") if self.count == 1 else _MANY.get(self.word, "").format(self.count)


NOTHING: Final = Done()
