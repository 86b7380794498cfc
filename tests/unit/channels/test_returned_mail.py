"""Which mail that comes back says that an address is none, of which message: reports as mail servers write them."""

from __future__ import annotations

import pytest

from mailbox.channels.returned_mail import no_such_address
from tests.returned import EXCHANGE, GMAIL, KEY, POSTFIX, POSTFIX_DELAYED


@pytest.mark.parametrize("mail", [POSTFIX, EXCHANGE, GMAIL])
def test_a_report_that_the_address_is_none_names_the_message(mail: bytes) -> None:
    assert no_such_address(mail) == KEY
    assert no_such_address(mail.replace(b"\n", b"\r\n")) == KEY


@pytest.mark.parametrize("status", [b"5.1.2", b"5.1.3", b"5.1.6", b"5.1.10", b"5.1.1 (bad destination)"])
def test_each_way_to_be_no_address(status: bytes) -> None:
    assert no_such_address(POSTFIX.replace(b"Status: 5.1.1", b"Status: " + status)) == KEY


@pytest.mark.parametrize(
    "status",
    [
        *(b"5.2.2", b"5.7.1", b"5.0.0", b"4.1.1", b"5.1.0", b"5.1.7", b"5.1.8", b"5.1.11", b"5.1", b"", b"15.1.1"),
        *(b"5.1.100", b"2.1.5"),
    ],
)
def test_another_fault_says_nothing_of_the_address(status: bytes) -> None:
    assert no_such_address(POSTFIX.replace(b"Status: 5.1.1", b"Status: " + status)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Action: failed", b"Action: delayed"),
        (b"Action: failed", b"Action: delivered"),
        (b"Action: failed\n", b""),
        (b"report-type=delivery-status", b"report-type=disposition-notification"),
        (b"multipart/report; report-type=delivery-status;", b"multipart/mixed;"),
        (b"message/delivery-status", b"text/plain"),
        (b"<" + KEY.hex().encode(), b"<" + KEY.hex().encode()[1:]),
        (b"Message-ID: <" + KEY.hex().encode(), b"In-Reply-To: <" + KEY.hex().encode()),
        (KEY.hex().encode(), KEY.hex().encode() + b" " + KEY.hex().encode()),
    ],
)
def test_what_is_not_quite_a_report_on_a_message_of_ours_is_none(old: bytes, new: bytes) -> None:
    assert old in POSTFIX
    assert no_such_address(POSTFIX.replace(old, new)) is None


def test_mail_that_is_delayed_comes_later_or_not() -> None:
    assert no_such_address(POSTFIX_DELAYED) is None


def test_a_report_within_what_was_sent_back_is_not_ours_to_believe() -> None:
    outer = POSTFIX.replace(b"Status: 5.1.1", b"Status: 5.7.1").replace(b"0A1B2C3D4E", b"OUTER")
    head, _, tail = outer.partition(b"Content-Type: text/rfc822-headers\n")
    _, _, end = tail.partition(b"\n--OUTER")
    whole = head + b"Content-Type: message/rfc822\n\n" + POSTFIX + b"\n--OUTER" + end
    assert no_such_address(whole) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Ik ben met vakantie\n\n" + KEY.hex().encode(),
        POSTFIX[: len(POSTFIX) // 2],
        POSTFIX.replace(b"0A1B2C3D4E", b"\xff", 1),
        POSTFIX.replace(b"Action:", b"Action\xff:"),
        POSTFIX.replace(b"Message-ID: <", b"Message-ID: =?utf-8?q?<"),
    ],
)
def test_whatever_arrives_it_is_read_to_the_end(mail: bytes) -> None:
    assert no_such_address(mail) is None
