"""The bytes under every seal: one reading for each list of parts, one padded form for each text."""

from __future__ import annotations

import pytest

from mailbox.crypto.encoding import pad, pae, unpad
from mailbox.domain.errors import SealBroken


@pytest.mark.parametrize(
    ("parts", "encoded"),
    [  # the examples of the PASETO specification (docs/01-Protocol-Versions/Common.md, PAE)
        ((), "0000000000000000"),
        ((b"",), "01000000000000000000000000000000"),
        ((b"test",), "0100000000000000040000000000000074657374"),
    ],
)
def test_encoding_is_pasetos(parts: tuple[bytes, ...], encoded: str) -> None:
    assert pae(*parts).hex() == encoded


def test_parts_do_not_run_into_each_other() -> None:
    lists = [(b"ab", b"c"), (b"a", b"bc"), (b"abc",), (b"abc", b""), (b"", b"abc"), (b"a", b"b", b"c")]
    assert len({pae(*parts) for parts in lists}) == len(lists)


@pytest.mark.parametrize(
    ("length", "padded"),
    [  # Padmé by hand: keep the top bits of length + 1, round up
        (0, 1),
        (1, 2),
        (7, 8),
        (8, 10),
        (9, 10),
        (31, 32),
        (32, 36),
        (255, 256),
        (256, 272),
        (1000, 1024),
        (4096, 4352),
        (1_000_000, 1_015_808),
    ],
)
def test_lengths_after_padding(length: int, padded: int) -> None:
    assert len(pad(bytes(length))) == padded


def test_padding_grows_a_text_by_an_eighth_at_most() -> None:
    grown = [(len(pad(bytes(n))) - n - 1) / (n + 1) for n in range(1, 20_000)]
    assert max(grown) <= 0.125


def test_a_text_may_end_like_padding() -> None:
    texts = [b"", b"\0", b"\x80", b"a\x80\0\0", b"\0" * 100, b"\x80" * 100]
    assert [unpad(pad(text)) for text in texts] == texts


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0",
        bytes(32),
        b"abc",
        b"abc\x81",
        b"a" * 8 + b"\x80",  # nine bytes are no Padmé length
        b"a\x80" + bytes(30),  # one that `pad` would have ended sooner
        b"a" * 31 + b"\x80" + b"\0" * 4,
    ],
    ids=["empty", "zero", "zeros", "no-mark", "other-mark", "no-padme-length", "too-long", "next-length"],
)
def test_other_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(SealBroken):
        unpad(padded)
