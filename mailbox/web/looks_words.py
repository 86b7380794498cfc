"""An entry of the access log as a sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbox.domain.claims.said import Word
from mailbox.domain.identifiers import GrantId, Oin
from mailbox.domain.unusual import AT_NIGHT, MANY, MANY_OLD, Unusual
from mailbox.services.access_log import LogLine
from mailbox.services.log_entries import LOOKS, Act, Role
from mailbox.web import formats, words
from mailbox.web.timeline_view import sender_name

_SOMEONE: Final = "een helper"
NOTICES: Final[Mapping[str, str]] = {
    Unusual.MANY: f"meer dan {MANY} brieven in één uur",
    Unusual.OLD: f"meer dan {MANY_OLD} oude brieven in één uur",
    Unusual.NIGHT: f"{AT_NIGHT} brieven of meer in één nacht",
}
_BY_CITIZEN: Final = {
    Act.OFFERED: "U gaf {helper} toestemming om mee te kijken.",
    Act.CONFIRMED: "U zei dat het klopt: {helper} kan uw post zien.",
    Act.AGREED: "U zei ja op de vraag van {helper} om mee te kijken.",
    Act.CHANGED: "U veranderde wat {helper} mag zien.",
    Act.PAUSED: "U liet {helper} even niet meekijken.",
    Act.RESUMED: "U liet {helper} weer meekijken.",
    Act.LEFT: "U stopte het meekijken van {helper}. Collega's kijken nog mee.",
    Act.STOPPED: "U stopte het meekijken van {helper}.",
    Act.CONNECTED: "U liet de app {app} toe, voor een kwartier.",
    Act.ADDRESS: "U koos waar u onze berichten krijgt.",
    Act.LADDER: "U koos wie het hoort als u uw post niet opent.",
    Act.PROPOSED: "De app {app} zette een toestemming klaar voor {helper}.",
    Act.DISCARDED: "U gooide weg wat klaarstond voor {helper}.",
}
_NAMES_APP: Final = frozenset({Act.CONNECTED, Act.PROPOSED})
"""Acts of which the sentence says which app it was."""
_SAID: Final = {
    (Act.SAID, Word.PAID): "U schreef op dat u heeft betaald, bij uw brief{sender}.",
    (Act.SAID, Word.OBJECTED): "U schreef op dat u het niet eens bent met uw brief{sender}, en dat heeft laten weten.",
    (Act.TAKEN_BACK, Word.PAID): "U haalde weg dat u heeft betaald, bij uw brief{sender}.",
    (Act.TAKEN_BACK, Word.OBJECTED): "U haalde weg dat u het niet eens bent met uw brief{sender}.",
}
_BY_DESK: Final = {
    Act.OFFERED: "{who} schreef aan de balie op dat {helper} mag meekijken.{told}",
    Act.STOPPED: "{who} stopte aan de balie het meekijken van {helper}.{told}",
    Act.TRIED: "{who} wilde aan de balie opschrijven dat {helper} mag meekijken. Dat kon niet.{told}",
    Act.STOPPING: "{who} schreef aan de balie op dat niemand meer mag meekijken.{told}",
    Act.REACH: "{who} keek aan de balie of wij u kunnen bereiken.{told}",
}
_WORDS: Final = frozenset({Act.SAID, Act.TAKEN_BACK})
_BY_HELPER: Final = {
    Act.LEFT: "{who} stopte zelf met meekijken. Collega's kijken nog mee.",
    Act.STOPPED: "{who} stopte zelf met meekijken.",
}
_BY_SERVICE: Final = {
    Act.STOPPED: "Het meekijken van {helper} is gestopt{decision}.",
    Act.CALLED: "Wij vroegen {helper} om mee te kijken, omdat het stil bleef na uw brief{sender}.",
    Act.UNREACHED: "Wij meldden{to} dat u de brief nog niet heeft geopend.",
}
_BY_ROLE: Final = {Role.CITIZEN: _BY_CITIZEN, Role.DESK: _BY_DESK, Role.HELPER: _BY_HELPER, Role.SERVICE: _BY_SERVICE}
_SAW: Final = {
    Act.OVERVIEW: "zag in een lijst hoeveel post u heeft, en welke datum eerst komt",
    Act.COMPARED: "zocht op datum in een lijst van mensen. Uw post telde mee",
}
_SAW_MANY: Final = {
    Act.LIST: "bekeek het overzicht van uw post",
    Act.SEARCHED: "zocht in uw post",
    Act.EXPORTED: "bewaarde een overzicht van uw post als bestand",
    Act.TAKEN_ALONG: "bewaarde al uw post als bestand, met de tekst en de bijlagen",
}
"""Where it is told of how many letters."""
_BY_OTHER: Final = {
    Act.OFFERED: "{who} liet {helper} meekijken.",
    Act.ACCEPTED: "{who} ging meekijken met uw code.",
    Act.APPOINTED: "De rechter besloot dat {helper} uw post mag zien{decision}.",
    Act.LAPSED: "Het meekijken van {helper} is gestopt. Dat komt door het besluit van de rechter.",
    Act.JOINED: "{who} liet een collega meekijken: {helper}.",
    Act.LEFT: "Het meekijken van {helper} is gestopt. Collega's kijken nog mee.",
    Act.REFUSED: "{who} wil niet meekijken.",
    Act.CHANGED: "{who} veranderde wat {helper} mag zien.",
    Act.PAUSED: "{who} liet {helper} even niet meekijken.",
    Act.RESUMED: "{who} liet {helper} weer meekijken.",
    Act.STOPPED: "{who} stopte het meekijken van {helper}.",
    Act.EXPIRED: "Het meekijken van {helper} is gestopt. De einddatum was voorbij.",
}


def sentence(line: LogLine, names: Mapping[str, str], helpers: Mapping[GrantId, str]) -> str:
    """Who did what. `names` of agencies by OIN; `helpers` by grant, as the citizen knows them."""
    said, app = _sentence(line, names, helpers), line.details.get("app")
    if app is not None and line.action not in _NAMES_APP:
        said = f"{said.removesuffix('.')}, met de app {app}."
    return said + _prepared(line) + _why(line)


def _sentence(line: LogLine, names: Mapping[str, str], helpers: Mapping[GrantId, str]) -> str:
    who = "U" if line.role is Role.CITIZEN else line.actor
    helper = _helper(line, helpers)
    if line.action is Act.REPORTED:
        return _reported(line, names)
    if line.action is Act.NOTICED:
        return f"Wij zagen iets ongewoons bij {helper}: {_reasons(line)}."
    if line.action in _WORDS:
        return _SAID[line.action, Word(line.details["word"])].format(sender=_from(line, names))
    told = {**_BY_OTHER, **_BY_ROLE.get(line.role, {})}
    if line.action in told:
        more = {"app": line.details.get("app"), "told": _told_at_desk(line), "decision": _decision(line)}
        letter = {"sender": _from(line, names), "to": _to(line, names)}
        return told[line.action].format(who=who, helper=helper, **more, **letter)
    return f"{who} {_did(line.action, _agency(line), names, letters=len(line.letters))}."


def _prepared(line: LogLine) -> str:
    """Which app began with what was given."""
    app = line.details.get("prepared_by")
    return f" De app {app} had dit klaargezet." if app and line.action is Act.OFFERED else ""


def _decision(line: LogLine) -> str:
    """The number of a court's decision, where it was one."""
    reference = line.details.get("reference")
    return f" (beschikking {reference})" if reference else ""


