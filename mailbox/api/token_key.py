"""The key that signs all our access tokens (JWT, NL GOV OAuth 1.2), and the file that it is kept in."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from mailbox.api.client_keys import new_private_jwk
from mailbox.api.problems import NotLoggedIn


class TokenKey:
    """Signs what we say, and knows it again. A token is for one API: `audience` is its path."""

    def __init__(self, key: ECKey, *, issuer: str) -> None:
        self._key = key
        self.issuer = issuer

    @property
    def jwks(self) -> dict[str, Any]:
        """The public half, for who wants to check a token (RFC 7517)."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "ES256", "kid": self._key.kid}]}

    def sign(self, claims: Mapping[str, Any], *, audience: str) -> str:
        """A token with these claims, from us and for this API."""
        header = {"alg": "ES256", "typ": "at+jwt", "kid": str(self._key.kid)}
        return jwt.encode(header, {"iss": self.issuer, "aud": self.issuer + audience, **claims}, self._key)

    def claims(self, token: str, *, audience: str) -> dict[str, Any]:
        """What a token says; whether it ended is for the caller. Raises NotLoggedIn: not ours, or for another API."""
        try:
            claims = jwt.decode(token, self._key, algorithms=["ES256"]).claims
        except (JoseError, ValueError, TypeError):
            raise NotLoggedIn from None
        if claims.get("iss") != self.issuer or claims.get("aud") != self.issuer + audience:
            raise NotLoggedIn
        return claims


def bearer(authorization: str | None) -> str:
    """The token in an Authorization header. Raises NotLoggedIn."""
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NotLoggedIn
    return token


def token_key(path: Path) -> ECKey:
    """The key in this file; made with 0600 when it is not there. Processes that start at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600 by mkstemp
        with os.fdopen(handle, "w") as file:
            json.dump(new_private_jwk(), file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)
        Path(name).unlink()
    return ECKey.import_key(json.loads(path.read_text()))
