"""Signatures of a person, and the receipts of consent that anyone verifies with no key of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from mailbox.crypto import (
    RECEIPT,
    NotAReceipt,
    OtherAlgorithm,
    ReceiptChanged,
    ReceiptRefused,
    verify_receipt,
)
from mailbox.crypto.signing import Ed25519Only, SigningKey
from tests.unit.crypto.keyring import Citizen, Operator, citizen, keys, operator

PUBLISHED = Path(__file__).parents[2] / "vectors" / "published"
PAYLOAD = {"toestemming": "ja", "namen": ["Zoë", "Åsa"], "tot_ms": 1_795_000_000_000}
BYTES = json.dumps(PAYLOAD).encode()
OTHERS: tuple[Any, ...] = ("none", "HS256", "ES256", "RS256", "Ed448", "eddsa", "", None, 1, [])
SIGNER = SigningKey(b"\x01" * 32)


@pytest.fixture
def by(tmp_path: Path) -> Operator:
    return operator(tmp_path)


@pytest.fixture
def owner(by: Operator) -> Citizen:
    return citizen(by)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signed_by_hand(header: bytes | dict[str, Any], payload: bytes = BYTES, by: SigningKey = SIGNER) -> str:
    """A true Ed25519 signature under any header."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    text = f"{encoded(raw)}.{encoded(payload)}"
    private = by._key.private_key
    assert private is not None
    return f"{text}.{encoded(private.sign(text.encode()))}"  # type: ignore[union-attr]


def header(**changed: Any) -> dict[str, Any]:
    return {"alg": "EdDSA", "jwk": SIGNER.public_jwk, "kid": SIGNER.key_id, "typ": RECEIPT, **changed}


def test_a_receipt_says_what_was_signed_and_by_whom(owner: Citizen) -> None:
    receipt = owner.open.sign(BYTES, typ=RECEIPT)
    payload, signer = verify_receipt(receipt)
    assert (payload, signer) == (PAYLOAD, owner.open.signing_key_id())


def test_a_receipt_made_by_hand_verifies_as_well() -> None:
    assert verify_receipt(signed_by_hand(header())) == (PAYLOAD, SIGNER.key_id)


def test_a_receipt_carries_its_key_and_no_secret(owner: Citizen) -> None:
    parts = owner.open.sign(BYTES, typ=RECEIPT).split(".")
    key_id, jwk = owner.open.signing_key_id(), owner.open.public_jwk()
    assert {"alg": "EdDSA", "jwk": jwk, "kid": key_id, "typ": RECEIPT} == json.loads(decoded(parts[0]))
    assert decoded(parts[1]) == BYTES
    assert (jwk["kty"], jwk["crv"], len(decoded(jwk["x"])), sorted(jwk)) == ("OKP", "Ed25519", 32, ["crv", "kty", "x"])


def test_the_key_id_is_the_thumbprint_of_rfc_7638(owner: Citizen) -> None:
    canonical = json.dumps(owner.open.public_jwk(), separators=(",", ":"), sort_keys=True)
    assert owner.open.signing_key_id() == encoded(hashlib.sha256(canonical.encode()).digest())


def test_the_key_comes_from_the_root_and_stays(by: Operator, owner: Citizen) -> None:
    again, other = by.keyholder.unlock(keys(owner.record)), citizen(by, 1).open
    assert again.sign(BYTES, typ=RECEIPT) == owner.open.sign(BYTES, typ=RECEIPT)
    assert again.signing_key_id() == owner.open.signing_key_id()
    assert other.signing_key_id() != owner.open.signing_key_id()


def test_the_key_survives_a_roll_of_the_kek(by: Operator, owner: Citizen) -> None:
    by.kek.roll()
    assert by.keyholder.unlock(keys(owner.record)).public_jwk() == owner.open.public_jwk()


def test_nothing_shows_the_key(owner: Citizen) -> None:
    assert SIGNER._seed.hex() not in repr(SIGNER)
    assert "d" not in owner.open.public_jwk()


