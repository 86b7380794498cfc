"""A receipt on paper: the text of a QR code holds all of it, and hostile text is no receipt."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import zlib

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from mailbox.crypto import PAPER, RECEIPT, NotAReceipt, ReceiptRefused, from_paper, to_paper, verify_receipt
from mailbox.crypto.paper import _base45, _from_base45
from mailbox.crypto.signing import SigningKey

SIGNER = SigningKey(b"\x01" * 32)
RECEIPT_TEXT = SIGNER.sign('{"toestemming":"ja","namen":["Zoë","Åsa"]}'.encode(), typ=RECEIPT)


@pytest.mark.parametrize(
    ("raw", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_published_base45(raw: bytes, text: str) -> None:
    """RFC 9285, sections 4.3 and 4.4."""
    assert (_base45(raw), _from_base45(text)) == (text, raw)


@given(raw=st.binary(max_size=400))
def test_all_bytes_come_back(raw: bytes) -> None:
    assert _from_base45(_base45(raw)) == raw


def test_a_receipt_comes_back_from_paper_and_is_true() -> None:
    paper = to_paper(RECEIPT_TEXT)
    assert paper.startswith(PAPER)
    assert from_paper(paper) == RECEIPT_TEXT
    assert verify_receipt(from_paper(paper)).signer == SIGNER.key_id
    assert segno.make(paper, micro=False).mode == "alphanumeric"


def test_paper_is_much_shorter_for_a_long_receipt() -> None:
    long = SIGNER.sign(b'{"brieven":[' + b'"brief",' * 2000 + b'""]}', typ=RECEIPT)
    assert len(to_paper(long)) < len(long) / 20


def folded(raw: bytes) -> str:
    return PAPER + _base45(zlib.compress(raw))


@pytest.mark.parametrize(
    "text",
    [
        "",
        PAPER,
        RECEIPT_TEXT,
        to_paper(RECEIPT_TEXT)[:-1],
        to_paper(RECEIPT_TEXT)[:-3],
        to_paper(RECEIPT_TEXT) + "00",
        to_paper(RECEIPT_TEXT).lower(),
        to_paper(RECEIPT_TEXT).replace(PAPER, "MO2:"),
        f"{PAPER}AB",
        f"{PAPER}:::",
        f"{PAPER}::",
        f"{PAPER}A",
        f"{PAPER}é00",
        folded(b""),
        folded(b"a\nb"),
        folded(b"\n" * 2_000_000),
        folded(b"{}\n{}\n" + b"x" * (1 << 20)),
        PAPER + "0" * 5000,
    ],
    ids=lambda text: text[:20],
)
def test_other_text_is_no_receipt(text: str) -> None:
    with pytest.raises(NotAReceipt):
        from_paper(text)


def test_what_no_code_can_hold_is_refused_before_it_is_unfolded() -> None:
    noise = base64.b64encode(random.Random(1).randbytes(4000)).decode()
    long = to_paper(SIGNER.sign(json.dumps({"ruis": noise}).encode(), typ=RECEIPT))
    assert len(long) > 4296
    with pytest.raises(NotAReceipt):
        from_paper(long)


def test_a_changed_character_gives_no_other_receipt() -> None:
    paper = to_paper(RECEIPT_TEXT)
    for place in range(len(PAPER), len(paper)):
        for other in "0A:":
            with contextlib.suppress(ReceiptRefused):
                read = from_paper(paper[:place] + other + paper[place + 1 :])
                assert verify_receipt(read).signer == SIGNER.key_id
                assert read == RECEIPT_TEXT
