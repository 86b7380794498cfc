"""The published form of a receipt: a sound schema, closed and bounded, and a table that names every field of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from consent import record_to_json
from schemas import receipt_fault, receipt_schema
from schemas.formats import FORMATS
from tests.consent_records import record

FOLDER = Path(schemas.__file__).parent


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema in it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *schema.get("$defs", {}).values()]
    for part in (*inner, *([schema["items"]] if "items" in schema else [])):
        yield from parts(part)


PARTS = list(parts(receipt_schema()))


def test_it_is_a_schema_of_2020_12_found_by_its_name() -> None:
    Draft202012Validator.check_schema(receipt_schema())
    assert receipt_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    name = receipt_schema()["$id"].rpartition("/")[2]
    assert json.loads((FOLDER / name).read_text()) == receipt_schema()


def test_it_is_closed_and_has_bounds() -> None:
    objects = [part for part in PARTS if part.get("type") == "object"]
    assert len(objects) == 9
    assert [part["additionalProperties"] for part in objects] == [False] * 9
    assert [part for part in PARTS if part.get("type") == "array" and "maxItems" not in part] == []
    assert [part for part in PARTS if part.get("type") == "integer" and "maximum" not in part] == []
    texts = [part for part in PARTS if part.get("type") == "string" and not {"format", "maxLength"} & part.keys()]
    assert [part["pattern"] for part in texts if not re.search(r"[}?)]\$$", part["pattern"])] == []
    assert {part["format"] for part in PARTS if "format" in part} <= FORMATS.keys()


def test_every_field_says_in_dutch_what_it_is() -> None:
    fields = [field for part in PARTS for field in part.get("properties", {}).values() if "$ref" not in field]
    assert len(fields) == 56
    assert [field for field in fields if not field.get("description")] == []


def test_the_table_has_every_field_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_0-9]+)` ", (FOLDER / "toestemmingsbewijs.md").read_text(), re.MULTILINE)
    detail = receipt_schema()["$defs"]["detail"]["properties"].keys()
    named = {name for part in PARTS for name in part.get("properties", {})}
    assert set(rows) == named - (detail - {"purpose"}) - {"from", "to"}
    assert len(set(rows)) == len(rows)


def test_two_validators_agree() -> None:
    data = record_to_json(record())
    reference = Draft202012Validator(receipt_schema())
    assert (receipt_fault(data), list(reference.iter_errors(data))) == (None, [])
    for name in data:
        less = {key: value for key, value in data.items() if key != name}
        assert (receipt_fault(less), reference.is_valid(less)) == ("", False)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"record_version": 0}, "/record_version"),
        ({"record_version": "1"}, "/record_version"),
        ({"issued_at": "2026-11-24"}, "/issued_at"),
        ({"issued_at": "2026-02-30T12:00:00.000Z"}, "/issued_at"),
        ({"meer": 1}, ""),
        ({"party_identification": []}, "/party_identification"),
    ],
)
def test_a_fault_has_a_place(change: dict[str, object], place: str) -> None:
    assert receipt_fault({**record_to_json(record()), **change}) == place


@pytest.mark.parametrize("character", ["\x00", "\n", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f", "\u2028"])
def test_a_name_holds_nothing_that_a_terminal_or_a_page_would_obey(character: str) -> None:
    data: Any = record_to_json(record())
    data["party_identification"][2]["party_name"] = f"Karin{character}Bos"
    assert receipt_fault(data) == "/party_identification/2/party_name"
