"""Letters as their reader has them, without keys between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata, read_metadata, split

_MORNING = "T08:00:00+01:00"


def opened(berichten: Iterable[dict[str, Any]]) -> list[LetterMetadata]:
    """The metadata of these letters, each published in the morning of its date unless it says when."""
    return [
        read_metadata(
            split(letter, ()).meta,
            letter_id=LetterId(number.to_bytes(16, "big")),
            publish_ms=int(datetime.fromisoformat(letter["dagtekening"] + _MORNING).timestamp() * 1000),
            received_ms=0,
            read_ms=None,
        )
        for number, letter in enumerate(berichten)
    ]
