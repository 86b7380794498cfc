"""Where people can be reached: a Dutch mobile number however it was typed, and one address for each way."""

from __future__ import annotations

import pytest

from mailbox.domain.alerts import Addresses, EmailAddress, PhoneNumber, Way, address_of
from mailbox.domain.errors import InvalidIdentifier

NUMBER = PhoneNumber("+31612345678")
OTHER_NUMBER = PhoneNumber("+31687654321")
MAIL = EmailAddress("+31612345678@voorbeeld.example")


@pytest.mark.parametrize(
    "typed",
    [
        *("0612345678", "06 12 34 56 78", "06-12345678", " (06) 12.345.678 ", "06\xa012345678"),
        *("+31612345678", "+31 6 12345678", "+31 (0)6 12345678", "0031612345678", "00 31 6 1234 5678"),
    ],
)
def test_a_number_is_the_same_however_it_was_typed(typed: str) -> None:
    assert PhoneNumber.typed(typed) == NUMBER
    assert NUMBER.shown == "06-12345678"


@pytest.mark.parametrize(
    "typed",
    [
        *("", "06", "061234567", "06123456789", "612345678", "31612345678", "00612345678", "06 1234567a"),
        *("0101234567", "0201234567", "0800123456", "0900123456", "0661234567", "0671234567", "0691234567"),
        *("+32470123456", "+4915112345678", "+881612345678", "+316123456789", "097012345678", "112", "+31"),
        *("0612345678,0687654321", "0612345678;ext=1", "0612345678@voorbeeld.nl", "٠٦١٢٣٤٥٦٧٨", "06123+45678"),
    ],
)
def test_what_is_no_dutch_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        PhoneNumber.typed(typed)
    assert not typed or typed not in str(caught.value)


def test_a_number_is_masked() -> None:
    assert "1234" not in repr(NUMBER)
    assert "1234" not in f"{Addresses(chosen=NUMBER)}"


@pytest.mark.parametrize("address", [NUMBER, MAIL])
def test_what_is_kept_is_read_back(address: EmailAddress | PhoneNumber) -> None:
    assert address_of(address.value) == address


def test_messages_go_to_one_address_and_each_way_has_one() -> None:
    mail = Addresses(chosen=MAIL)
    both = mail.choosing(NUMBER)
    assert both == Addresses(chosen=NUMBER, other=MAIL)
    assert both.choosing(OTHER_NUMBER) == Addresses(chosen=OTHER_NUMBER, other=MAIL)
    assert both.choosing(MAIL) == Addresses(chosen=MAIL, other=NUMBER)
    assert (both.over(Way.SMS), both.over(Way.EMAIL), mail.over(Way.SMS)) == (NUMBER, MAIL, None)
    assert (both.without(Way.SMS), both.without(Way.EMAIL)) == (mail, Addresses(chosen=NUMBER))
    assert (mail.without(Way.EMAIL), mail.without(Way.SMS)) == (None, mail)
    with pytest.raises(InvalidIdentifier):
        Addresses(chosen=NUMBER, other=OTHER_NUMBER)
