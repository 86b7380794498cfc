"""Sealing to a public key, against what RFC 9180 and the drafts of X-Wing and of HPKE with it publish.

The published suite nearest to ours differs in its AEAD, and the library's decryption takes no associated data, which
the vectors have. So the published pieces are joined: the key schedule here is checked against the RFC and the HPKE
draft, then opens what the X-Wing draft's vector encapsulates, and the library must agree with it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from mailbox.crypto import hpke
from mailbox.domain.errors import SealBroken
from tests.unit.crypto.keyring import flipped

PUBLISHED = Path(__file__).parents[2] / "vectors" / "published"
SEED, INFO, TEXT = bytes(range(32)), b"mo/v1/test", b"32 bytes of a letter's own key.."
X25519_AES128, XWING_AES256 = (0x0020, 0x0001, 0x0001), (0x647A, 0x0001, 0x0002)
XWING_CHACHA = (0x647A, 0x0001, 0x0003)


def vector(name: str) -> dict[str, bytes]:
    data: dict[str, str] = json.loads((PUBLISHED / f"{name}.json").read_text())
    return {key: bytes.fromhex(value) for key, value in data.items() if key != "source"}


def key_schedule(suite: tuple[int, int, int], shared_secret: bytes, info: bytes, length: int) -> tuple[bytes, bytes]:
    """(key, base_nonce) of RFC 9180 section 5.1, base mode, HKDF-SHA256, written from the RFC."""
    label = b"HPKE-v1HPKE" + b"".join(number.to_bytes(2, "big") for number in suite)

    def extract(salt: bytes, name: bytes, ikm: bytes) -> bytes:
        return HKDF.extract(SHA256(), salt, label + name + ikm)

    def expand(secret: bytes, name: bytes, size: int) -> bytes:
        context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
        labeled = size.to_bytes(2, "big") + label + name + context
        return HKDFExpand(algorithm=SHA256(), length=size, info=labeled).derive(secret)

    secret = extract(shared_secret, b"secret", b"")
    return expand(secret, b"key", length), expand(secret, b"base_nonce", 12)


def test_the_key_schedule_is_the_rfcs() -> None:
    rfc = vector("rfc9180-a1-1")
    assert key_schedule(X25519_AES128, rfc["shared_secret"], rfc["info"], 16) == (rfc["key"], rfc["base_nonce"])
    assert AESGCM(rfc["key"]).decrypt(rfc["base_nonce"], rfc["ct"], rfc["aad"]) == rfc["pt"]


def test_the_library_opens_under_the_rfcs_keys() -> None:
    rfc = vector("rfc9180-a1-1")
    ciphertext = AESGCM(rfc["key"]).encrypt(rfc["base_nonce"], rfc["pt"], b"")
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    private = X25519PrivateKey.from_private_bytes(rfc["skRm"])
    assert suite.decrypt(rfc["enc"] + ciphertext, private, rfc["info"]) == rfc["pt"]


def test_the_key_schedule_with_x_wing_is_the_hpke_drafts() -> None:
    draft = vector("hpke-pq-05-a5-1")
    assert key_schedule(XWING_CHACHA, draft["shared_secret"], draft["info"], 32) == (draft["key"], draft["base_nonce"])
    assert ChaCha20Poly1305(draft["key"]).decrypt(draft["base_nonce"], draft["ct"], draft["aad"]) == draft["pt"]


def test_the_library_opens_under_the_hpke_drafts_keys() -> None:
    draft = vector("hpke-pq-05-a5-1")
    ciphertext = ChaCha20Poly1305(draft["key"]).encrypt(draft["base_nonce"], draft["pt"], b"")
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    assert suite.decrypt(draft["enc"] + ciphertext, hpke.private_key(draft["skRm"]), draft["info"]) == draft["pt"]


def test_what_the_hpke_draft_encapsulates_opens_in_our_suite() -> None:
    draft = vector("hpke-pq-05-a5-1")
    key, nonce = key_schedule(XWING_AES256, draft["shared_secret"], INFO, 32)
    sealed = draft["enc"] + AESGCM(key).encrypt(nonce, TEXT, b"")
    assert hpke.unseal(hpke.private_key(draft["skRm"]), INFO, sealed) == TEXT


def test_a_seed_gives_the_public_key_of_the_x_wing_draft() -> None:
    draft = vector("x-wing-08")
    assert hpke.public_bytes(draft["sk"]) == draft["pk"]


def test_what_the_x_wing_draft_encapsulates_opens() -> None:
    draft = vector("x-wing-08")
    key, nonce = key_schedule(XWING_AES256, draft["ss"], INFO, 32)
    sealed = draft["ct"] + AESGCM(key).encrypt(nonce, TEXT, b"")
    assert hpke.unseal(hpke.private_key(draft["sk"]), INFO, sealed) == TEXT


def test_lengths() -> None:
    assert len(hpke.public_bytes(SEED)) == 1216
    assert len(hpke.seal(hpke.public_key(hpke.public_bytes(SEED)), INFO, TEXT)) == 1120 + len(TEXT) + 16


def test_what_was_sealed_opens_with_its_context_only() -> None:
    private, sealed = hpke.private_key(SEED), hpke.seal(hpke.public_key(hpke.public_bytes(SEED)), INFO, TEXT)
    assert hpke.unseal(private, INFO, sealed) == TEXT
    for key, info in ((private, INFO + b"\0"), (private, b""), (hpke.private_key(bytes(32)), INFO)):
        with pytest.raises(SealBroken):
            hpke.unseal(key, info, sealed)


def test_every_changed_bit_is_refused() -> None:
    private, sealed = hpke.private_key(SEED), hpke.seal(hpke.public_key(hpke.public_bytes(SEED)), INFO, TEXT)
    assert [bit for bit in range(len(sealed) * 8) if _opens(private, flipped(sealed, bit))] == []


def test_every_shorter_one_is_refused() -> None:
    private, sealed = hpke.private_key(SEED), hpke.seal(hpke.public_key(hpke.public_bytes(SEED)), INFO, TEXT)
    others = [sealed[:n] for n in range(len(sealed))] + [sealed + b"\0", b"\0" + sealed]
    assert [len(other) for other in others if _opens(private, other)] == []


@pytest.mark.parametrize(
    "raw",
    [b"", bytes(1215), bytes(1217), b"\xff" * 1216],
    ids=["empty", "short", "long", "coefficients-over-q"],
)
def test_what_is_no_public_key_is_refused(raw: bytes) -> None:
    with pytest.raises(SealBroken):
        hpke.public_key(raw)


def test_nothing_is_sealed_to_an_all_zero_key() -> None:
    key = hpke.public_key(hpke.public_bytes(SEED)[:1184] + bytes(32))
    with pytest.raises(SealBroken):
        hpke.seal(key, INFO, TEXT)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_seed_has_32_bytes(seed: bytes) -> None:
    with pytest.raises(SealBroken):
        hpke.private_key(seed)


def _opens(private: hpke.PrivateKey, sealed: bytes) -> bool:
    try:
        hpke.unseal(private, INFO, sealed)
    except SealBroken:
        return False
    return True
