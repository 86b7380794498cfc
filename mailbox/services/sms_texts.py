"""What messages say on a telephone: the same as by mail, and shorter. Pure.

Two parts at most, in letters that every telephone knows: who pays for a third gets nothing more for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from babel.dates import format_date

from mailbox.domain.alerts import AlertFacts, AlertKind
from mailbox.domain.identifiers import Oin

SMS_LENGTH: Final = 290
"""Two parts hold 306 letters of GSM 7 bit (3GPP TS 23.038 and 23.040); NotifyNL may put the name of a service first."""
UNKNOWN_SENDER: Final = "een organisatie"
_NAME_LENGTH: Final = 60
_NOT_EVERYWHERE: Final = re.compile(r"[^A-Za-z0-9 .,()&'/:-]")
_OPENINGS: Final = {
    AlertKind.WATCHING: "Kijk bij Inzage: iets ongewoons bij wie met u meekijkt.",
    AlertKind.CALLED: "Iemand die u helpt, wil dat u meekijkt met de post.",
    AlertKind.ENDING: "Kijk bij Meekijken: iemand kan binnenkort niet meer meekijken.",
    AlertKind.HELP_ENDING: "Kijk bij Mensen die u helpt: meekijken stopt binnenkort.",
    AlertKind.STILL_RIGHT: "Kijk bij Meekijken wie uw post ziet. Klopt het nog?",
    AlertKind.NEW_POST: "Er is nieuwe post voor u in Mijnoverzicht.",
    AlertKind.REMINDER: "U moet binnenkort iets doen met post in Mijnoverzicht.",
}
_MORE: Final = "Niet alles past in deze sms."
_LOG_IN: Final = "Log zelf in. Wij sturen nooit een link."


def alert_sms(told: Sequence[AlertFacts], names: Mapping[str, str]) -> str:
    """What there is to see, and from whom post is; of who asks something first. `names`: of agencies, by OIN."""
    openings = [text for kind, text in _OPENINGS.items() if any(one.kind is kind for one in told)]
    asking_first = sorted(told, key=lambda one: not expects(one))
    lines = list(dict.fromkeys(_line(one, one.agency, names) for one in asking_first if one.agency))
    return next(text for text in _shorter_and_shorter(openings, lines) if len(text) <= SMS_LENGTH)


def code_sms(code: str) -> str:
    """To who typed a number: whoever reads it there has the code."""
    return (
        f"Uw code is: {code}. Vul deze code in op Mijnoverzicht. De code werkt een half uur. Geef de code aan niemand. "
        "Vroeg u niet om een code? Dan hoeft u niets te doen."
    )


def moved_sms() -> str:
    """To the number that gets no messages any more."""
    return (
        "Op dit nummer krijgt u geen berichten meer van Mijnoverzicht. "
        "Deed u dit niet zelf? Log dan in en kijk bij Instellingen."
    )


def expects(letter: AlertFacts) -> bool:
    """Whether it says that the sender asks something."""
    return letter.reaction or letter.kind is AlertKind.REMINDER


def until(letter: AlertFacts) -> str:
    """By when, where the message says so."""
    if letter.by is None or not letter.says_by:
        return ""
    return f" uiterlijk {format_date(letter.by, 'd MMMM y', locale='nl')}"


def _shorter_and_shorter(openings: Sequence[str], lines: Sequence[str]) -> Iterator[str]:
    """First senders are left out, and then what else there is to see."""
    for count in range(len(lines), -1, -1):
        yield _joined([*openings, *lines[:count]], whole=count == len(lines))
    for count in range(len(openings) - 1, 0, -1):
        yield _joined(openings[:count], whole=False)


def _joined(parts: Sequence[str], *, whole: bool) -> str:
    return " ".join([*parts, *([] if whole else [_MORE]), _LOG_IN])


def _line(letter: AlertFacts, agency: Oin, names: Mapping[str, str]) -> str:
    name = _plain(names.get(agency.value, UNKNOWN_SENDER))
    return f"{name} vraagt iets van u{until(letter)}." if expects(letter) else f"Van: {name}."


def _plain(name: str) -> str:
    """Without accents and signs: one that is not in GSM 7 bit halves what fits."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NOT_EVERYWHERE.sub("", letters)[:_NAME_LENGTH].strip() or UNKNOWN_SENDER
