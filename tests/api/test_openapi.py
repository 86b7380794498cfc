"""The published description follows the NL API Design Rules (2.x) and tells what the service does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from jsonschema import Draft202012Validator

from mailbox.api.headers import API_VERSION
from mailbox.api.openapi import document
from mailbox.api.problems import STATUS
from tests.api.machine import BERICHTEN, BULK, Machine, results
from tests.berichten import bericht

DOCUMENT = document("https://post.example.nl")
METHODS = {"get", "post", "put", "patch", "delete"}
NOT_DESCRIBED = {"/openapi.json"}
"""The description itself (ADR /core/publish-openapi names its path)."""


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def refs(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from refs(child)
    elif isinstance(node, list):
        for child in node:
            yield from refs(child)


async def test_it_is_public_for_every_site(api: Machine) -> None:
    answer = await api.client.get("/aanlever/v1/openapi.json", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["api-version"] == answer.json()["info"]["version"] == API_VERSION
    assert answer.json() == document("http://127.0.0.1:8000")


async def test_nothing_else_is_open_to_other_sites(api: Machine) -> None:
    answer = await api.send()
    assert "access-control-allow-origin" not in answer.headers


def test_it_describes_every_route_and_no_other(api: Machine) -> None:
    served = {
        (re.sub(r"\{.*?\}", "{}", str(context.path)), method.lower())
        for context in iter_route_contexts(api.app.routes)
        for method in context.methods or ()
        if str(context.path).startswith("/aanlever/v1")
    }
    described = {(f"/aanlever/v1{re.sub(r'{.*?}', '{}', path)}", method) for path, method, _ in operations()}
    assert served == described | {(f"/aanlever/v1{path}", "get") for path in NOT_DESCRIBED}


def test_versions_contact_and_servers() -> None:
    info = DOCUMENT["info"]
    assert re.fullmatch(r"3\.1\.\d+", DOCUMENT["openapi"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])
    assert {"name", "email", "url"} <= set(info["contact"])
    (server,) = DOCUMENT["servers"]
    assert re.fullmatch(r"https://.+/v" + info["version"].split(".")[0], server["url"])


def test_paths_are_kebab_case_and_without_a_slash_at_the_end() -> None:
    """ADR /core/path-segments-kebab-case: the last segment may begin with an underscore."""
    segment = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|\{[a-z][A-Za-z]*\}")
    for path in DOCUMENT["paths"]:
        *segments, last = path.removeprefix("/").split("/")
        assert [part for part in [*segments, last.removeprefix("_")] if not segment.fullmatch(part)] == []


def test_query_keys_are_camel_case() -> None:
    """ADR /core/query-keys-camel-case"""
    parameters = [p for _, _, operation in operations() for p in operation.get("parameters", [])]
    key = re.compile(r"\$?[a-z][a-z\d]*([A-Z][a-z\d]*)*")
    assert [p["name"] for p in parameters if not key.fullmatch(p["name"])] == []
    assert {p["name"] for p in parameters if p["in"] == "path"} == {"berichtId", "naam"}


def test_operations_have_one_id_each_and_words() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids)) == 4
    assert [operation["operationId"] for _, _, operation in operations() if not operation.get("summary")] == []


def test_each_error_is_a_problem() -> None:
    """ADR /core/error-handling/problem-details"""
    for _, _, operation in operations():
        failures = {code: resolved(answer) for code, answer in operation["responses"].items() if code >= "400"}
        assert failures
        for answer in failures.values():
            assert list(answer["content"]) == ["application/problem+json"]
            schema = resolved(answer["content"]["application/problem+json"]["schema"])
            assert {"status", "title", "detail"} <= set(schema["required"])


def test_invalid_input_is_400_and_never_422() -> None:
    """ADR /core/error-handling/invalid-input"""
    assert [operation["operationId"] for _, _, operation in operations() if "400" not in operation["responses"]] == []
    assert [operation["operationId"] for _, _, operation in operations() if "422" in operation["responses"]] == []


def test_each_answer_names_the_version() -> None:
    """ADR /core/version-header"""
    answers = [resolved(answer) for _, _, operation in operations() for answer in operation["responses"].values()]
    assert len(answers) > 20
    assert [answer["description"] for answer in answers if "API-Version" not in answer["headers"]] == []


def test_answers_that_ask_for_a_header_name_it() -> None:
    for status, header in ((401, "WWW-Authenticate"), (405, "Allow"), (429, "Retry-After"), (503, "Retry-After")):
        assert header in DOCUMENT["components"]["responses"][f"Probleem{status}"]["headers"]


def test_every_reference_leads_somewhere_and_every_part_is_used() -> None:
    found = set(refs(DOCUMENT))
    for ref in found:
        assert resolved({"$ref": ref})
    parts = DOCUMENT["components"]
    named = {f"#/components/{kind}/{name}" for kind in ("schemas", "headers") for name in parts[kind]}
    assert named - found == set()


def test_every_operation_says_who_may_call_it() -> None:
    asked = {operation["operationId"]: operation["security"] for _, _, operation in operations()}
    assert asked == {
        "leverBerichtAan": [{"oauth": ["berichten:aanleveren"]}],
        "leverBerichtenAan": [{"oauth": ["berichten:aanleveren"]}],
        "haalBerichtstatusOp": [{"oauth": ["berichten:inzien"]}],
        "haalSchemaOp": [],
    }


def test_moments_and_dates_are_named_and_formatted_as_the_rules_say() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for field, given in schema.get("properties", {}).items():
            if field.lower().startswith("tijdstip") or field.endswith("tijdstip"):
                assert (name, field, given["format"]) == (name, field, "date-time")
            if field.endswith("datum"):
                assert (name, field, given["format"]) == (name, field, "date")


def valid(schema: str, value: object) -> bool:
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    ).is_valid(value)


async def test_answers_are_as_described(api: Machine) -> None:
    accepted = await api.send()
    assert valid("Aanlevering", accepted.json())
    assert valid(
        "Berichtstatus", (await api.client.get(accepted.headers["location"], headers=await api.bearer())).json()
    )
    assert valid("Probleem", (await api.send(onderwerp="")).json())
    lines = b"\n".join([b"{", b"{}"])
    assert [valid("Resultaatregel", line) for line in results(await api.send_raw(lines, path=BULK))] == [True, True]
    assert not valid("Aanlevering", {})
    assert valid("Bericht", bericht())
    assert not valid("Bericht", {})


async def test_answers_have_no_field_that_is_not_described(api: Machine) -> None:
    accepted = await api.send()
    status = await api.client.get(accepted.headers["location"], headers=await api.bearer())
    lines = await api.bulk([bericht(kenmerk="B"), b"{", {**bericht(kenmerk="C"), "onderwerp": ""}])
    for schema, values in (
        ("Aanlevering", [accepted.json()]),
        ("Berichtstatus", [status.json()]),
        ("Resultaatregel", lines),
    ):
        known = set(DOCUMENT["components"]["schemas"][schema]["properties"])
        assert [set(value) - known for value in values] == [set()] * len(values)


@pytest.mark.parametrize("status", sorted({s.value for s in STATUS.values()}))
def test_every_status_we_answer_is_described(status: int) -> None:
    assert f"Probleem{status}" in DOCUMENT["components"]["responses"]


def test_the_changelog_knows_this_version() -> None:
    from pathlib import Path

    import mailbox.api

    text = (Path(str(mailbox.api.__file__)).parent / "CHANGELOG.md").read_text()
    assert re.findall(r"^## (\S+)", text, re.MULTILINE)[0] == API_VERSION
    assert BERICHTEN.removeprefix("/aanlever/v1") in text
