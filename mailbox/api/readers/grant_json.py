"""A grant as apps get it: the citizen with names, and what it lets somebody see as an RFC 9396 detail. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from consent import LIVE, State
from mailbox.api.readers.letter_json import Json, instant, link, present
from mailbox.domain.identifiers import id_text
from mailbox.services.grant_views import GrantView

STATES: Final[Mapping[State, str]] = {
    State.OFFERED: "aangeboden",
    State.ACTIVE: "actief",
    State.PAUSED: "gepauzeerd",
    State.REFUSED: "geweigerd",
    State.REVOKED: "gestopt",
    State.EXPIRED: "verlopen",
}


def grant_json(grant: GrantView, now_ms: int, base: str) -> Json:
    """A citizen's own grant. `base`: where this API is."""
    here = f"{base}/toestemmingen/{id_text(grant.grant_id)}"
    return present(
        {
            "toestemmingId": id_text(grant.grant_id),
            "status": state_of(grant, now_ms),
            "grondslag": grant.basis.value,
            "naam": grant.note,
            "helpers": [
                {"naam": one.name, "_links": {"self": link(f"{here}/helpers/{one.ref}")}} for one in grant.helpers
            ],
            "organisatie": grant.organisation,
            "uitspraak": grant.reference,
            "toestemming": grant.scope.to_json(),
            "versie": grant.version,
            "stilGestopt": grant.quiet,
            "vervallen": grant.lapsed,
            "aanmaaktijdstip": instant(grant.created_ms),
            "wijzigingstijdstip": instant(grant.changed_ms),
            "kijktijdstip": None if grant.last_look_ms is None else instant(grant.last_look_ms),
            "_links": {"self": link(here)},
        }
    )


def state_of(grant: GrantView, now_ms: int) -> str:
    """How it stands. What is past its end is over, also while nobody has cleared it up."""
    if grant.state in LIVE and now_ms >= grant.scope.until_ms:
        return STATES[State.EXPIRED]
    return STATES[grant.state]
