"""Sending bodies as the register knows them."""

from __future__ import annotations

from dataclasses import dataclass

from mailbox.domain.identifiers import Oin
from mailbox.domain.keys import PublicKey


@dataclass(frozen=True, kw_only=True, slots=True)
class AgencyRecord:
    """A sending body, its keys and whether it is blocked."""

    oin: Oin
    name: str
    blocked: bool
    keys: tuple[PublicKey, ...]
