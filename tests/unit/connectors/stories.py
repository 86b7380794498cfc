"""Stories as the letters tell them, short enough to write down what is expected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from connectors.agency import AGENCIES
from connectors.matter import Matter
from connectors.residents import JAYLANO

START = date(2026, 3, 2)
"""A Monday; nothing within weeks of it is a holiday."""

HOW = "Schrijf uw naam, adres, de datum, het kenmerk en waarom u het niet eens bent, en zet uw handtekening."
"""How to object, in every decision."""


def text(*blocks: str) -> str:
    """A letter's text of these blocks."""
    return "\n\n".join(blocks)


def matter(start: date = START, number: int = 7) -> Matter:
    return Matter(resident=JAYLANO, start=start, number=number)


def story(agency: str, name: str, of: Matter | None = None) -> list[dict[str, Any]]:
    return list(AGENCIES[agency].matter(name, of or matter(), pdf=False))


def told(letters: Iterable[dict[str, Any]]) -> list[tuple[str, str, str | None, dict[str, str]]]:
    """Of each letter: its date, kind, total in euros with its direction, and its terms."""
    return [
        (
            letter["dagtekening"],
            letter["berichtsoort"],
            _total(letter),
            {term["soort"]: term["uiterlijk"] for term in letter.get("termijnen", ())},
        )
        for letter in letters
    ]


def chained(letters: Iterable[dict[str, Any]]) -> list[int]:
    """Of each letter: how many places before it is the letter it follows; 0 for none."""
    letters = list(letters)
    numbers = {letter["kenmerk"]: number for number, letter in enumerate(letters)}
    return [
        number - numbers[letter["relatie"]["vorige"]] if "relatie" in letter else 0
        for number, letter in enumerate(letters)
    ]


def starts(days: int) -> Iterable[Matter]:
    """A matter that starts on each of so many days, in a year with equalised days and one without."""
    return (matter(date(2025, 7, 1) + timedelta(days=number), number=number % 100) for number in range(days))


def _total(letter: dict[str, Any]) -> str | None:
    if (amounts := letter.get("bedragen")) is None:
        return None
    return ("-" if amounts["richting"] == "betalen" else "+") + f"{amounts['totaal'] / 100:.2f}"
