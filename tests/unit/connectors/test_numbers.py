"""Made-up numbers pass the checks that other implementations make."""

from __future__ import annotations

import pytest
from stdnum import iban as stdnum_iban
from stdnum.nl import bsn as stdnum_bsn

from connectors.agency import AGENCIES
from connectors.numbers import iban, is_bsn, payment_reference
from connectors.residents import DEMO_RESIDENTS, MOST_RESIDENTS, residents
from schemas.rules import is_betalingskenmerk


@pytest.mark.parametrize("number", [999993653, 999990342, 999996666, 123456782, 111222333])
def test_bsns_of_official_examples(number: int) -> None:
    assert is_bsn(number)


def test_the_elfproef_agrees_with_another_implementation() -> None:
    numbers = range(999_990_000, 1_000_000_000)
    assert [is_bsn(n) for n in numbers] == [stdnum_bsn.is_valid(str(n)) for n in numbers]


@pytest.mark.parametrize(
    ("number", "reference"),
    [(56789012345, "5000056789012345"), (62542157047959, "1062542157047959"), (0, "0000000000000000")],
)
def test_payment_references_of_official_examples(number: int, reference: str) -> None:
    assert reference == payment_reference(number)


def test_payment_references_pass_the_check_of_the_schema() -> None:
    made = [payment_reference(number * 7919 + 400_000_000_000_000) for number in range(5_000)]
    assert all(is_betalingskenmerk(reference) for reference in made)
    assert {len(reference) for reference in made} == {16}


def test_each_account_is_valid_and_of_no_real_bank() -> None:
    accounts = [agency.sender.account for agency in AGENCIES.values()]
    assert [stdnum_iban.is_valid(account) for account in accounts] == [True] * 5
    assert {account[4:8] for account in accounts} == {"TEST"}
    assert all(stdnum_iban.is_valid(iban(number)) for number in range(2_000))


def test_each_agency_has_a_test_oin_of_its_own() -> None:
    oins = [agency.sender.oin for agency in AGENCIES.values()]
    assert [(len(oin), oin[:8]) for oin in oins] == [(20, "00000099")] * 5
    assert len(set(oins)) == 5


def test_residents_have_test_bsns_of_their_own() -> None:
    bsns = [resident.bsn for resident in (*DEMO_RESIDENTS, *residents(MOST_RESIDENTS))]
    assert {bsn[:5] for bsn in bsns} == {"99999"}
    assert all(stdnum_bsn.is_valid(bsn) for bsn in bsns)
    assert len(set(bsns)) == len(bsns) == 904


def test_residents_are_the_same_each_time() -> None:
    assert list(residents(50)) == list(residents(100))[:50]


def test_no_more_residents_than_there_are_test_bsns() -> None:
    with pytest.raises(ValueError, match="there are 900 fictional residents"):
        list(residents(901))


def test_a_resident_does_not_show_in_a_log() -> None:
    (resident,) = residents(1)
    assert repr(resident) == "Resident(0)"
