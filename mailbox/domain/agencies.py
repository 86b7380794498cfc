"""Sending bodies as the register knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbox.domain.identifiers import Oin


@dataclass(frozen=True, kw_only=True, slots=True)
class AgencyKey:
    """A public key of an agency: a JWK without private members."""

    kid: str
    jwk: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgencyRecord:
    """A sending body, its keys and whether it is blocked."""

    oin: Oin
    name: str
    blocked: bool
    keys: tuple[AgencyKey, ...]