def test_published_key_thumbprint_and_signature() -> None:
    """RFC 8037, appendix A."""
    data = json.loads((PUBLISHED / "rfc8037-a.json").read_text())
    key = SigningKey(decoded(data["d"]))
    assert key.public_jwk == {"crv": "Ed25519", "kty": "OKP", "x": data["x"]}
    assert key.key_id == data["thumbprint"]
    text = b"Example of Ed25519 signing"
    assert jws.serialize_compact({"alg": "EdDSA"}, text, key._key, registry=Ed25519Only()) == data["jws"]


def test_every_changed_character_is_refused() -> None:
    receipt = SIGNER.sign(BYTES, typ=RECEIPT)
    for place, character in enumerate(receipt):
        for other in "AQz_.=":
            if other != character:
                with pytest.raises(ReceiptRefused):
                    verify_receipt(receipt[:place] + other + receipt[place + 1 :])


def test_every_changed_bit_of_the_signature_says_that_it_was_changed() -> None:
    head, payload, signature = SIGNER.sign(BYTES, typ=RECEIPT).split(".")
    raw = decoded(signature)
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ReceiptChanged):
            verify_receipt(f"{head}.{payload}.{encoded(bytes(changed))}")


def test_every_cut_is_refused() -> None:
    receipt = SIGNER.sign(BYTES, typ=RECEIPT)
    for length in range(len(receipt)):
        with pytest.raises(ReceiptRefused):
            verify_receipt(receipt[:length])


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    """The last character of 64 bytes in base64url has four bits that say nothing."""
    receipt = SIGNER.sign(BYTES, typ=RECEIPT)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same = alphabet[alphabet.index(receipt[-1]) | 1]
    assert decoded(receipt.split(".")[2]) == decoded((receipt[:-1] + same).split(".")[2])
    for other in (receipt[:-1] + same, receipt + "=", receipt + "==", receipt + "\n", " " + receipt):
        with pytest.raises(ReceiptRefused):
            verify_receipt(other)


def test_parts_of_two_receipts_do_not_mix() -> None:
    other_words = SIGNER.sign(b'{"toestemming":"nee"}', typ=RECEIPT).split(".")
    other_person = SigningKey(b"\x02" * 32).sign(BYTES, typ=RECEIPT).split(".")
    mine = SIGNER.sign(BYTES, typ=RECEIPT).split(".")
    for mixed in (
        (mine[0], other_words[1], mine[2]),
        (mine[0], mine[1], other_words[2]),
        (other_person[0], mine[1], mine[2]),
        (mine[0], mine[1], other_person[2]),
    ):
        with pytest.raises(ReceiptChanged):
            verify_receipt(".".join(mixed))


def test_who_signs_anew_is_another_signer() -> None:
    forger = SigningKey(b"\x02" * 32)
    assert verify_receipt(forger.sign(BYTES, typ=RECEIPT)).signer == forger.key_id
    assert forger.key_id != SIGNER.key_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b",
        "{}",
        "a.b.c.d",
        "é.é.é",
        "eyJ9.e30.AA",
        "W10.e30.AA",
        "bnVsbA.e30.AA",
        "MQ.e30.AA",
    ],
)
def test_other_text_is_no_receipt(text: str) -> None:
    with pytest.raises(NotAReceipt):
        verify_receipt(text)


@pytest.mark.parametrize(
    "head",
    [
        header(typ="JWT"),
        header(typ="MO-toestemming+jws"),
        header(typ=None),
        header(kid="x"),
        header(kid=SigningKey(b"\x02" * 32).key_id),
        header(kid=None),
        header(crit=["exp"]),
        header(b64=False, crit=["b64"]),
        header(jku="https://example.org/keys"),
        header(jwk=None),
        header(jwk={}),
        header(jwk={**SIGNER.public_jwk, "d": encoded(b"\x01" * 32)}),
        header(jwk={**SIGNER.public_jwk, "x": 5}),
        header(jwk={**SIGNER.public_jwk, "x": "AAAA"}),
        header(jwk={**SIGNER.public_jwk, "x": SIGNER.public_jwk["x"] + "="}),
        {name: value for name, value in header().items() if name != "jwk"},
        {name: value for name, value in header().items() if name != "kid"},
        {name: value for name, value in header().items() if name != "typ"},
        b'{"alg":"EdDSA",' + json.dumps(header()).encode()[1:],
        b"{" * 400,
    ],
    ids=lambda head: head.decode()[:20] if isinstance(head, bytes) else json.dumps(head)[-60:],
)
def test_other_headers_are_no_receipt(head: bytes | dict[str, Any]) -> None:
    """Each of them truly signed."""
    with pytest.raises(NotAReceipt):
        verify_receipt(signed_by_hand(head))


