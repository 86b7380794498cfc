"""What the page of the access log shows, from its entries. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mailbox.domain.identifiers import GrantId, id_text
from mailbox.services.access_log import LogLine
from mailbox.services.grant_views import GrantView
from mailbox.services.log_entries import ABOUT_ONE_LETTER, Role
from mailbox.web import formats
from mailbox.web.looks_files import FileLine
from mailbox.web.looks_words import sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class LookView:
    """One act as a sentence, with the letter it was about if there is one to show.

    The same act more than once on a day is one line: `times` of them, the first at `since_ms`. `seq`: the last of them.
    `can_report`: not the citizen's own.
    """

    sentence: str
    who: str
    at_ms: int
    since_ms: int
    times: int
    letter_id: str
    subject: str
    seq: int
    can_report: bool


def look_views(lines: Sequence[LogLine], names: Mapping[str, str], helpers: Mapping[GrantId, str]) -> list[LookView]:
    """Newest first, as the log gives them; what was done again and again on a day is told once."""
    told = [(sentence(line, names, helpers), line) for line in lines]
    groups = groupby(told, key=lambda pair: (pair[0], _letter(pair[1]), formats.day_iso(pair[1].at_ms)))
    return [_view(said, [line for _, line in group]) for (said, _, _), group in groups]


def file_lines(lines: Sequence[LogLine], names: Mapping[str, str], helpers: Mapping[GrantId, str]) -> list[FileLine]:
    """Every entry on a line of its own."""
    return [
        FileLine(at_ms=line.at_ms, who=line.actor, sentence=sentence(line, names, helpers), letter=_subject(line))
        for line in lines
    ]


def helper_names(grants: Sequence[GrantView]) -> dict[GrantId, str]:
    """The helper of each grant, as the citizen knows them."""
    return {grant.grant_id: grant.who for grant in grants}


def choices(grants: Sequence[GrantView]) -> list[tuple[str, str]]:
    """Grants to filter on, by helper; with the day when one helper has more than one."""
    often = Counter(grant.who for grant in grants)
    return [
        (
            id_text(grant.grant_id),
            grant.who if often[grant.who] == 1 else f"{grant.who}, sinds {formats.day(grant.created_ms)}",
        )
        for grant in grants
    ]


def _view(said: str, same: Sequence[LogLine]) -> LookView:
    newest = same[0]
    subject = _subject(newest)
    return LookView(
        sentence=said,
        who=newest.actor,
        at_ms=newest.at_ms,
        since_ms=same[-1].at_ms,
        times=len(same),
        letter_id=_letter(newest) if subject else "",
        subject=subject,
        seq=newest.seq,
        can_report=newest.role is not Role.CITIZEN,
    )


def _letter(line: LogLine) -> str:
    """The letter that was opened; empty for a look at the list."""
    return id_text(line.letters[0].letter_id) if line.action in ABOUT_ONE_LETTER and line.letters else ""


def _subject(line: LogLine) -> str:
    return (line.letters[0].subject or "") if line.action in ABOUT_ONE_LETTER and line.letters else ""
