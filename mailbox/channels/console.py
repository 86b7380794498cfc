"""What would go out, printed: for whoever works on the service. It shows codes, so never where others can come."""

from __future__ import annotations

import sys
from typing import Final

from mailbox.domain.alerts import Delivery, Message

_RULE: Final = "-" * 72


class ConsoleChannel:
    """Implements `ports.Channel`. To whom a message goes is not printed."""

    async def send(self, message: Message) -> Delivery:
        sys.stdout.write(f"{_RULE}\n{message.subject}\n\n{message.text.rstrip()}\n{_RULE}\n")
        sys.stdout.flush()
        return Delivery.SENT
