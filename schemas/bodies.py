"""What apps send: small bodies by a schema, with every fault at its place and in words."""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from schemas.checking import MAX_FAULTS
from schemas.faults import Fault
from schemas.validators import reference_for
from schemas.wording import faults_of

_GRANT: Final = Path(__file__).parent / "toestemming.v1.schema.json"


@cache
def grant_schema() -> dict[str, Any]:
    """What a citizen lets a helper see (RFC 9396), as published."""
    document: dict[str, Any] = json.loads(_GRANT.read_text(encoding="utf-8"))
    return document


class BodySchema:
    """A kind of body. `document`: its schema, in the keywords for which there are words (`wording`)."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._validator = reference_for(document)

    def faults(self, body: Any) -> tuple[Fault, ...]:
        """All that is wrong with what `parse_json` gave, in order of place; at most `MAX_FAULTS`."""
        found = islice(self._validator.iter_errors(body), MAX_FAULTS)
        return tuple(sorted({fault for error in found for fault in faults_of(error)}))[:MAX_FAULTS]