def _from(line: LogLine, names: Mapping[str, str]) -> str:
    """Whose letter it was about, after that word."""
    agency = _agency(line)
    return f" van {words.with_article(sender_name(agency, names))}" if agency else ""


def _to(line: LogLine, names: Mapping[str, str]) -> str:
    agency = _agency(line)
    return f" aan {words.with_article(sender_name(agency, names))}" if agency else ""


def _did(act: Act, agency: Oin | None, names: Mapping[str, str], *, letters: int | None) -> str:
    """What was seen, after the name of who saw it. `letters`: how many; None to leave it out."""
    sender = f" van {words.with_article(sender_name(agency, names))}" if agency else ""
    if act in _SAW_MANY:
        nothing = ", en vond niets" if act is Act.SEARCHED and letters == 0 else ""
        return _SAW_MANY[act] + _counted(letters) + nothing
    match act:
        case Act.DOWNLOAD:
            return f"opende een bijlage bij uw brief{sender}"
        case Act.READ:
            return f"las uw brief{sender}"
        case _:
            return _SAW.get(act, "deed iets met wie mag meekijken")


def _counted(letters: int | None) -> str:
    return f" ({letters} {'brief' if letters == 1 else 'brieven'})" if letters else ""


def _why(line: LogLine) -> str:
    """What a helper said a look was for, where they had to. Other acts have reasons of their own."""
    code, note = line.details.get("reason"), line.details.get("note")
    if code is None or line.action not in LOOKS:
        return ""
    reason = words.OPENING_REASONS.get(code, words.OPENING_REASONS["anders"])
    return f" Reden: {reason.lower()}{f', „{note}”' if note else ''}."


def _reported(line: LogLine, names: Mapping[str, str]) -> str:
    """Names what was reported: `details` say who did what, and when."""
    about = line.details
    did = _did(Act(about["act"]), _agency(line), names, letters=None)
    return f"U meldde dat dit niet klopt: {about['actor']} {did}, op {formats.day(int(about['at_ms']))}."


def _reasons(line: LogLine) -> str:
    reasons = line.details.get("reasons", ())
    return " en ".join(words for kind, words in NOTICES.items() if kind in reasons) or "anders kijken dan eerst"


def _told_at_desk(line: LogLine) -> str:
    """What was shown at the counter, and why the citizen did not do it alone."""
    document, reason = line.details.get("document"), line.details.get("reason")
    return f" U liet zien: {document}. De reden: {reason}" if document and reason else ""


def _helper(line: LogLine, helpers: Mapping[GrantId, str]) -> str:
    told = line.details.get("helper")
    if isinstance(told, str) and told:
        return told
    return helpers.get(line.grant_id, _SOMEONE) if line.grant_id else _SOMEONE


def _agency(line: LogLine) -> Oin | None:
    return line.letters[0].agency if line.letters else None
