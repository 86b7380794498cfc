"""The box: opens under its one key and context, and under nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailbox.crypto.box import _derive, open_box, seal_box
from mailbox.domain.errors import SealBroken
from tests.unit.crypto.keyring import flipped
from tests.unit.crypto.two_keys import keystream_block, two_key_ciphertext

KEY, AAD, TEXT = bytes(range(32)), b"where it belongs", b"Geachte heer, mevrouw,"


def test_what_was_sealed_opens() -> None:
    assert open_box(KEY, AAD, seal_box(KEY, AAD, TEXT)) == TEXT


def test_layout() -> None:
    box = seal_box(KEY, AAD, TEXT)
    assert box[:1] == b"\x01"
    assert len(box) == 1 + 32 + 32 + 24 + 16


def test_two_boxes_of_one_text_share_nothing() -> None:
    first, second = seal_box(KEY, AAD, TEXT), seal_box(KEY, AAD, TEXT)
    assert [first[1 + n : 17 + n] == second[1 + n : 17 + n] for n in (0, 32, 64)] == [False] * 3


def test_texts_of_about_one_size_give_boxes_of_one_size() -> None:
    assert {len(seal_box(KEY, AAD, bytes(n))) for n in range(1000, 1024)} == {81 + 1024}


def test_every_changed_bit_is_refused() -> None:
    box = seal_box(KEY, AAD, TEXT)
    opened = [bit for bit in range(len(box) * 8) if _opens(KEY, AAD, flipped(box, bit))]
    assert opened == []


def test_every_shorter_box_and_longer_ones_are_refused() -> None:
    box = seal_box(KEY, AAD, TEXT)
    others = [box[:n] for n in range(len(box))] + [box + b"\0", b"\0" + box, box + box]
    assert [other for other in others if _opens(KEY, AAD, other)] == []


def test_another_key_or_context_is_refused() -> None:
    box = seal_box(KEY, AAD, TEXT)
    assert [_opens(bytes(32), AAD, box), _opens(KEY, AAD + b"\0", box), _opens(KEY, b"", box)] == [False] * 3


def test_a_ciphertext_made_for_two_keys_opens_under_one() -> None:
    """Both box keys accept it as plain GCM; the commitment in front leaves one."""
    salt = bytes(32)
    first_key, commit = _derive(KEY, salt, AAD)
    mark = keystream_block(first_key, 1)[15]
    second = next(key for key in _keys() if keystream_block(_derive(key, salt, AAD)[0], 1)[15] == mark)
    second_key, _ = _derive(second, salt, AAD)
    ciphertext = two_key_ciphertext(first_key, second_key, bytes(15) + bytes([mark ^ 0x80]))  # padded under both
    box = b"\x01" + salt + commit + ciphertext
    plain = {AESGCM(key).decrypt(bytes(12), ciphertext, None)[:31] for key in (first_key, second_key)}
    assert len(plain) == 2
    assert open_box(KEY, AAD, box) in plain
    with pytest.raises(SealBroken):
        open_box(second, AAD, box)


def _keys() -> list[bytes]:
    return [n.to_bytes(32, "big") for n in range(10_000)]


def _opens(key: bytes, aad: bytes, box: bytes) -> bool:
    try:
        open_box(key, aad, box)
    except SealBroken:
        return False
    return True
