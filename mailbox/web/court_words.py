"""What a court's decision means, in words: for the citizen it is about. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consent import LIVE, Basis, Purpose
from mailbox.domain.identifiers import id_text
from mailbox.services.grant_ledger import LAPSING, bars_giving
from mailbox.services.grant_views import GrantView
from mailbox.services.scope_news import TOLD_MS

ROLES: Final = {
    Purpose.ADMINISTRATION: "bewindvoerder",
    Purpose.GUARDIANSHIP: "curator",
    Purpose.MENTORSHIP: "mentor",
}
"""Who is appointed by each measure (BW 1:435, 1:383, 1:452)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CourtNews:
    """Something that a court's decision did lately, on which grant."""

    grant_id: str
    sentence: str
    who: str


def role(view: GrantView) -> str:
    """What the helper is to the citizen; empty where no court appointed them."""
    return ROLES.get(view.scope.purpose, "") if view.basis is Basis.COURT else ""


def measure_of(grants: Sequence[GrantView], now_ms: int) -> GrantView | None:
    """The court's decision under which this citizen lets nobody look along."""
    return next((one for one in grants if one.state in LIVE and bars_giving(one.scope, now_ms)), None)


def court_news(grants: Sequence[GrantView], now_ms: int) -> list[CourtNews]:
    """What a court's decision did in the last month, newest first."""
    free = measure_of(grants, now_ms) is None
    recent = [one for one in grants if _since(one, now_ms) > now_ms - TOLD_MS]
    told = ((one, _sentence(one, now_ms, free=free)) for one in sorted(recent, key=lambda one: -_since(one, now_ms)))
    return [CourtNews(grant_id=id_text(one.grant_id), sentence=said, who=one.who) for one, said in told if said]


def _is_live(view: GrantView, now_ms: int) -> bool:
    return view.state in LIVE and now_ms < view.scope.until_ms


def _since(view: GrantView, now_ms: int) -> int:
    """When it began, or when it ended. Colleagues who join later are no news of a court."""
    if view.state not in LIVE:
        return min(view.changed_ms, view.scope.until_ms)
    return view.created_ms if _is_live(view, now_ms) else view.scope.until_ms


def _sentence(view: GrantView, now_ms: int, *, free: bool) -> str:
    if view.lapsed:
        looks = "kijken" if view.are_many else "kijkt"
        return f"{view.who} {looks} niet meer mee. Dat komt door het besluit van de rechter."
    if view.basis is not Basis.COURT:
        return ""
    barring = view.scope.purpose in LAPSING
    if _is_live(view, now_ms):
        more = " Zolang dat zo is, kunt u zelf niemand laten meekijken." if barring else ""
        return f"{view.who} is uw {role(view)}. Dat besloot de rechter, in beschikking {view.reference}.{more}"
    more = " U kunt weer zelf kiezen wie meekijkt." if barring and free else ""
    return f"{view.who} is niet meer uw {role(view)}.{more}"
