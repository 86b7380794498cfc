"""What withdraws, replaces, pays and joins: each letter in one matter, each bill once."""

from __future__ import annotations

from typing import Any

from mailbox.domain.claims.claims import Claim, claims_of, open_remedies
from mailbox.domain.claims.debts import State
from mailbox.domain.claims.matters import matters_of
from tests.berichten import bericht
from tests.opened import opened


def fine(reference: str, **changes: Any) -> dict[str, Any]:
    return bericht(kenmerk=reference, **changes)


def reminder(reference: str, **changes: Any) -> dict[str, Any]:
    more = {"totaal": 15900, "hoofdsom": 10000, "verhoging": 5000, "kosten": 900, "richting": "betalen"}
    return bericht("cjib_wahv_aanmaning1", kenmerk=reference, **{"bedragen": more, "dagtekening": "2026-05-04",
                   **changes})  # fmt: skip


def note(**changes: Any) -> dict[str, Any]:
    """A letter without money."""
    parts = {"bedragen": None, "betaling": None, "rechtsmiddel": None, "termijnen": None, "dagtekening": "2026-06-01"}
    return bericht(**{"kenmerk": "NOTE", "aard": "mededeling", **parts, **changes})


def only(*berichten: dict[str, Any]) -> Claim:
    (claim,) = claims_of(opened(berichten))
    return claim


def states(claim: Claim) -> list[tuple[State, int]]:
    return [(debt.state, debt.open) for debt in claim.debts]


def groups(*berichten: dict[str, Any]) -> list[str]:
    return ["".join(letter.reference for letter in matter) for matter in matters_of(opened(berichten))]


def test_a_withdrawn_bill_asks_nothing_and_neither_does_its_reminder() -> None:
    assert states(only(fine("A"), note(relatie={"trektIn": "A"}))) == [(State.WITHDRAWN, 0)]
    assert states(only(fine("A"), reminder("B"), note(relatie={"trektIn": "A"}))) == [(State.WITHDRAWN, 0)]


def test_a_withdrawn_reminder_gives_back_what_it_added() -> None:
    claim = only(fine("A"), reminder("B"), note(relatie={"trektIn": "B"}))
    assert states(claim) == [(State.OPEN, 109_00)]
    assert claim.debts[0].added == 0


def test_a_bill_that_replaces_another_is_the_same_debt() -> None:
    less = {"totaal": 5900, "hoofdsom": 5000, "kosten": 900, "richting": "betalen"}
    claim = only(fine("A"), fine("B", bedragen=less, relatie={"vervangt": "A"}, dagtekening="2026-03-09"))
    assert (states(claim), claim.debts[0].began) == ([(State.OPEN, 59_00)], 59_00)
    assert [one.letter.reference for one in open_remedies(claim, claim.letters[0].dated)] == ["B"]


def test_a_bill_that_withdraws_another_and_asks_anew_is_not_withdrawn() -> None:
    claim = only(fine("A"), fine("B", relatie={"trektIn": "A"}, dagtekening="2026-03-09"))
    assert states(claim) == [(State.OPEN, 109_00)]


def test_what_a_letter_calls_paid_is_taken_off_and_in_the_end_it_is_paid() -> None:
    parts = {"totaal": 15900, "hoofdsom": 10000, "verhoging": 5000, "kosten": 900, "richting": "betalen"}
    some, all_ = (reminder("B", bedragen={**parts, "betaald": paid}) for paid in (10000, 15900))
    assert states(only(fine("A"), some)) == [(State.REMINDED, 59_00)]
    assert states(only(fine("A"), all_)) == [(State.PAID, 0)]


def test_a_reminder_without_its_bill_is_a_debt() -> None:
    assert states(only(reminder("B"))) == [(State.REMINDED, 159_00)]


def test_two_bills_of_one_case_are_two_debts_and_a_reminder_goes_with_its_own() -> None:
    other = {"totaal": 7900, "hoofdsom": 7000, "kosten": 900, "richting": "betalen"}
    bills = fine("A"), fine("B", bedragen=other, dagtekening="2026-03-09")
    assert states(only(*bills)) == [(State.OPEN, 109_00), (State.OPEN, 79_00)]
    reminded = [(State.REMINDED, 159_00), (State.OPEN, 79_00)]
    assert states(only(*bills, reminder("C"))) == reminded  # the same principal
    assert states(only(*bills, reminder("C", relatie={"vorige": "A"}))) == reminded
    named = only(*bills, reminder("C", relatie={"vorige": "B"}))
    assert states(named) == [(State.OPEN, 109_00), (State.REMINDED, 159_00)]


def test_money_that_one_gets_and_money_that_is_not_asked_is_no_claim() -> None:
    assert claims_of(opened([bericht("svb_kinderbijslag"), bericht("duo_jaaroverzicht"), note()])) == ()


def test_letters_belong_together_by_case_by_name_and_by_what_they_name() -> None:
    other = {"zaakkenmerk": "ZAAK 2", "betaling": None}
    assert groups(fine("A"), fine("B", **other), fine("C")) == ["AC", "B"]
    assert groups(fine("A"), fine("B", **other, relatie={"vorige": "A"})) == ["AB"]
    assert groups(fine("B", relatie={"vorige": "A"}), fine("A", zaakkenmerk="ZAAK 2")) == ["AB"]


def test_the_same_names_at_another_body_are_something_else() -> None:
    uwv = {"afzender": "00000099000000002000", "betaling": None}
    assert groups(fine("A"), fine("B", **uwv)) == ["A", "B"]
    assert groups(fine("A"), fine("A", zaakkenmerk="ZAAK 2", **uwv)) == ["A", "A"]


def test_a_payment_reference_joins_what_has_no_case_and_never_two_cases() -> None:
    loose = {"zaakkenmerk": None}
    assert groups(fine("A"), fine("B", **loose)) == ["AB"]
    assert groups(fine("A", **loose), fine("B", dagtekening="2026-03-09")) == ["AB"]
    assert groups(fine("A"), fine("B", zaakkenmerk="ZAAK 2")) == ["A", "B"]
    three = fine("A"), fine("B", **loose), fine("C", zaakkenmerk="ZAAK 2", dagtekening="2026-03-09")
    assert groups(*three) == ["AB", "C"]
    assert groups(fine("A", **loose), fine("B", **loose, betaling=None)) == ["A", "B"]


def test_a_body_takes_over_the_case_that_it_names() -> None:
    taken = {"afzender": "00000099000000005000", "zaakkenmerk": "ZAAK 1"}
    duo = bericht("duo_aanmaning", kenmerk="A", afzender=taken["afzender"])
    writ = bericht("cjib_dwangbevel", kenmerk="B", zaakkenmerk="EIGEN", overgenomenVan=taken, dagtekening="2026-06-01")
    assert groups(duo, writ) == ["AB"]
    assert states(only(duo, writ)) == [(State.WRIT, 109_00)]
