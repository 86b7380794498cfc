"""Whom a court appointed and who left, from the command line: all that is wrong is told, and no value is echoed."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from mailbox.bootstrap import services
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.grant_views import GrantView
from mailbox.settings import load_settings
from tests.unit.test_cli import Runner, _demo_in_a_folder, run

__all__ = ["_demo_in_a_folder", "run"]
CITIZEN, HELPER = "999990019", "999990044"
WHOLE: dict[str, Any] = {
    "burger": {"bsn": CITIZEN, "naam": "Jaylano Meerman"},
    "helper": {"bsn": HELPER, "naam": "Bea Wind", "organisatie": "Bewind Demo"},
    "maatregel": "bewind",
    "beschikking": "12345678 BM VERZ 26-101",
    "totEnMet": "",
}


@pytest.fixture
def document() -> dict[str, Any]:
    """Good for two years from now: the command line has the machine's clock."""
    from datetime import UTC, datetime, timedelta

    return {**copy.deepcopy(WHOLE), "totEnMet": (datetime.now(UTC) + timedelta(days=730)).date().isoformat()}


def add(run: Runner, document: object, command: str = "add") -> int:
    run("migrate")
    Path("aanstelling.json").write_text(json.dumps(document))
    return run("appointment", command, "aanstelling.json")


async def _grants() -> list[GrantView]:
    async with services(load_settings()) as built:
        return list(await built.granting.grants_of(await _person(built, CITIZEN, "Jaylano Meerman")))


async def _person(built: Any, bsn: str, name: str, organisation: str | None = None) -> Person:
    identity = Identity(subject=Subject.of_bsn(Bsn(bsn)), name=name, organisation=organisation)
    person = await built.sessions.person(await built.sessions.login(identity))
    assert isinstance(person, Person)
    return person


def test_a_decision_is_registered_listed_and_ended(run: Runner, document: dict[str, Any]) -> None:
    assert add(run, document) == 0
    grant_id = run.out.partition("in force: ")[2].partition(".")[0]
    assert run("appointment", "list") == 0
    assert run.out == f"{grant_id}  bewind       {document['totEnMet']}  12345678 BM VERZ 26-101  (Bewind Demo)\n"
    (view,) = asyncio.run(_grants())
    assert (view.who, view.reference) == ("Bea Wind (Bewind Demo)", "12345678 BM VERZ 26-101")
    ending = {name: document[name] for name in ("burger", "beschikking")}
    assert (add(run, ending, "end"), add(run, ending, "end")) == (0, 1)
    assert run.err == "Nothing is in force for this person under this number.\n"
    assert (run("appointment", "list"), run.out) == (0, "")


def test_nobody_is_in_the_answers(run: Runner, document: dict[str, Any]) -> None:
    said = ""
    for command in ("add", "end", "end"):
        add(run, document, command)
        said += run.out + run.err
        run("appointment", "list")
        said += run.out + run.err
    assert [word for word in (CITIZEN, HELPER, "Jaylano", "Meerman", "Bea") if word in said] == []


def test_it_can_be_narrower_than_everything(run: Runner, document: dict[str, Any]) -> None:
    extent = {
        "afzenders": ["00000099000000004000"],
        "onderwerpen": ["boete", "gezondheid"],
        "brievenVanaf": "2026-01-01",
        "acties": ["lezen"],
    }
    assert add(run, {**document, "omvang": extent}) == 0
    (view,) = asyncio.run(_grants())
    told = view.scope.to_json()
    assert (told["agencies"], told["topics"]) == (["00000099000000004000"], ["boete", "gezondheid"])
    assert (told["actions"], told["data_period"]) == (["list", "read"], {"from": "2026-01-01", "to": None})


