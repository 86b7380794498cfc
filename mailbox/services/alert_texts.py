"""What messages say: who wrote, and that there is something to see. No subject, amount, name, number or link. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mailbox.domain.alerts import AlertFacts, AlertKind, Way
from mailbox.domain.identifiers import Oin
from mailbox.services.sms_texts import UNKNOWN_SENDER, alert_sms, code_sms, expects, moved_sms, until

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
    AlertKind.ENDING: (
        "Iemand die met u meekijkt in Mijnoverzicht, kan dat binnenkort niet meer. Log in en kijk bij Meekijken. "
        "Wilt u dat het doorgaat? Dan kiest u daar een nieuwe datum. Anders stopt het vanzelf."
    ),
    AlertKind.HELP_ENDING: (
        "Binnenkort kunt u bij iemand die u helpt, niet meer meekijken. Log in op Mijnoverzicht en kijk bij Mensen die "
        "u helpt."
    ),
    AlertKind.STILL_RIGHT: (
        "Kijk wie er mag meekijken met uw post. Klopt het nog? Log in op Mijnoverzicht. Bij Meekijken ziet u wie het "
        "is, en daar stopt u wie niet meer mag."
    ),
    AlertKind.NEW_POST: "Er is nieuwe post voor u in Mijnoverzicht.",
    AlertKind.REMINDER: "U moet binnenkort iets doen met post in Mijnoverzicht. Deed u het al? Dan is het goed.",
}
_OF_LETTERS: Final = frozenset({AlertKind.NEW_POST, AlertKind.REMINDER})
_LOG_IN: Final = (
    "Log zelf in op Mijnoverzicht. In onze berichten staat nooit een link. "
    "Staat er wel een link in? Dan is het bericht niet van ons."
)
_WHY: Final = "U krijgt dit bericht omdat u dat wilde. U zet het uit bij Instellingen."


def alert_subject(told: Sequence[AlertFacts]) -> str:
    """Whoever sees the list of messages on a screen learns no more than that there is something."""
    return SUBJECT if all(one.kind in _OF_LETTERS for one in told) else OTHER_SUBJECT


def alert_text(told: Sequence[AlertFacts], names: Mapping[str, str], way: Way) -> str:
    """That there is post, from whom, and what they expect where they do. `names`: of agencies, by OIN."""
    if way is Way.SMS:
        return alert_sms(told, names)
    parts = ["Hallo,"]
    for kind, opening in _OPENINGS.items():
        those = [one for one in told if one.kind is kind]
        lines = list(dict.fromkeys(_line(one, one.agency, names) for one in those if one.agency))
        parts += [opening] if those else []
        parts += ["\n".join(lines)] if lines else []
    return "\n\n".join([*parts, _LOG_IN, _WHY]) + "\n"


def code_text(code: str, way: Way) -> str:
    """To who typed an address: whoever reads it there has the code."""
    if way is Way.SMS:
        return code_sms(code)
    return (
        "Hallo,\n\n"
        f"Uw code is: {code}\n\n"
        "Vul deze code in op Mijnoverzicht. De code werkt een half uur. Geef de code aan niemand.\n\n"
        "Vroeg u niet om een code? Dan hoeft u niets te doen.\n"
    )


def moved_text(way: Way) -> str:
    """To the address that gets no messages any more."""
    if way is Way.SMS:
        return moved_sms()
    return (
        "Hallo,\n\n"
        "Op dit e-mailadres krijgt u geen berichten meer van Mijnoverzicht. Dat is zo gekozen bij Instellingen.\n\n"
        "Deed u dit niet zelf? Log dan in op Mijnoverzicht en kijk bij Instellingen.\n"
    )


def _line(letter: AlertFacts, agency: Oin, names: Mapping[str, str]) -> str:
    said = f"- Van: {names.get(agency.value, UNKNOWN_SENDER)}."
    return said + (f" De afzender vraagt iets van u{until(letter)}." if expects(letter) else "")
