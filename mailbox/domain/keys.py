"""Public keys of machines that call us."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicKey:
    """A JWK without private members, and the name that signatures call it by."""

    kid: str
    jwk: Mapping[str, object]

    @classmethod
    def of(cls, jwk: Mapping[str, object]) -> PublicKey:
        """A public JWK under its `kid`; without one, its RFC 7638-like thumbprint."""
        kid = jwk.get("kid")
        if isinstance(kid, str) and kid:
            return cls(kid=kid, jwk=jwk)
        thumbprint = hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]
        return cls(kid=thumbprint, jwk={**jwk, "kid": thumbprint})
