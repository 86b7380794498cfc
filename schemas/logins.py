"""The form of the file that says with what people log in, and all that is wrong with one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.bodies import BodySchema
from schemas.faults import Fault

_FILE: Final = Path(__file__).parent / "inlogmiddelen.v1.schema.json"


@cache
def _schema() -> dict[str, Any]:
    """The schema, as published."""
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


def login_faults(document: Any) -> tuple[Fault, ...]:
    """Every fault, in order of place. Structure first; then the rules, on a document that is sound."""
    return BodySchema(_schema()).faults(document) or tuple(_by_rule(document["inlogmiddelen"]))


def _by_rule(means: list[dict[str, Any]]) -> Iterator[Fault]:
    keys = [one["sleutel"] for one in means]
    for number, one in enumerate(means):
        place = f"/inlogmiddelen/{number}"
        if one["sleutel"] in keys[:number]:
            yield Fault(pointer=f"{place}/sleutel", code="dubbel", message="Deze sleutel is er al.")
        if one["persoon"]["soort"] == "bsn" and "niveaus" not in one:
            message = "Noem de niveaus waarop iemand met een BSN binnen mag."
            yield Fault(pointer=place, code="niveaus-nodig", message=message)
        if "organisatie" in one and "organisatieveld" in one:
            message = "Geef een organisatie of een organisatieveld, en niet allebei."
            yield Fault(pointer=place, code="een-van-twee", message=message)
        if "balie" in one and "organisatie" not in one and "organisatieveld" not in one:
            message = "Een balie is van een organisatie: zeg van welke."
            yield Fault(pointer=f"{place}/balie", code="samenhang", message=message)
