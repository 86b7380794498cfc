"""The description of the sender API tells what the service does. What both descriptions share: test_descriptions."""

from __future__ import annotations

from jsonschema import Draft202012Validator

from tests.api.descriptions import SENDERS_API
from tests.api.machine import BULK, Machine, results
from tests.berichten import bericht

DOCUMENT = SENDERS_API.document


async def test_nothing_else_is_open_to_other_sites(api: Machine) -> None:
    answer = await api.send()
    assert "access-control-allow-origin" not in answer.headers


def test_every_operation_says_who_may_call_it() -> None:
    asked = {operation["operationId"]: operation["security"] for _, _, operation in SENDERS_API.operations()}
    assert asked == {
        "leverBerichtAan": [{"oauth": ["berichten:aanleveren"]}],
        "leverBerichtenAan": [{"oauth": ["berichten:aanleveren"]}],
        "haalBerichtstatusOp": [{"oauth": ["berichten:inzien"]}],
        "haalSchemaOp": [],
    }


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
