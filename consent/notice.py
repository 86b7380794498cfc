"""What a citizen reads before they say yes, in plain Dutch. A text that was once shown stays, under its version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

NOTICES: Final[Mapping[str, tuple[str, ...]]] = {
    "1": (
        "Deze persoon ziet alleen de brieven die u kiest, tot de einddatum.",
        "Brieven over gezondheid of strafrecht ziet deze persoon alleen als u dat zelf aanvinkt.",
        "U kunt altijd stoppen. Dat werkt meteen. Wat iemand al las, kunt u niet terugnemen.",
        "U ziet altijd wie wanneer naar uw post keek.",
        "Niemand mag u dwingen. U hoeft niet uit te leggen waarom u nee zegt.",
    ),
}
"""Sentences by version."""
NOTICE: Final = "1"
"""The version that is shown now."""


def notice_hash(version: str) -> str:
    """SHA-256 of the text (sentences with a line feed between them, UTF-8), in hexadecimal. Raises KeyError."""
    return hashlib.sha256("\n".join(NOTICES[version]).encode()).hexdigest()
