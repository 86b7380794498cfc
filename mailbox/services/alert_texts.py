"""What messages say: who wrote, and that there is something to see. No subject, amount, name, number or link. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from babel.dates import format_date

from mailbox.domain.alerts import AlertFacts, AlertKind

SUBJECT: Final = "Er is post voor u in Mijnoverzicht"
WATCHING_SUBJECT: Final = "Er is iets voor u in Mijnoverzicht"
CODE_SUBJECT: Final = "Uw code voor Mijnoverzicht"
MOVED_SUBJECT: Final = "Uw e-mailadres in Mijnoverzicht is veranderd"
_OPENINGS: Final = {
    AlertKind.NEW_POST: "Er is nieuwe post voor u in Mijnoverzicht.",
    AlertKind.REMINDER: "U moet binnenkort iets doen met post in Mijnoverzicht. Deed u het al? Dan is het goed.",
}
_WATCHING: Final = (
    "Er is iets ongewoons gezien bij wie met u meekijkt in Mijnoverzicht. Log in en kijk bij Inzage wat het was. "
    "Bij Meekijken stopt u wie u niet meer wilt laten meekijken."
)
_UNKNOWN: Final = "een organisatie"
_LOG_IN: Final = (
    "Log zelf in op Mijnoverzicht. In onze berichten staat nooit een link. "
    "Staat er wel een link in? Dan is het bericht niet van ons."
)
_WHY: Final = "U krijgt dit bericht omdat u dat wilde. U zet het uit bij Instellingen."


def alert_subject(told: Sequence[AlertFacts]) -> str:
    """Whoever sees the list of messages on a screen learns no more than that there is something."""
    return WATCHING_SUBJECT if any(one.kind is AlertKind.WATCHING for one in told) else SUBJECT


def alert_text(told: Sequence[AlertFacts], names: Mapping[str, str]) -> str:
    """That there is post, from whom, and what they expect where they do. `names`: of agencies, by OIN."""
    parts = ["Hallo,"]
    if any(one.kind is AlertKind.WATCHING for one in told):
        parts.append(_WATCHING)
    for kind, opening in _OPENINGS.items():
        lines = list(dict.fromkeys(_line(letter, names) for letter in told if letter.kind is kind))
        parts += [opening, "\n".join(lines)] if lines else []
    return "\n\n".join([*parts, _LOG_IN, _WHY]) + "\n"


def code_text(code: str) -> str:
    """To who typed an address: whoever reads it there has the code."""
    return (
        "Hallo,\n\n"
        f"Uw code is: {code}\n\n"
        "Vul deze code in op Mijnoverzicht. De code werkt een half uur. Geef de code aan niemand.\n\n"
        "Vroeg u niet om een code? Dan hoeft u niets te doen.\n"
    )


def moved_text() -> str:
    """To the address that gets no messages any more."""
    return (
        "Hallo,\n\n"
        "Op dit e-mailadres krijgt u geen berichten meer van Mijnoverzicht. Dat is zo gekozen bij Instellingen.\n\n"
        "Deed u dit niet zelf? Log dan in op Mijnoverzicht en kijk bij Instellingen.\n"
    )


def _line(letter: AlertFacts, names: Mapping[str, str]) -> str:
    said = f"- Van: {names.get(letter.agency.value, _UNKNOWN) if letter.agency else _UNKNOWN}."
    if letter.reaction or letter.kind is AlertKind.REMINDER:
        said += f" De afzender vraagt iets van u{_until(letter)}."
    return said


def _until(letter: AlertFacts) -> str:
    if letter.by is None or not letter.says_by:
        return ""
    return f" uiterlijk {format_date(letter.by, 'd MMMM y', locale='nl')}"
