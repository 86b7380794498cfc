"""The published files: valid schemas, closed, in words that the checking knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from schemas import SCHEMA_NAMES, berichtsoorten, schema_document
from schemas.formats import FORMATS
from schemas.wording import TYPES, WORDS

FOLDER = Path(schemas.__file__).parent
EVERY_SCHEMA = pytest.mark.parametrize("name", SCHEMA_NAMES)
SAID_ELSEWHERE = {"required", "additionalProperties"}
STRUCTURE = {"properties", "items", "allOf", "if", "then", "$ref"}
NOTES = {"$schema", "$id", "title", "description", "contentEncoding"}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema in it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("allOf", ())]
    inner += [schema[keyword] for keyword in ("items", "if", "then", "contains", "not") if keyword in schema]
    for part in inner:
        yield from parts(part)


@EVERY_SCHEMA
def test_each_is_a_schema_of_2020_12(name: str) -> None:
    document = schema_document(name)
    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@EVERY_SCHEMA
def test_each_is_found_by_its_name(name: str) -> None:
    place = "bericht" if name == "bericht" else f"berichtsoort/{name}"
    assert schema_document(name)["$id"] == f"https://mijnoverzicht.example/schemas/{place}.v1.schema.json"
    assert (FOLDER / f"{place}.v1.schema.json").is_file()


@pytest.mark.parametrize("code", SCHEMA_NAMES[1:])
def test_each_kind_builds_on_bericht_and_is_bound_to_its_code(code: str) -> None:
    document = schema_document(code)
    assert document["allOf"] == [{"$ref": schema_document("bericht")["$id"]}]
    assert document["properties"]["berichtsoort"] == {"const": code}
    assert berichtsoorten()[code].title == document["title"]
    # A name outside bericht would demand what bericht forbids.
    known = schema_document("bericht")["properties"].keys()
    assert {*document["properties"], *document.get("required", ())} <= known


def test_every_object_of_a_letter_is_closed() -> None:
    objects = [part for part in parts(schema_document("bericht")) if part.get("type") == "object"]
    assert len(objects) == 13
    assert [part["additionalProperties"] for part in objects] == [False] * len(objects)


def test_every_list_and_text_has_a_bound_but_attachments_which_have_theirs_in_bytes() -> None:
    found = list(parts(schema_document("bericht")))
    assert [part for part in found if part.get("type") == "array" and "maxItems" not in part] == []
    bounded = {"maxLength", "format", "contentEncoding"}
    texts = [part for part in found if part.get("type") == "string" and not bounded & part.keys()]
    assert [part["pattern"] for part in texts if not part["pattern"].endswith(("}$", ")$"))] == []


def test_every_field_says_in_dutch_what_it_is() -> None:
    properties = [
        field
        for part in parts(schema_document("bericht"))
        if part.get("type") == "object"
        for field in part["properties"].values()
    ]
    assert len(properties) == 66
    assert [field for field in properties if not field.get("description")] == []


@EVERY_SCHEMA
def test_each_keyword_has_words_for_who_gets_it_wrong(name: str) -> None:
    for part in parts(schema_document(name)):
        assert part.keys() <= WORDS.keys() | SAID_ELSEWHERE | STRUCTURE | NOTES
        assert part.get("type", "object") in TYPES
        assert part.get("format", "date") in FORMATS


def test_no_such_schema() -> None:
    with pytest.raises(KeyError):
        schema_document("../bericht")
