"""What a browser keeps for us while its person is at another site to log in: sealed, and for a short time."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.errors import LoginRefused, SealBroken
from mailbox.domain.logins import PendingLogin
from mailbox.domain.ports import Clock

LIFE_S: Final = 15 * 60
"""Finding one's phone, and the app on it, takes a while."""
_PURPOSE: Final = "pending-login"


class PendingLogins:
    """Nothing of it is in the store: who never comes back leaves nothing behind."""

    def __init__(self, sealer: Sealer, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def sealed(self, pending: PendingLogin) -> str:
        """For a cookie."""
        kept = json.dumps({**asdict(pending), "until_ms": self._clock.now_ms() + LIFE_S * 1000})
        return base64.urlsafe_b64encode(self._sealer.seal_operator(_PURPOSE, (), kept.encode())).decode()

    def opened(self, text: str) -> PendingLogin:
        """What `sealed` made of it. Raises LoginRefused: not ours, or too old."""
        try:
            box = base64.b64decode(text, altchars=b"-_", validate=True)
            kept = json.loads(self._sealer.open_operator(_PURPOSE, (), box))
        except (SealBroken, binascii.Error, ValueError):
            raise LoginRefused from None
        if kept.pop("until_ms") <= self._clock.now_ms():
            raise LoginRefused
        return PendingLogin(**kept)
