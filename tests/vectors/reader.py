"""A second reader of the formats, written from SPEC.md without our code: if both agree, the text is complete.

It opens and checks; it makes nothing. Section numbers are SPEC.md's.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Sequence
from math import floor, log2
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Refused(ValueError):
    """The bytes are not what SPEC.md says they must be."""


class Reader:
    """Opens the vectors of one operator, citizen and helper, given as stored."""

    def __init__(
        self, operator: dict[str, Any], citizen: dict[str, Any], helper: dict[str, Any], worker: dict[str, Any]
    ) -> None:
        self._worker_seed = base64.b64decode(worker["seed"])
        self._keks = {int(version): base64.b64decode(key) for version, key in operator["keys"].items()}
        self._mac_root = base64.b64decode(operator["mac"])
        self._citizen: bytes = citizen["mailbox_id"]
        self._seed = self._seed_of(citizen)
        self._helper: bytes = helper["mailbox_id"]
        self._helper_wrapping_key = self._wrapping_key(helper)
        self._helper_seed = self._seed_of(helper)
        self._helper_root = self._root(helper)

    def open(self, case: dict[str, Any]) -> bytes:
        opening = getattr(self, f"_{case['open'].replace('-', '_')}")
        try:
            opened: bytes = opening(case)
        except (InvalidTag, InvalidSignature, ValueError) as exc:
            raise Refused from exc
        return opened

    def _box(self, case: dict[str, Any]) -> bytes:
        return open_box(case["key"], case["aad"], case["box"])

    def _mailbox(self, case: dict[str, Any]) -> bytes:
        return self._seed_of(case)

    def _directory(self, case: dict[str, Any]) -> bytes:
        """5.3."""
        message = pae(b"mo/v1/dir", case["mailbox_id"], b"mailbox", le(case["epoch"], 8), case["public"])
        same(self._mac("directory", message), case["directory_mac"])
        public: bytes = case["public"]
        return public

    def _letter_key(self, case: dict[str, Any]) -> bytes:
        blob, letter_id = case["blob"], case["letter_id"]
        if blob[:1] == b"F":
            require(len(blob) == 50 and blob[1] in {1, 2})
            filing_key = expand(self._seed, b"mo/v1/mbx/file", 64)
            return AESSIV(filing_key).decrypt(blob[2:], [self._citizen, letter_id, self._citizen, blob[1:2]])
        return sealed_key(self._seed, (self._citizen, letter_id, b"C", self._citizen), blob)

    def _grant_key(self, case: dict[str, Any]) -> bytes:
        grant_id, mailbox_id, seed = case["secret"][:16], case["secret"][16:32], case["secret"][32:64]
        opening = key_in_run if case["blob"][:1] == b"R" else sealed_key
        return opening(seed, (mailbox_id, case["letter_id"], b"G", grant_id), case["blob"])

    def _field(self, case: dict[str, Any]) -> bytes:
        """6.1: a metadata key is the key of the metadata box itself; it has no body."""
        field, key = case["field"].encode(), case["key"]
        require(case["level"] == 1 or field == b"meta")
        if case["level"] == 1:
            key = expand(key, b"mo/v1/dek/meta" if field == b"meta" else b"mo/v1/dek/body", 32)
        return open_box(key, pae(b"mo/v1/field", self._citizen, case["letter_id"], field), case["box"])

    def _message(self, case: dict[str, Any]) -> bytes:
        return self._message_to(self._citizen, self._seed, case["sealed"], case["purpose"], case["context"])

    def _message_to(self, mailbox: bytes, seed: bytes, sealed: bytes, purpose: str, context: Sequence[bytes]) -> bytes:
        """7."""
        require(sealed[:5] == b"M" + le(1, 4))
        info = pae(b"mo/v1/message", purpose.encode(), mailbox, *context)
        signed = unpad(unseal(seed, info, sealed[5:]))
        same(self._mac("message", pae(info, signed[32:])), signed[:32])
        return signed[32:]

    def _log_entry(self, case: dict[str, Any]) -> bytes:
        """8."""
        place = le(case["seq"], 8)
        payload = self._message({"sealed": case["sealed"], "purpose": "log", "context": [place]})
        require(payload[:8] == place)
        same(hashlib.sha256(b"mo/v1/log\0" + payload).digest(), case["commit"])
        return payload[8:40] + payload[72:]

    def _operator(self, case: dict[str, Any]) -> bytes:
        """5.4."""
        purpose = case["purpose"]
        key = self._mac(f"operator/{purpose}", pae(*case["ids"]))
        return open_box(key, pae(b"mo/v1/operator", purpose.encode(), *case["ids"]), case["box"])

    def _invitation(self, case: dict[str, Any]) -> bytes:
        """9.2."""
        ids = (self._citizen, case["grant_id"])
        key = self._mac("operator/invitation", pae(*ids, case["code"].encode()))
        return open_box(key, pae(b"mo/v1/operator", b"invitation", *ids), case["box"])

    def _held(self, case: dict[str, Any]) -> bytes:
        """9.3: wrapped with padding, wrapped without, or given as a message."""
        blob, context = case["blob"], [b"mo/v1/held", self._helper, case["ref"]]
        with contextlib.suppress(InvalidTag, ValueError):
            return secret(unpad(self._unwrapped(blob, [*context, b"padded"]), least=256))
        with contextlib.suppress(InvalidTag, ValueError):
            return secret(self._unwrapped(blob, context))
        text = self._message_to(self._helper, self._helper_seed, blob, "held-grant", [case["ref"]])
        return secret(unpad(text, least=256))

    def _unwrapped(self, blob: bytes, context: list[bytes]) -> bytes:
        return AESSIV(self._helper_wrapping_key).decrypt(blob, context)

    def _note(self, case: dict[str, Any]) -> bytes:
        """9.5."""
        key = expand(self._helper_root, b"mo/v1/crk/note", 32)
        return open_box(key, pae(b"mo/v1/note", self._helper, case["ref"]), case["box"], least=1024)

    def _worker(self, case: dict[str, Any]) -> bytes:
        """5.7."""
        require(case["box"][:1] == b"W")
        info = pae(b"mo/v1/worker", case["purpose"].encode(), *case["ids"])
        signed = unpad(unseal(self._worker_seed, info, case["box"][1:]), least=384)
        same(self._mac("worker", pae(info, signed[32:])), signed[:32])
        return signed[32:]

    def _live_grants(self, case: dict[str, Any]) -> bytes:
        """9.4."""
        each = sorted(pae(grant_id, hashlib.sha256(scope_box).digest()) for grant_id, scope_box in case["grants"])
        same(self._mac("grants", pae(case["mailbox_id"], le(case["generation"], 8), *each)), case["mac"])
        mac: bytes = case["mac"]
        return mac

    def _signing_key(self, case: dict[str, Any]) -> bytes:
        """10.1."""
        seed = expand(self._root(case), b"mo/v1/crk/sign", 32)
        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

    def _receipt(self, case: dict[str, Any]) -> bytes:
        """10.3."""
        return open_receipt(case["receipt"])

    def _mac(self, purpose: str, message: bytes) -> bytes:
        """5.2."""
        return hmac.digest(expand(self._mac_root, b"mo/v1/mac/" + purpose.encode(), 32), message, "sha256")

    def _wrapping_key(self, stored: dict[str, Any]) -> bytes:
        """5.5."""
        return expand(self._root(stored), b"mo/v1/crk/wrap", 64)

    def _root(self, stored: dict[str, Any]) -> bytes:
        """5.1."""
        version, blob = stored["kek_version"], stored["slot_blob"]
        require(version in self._keks)
        context = pae(b"mo/v1/crk", stored["mailbox_id"], stored["slot_kind"].encode())
        aad = pae(b"mo/v1/kek", le(version, 4), context)
        return AESGCM(self._keks[version]).decrypt(blob[:12], blob[12:], aad)

    def _seed_of(self, stored: dict[str, Any]) -> bytes:
        context = [b"mo/v1/seed", stored["mailbox_id"], le(stored["epoch"], 8)]
        return AESSIV(self._wrapping_key(stored)).decrypt(stored["seed_wrap"], context)


def require(condition: bool) -> None:  # noqa: FBT001 - it is a condition
    if not condition:
        raise Refused


def same(expected: bytes, actual: bytes) -> None:
    require(hmac.compare_digest(expected, actual))


def le(number: int, length: int) -> bytes:
    return number.to_bytes(length, "little")


def pae(*parts: bytes) -> bytes:
    """1.1."""
    encoded = le(len(parts), 8)
    for part in parts:
        encoded += le(len(part), 8) + part
    return encoded


def unpad(padded: bytes, *, least: int = 0) -> bytes:
    """1.2."""
    end = len(padded)
    while end and padded[end - 1] == 0:
        end -= 1
    require(end > 0 and padded[end - 1] == 0x80 and len(padded) == max(least, padme(end)))
    return padded[: end - 1]


def padme(length: int) -> int:
    if length == 1:
        return 1
    exponent = floor(log2(length))
    unit = 2 ** (exponent - floor(log2(exponent)) - 1) if exponent else 1
    return -(-length // unit) * unit


def expand(key: bytes, label: bytes, length: int) -> bytes:
    """1.3: HKDF-Expand of RFC 5869 with SHA-512; never more than one block of 64 bytes here."""
    return hmac.digest(key, label + b"\x01", "sha512")[:length]


def open_box(key: bytes, aad: bytes, box: bytes, *, least: int = 0) -> bytes:
    """2."""
    require(len(box) >= 81 and box[:1] == b"\x01")
    salt, commit, ciphertext = box[1:33], box[33:65], box[65:]
    derived = expand(hmac.digest(salt, key, "sha512"), aad, 64)
    same(derived[32:], commit)
    return unpad(AESGCM(derived[:32]).decrypt(bytes(12), ciphertext, None), least=least)


def unseal(seed: bytes, info: bytes, sealed: bytes) -> bytes:
    """3."""
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    return _SUITE.decrypt(sealed, hpke.MLKEM768X25519PrivateKey(mlkem, x25519), info)


def secret(raw: bytes) -> bytes:
    """9.1."""
    require(len(raw) >= 64)
    raw[64:].decode()
    return raw


def key_in_run(seed: bytes, place: Sequence[bytes], blob: bytes) -> bytes:
    """6.5."""
    require(len(blob) == 1219 and blob[1] in {1, 2} and blob[2] < 64)
    mailbox_id, _, _, grant_id = place
    link = unseal(seed, pae(b"mo/v1/key-run", mailbox_id, grant_id), blob[3:1171])
    for _ in range(blob[2]):
        link = hmac.digest(link, b"\x02", "sha256")
    key = hmac.digest(link, b"\x01", "sha256")
    return AESGCM(key).decrypt(bytes(12), blob[1171:], pae(b"mo/v1/letter-key", *place, blob[1:2]))


def sealed_key(seed: bytes, place: Sequence[bytes], blob: bytes) -> bytes:
    """6.2."""
    require(blob[:1] == b"S" and len(blob) > 2 and blob[1] in {1, 2})
    key = unseal(seed, pae(b"mo/v1/letter-key", *place, blob[1:2]), blob[2:])
    require(len(key) == 32)
    return key


def open_receipt(receipt: str) -> bytes:
    """10.3, by its numbers: the signer and what was signed."""
    parts = receipt.split(".")
    require(len(parts) == 3 and len(parts[0]) <= 1024 and len(parts[1]) <= 2**20)  # 1
    header, payload, signature = (base64url(part) for part in parts)
    stated = json_object(header)
    require(stated.keys() == {"alg", "jwk", "kid", "typ"} and stated["typ"] == "mo-toestemming+jws")  # 2
    jwk = stated["jwk"]
    require(stated["alg"] == "EdDSA" and (jwk["kty"], jwk["crv"]) == ("OKP", "Ed25519"))  # 3
    public = base64url(jwk["x"])
    require(jwk.keys() == {"crv", "kty", "x"} and len(public) == 32)  # 4
    Ed25519PublicKey.from_public_bytes(public).verify(signature, f"{parts[0]}.{parts[1]}".encode())  # 5
    thumbprint = hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{jwk["x"]}"}}'.encode()).digest()
    require(base64url(stated["kid"]) == thumbprint)  # 6
    json_object(payload)  # 7
    signer: str = stated["kid"]
    return signer.encode() + payload


def base64url(part: str) -> bytes:
    """RFC 4648 section 5, without padding, in the one spelling that encoding gives."""
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    require(base64.urlsafe_b64encode(raw).decode().rstrip("=") == part)
    return raw


def json_object(raw: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len({name for name, _ in pairs}) == len(pairs))
        return dict(pairs)

    found = json.loads(raw.decode(), object_pairs_hook=once, parse_constant=lambda _: require(False))
    require(isinstance(found, dict))
    data: dict[str, Any] = found
    return data
