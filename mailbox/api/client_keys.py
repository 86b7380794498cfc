"""Public keys of organisations and apps, as JWK (RFC 7517): what is accepted, and which one a signature names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from mailbox.api.problems import BadRequest
from mailbox.domain.keys import PublicKey

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""NL GOV OAuth 1.2: RS256 must, PS256 should; ES256 is what we make ourselves."""
_RSA_BITS: Final = 2048


def public_jwk(data: Mapping[str, Any]) -> dict[str, Any]:
    """The public half of a JWK, with a kid (its thumbprint if it has none).

    Raises:
        BadRequest: not an EC key on P-256 or an RSA key of 2048 bits or more.
    """
    key = _key(data)
    public: dict[str, Any] = key.as_dict(private=False)
    public["kid"] = data.get("kid") or key.thumbprint()
    return public


def new_private_jwk() -> dict[str, Any]:
    """A fresh ES256 key with its thumbprint as kid."""
    key = ECKey.generate_key("P-256", private=True)
    private: dict[str, Any] = key.as_dict(private=True)
    private["kid"] = key.thumbprint()
    return private


def key_named(keys: Sequence[PublicKey], kid: object) -> ECKey | RSAKey | None:
    """The registered key with this kid; without a kid, the only key. Nothing in a header brings its own key."""
    named = [key for key in keys if kid is None or key.kid == kid]
    return _key(named[0].jwk) if len(named) == 1 else None


def _key(data: Mapping[str, Any]) -> ECKey | RSAKey:
    try:
        if data.get("kty") == "EC" and data.get("crv") == "P-256":
            return ECKey.import_key(dict(data))
        if data.get("kty") == "RSA":
            key = RSAKey.import_key(dict(data))
            if key.public_key.key_size >= _RSA_BITS:
                return key
    except (JoseError, ValueError, KeyError, TypeError):
        pass
    raise BadRequest("De sleutel moet een JWK zijn: EC op P-256, of RSA van minstens 2048 bits.")
