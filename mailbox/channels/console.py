"""What would go out, printed: for whoever works on the service. It shows codes, so never where others can come."""

from __future__ import annotations

import sys
from typing import Final

from mailbox.domain.alerts import Delivery, Message, Way

_RULE: Final = "-" * 72


class ConsoleChannel:
    """Implements `ports.Channel`. To whom a message goes is not printed."""

    ways: Final = frozenset(Way)

    async def send(self, message: Message) -> Delivery:
        title = message.subject if message.to.way is Way.EMAIL else "Sms"
        sys.stdout.write(f"{_RULE}\n{title}\n\n{message.text.rstrip()}\n{_RULE}\n")
        sys.stdout.flush()
        return Delivery.SENT
