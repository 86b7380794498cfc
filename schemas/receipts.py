"""The published form of a receipt of consent, and whether a document has it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from schemas.faults import pointer
from schemas.formats import FORMATS

_FILE: Final = Path(__file__).parent / "toestemmingsbewijs.v1.schema.json"


@cache
def receipt_schema() -> dict[str, Any]:
    """The schema, as published."""
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


def receipt_fault(document: object) -> str | None:
    """A JSON pointer to what is not as the schema says; empty for the whole, None when all is well.

    It names fields of the schema and places in lists only, so it can be shown.
    """
    error = next(_validator().iter_errors(document), None)
    return None if error is None else pointer(error.instance_path)


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(receipt_schema(), formats=FORMATS, validate_formats=True, offline=True)
