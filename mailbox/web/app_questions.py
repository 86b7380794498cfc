"""What an app asks when it sends somebody here (RFC 6749 §4.1.1, RFC 7636 §4.3), and the address to send them back to.

NL GOV OAuth 1.2: code flow with PKCE S256 and nothing else, and a `state` of at least 128 bits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from mailbox.domain.apps import AppScope

FIELDS: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
_STATE: Final = re.compile(r"[!-~]{22,512}")
"""22 characters of base64url hold 128 bits."""
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 in base64url."""


class Unanswerable(Exception):
    """A question of which we do not know whose it is. Nobody is sent anywhere; they see a page."""


def fields_of(pairs: Collection[tuple[str, str]]) -> Mapping[str, str]:
    """The fields of a question. What we do not know is left out (RFC 6749 §3.1).

    Raises:
        Unanswerable: a field is there twice.
    """
    known = [(name, value) for name, value in pairs if name in FIELDS]
    fields = dict(known)
    if len(fields) != len(known):
        raise Unanswerable
    return fields


def fault_of(fields: Mapping[str, str]) -> str | None:
    """What is wrong with a question, as an error of RFC 6749 §4.1.2.1; None when nothing is."""
    if fields.get("response_type") != "code":
        return "unsupported_response_type" if fields.get("response_type") else "invalid_request"
    pkce = fields.get("code_challenge_method") == "S256" and _CHALLENGE.fullmatch(fields.get("code_challenge", ""))
    if not pkce or not _STATE.fullmatch(fields.get("state", "")):
        return "invalid_request"
    return None if scopes_of(fields) else "invalid_scope"


def scopes_of(fields: Mapping[str, str]) -> frozenset[AppScope]:
    """What the app wants to do; nothing when it asks for something that there is not."""
    asked = fields.get("scope", "").split(" ")
    known = set(AppScope)
    return frozenset(map(AppScope, asked)) if known.issuperset(asked) else frozenset()


def way_back(return_address: str, issuer: str, said: Sequence[tuple[str, str]]) -> str:
    """Where the person goes, with the answer. `iss` says whose answer it is (RFC 9207)."""
    mark = "&" if "?" in return_address else "?"
    return f"{return_address}{mark}{urlencode([*said, ('iss', issuer)])}"