@pytest.mark.parametrize(
    "head",
    [
        *(header(alg=name) for name in OTHERS),
        header(jwk={**SIGNER.public_jwk, "kty": "EC"}),
        header(jwk={**SIGNER.public_jwk, "crv": "Ed448"}),
        header(jwk={**SIGNER.public_jwk, "crv": "X25519"}),
    ],
    ids=lambda head: f"{head['alg']}-{head['jwk']['kty']}-{head['jwk']['crv']}",
)
def test_other_algorithms_are_refused_as_such(head: dict[str, Any]) -> None:
    with pytest.raises(OtherAlgorithm):
        verify_receipt(signed_by_hand(head))


def _hmac_with_the_public_key() -> str:
    key = OctKey.import_key(decoded(SIGNER.public_jwk["x"]))
    text = f"{encoded(json.dumps(header(alg='HS256')).encode())}.{encoded(BYTES)}"
    return f"{text}.{encoded(hmac.digest(key.raw_value, text.encode(), 'sha256'))}"


def _of_an_elliptic_curve() -> str:
    key = ECKey.generate_key("P-256")
    jwk = {name: str(value) for name, value in key.as_dict(private=False).items() if name in {"crv", "kty", "x"}}
    return jws.serialize_compact(header(alg="ES256", jwk=jwk), BYTES, key)


def _of_ed448() -> str:
    key = Ed448PrivateKey.generate()
    jwk = {"kty": "OKP", "crv": "Ed448", "x": encoded(key.public_key().public_bytes_raw())}
    text = f"{encoded(json.dumps(header(jwk=jwk)).encode())}.{encoded(BYTES)}"
    return f"{text}.{encoded(key.sign(text.encode()))}"


def _unsigned() -> str:
    return f"{encoded(json.dumps(header(alg='none')).encode())}.{encoded(BYTES)}.AA"


@pytest.mark.parametrize("make", [_hmac_with_the_public_key, _of_an_elliptic_curve, _of_ed448, _unsigned])
def test_what_another_algorithm_would_accept_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(OtherAlgorithm):
        verify_receipt(make())


@pytest.mark.parametrize(
    "payload",
    [b"[]", b"1", b"null", b'"x"', b"{", b"\xff", b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b'{"a":NaN}', b"[" * 9000],
)
def test_a_signed_payload_that_is_not_one_object_is_no_receipt(payload: bytes) -> None:
    with pytest.raises(NotAReceipt):
        verify_receipt(SIGNER.sign(payload, typ=RECEIPT))


def test_a_signature_of_another_kind_is_no_receipt() -> None:
    with pytest.raises(NotAReceipt):
        verify_receipt(SIGNER.sign(BYTES, typ="mo-inzage+jws"))


def test_a_large_receipt_verifies_and_a_larger_one_is_refused() -> None:
    large = {"brieven": "x" * 700_000}
    assert verify_receipt(SIGNER.sign(json.dumps(large).encode(), typ=RECEIPT)).payload == large
    with pytest.raises(NotAReceipt):
        verify_receipt(SIGNER.sign(json.dumps({"brieven": "x" * 800_000}).encode(), typ=RECEIPT))


def test_a_refusal_does_not_repeat_what_it_was_given() -> None:
    secret = "geheimwoord"
    canary = encoded(json.dumps(header(alg=secret, typ=RECEIPT)).encode())
    for receipt in (secret, f"{canary}.e30.AA", SIGNER.sign(f'{{"{secret}'.encode(), typ=RECEIPT)):
        with pytest.raises(ReceiptRefused) as caught:
            verify_receipt(receipt)
        assert secret not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
