"""Each state of a debt is one that letters can tell, and none that they cannot."""

from __future__ import annotations

from typing import Any, Final

import pytest

from mailbox.domain.claims.claims import claims_of
from mailbox.domain.claims.debts import State
from tests.berichten import bericht
from tests.opened import opened

ASKED: Final = {"totaal": 30900, "hoofdsom": 10000, "verhoging": 20000, "kosten": 900, "richting": "betalen"}
PAID: Final = {**ASKED, "betaald": 30900}
NO_MONEY: Final = {"bedragen": None, "betaling": None, "rechtsmiddel": None, "termijnen": None, "aard": "mededeling"}


def then(kind: str, **changes: Any) -> dict[str, Any]:
    """A letter that comes after the fine."""
    return bericht(kind, **{"kenmerk": "THEN", "dagtekening": "2026-06-01", "bedragen": ASKED, **changes})


@pytest.mark.parametrize(
    ("state", "letters"),
    [
        (State.OPEN, []),
        (State.REMINDED, [then("cjib_wahv_aanmaning1")]),
        (State.REMINDED_AGAIN, [then("cjib_wahv_aanmaning2")]),
        (State.WRIT, [then("cjib_dwangbevel")]),
        (State.WRIT, [then("cjib_gijzeling")]),
        (State.SEIZURE, [then("cjib_verhaal")]),
        (State.PLAN, [then("cjib_betalingsregeling")]),
        (State.PAID, [then("cjib_wahv_aanmaning1", bedragen=PAID)]),
        (State.PAID, [then("cjib_betalingsregeling", bedragen=PAID)]),
        (State.WITHDRAWN, [then("cjib_wahv_beschikking", relatie={"trektIn": "FINE"}, **NO_MONEY)]),
    ],
    ids=lambda value: value.value if isinstance(value, State) else "",
)
def test_a_letter_tells_a_state(state: State, letters: list[dict[str, Any]]) -> None:
    ((debt,),) = [claim.debts for claim in claims_of(opened([bericht(kenmerk="FINE"), *letters]))]
    assert debt.state is state


def test_who_is_reminded_in_a_plan_has_none_any_more() -> None:
    plan = then("cjib_betalingsregeling", kenmerk="PLAN", dagtekening="2026-05-01")
    ((debt,),) = [claim.debts for claim in claims_of(opened([bericht(), plan, then("cjib_wahv_aanmaning2")]))]
    assert debt.state is State.REMINDED_AGAIN


def test_other_bodies_tell_theirs() -> None:
    found = {
        kind: claims_of(opened([then(kind)]))[0].debts[0].state
        for kind in ("bd_aanmaning", "bd_dwangbevel", "bd_beslag_vordering", "duo_herinnering", "svb_aanmaning",
                     "tsl_betalingsregeling")
    }  # fmt: skip
    assert found == {
        "bd_aanmaning": State.REMINDED,
        "bd_dwangbevel": State.WRIT,
        "bd_beslag_vordering": State.SEIZURE,
        "duo_herinnering": State.REMINDED,
        "svb_aanmaning": State.REMINDED,
        "tsl_betalingsregeling": State.PLAN,
    }
