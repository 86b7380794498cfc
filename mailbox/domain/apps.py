"""Apps of others, with which people read their post: what the register knows, and what an app may do for whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mailbox.domain.identifiers import AppId, MailboxId, id_text
from mailbox.domain.keys import PublicKey

_RETURN_ADDRESS: Final = re.compile(
    r"(?:https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|http://127\.0\.0\.1)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&()*+,=:@%/-]*)?"
    r"(?:\?[A-Za-z0-9._~!$&()*+,=:@%/?-]*)?"
)
"""https, or this very machine for an app on it (RFC 8252 §7.3). No fragment (RFC 6749 §3.1.2), nobody's name in it, and
nothing that means something in a header."""


class AppScope(StrEnum):
    """What a person can let an app do."""

    POST = "post:lezen"
    GRANTS = "toestemmingen:beheren"
    LOG = "inzagelog:lezen"
    CLIENTS = "clienten:lezen"
    NEW_CLIENTS = "clienten:toevoegen"


@dataclass(frozen=True, kw_only=True, slots=True)
class AppRecord:
    """An app in the register. Without a key it is public (RFC 6749 §2.1): one that runs with its user keeps no secret.

    `return_addresses`: its redirect_uris. Somebody is sent to one of them exactly as it stands.
    """

    app_id: AppId
    name: str
    return_addresses: tuple[str, ...]
    key: PublicKey | None
    blocked: bool

    @property
    def client_id(self) -> str:
        """Its name in OAuth."""
        return id_text(self.app_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedAppAccess:
    """A person's yes to an app, found by a keyed hash of its code. `box` opens for the operator.

    `redeemed`: the code was used. It ends at `expires_ms`: at first the code, after that what the app got for it.
    """

    access_id: bytes
    app_id: AppId
    mailbox_id: MailboxId
    box: bytes
    redeemed: bool
    expires_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedAppToken:
    """An access token, found by a keyed hash of its jti. `box` opens for the operator: for which client, if any."""

    tag: bytes
    access_id: bytes
    box: bytes
    expires_ms: int


def is_return_address(address: str) -> bool:
    """Whether somebody may be sent back to this address at all."""
    return _RETURN_ADDRESS.fullmatch(address) is not None


def origin_of(return_address: str) -> str:
    """Scheme, host and port of an address that is one."""
    scheme, _, rest = return_address.partition("://")
    return f"{scheme}://{re.split('[/?]', rest, maxsplit=1)[0]}"
