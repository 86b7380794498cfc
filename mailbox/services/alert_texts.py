"""What messages say: who wrote, and that there is something to see. No subject, amount, name, number or link. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from babel.dates import format_date

from mailbox.domain.alerts import AlertFacts, AlertKind
from mailbox.domain.identifiers import Oin

SUBJECT: Final = "Er is post voor u in Mijnoverzicht"
OTHER_SUBJECT: Final = "Er is iets voor u in Mijnoverzicht"
CODE_SUBJECT: Final = "Uw code voor Mijnoverzicht"
MOVED_SUBJECT: Final = "Uw e-mailadres in Mijnoverzicht is veranderd"
_OPENINGS: Final = {
    AlertKind.WATCHING: (
        "Er is iets ongewoons gezien bij wie met u meekijkt in Mijnoverzicht. Log in en kijk bij Inzage wat het was. "
        "Bij Meekijken stopt u wie u niet meer wilt laten meekijken."
    ),
    AlertKind.CALLED: (
        "Iemand die u helpt, wil dat u meekijkt met de post. Log in op Mijnoverzicht en kijk bij Mensen die u helpt."
    ),
    AlertKind.NEW_POST: "Er is nieuwe post voor u in Mijnoverzicht.",
    AlertKind.REMINDER: "U moet binnenkort iets doen met post in Mijnoverzicht. Deed u het al? Dan is het goed.",
}
_OF_LETTERS: Final = frozenset({AlertKind.NEW_POST, AlertKind.REMINDER})
_UNKNOWN: Final = "een organisatie"
_LOG_IN: Final = (
    "Log zelf in op Mijnoverzicht. In onze berichten staat nooit een link. "
    "Staat er wel een link in? Dan is het bericht niet van ons."
)
_WHY: Final = "U krijgt dit bericht omdat u dat wilde. U zet het uit bij Instellingen."


def alert_subject(told: Sequence[AlertFacts]) -> str:
    """Whoever sees the list of messages on a screen learns no more than that there is something."""
    return SUBJECT if all(one.kind in _OF_LETTERS for one in told) else OTHER_SUBJECT


def alert_text(told: Sequence[AlertFacts], names: Mapping[str, str]) -> str:
    """That there is post, from whom, and what they expect where they do. `names`: of agencies, by OIN."""
    parts = ["Hallo,"]
    for kind, opening in _OPENINGS.items():
        those = [one for one in told if one.kind is kind]
        lines = list(dict.fromkeys(_line(one, one.agency, names) for one in those if one.agency))
        parts += [opening] if those else []
        parts += ["\n".join(lines)] if lines else []
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


def _line(letter: AlertFacts, agency: Oin, names: Mapping[str, str]) -> str:
    said = f"- Van: {names.get(agency.value, _UNKNOWN)}."
    if letter.reaction or letter.kind is AlertKind.REMINDER:
        said += f" De afzender vraagt iets van u{_until(letter)}."
    return said


def _until(letter: AlertFacts) -> str:
    if letter.by is None or not letter.says_by:
        return ""
    return f" uiterlijk {format_date(letter.by, 'd MMMM y', locale='nl')}"
