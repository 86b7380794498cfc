"""A person's signature: Ed25519 (RFC 8032), as compact JWS (RFC 7515, RFC 8037) that carries its own key (SPEC.md 10).

The key comes from the person's root key, so there is nothing more to store, and nothing to lose apart from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import OKPKey

from mailbox.crypto.wrapping import derive

ALGORITHM: Final = "EdDSA"
CURVE: Final = "Ed25519"
RECEIPT: Final = "mo-toestemming+jws"
SEED_BYTES: Final = 32


class Ed25519Only(jws.JWSRegistry):
    """One algorithm. RFC 9864 holds against its name that it leaves the curve open: SPEC.md and `receipts` do not."""

    max_header_length = 1024
    max_payload_length = 1 << 20

    def get_alg(self, name: str) -> JWSAlgModel:
        """Raises UnsupportedAlgorithmError for another than ours."""
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError
        return self.algorithms[ALGORITHM]


class SigningKey:
    """A person's own signing key; made when it is first needed."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    @cached_property
    def key_id(self) -> str:
        """The thumbprint of the public key (RFC 7638), base64url, 43 characters."""
        return self._key.thumbprint()

    @property
    def public_jwk(self) -> dict[str, str]:
        """`{"crv": "Ed25519", "kty": "OKP", "x": …}` (RFC 8037 section 2)."""
        known: Mapping[str, Any] = self._key.as_dict(private=False)
        return {name: known[name] for name in ("crv", "kty", "x")}

    def sign(self, payload: bytes, *, typ: str) -> str:
        """A compact JWS. The same payload gives the same signature."""
        header = {"alg": ALGORITHM, "jwk": self.public_jwk, "kid": self.key_id, "typ": typ}
        return jws.serialize_compact(header, payload, self._key, registry=Ed25519Only())

    @cached_property
    def _key(self) -> OKPKey:
        return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(self._seed))


def signing_key(root: bytes) -> SigningKey:
    """SIG: the signing key of whose root key this is; 32 random bytes."""
    return SigningKey(derive(root, b"mo/v1/crk/sign", SEED_BYTES))
