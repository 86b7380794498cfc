"""The metadata of a stored letter, opened: by its citizen, through a grant, for the log. One way for all."""

from __future__ import annotations

import json
from dataclasses import replace

from consent import LetterFacts
from mailbox.crypto import LetterKey, Sealer
from mailbox.domain.identifiers import id_text
from mailbox.domain.letters import LetterMetadata, facts_of, read_metadata
from mailbox.domain.sealed import SealedSummary


def metadata_of(row: SealedSummary, key: LetterKey, sealer: Sealer) -> LetterMetadata:
    """What the letter says of itself, if it came in through our door.

    Raises:
        SealBroken: another letter's row or key, or a letter that someone made with the mailbox's public key.
    """
    return read_metadata(
        checked(row, key, sealer),
        letter_id=row.letter_id,
        publish_ms=row.publish_ms,
        received_ms=row.received_ms,
        read_ms=row.read_ms,
        archived_ms=row.archived_ms,
    )


def facts_in(row: SealedSummary, key: LetterKey, sealer: Sealer) -> LetterFacts:
    """What consent asks of the letter, without the rest. Raises as `metadata_of`."""
    return replace(facts_of(json.loads(checked(row, key, sealer))), letter_id=id_text(row.letter_id))


def checked(row: SealedSummary, key: LetterKey, sealer: Sealer) -> bytes:
    """The JSON of the metadata, as it came in. Raises as `metadata_of`."""
    return sealer.checked_metadata(key.mailbox_id, key.letter_id, key.open_meta(row.meta_box))
