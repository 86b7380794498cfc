"""What would go out, kept in memory: for a demo, which sends nobody anything."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Final

from mailbox.domain.alerts import Delivery, Message, Way
from mailbox.domain.identifiers import MailboxId

_KEPT: Final = 20


class Outbox:
    """The last messages to each person, newest first."""

    ways: Final = frozenset(Way)

    def __init__(self) -> None:
        self._messages: defaultdict[MailboxId, deque[Message]] = defaultdict(lambda: deque(maxlen=_KEPT))

    async def send(self, message: Message) -> Delivery:
        self._messages[message.mailbox_id].appendleft(message)
        return Delivery.SENT

    def messages(self, mailbox_id: MailboxId) -> Sequence[Message]:
        """What would have gone to this person."""
        return tuple(self._messages.get(mailbox_id, ()))
