"""What apps send: all that is wrong with it at once, at its place, and no value back."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.api.portal import DETAIL, Portal
from tests.api.test_problems import assert_problem
from tests.web.story import CJIB, JAYLANO, NOW_MS
from tests.world import DAY_MS

UNKNOWN = "00000000-0000-4000-8000-000000000000"


WRONG: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "no object": ([], [("", "soort-waarde")]),
    "nothing": ({}, [("/helper", "verplicht"), ("/toestemming", "verplicht")]),
    "no detail": ({"helper": "Ria", "toestemming": "*"}, [("/toestemming", "soort-waarde")]),
    "no helper": ({"helper": "", "toestemming": DETAIL}, [("/helper", "te-kort")]),
    "turned text": ({"helper": "Ria\u202e", "toestemming": DETAIL}, [("/helper", "patroon")]),
    "long helper": ({"helper": "x" * 81, "toestemming": DETAIL}, [("/helper", "te-lang")]),
    "unknown field": ({"helper": "Ria", "toestemming": DETAIL, "meer": 1}, [("/meer", "onbekend-veld")]),
    "field with a number": ({"helper": "Ria", "toestemming": DETAIL, "bsn999990019": 1}, [("", "onbekend-veld")]),
}
WRONG_DETAILS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "another type": ({"type": "iets"}, [("/type", "vaste-waarde")]),
    "agencies in words": ({"agencies": "alle"}, [("/agencies", "vaste-waarde")]),
    "an agency in words": ({"agencies": [CJIB, "CJIB"]}, [("/agencies/1", "patroon")]),
    "an agency that is a number": ({"agencies": [7]}, [("/agencies/0", "soort-waarde")]),
    "an agency twice": ({"agencies": [CJIB, CJIB]}, [("/agencies", "dubbel")]),
    "an unknown topic": ({"topics": ["boete", "liefde"]}, [("/topics/1", "keuze")]),
    "no period": ({"data_period": None}, [("/data_period", "soort-waarde")]),
    "half a period": ({"data_period": {"from": None}}, [("/data_period/to", "verplicht")]),
    "no such day": ({"data_period": {"from": "2026-02-30", "to": None}}, [("/data_period/from", "formaat")]),
    "backwards": ({"data_period": {"from": "2026-02-02", "to": "2026-02-01"}}, [("/data_period/to", "past-niet")]),
    "no actions": ({"actions": []}, [("/actions", "te-weinig")]),
    "not list": ({"actions": ["read"]}, [("/actions", "past-niet")]),
    "download without read": ({"actions": ["list", "download"]}, [("/actions", "past-niet")]),
    "of a court": ({"purpose": "bewind"}, [("/purpose", "keuze")]),
    "end is text": ({"until_ms": "morgen"}, [("/until_ms", "soort-waarde")]),
    "end is true": ({"until_ms": True}, [("/until_ms", "soort-waarde")]),
    "end is over": ({"until_ms": NOW_MS}, [("/until_ms", "einde")]),
    "end is far": ({"until_ms": NOW_MS + 367 * DAY_MS}, [("/until_ms", "einde")]),
    "nothing given": ({"agencies": [], "topics": []}, [("/agencies", "past-niet")]),
    "agencies without topics": ({"topics": []}, [("/topics", "past-niet")]),
    "a letter in and out": ({"also": [UNKNOWN], "without": [UNKNOWN]}, [("/without", "past-niet")]),
    "no letter": ({"also": ["x"]}, [("/also/0", "patroon")]),
    "two at once": ({"actions": ["read"], "topics": []}, [("/actions", "past-niet"), ("/topics", "past-niet")]),
}  # fmt: skip


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    body = assert_problem(answer)
    assert answer.status_code == 400, answer.text
    assert [fault for fault in body["fouten"] if not fault["melding"]] == []
    return [(fault["pointer"], fault["code"]) for fault in body["fouten"]]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_all_that_is_wrong_with_a_body_is_told_at_its_place(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    for name, (body, expected) in WRONG.items():
        assert (name, faults(await app.post_json(token, "/concepten", body))) == (name, expected)
    for name, (changes, expected) in WRONG_DETAILS.items():
        body = {"helper": "Ria", "toestemming": {**DETAIL, **changes}}
        placed = [(f"/toestemming{place}", code) for place, code in expected]
        assert (name, sorted(faults(await app.post_json(token, "/concepten", body)))) == (name, sorted(placed))
    assert (await app.get(token, "/concepten")).json()["concepten"] == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_no_value_comes_back(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    for field in DETAIL:
        for value in ("GEHEIM", ["GEHEIM"], {"GEHEIM": "GEHEIM"}):
            body = {"helper": "GEHEIM\n", "toestemming": {**DETAIL, field: value}}
            answer = await app.post_json(token, "/concepten", body)
            assert (answer.status_code, "GEHEIM" in answer.text.replace("/GEHEIM", "")) == (400, False)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_is_no_body_is_refused(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    good = json.dumps({"helper": "Ria", "toestemming": DETAIL})
    cases: list[tuple[int, str | bytes, dict[str, str]]] = [
        (400, "", {}),
        (400, "{", {}),
        (400, good[:-1] + ',"helper":"Bob"}', {}),
        (400, good.replace("Ria", "\\ud800"), {}),
        (415, good, {"Content-Type": "text/plain"}),
        (415, good, {"Content-Encoding": "gzip"}),
        (406, good, {"Accept": "text/html"}),
        (413, good + " " * 300_000, {}),
    ]
    for status, content, headers in cases:
        given = {"Content-Type": "application/json", **headers}
        answer = await app.call("POST", token, "/concepten", content=content, headers=given)
        assert (status, content[:20], answer.status_code) == (status, content[:20], status)
        assert_problem(answer)
