"""Where a timeline goes on, as text in an address. It is good for the reader and the mailbox that it was made for."""

from __future__ import annotations

import base64
import hmac
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import ID_BYTES, LetterId
from mailbox.domain.sealed import Cursor
from mailbox.services.access import Access

_MS_BYTES: Final = 8
_PROOF_BYTES: Final = 16


class TimelineCursors:
    """Cursors with a proof that they are ours: one of somebody else's is as unknown as none."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def text(self, access: Access, cursor: Cursor) -> str:
        """URL-safe."""
        raw = cursor.publish_ms.to_bytes(_MS_BYTES, "big", signed=True) + cursor.letter_id
        return base64.urlsafe_b64encode(raw + self._proof(access, raw)).decode()

    def cursor(self, access: Access, text: str) -> Cursor:
        """The inverse of `text`, for the same reader and mailbox. Raises NotFound."""
        try:
            given = base64.b64decode(text, altchars=b"-_", validate=True)
        except ValueError:
            raise NotFound from None
        raw, proof = given[:-_PROOF_BYTES], given[-_PROOF_BYTES:]
        if len(raw) != _MS_BYTES + ID_BYTES or not hmac.compare_digest(proof, self._proof(access, raw)):
            raise NotFound
        publish_ms = int.from_bytes(raw[:_MS_BYTES], "big", signed=True)
        return Cursor(publish_ms=publish_ms, letter_id=LetterId(raw[_MS_BYTES:]))

    def _proof(self, access: Access, raw: bytes) -> bytes:
        parts = (access.reader.mailbox_id, access.recipient_id, raw)
        return self._sealer.tag("timeline-cursor", *parts)[:_PROOF_BYTES]