def _changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    *parents, last = path.split("/")
    place = document
    for parent in parents:
        place = place.setdefault(parent, {})
    if value is None:
        place.pop(last)
    else:
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("burger", None, "/burger"),
        ("burger/bsn", "999990018", "/burger/bsn"),
        ("burger/bsn", "99999001", "/burger/bsn"),
        ("burger/bsn", 999990019, "/burger/bsn"),
        ("burger/bsn", "٩٩٩٩٩٠٠١٩", "/burger/bsn"),
        ("burger/naam", " ", "/burger/naam"),
        ("helper/bsn", None, "/helper"),
        ("helper/bsn", CITIZEN, "/helper/bsn"),
        ("helper/pseudoniem", "bea", "/helper"),
        ("helper/naam", "x" * 81, "/helper/naam"),
        ("maatregel", "hulp-bij-post", "/maatregel"),
        ("beschikking", "", "/beschikking"),
        ("beschikking", f"Dossier {CITIZEN}", "/beschikking"),
        ("totEnMet", "2030-02-31", "/totEnMet"),
        ("totEnMet", "morgen", "/totEnMet"),
        ("omvang/afzenders", ["1"], "/omvang/afzenders/0"),
        ("omvang/afzenders", [], "/omvang/afzenders"),
        ("omvang/onderwerpen", ["liefde"], "/omvang/onderwerpen/0"),
        ("omvang/acties", ["downloaden"], "/omvang/acties"),
        ("omvang/brievenTotEnMet", "2020-01-01", "/omvang/brievenTotEnMet"),
        ("opmerking", "Geheim", "/opmerking"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(
    run: Runner, document: dict[str, Any], path: str, value: Any, pointer: str
) -> None:
    if path == "omvang/brievenTotEnMet":
        _changed(document, "omvang/brievenVanaf", "2021-01-01")
    assert add(run, _changed(document, path, value)) == 1
    assert run.err.startswith(f"{pointer}: ")
    assert len(run.err.splitlines()) == 1
    assert not str(value or "").strip() or str(value) not in run.err
    assert asyncio.run(_grants()) == []


def test_all_that_is_wrong_is_told_at_once(run: Runner, document: dict[str, Any]) -> None:
    add(run, {**document, "maatregel": "x", "burger": {"bsn": "1"}})
    assert [line.partition(":")[0] for line in run.err.split("; ")] == ["/burger/bsn", "/burger/naam", "/maatregel"]


@pytest.mark.parametrize("last", ["2020-01-01", "2999-12-31"])
def test_an_end_outside_five_years_is_refused(run: Runner, document: dict[str, Any], last: str) -> None:
    assert (add(run, {**document, "totEnMet": last}), run.err) == (1, "Kies een einddatum binnen vijf jaar.\n")


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": NaN}', b"\xff", b'{"burger": 1, "burger": 2}', b"[]", b"1"])
def test_what_is_no_document_is_refused(run: Runner, content: bytes) -> None:
    run("migrate")
    Path("x.json").write_bytes(content)
    assert run("appointment", "add", "x.json") == 1
    assert len(run.err.splitlines()) == 1


def test_a_file_that_is_not_there_is_refused_and_not_named(run: Runner) -> None:
    run("migrate")
    assert run("appointment", "add", f"{CITIZEN}.json") == 1
    assert run.err == "The file cannot be read.\n"


def test_a_caseworker_who_left_is_removed_by_what_stands_on_standard_input(
    run: Runner, monkeypatch: pytest.MonkeyPatch, document: dict[str, Any]
) -> None:
    add(run, document)
    for answer in (
        "Removed. Consents they held for an organisation: 1.\n"
        "Of these a court had appointed them alone: 1. That ended; add who is appointed now.\n",
        "Removed. Consents they held for an organisation: 0.\n",
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps({"bsn": HELPER}).encode())))
        assert (run("helper", "remove"), run.out) == (0, answer)
    assert run("appointment", "list") == 0
    assert run.out == ""


def test_a_caseworker_who_left_is_removed_by_a_file(run: Runner) -> None:
    run("migrate")
    Path("wie.json").write_text('{"pseudoniem": "bea"}')
    assert run("helper", "remove", "wie.json") == 0


@pytest.mark.parametrize("content", ['{"bsn": "999990018"}', "{}", '{"bsn": "999990019", "pseudoniem": "x"}', "[]"])
def test_who_it_is_must_be_clear(run: Runner, content: str) -> None:
    run("migrate")
    Path("wie.json").write_text(content)
    assert run("helper", "remove", "wie.json") == 1
    assert "99999" not in run.err


@pytest.mark.parametrize("command", [("appointment", "add"), ("appointment", "end"), ("helper", "remove")])
def test_the_help_says_that_a_bsn_is_no_argument(run: Runner, command: tuple[str, ...]) -> None:
    assert run(*command, "--help") == 0
    assert "It holds a BSN: keep it where only you can read it" in " ".join(run.out.split())
