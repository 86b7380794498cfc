"""The questions of a consent: from answers to a scope, or to what is wrong with them. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from consent import EVERY, MAX_DAYS, Action, Every, Purpose, Scope
from mailbox.web import formats, words
from mailbox.web.visitor import Form

NAME_LENGTH: Final = 80
_FIRST_YEAR: Final = 1900
_MONTHS: Final = {"1-maand": 1, "3-maanden": 3, "1-jaar": 12}
EXTRA_ACTIONS: Final = {
    "downloaden": Action.DOWNLOAD,
    "markeren": Action.MARK,
    "waarschuwen": Action.ALERT,
    "antwoorden": Action.REPLY,
}
"""What somebody may do beside looking, by the value of its box."""
DEFAULTS: Final[Mapping[str, list[str]]] = {
    "organisaties": ["alle"],
    "onderwerpen": ["alle"],
    "periode": ["alle"],
    "inhoud": ["lezen"],
    "tot": ["3-maanden"],
}
"""Three months, reading, nothing sensitive, no downloads (LETTERS: the least that helps)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What answers are judged by: the numbers of agencies, and the instant (UTC milliseconds)."""

    agencies: Collection[str]
    now_ms: int

    @property
    def today(self) -> date:
        """The day in Amsterdam."""
        return formats.local(self.now_ms).date()


@dataclass(frozen=True, slots=True)
class Checked:
    """A scope, or errors by field name; the names are also the anchors on the page."""

    scope: Scope | None
    errors: Mapping[str, str]


@dataclass(slots=True)
class _Findings:
    errors: dict[str, str] = field(default_factory=dict)

    def date(self, form: Form, name: str, what: str) -> date | None:
        """Three text fields as a date; an error for the group when they are none."""
        parts = [form.one(f"{name}-{part}") for part in ("dag", "maand", "jaar")]
        try:
            day, month, year = (int(part) for part in parts if part.isascii())
            if year < _FIRST_YEAR:
                raise ValueError  # noqa: TRY301 - "26" is no year: it would let someone see letters of all times
            return date(year, month, day)
        except ValueError:
            self.errors[name] = f"Vul {what} in als dag, maand en jaar. Bijvoorbeeld 31 12 2026."
            return None


def helper_name(form: Form) -> str:
    """The citizen's own word for the helper, without what nobody sees."""
    return printable(form.one("naam"))


def errors_of(step: str, form: Form, known: Known) -> Mapping[str, str]:
    """What is wrong with the answers of one step."""
    found = _Findings()
    for check in _CHECKS[step]:
        check(form, known, found)
    return found.errors


def scope_of(form: Form, known: Known) -> Checked:
    """What all answers together let somebody do. For single letters (`ook` alone) the first questions are not asked."""
    found = _Findings()
    actions, until_ms = _actions(form, known, found), _until(form, known, found)
    if is_only_letters(form):
        if found.errors or until_ms is None:
            return Checked(None, found.errors)
        return Checked(Scope.only(form.many("ook"), actions=actions, until_ms=until_ms, purpose=_purpose(form)), {})
    agencies, topics = _agencies(form, known, found), _topics(form, known, found)
    start, end = _period(form, known, found)
    if found.errors or until_ms is None:
        return Checked(None, found.errors)
    scope = Scope(
        agencies=agencies,
        topics=topics,
        actions=actions,
        until_ms=until_ms,
        dated_from=start,
        dated_to=end,
        purpose=_purpose(form),
        also=form.many("ook"),
        without=form.many("zonder") - form.many("ook"),
    )
    return Checked(scope, {})


def until_of(form: Form, known: Known) -> tuple[int | None, dict[str, str]]:
    """The end alone, as an instant (UTC milliseconds), or what is wrong with it."""
    found = _Findings()
    return _until(form, known, found), found.errors


def is_only_letters(form: Form) -> bool:
    """Whether these answers are about single letters and nothing else."""
    return bool(form.many("ook")) and not form.one("organisaties")


def answers_of(scope: Scope) -> dict[str, list[str]]:
    """The answers that lead to this scope: what a change begins with."""
    answers = {
        "inhoud": ["lezen" if Action.READ in scope.actions else "datums"],
        "acties": [name for name, action in EXTRA_ACTIONS.items() if action in scope.actions],
        "tot": ["zelfde"],
        "grens": [str(scope.until_ms)],
        "doel": [scope.purpose.value],
        "ook": sorted(scope.also),
        "zonder": sorted(scope.without),
    }
    if scope.is_only_letters:
        return answers
    return {**answers, **_answers_about_agencies(scope), **_answers_about_topics(scope), **_answers_about_period(scope)}


def printable(text: str) -> str:
    """Without characters that nobody sees and that can turn text around (Unicode: C), and with single spaces."""
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())


def _answers_about_agencies(scope: Scope) -> dict[str, list[str]]:
    if isinstance(scope.agencies, Every):
        return {"organisaties": ["alle"]}
    return {"organisaties": ["kies"], "organisatie": sorted(scope.agencies)}


