"""Verifies a receipt of consent: offline, without any key of ours (SPEC.md 10).

A receipt carries the public key it was signed with, so all it proves by itself is that the holder of that key signed
these words. Whose key it is says the thumbprint, `signer`: compare it with the one you know of that person.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any, Final, NamedTuple

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from mailbox.crypto.signing import ALGORITHM, CURVE, RECEIPT, Ed25519Only
from mailbox.domain.errors import MailboxError

_HEADER: Final = frozenset({"alg", "jwk", "kid", "typ"})
_JWK: Final = frozenset({"crv", "kty", "x"})
_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]+\.){2}[A-Za-z0-9_-]+", re.ASCII)


class ReceiptRefused(MailboxError):
    """Dit bewijs van toestemming is niet geldig."""

    code = "ongeldig-verzoek"


class NotAReceipt(ReceiptRefused):
    """Dit is geen bewijs van toestemming van Mijnoverzicht."""


class OtherAlgorithm(ReceiptRefused):
    """Dit bewijs is niet ondertekend zoals Mijnoverzicht dat doet."""


class ReceiptChanged(ReceiptRefused):
    """Dit bewijs is veranderd nadat het is ondertekend."""


class VerifiedReceipt(NamedTuple):
    """What was signed, and by whom: the thumbprint of the key (RFC 7638), which the caller compares."""

    payload: dict[str, Any]
    signer: str


def verify_receipt(receipt: str) -> VerifiedReceipt:
    """Checks a receipt against the key that it carries.

    Raises:
        NotAReceipt: not a compact JWS, of another kind, or its parts are not those of a receipt.
        OtherAlgorithm: signed otherwise than with EdDSA on Ed25519.
        ReceiptChanged: the signature is not over these words.
    """
    signed = _parsed(receipt)
    header = _object(_bytes(signed.segments["header"]))
    if header.get("typ") != RECEIPT or header.keys() != _HEADER:
        raise NotAReceipt
    if header["alg"] != ALGORITHM:
        raise OtherAlgorithm
    key = _key(header["jwk"])
    if not _is_signed_by(signed, key):
        raise ReceiptChanged
    if header["kid"] != key.thumbprint():
        raise NotAReceipt
    return VerifiedReceipt(_object(signed.payload), key.thumbprint())


def _parsed(receipt: str) -> jws.CompactSignature:
    """Three parts of base64url, each in its one spelling (RFC 7515 section 7.1)."""
    if not _COMPACT.fullmatch(receipt):
        raise NotAReceipt
    try:
        return jws.extract_compact(receipt.encode(), registry=Ed25519Only())
    except (JoseError, ValueError, TypeError, RecursionError):
        raise NotAReceipt from None


def _bytes(segment: bytes) -> bytes:
    """Base64url that `_parsed` has seen."""
    return base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))


def _key(jwk: object) -> OKPKey:
    """A public key and nothing else: a private part in a receipt would be somebody's."""
    if not isinstance(jwk, dict) or jwk.keys() != _JWK or not isinstance(jwk["x"], str):
        raise NotAReceipt
    if (jwk["kty"], jwk["crv"]) != ("OKP", CURVE):
        raise OtherAlgorithm
    try:
        return OKPKey.import_key(jwk)
    except (JoseError, ValueError, TypeError):
        raise NotAReceipt from None


def _is_signed_by(signed: jws.CompactSignature, key: OKPKey) -> bool:
    try:
        return jws.validate_compact(signed, key, registry=Ed25519Only())
    except (JoseError, ValueError):
        raise NotAReceipt from None


def _object(payload: bytes) -> dict[str, Any]:
    """JSON that all readers read alike: a name comes once in an object, and numbers are numbers (RFC 8259)."""
    try:
        found = json.loads(payload.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotAReceipt from None
    if not isinstance(found, dict):
        raise NotAReceipt
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAReceipt
    return found


def _no_number(_: str) -> None:
    raise NotAReceipt
