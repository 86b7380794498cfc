"""The form to let someone look along: from fields to a draft, or to what is wrong with them. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from consent import EVERY, Action, Every, Scope
from mailbox.services.granting import GrantDraft
from mailbox.web import formats, words
from mailbox.web.visitor import Form

_NAME_LENGTH: Final = 80
_FIRST_YEAR: Final = 1900
_MONTHS: Final = {"1-maand": 1, "3-maanden": 3, "1-jaar": 12}
_LONGEST_DAYS: Final = 365
DEFAULTS: Final = Form(
    {
        "organisaties": ["alle"],
        "onderwerpen": ["alle"],
        "periode": ["alle"],
        "lezen": ["ja"],
        "tot": ["3-maanden"],
    }
)
"""Three months, reading, nothing sensitive, no downloads (LETTERS: the least that helps)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft, or errors by field name; the names are also the anchors on the page."""

    draft: GrantDraft | None
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


def check(form: Form, *, agencies: Collection[str], today: date) -> Checked:
    """What the form asks for. `agencies` are the numbers it may name; `today` is a day in Amsterdam."""
    found = _Findings()
    name = _printable(form.one("naam"))
    if not 0 < len(name) <= _NAME_LENGTH:
        found.errors["naam"] = f"Vul in wie mag meekijken, in ten hoogste {_NAME_LENGTH} tekens."
    chosen = _agencies(form, agencies, found)
    topics = _topics(form, found)
    start, end = _period(form, today, found)
    actions = _actions(form, found)
    last = _last_day(form, today, found)
    if found.errors or last is None:
        return Checked(None, found.errors)
    scope = Scope(
        agencies=chosen,
        topics=topics,
        actions=actions,
        until_ms=formats.end_of_day_ms(last),
        dated_from=start,
        dated_to=end,
    )
    return Checked(GrantDraft(helper_note=name, scope=scope), {})


def _printable(text: str) -> str:
    """Without characters that nobody sees and that can turn text around (Unicode: C), and with single spaces."""
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())


def _agencies(form: Form, agencies: Collection[str], found: _Findings) -> frozenset[str] | Every:
    if form.one("organisaties") == "alle":
        return EVERY
    chosen = form.many("organisatie") & frozenset(agencies)
    if not chosen:
        found.errors["organisaties"] = "Kies van welke organisaties de post is."
    return chosen


def _topics(form: Form, found: _Findings) -> frozenset[str] | Every:
    """With a sensitive topic every topic is named: "all" never covers those."""
    sensitive = form.many("gevoelig") & words.SENSITIVE.keys()
    if form.one("onderwerpen") == "alle":
        return frozenset(words.TOPICS) | sensitive if sensitive else EVERY
    chosen = (form.many("onderwerp") & words.TOPICS.keys()) | sensitive
    if not chosen:
        found.errors["onderwerpen"] = "Kies waar de brieven over gaan."
    return chosen


def _period(form: Form, today: date, found: _Findings) -> tuple[date | None, date | None]:
    choice = form.one("periode")
    if choice == "nieuw":
        return today, None
    if choice != "zelf":
        return None, None
    start = found.date(form, "vanaf", "de eerste datum")
    ends = any(form.one(f"tm-{part}") for part in ("dag", "maand", "jaar"))
    end = found.date(form, "tm", "de laatste datum") if ends else None
    if start and end and start > end:
        found.errors["tm"] = "De laatste datum moet na de eerste datum zijn."
    return start, end


def _actions(form: Form, found: _Findings) -> frozenset[Action]:
    actions = {Action.LIST}
    if form.one("lezen"):
        actions.add(Action.READ)
    if form.one("downloaden"):
        actions.add(Action.DOWNLOAD)
        if not form.one("lezen"):
            found.errors["acties"] = "Wie bijlagen mag downloaden, moet ook de brieven mogen lezen."
    return frozenset(actions)


def _last_day(form: Form, today: date, found: _Findings) -> date | None:
    choice = form.one("tot")
    if choice in _MONTHS:
        return min(_later(today, _MONTHS[choice]), today + timedelta(days=_LONGEST_DAYS))
    if choice != "zelf":
        found.errors["tot"] = "Kies tot wanneer deze persoon mag meekijken."
        return None
    last = found.date(form, "einde", "de einddatum")
    if last is not None and not today <= last <= today + timedelta(days=_LONGEST_DAYS):
        found.errors["einde"] = "Kies een einddatum tussen vandaag en een jaar vanaf nu."
        return None
    return last


def _later(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