def _answers_about_topics(scope: Scope) -> dict[str, list[str]]:
    if isinstance(scope.topics, Every):
        return {"onderwerpen": ["alle"]}
    sensitive = sorted(scope.topics & words.SENSITIVE.keys())
    if sensitive and scope.topics >= words.TOPICS.keys():
        return {"onderwerpen": ["alle"], "gevoelig": sensitive}
    return {"onderwerpen": ["kies"], "onderwerp": sorted(scope.topics & words.TOPICS.keys()), "gevoelig": sensitive}


def _answers_about_period(scope: Scope) -> dict[str, list[str]]:
    if scope.dated_from is None:
        if scope.dated_to is None:
            return {"periode": ["alle"]}
        return {"periode": ["zelf"], **_parts("tm", scope.dated_to)}
    end = _parts("tm", scope.dated_to) if scope.dated_to else {}
    return {"periode": ["zelf"], **_parts("vanaf", scope.dated_from), **end}


def _parts(name: str, day: date) -> dict[str, list[str]]:
    return {f"{name}-dag": [str(day.day)], f"{name}-maand": [str(day.month)], f"{name}-jaar": [str(day.year)]}


def _name(form: Form, _: Known, found: _Findings) -> None:
    if not 0 < len(helper_name(form)) <= NAME_LENGTH:
        found.errors["naam"] = f"Vul in wie mag meekijken, in ten hoogste {NAME_LENGTH} tekens."


def _agencies(form: Form, known: Known, found: _Findings) -> frozenset[str] | Every:
    if form.one("organisaties") == "alle":
        return EVERY
    chosen = form.many("organisatie") & frozenset(known.agencies)
    if not chosen:
        found.errors["organisaties"] = "Kies van welke organisaties de post is."
    return chosen


def _topics(form: Form, _: Known, found: _Findings) -> frozenset[str] | Every:
    """With a sensitive topic every topic is named: "all" never covers those."""
    sensitive = form.many("gevoelig") & words.SENSITIVE.keys()
    if form.one("onderwerpen") == "alle":
        return frozenset(words.TOPICS) | sensitive if sensitive else EVERY
    chosen = (form.many("onderwerp") & words.TOPICS.keys()) | sensitive
    if not chosen:
        found.errors["onderwerpen"] = "Kies waar de brieven over gaan."
    return chosen


def _period(form: Form, known: Known, found: _Findings) -> tuple[date | None, date | None]:
    choice = form.one("periode")
    if choice == "nieuw":
        return known.today, None
    if choice != "zelf":
        if choice != "alle":
            found.errors["periode"] = "Kies welke brieven deze persoon mag zien."
        return None, None
    ends = any(form.one(f"tm-{part}") for part in ("dag", "maand", "jaar"))
    end = found.date(form, "tm", "de laatste datum") if ends else None
    begins = any(form.one(f"vanaf-{part}") for part in ("dag", "maand", "jaar"))
    start = found.date(form, "vanaf", "de eerste datum") if begins or not ends else None
    if start and end and start > end:
        found.errors["tm"] = "De laatste datum moet na de eerste datum zijn."
    return start, end


def _actions(form: Form, _: Known, found: _Findings) -> frozenset[Action]:
    extra = {EXTRA_ACTIONS[name] for name in form.many("acties") & EXTRA_ACTIONS.keys()}
    if form.one("inhoud") == "lezen":
        return frozenset({Action.LIST, Action.READ, *extra})
    if form.one("inhoud") != "datums":
        found.errors["inhoud"] = "Kies of deze persoon de brieven mag lezen."
    elif Action.DOWNLOAD in extra:
        found.errors["acties"] = "Wie bijlagen mag downloaden, moet ook de brieven mogen lezen."
    return frozenset({Action.LIST, *extra})


def _until(form: Form, known: Known, found: _Findings) -> int | None:
    """The end as an instant (UTC milliseconds)."""
    choice, longest = form.one("tot"), known.today + timedelta(days=MAX_DAYS - 1)
    if choice in _MONTHS:
        return formats.end_of_day_ms(min(_later(known.today, _MONTHS[choice]), longest))
    if choice == "zelfde":
        kept = form.one("grens")
        if kept.isascii() and kept.isdecimal() and known.now_ms < int(kept):
            return int(kept)
        found.errors["tot"] = "Deze datum is voorbij. Kies een nieuwe."
        return None
    if choice != "zelf":
        found.errors["tot"] = "Kies tot wanneer deze persoon mag meekijken."
        return None
    last = found.date(form, "einde", "de einddatum")
    if last is not None and not known.today <= last <= longest:
        found.errors["einde"] = "Kies een einddatum tussen vandaag en een jaar vanaf nu."
        return None
    return formats.end_of_day_ms(last) if last else None


def _purpose(form: Form) -> Purpose:
    try:
        return Purpose(form.one("doel"))
    except ValueError:
        return Purpose.HELP


def _later(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


_CHECKS: Final[Mapping[str, tuple[Callable[[Form, Known, _Findings], object], ...]]] = {
    "wie": (_name,),
    "wat": (_agencies, _topics),
    "brieven": (_period,),
    "mag": (_actions,),
    "tot": (_until,),
}
