"""Services that do what the real ones do on a bad day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mailbox.domain.errors import MailboxError
from mailbox.domain.identifiers import Oin
from mailbox.services.batching import Lane
from mailbox.services.receiving import Receipt


class Refusing:
    """A `Receiving` that stores nothing."""

    def __init__(self, reason: Exception) -> None:
        self._reason = reason

    async def receive(
        self,
        agency: Oin,  # noqa: ARG002 - the port's signature, here and below
        bericht: Mapping[str, Any],  # noqa: ARG002
        attachments: Sequence[bytes],  # noqa: ARG002
        *,
        lane: Lane = Lane.SINGLE,  # noqa: ARG002
    ) -> Receipt:
        raise self._reason

    async def receive_many(
        self,
        agency: Oin,  # noqa: ARG002
        items: Sequence[tuple[Mapping[str, Any], Sequence[bytes]]],
    ) -> Sequence[Receipt | MailboxError]:
        if not isinstance(self._reason, MailboxError):
            raise self._reason
        return [self._reason for _ in items]
