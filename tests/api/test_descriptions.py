"""Both published descriptions follow the NL API Design Rules (2.x)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

import mailbox.api
from mailbox.api.problems import STATUS
from tests.api.descriptions import READERS_API, SENDERS_API, Description
from tests.api.machine import Machine

EVERY = pytest.mark.parametrize("described", [SENDERS_API, READERS_API], ids=["senders", "readers"])
NOT_DESCRIBED = {"/openapi.json"}
"""The description itself (ADR /core/publish-openapi names its path)."""


def refs(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from refs(child)
    elif isinstance(node, list):
        for child in node:
            yield from refs(child)


@EVERY
async def test_it_is_public_for_every_site(api: Machine, described: Description) -> None:
    answer = await api.client.get(f"{described.prefix}/openapi.json", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["api-version"] == answer.json()["info"]["version"] == described.version
    here = answer.text.replace("http://127.0.0.1:8000", "https://post.example.nl")
    assert described.document == json.loads(here)


@EVERY
def test_it_describes_every_route_and_no_other(api: Machine, described: Description) -> None:
    served = {
        (re.sub(r"\{.*?\}", "{}", str(context.path)), method.lower())
        for context in iter_route_contexts(api.app.routes)
        for method in context.methods or ()
        if str(context.path).startswith(described.prefix)
    }
    named = {(described.prefix + re.sub(r"\{.*?\}", "{}", path), method) for path, method, _ in described.operations()}
    assert served == named | {(described.prefix + path, "get") for path in NOT_DESCRIBED}


@EVERY
def test_versions_contact_and_servers(described: Description) -> None:
    info = described.document["info"]
    assert re.fullmatch(r"3\.1\.\d+", described.document["openapi"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])
    assert {"name", "email", "url"} <= set(info["contact"])
    (server,) = described.document["servers"]
    assert re.fullmatch(r"https://.+/v" + info["version"].split(".")[0], server["url"])


@EVERY
def test_paths_are_kebab_case_and_without_a_slash_at_the_end(described: Description) -> None:
    """ADR /core/path-segments-kebab-case: the last segment may begin with an underscore."""
    segment = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|\{[a-z][A-Za-z]*\}")
    for path in described.document["paths"]:
        *segments, last = path.removeprefix("/").split("/")
        assert [part for part in [*segments, last.removeprefix("_")] if not segment.fullmatch(part)] == []


@EVERY
def test_query_keys_are_camel_case_and_each_place_in_a_path_is_described(described: Description) -> None:
    """ADR /core/query-keys-camel-case"""
    key = re.compile(r"\$?[a-z][a-z\d]*([A-Z][a-z\d]*)*")
    for path, _, operation in described.operations():
        parameters = operation.get("parameters", [])
        assert [one["name"] for one in parameters if not key.fullmatch(one["name"])] == []
        assert {one["name"] for one in parameters if one["in"] == "path"} == set(re.findall(r"\{(\w+)\}", path))


@EVERY
def test_operations_have_one_id_each_and_words(described: Description) -> None:
    ids = [operation["operationId"] for _, _, operation in described.operations()]
    assert len(ids) == len(set(ids))
    assert [
        operation["operationId"] for _, _, operation in described.operations() if not operation.get("summary")
    ] == []
    tags = {tag["name"] for tag in described.document["tags"]}
    assert {tag for _, _, operation in described.operations() for tag in operation["tags"]} == tags


@EVERY
def test_each_error_is_a_problem(described: Description) -> None:
    """ADR /core/error-handling/problem-details"""
    for _, _, operation in described.operations():
        failures = {code: described.resolved(one) for code, one in operation["responses"].items() if code >= "400"}
        assert failures
        for answer in failures.values():
            assert list(answer["content"]) == ["application/problem+json"]
            schema = described.resolved(answer["content"]["application/problem+json"]["schema"])
            assert {"status", "title", "detail"} <= set(schema["required"])


@EVERY
def test_invalid_input_is_400_and_never_422(described: Description) -> None:
    """ADR /core/error-handling/invalid-input"""
    for _, _, operation in described.operations():
        assert ("400" in operation["responses"], "422" in operation["responses"]) == (True, False)


@EVERY
def test_each_answer_names_the_version(described: Description) -> None:
    """ADR /core/version-header"""
    answers = [
        described.resolved(one) for _, _, operation in described.operations() for one in operation["responses"].values()
    ]
    assert len(answers) > 20
    assert [answer["description"] for answer in answers if "API-Version" not in answer["headers"]] == []


@EVERY
def test_answers_that_ask_for_a_header_name_it(described: Description) -> None:
    for status, header in ((401, "WWW-Authenticate"), (405, "Allow"), (429, "Retry-After"), (503, "Retry-After")):
        assert header in described.document["components"]["responses"][f"Probleem{status}"]["headers"]


@EVERY
def test_every_reference_leads_somewhere_and_every_part_is_used(described: Description) -> None:
    found = set(refs(described.document))
    for ref in found:
        assert described.resolved({"$ref": ref})
    parts = described.document["components"]
    named = {f"#/components/{kind}/{name}" for kind in ("schemas", "headers") for name in parts[kind]}
    assert named - found == set()


@EVERY
def test_schemas_are_named_and_moments_and_dates_formatted_as_the_rules_say(described: Description) -> None:
    for name, schema in described.document["components"]["schemas"].items():
        assert re.fullmatch(r"(?:[A-Z][a-z]+)+", name)
        for field, given in schema.get("properties", {}).items():
            if field.lower().startswith("tijdstip") or field.endswith("tijdstip"):
                assert (name, field, given["format"]) == (name, field, "date-time")
            if field.lower().endswith("datum"):
                assert (name, field, given["format"]) == (name, field, "date")


@EVERY
@pytest.mark.parametrize("status", sorted({s.value for s in STATUS.values()}))
def test_every_status_we_answer_is_described(described: Description, status: int) -> None:
    assert f"Probleem{status}" in described.document["components"]["responses"]


@EVERY
def test_the_changelog_knows_this_version(described: Description) -> None:
    text = (Path(str(mailbox.api.__file__)).parent / described.changelog).read_text()
    assert re.findall(r"^## (\S+)", text, re.MULTILINE)[0] == described.version
    assert described.prefix in text
