"""Letters of all kinds with anything changed: both validators agree, no value is repeated, no other error comes."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import Fault, MalformedJson, berichtsoorten, check, parse_json
from schemas.checking import MAX_FAULTS
from schemas.validators import errors, is_valid
from tests.property.schemas_letters import KINDS, NUMBERS, VALUES, Place, changed, full, part_at, places

LETTERS = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def reference_accepts(name: str, letter: dict[str, Any]) -> bool:
    return next(errors(name, letter), None) is None


@LETTERS
@given(letter=changed(), code=KINDS)
def test_the_compiled_validator_and_the_reference_agree(letter: dict[str, Any], code: str) -> None:
    kind = letter.get("berichtsoort")
    name = kind if isinstance(kind, str) and kind in berichtsoorten() else code
    assert reference_accepts(name, letter) == is_valid(name, letter)
    assert reference_accepts("bericht", letter) == is_valid("bericht", letter)


@settings(max_examples=100, deadline=None)
@given(code=KINDS, data=st.data())
def test_they_agree_on_a_change_of_one_character(code: str, data: st.DataObject) -> None:
    letter = full(code)
    texts = [place for place in places(letter) if isinstance(part_at(letter, place), str)]
    for place in texts:
        holder, last = part_at(letter, place[:-1]), place[-1]
        before = holder[last]
        cut = data.draw(st.integers(0, len(before)))
        holder[last] = before[:cut] + data.draw(st.characters(exclude_categories=["Cs"])) + before[cut:]
        assert reference_accepts(code, letter) == is_valid(code, letter)
        holder[last] = before


@pytest.mark.parametrize("code", sorted(berichtsoorten()))
def test_a_full_letter_of_each_kind_is_accepted_by_both(code: str) -> None:
    assert check(full(code)) == ()
    assert reference_accepts(code, full(code))
    assert is_valid(code, full(code))


@LETTERS
@given(letter=changed())
def test_every_pointer_leads_into_the_letter(letter: dict[str, Any]) -> None:
    for fault in check(letter):
        missing = fault.code in {"verplicht", "niets-te-betalen"}
        steps = [step.replace("~1", "/").replace("~0", "~") for step in fault.pointer.split("/")[1:]]
        assert leads(letter, steps[:-1] if missing else steps) or fault.code == "niets-te-betalen"


def leads(part: Any, steps: list[str]) -> bool:
    for step in steps:
        if isinstance(part, dict) and step in part:
            part = part[step]
        elif isinstance(part, list) and step.isdecimal() and int(step) < len(part):
            part = part[int(step)]
        else:
            return False
    return True


WRONG: dict[Place, tuple[object, str]] = {
    ("kenmerk",): ("TEST 1\n", "patroon"),
    ("afzender",): ("00000001823288445000", "elfproef"),
    ("ontvanger", "waarde"): ("999990018", "elfproef"),
    ("onderwerp",): (7, "soort-waarde"),
    ("kort", "wat"): ("", "te-kort"),
    ("kort", "extra"): (1, "onbekend-veld"),
    ("inhoud",): (None, "soort-waarde"),
    ("publicatietijdstip",): ("2026-02-30T00:00:00Z", "formaat"),
    ("bedragen", "totaal"): (10901, "som-klopt-niet"),
    ("bedragen", "betaald"): (99999, "meer-dan-totaal"),
    ("bedragen", "extra"): (1, "onbekend-veld"),
    ("betaling", "iban"): ("NL92ABNA0417164300", "iban"),
    ("betaling", "betalingskenmerk"): ("6000056789012345", "betalingskenmerk"),
    ("betaling", "uiterlijk"): ("2026-03-01", "voor-dagtekening"),
    ("betaling", "tenNameVan"): ([], "soort-waarde"),
    ("termijnen", 0, "uiterlijk"): ("2026-03-01", "voor-dagtekening"),
    ("termijnen", 1, "uiterlijk"): ("2026-02-30", "formaat"),
    ("termijnen", 1, "gevolg"): ("x" * 301, "te-lang"),
    ("rechtsmiddel", "uiterlijk"): ("2026-03-01", "voor-dagtekening"),
    ("rechtsmiddel", "soort"): ("verzet", "vaste-waarde"),
    ("afspraak", "tijdstip"): ("2026-01-01T00:00:00Z", "voor-dagtekening"),
    ("bijlagen", 0, "inhoud"): ("TVqQAAMA", "ander-bestand"),
    ("bijlagen", 0, "naam"): ("a/b", "patroon"),
    ("papier", "datum"): ("1026-03-02", "onmogelijke-datum"),
    ("relatie", "vervangt"): (" ", "patroon"),
    ("aard",): ("mededeling", "vaste-waarde"),
}


@settings(max_examples=300, deadline=None)
@given(chosen=st.sets(st.sampled_from(sorted(WRONG, key=str)), min_size=1))
def test_whatever_is_wrong_together_is_told_together(chosen: set[Place]) -> None:
    letter, expected = full("cjib_wahv_beschikking"), set()
    for place in chosen:
        value, code = WRONG[place]
        part_at(letter, place[:-1])[place[-1]] = value
        expected.add(("/" + "/".join(map(str, place)), code))
    if ("kort", "wat") in chosen:
        expected.add(("/kort/wat", "patroon"))
    assert expected == {(fault.pointer, fault.code) for fault in check(letter)}


CANARIES = st.text("QXZ0123456789", min_size=8, max_size=14).filter(lambda text: any(map(str.isdigit, text)))


@LETTERS
@given(letter=changed(), canary=CANARIES, data=st.data())
def test_no_fault_repeats_a_value(letter: dict[str, Any], canary: str, data: st.DataObject) -> None:
    found = places(letter)
    for place in data.draw(st.lists(st.sampled_from(found), min_size=1, max_size=8)) if found else ():
        hide(letter, place, data.draw(st.sampled_from(["all", "in", "key", "list", "number"])), canary)
    told = [text for fault in check(letter) for text in (fault.pointer, fault.code, fault.message)]
    assert [text for text in told if canary in text or number(canary) in text] == []


def hide(letter: dict[str, Any], place: Place, how: str, canary: str) -> None:
    """Puts the canary at the place, if the place is still there."""
    steps = [str(step) for step in place]
    if not leads(letter, steps):
        return
    holder, last = part_at(letter, place[:-1]), place[-1]
    inside = {
        "all": canary,
        "in": f"{holder[last]}{canary}" if isinstance(holder[last], str) else canary,
        "key": {canary: canary, f"a{canary}": 1},
        "list": [canary, {"uiterlijk": canary, "soort": canary}],
        "number": int(number(canary)),
    }
    if how == "key" and isinstance(holder[last], dict):
        holder[last][canary] = canary
    else:
        holder[last] = inside[how]


def number(canary: str) -> str:
    """The canary as a number that no schema or message has."""
    return "7" + "".join(str(ord(character) % 10) for character in canary)


@given(canary=CANARIES, how=st.sampled_from(["cut", "twice", "key", "float", "number", "bytes", "nul", "escape"]))
def test_no_refused_json_repeats_a_value(canary: str, how: str) -> None:
    raw = {
        "cut": f'{{"kenmerk": "{canary}"',
        "twice": f'{{"{canary}": 1, "{canary}": "{canary}"}}',
        "key": f'{{{canary}: "{canary}"}}',
        "float": f'["{canary}", 1.{number(canary)}]',
        "number": f"[{number(canary)}{number(canary)}]",
        "bytes": f'["{canary}',
        "nul": f'["{canary}\\u0000"]',
        "escape": f'["{canary}\\x"]',
    }[how].encode()
    with pytest.raises(MalformedJson) as caught:
        parse_json(raw + b"\xff" if how == "bytes" else raw)
    assert canary not in str(caught.value)
    assert number(canary) not in str(caught.value)


JSON_LIKE = st.lists(
    st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            '"',
            "\\",
            "u0000",
            "ud800",
            "1",
            "-",
            ".",
            "e9",
            "NaN",
            "true",
            "null",
            " ",
            "é",
        ]
    ),
    max_size=60,
)


@settings(max_examples=500)
@given(raw=st.binary(max_size=200) | JSON_LIKE.map(lambda parts: "".join(parts).encode()))
def test_random_bytes_are_json_or_are_refused(raw: bytes) -> None:
    try:
        value = parse_json(raw)
    except MalformedJson:
        return
    assert json.loads(raw) == value
    assert all(isinstance(fault, Fault) for fault in check(value))


@settings(max_examples=300)
@given(code=KINDS, data=st.data())
def test_a_letter_with_damaged_bytes_is_json_or_is_refused(code: str, data: st.DataObject) -> None:
    raw = bytearray(json.dumps(full(code), ensure_ascii=data.draw(st.booleans())).encode())
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=4)):
        raw[place] = data.draw(st.integers(0, 255))
    try:
        value = parse_json(bytes(raw))
    except MalformedJson:
        return
    assert all(isinstance(fault, Fault) for fault in check(value))


@settings(max_examples=300, deadline=None)
@given(value=VALUES)
def test_what_is_json_is_read_as_it_is_and_checked_without_errors(value: Any) -> None:
    assert value == parse_json(json.dumps(value).encode()) == parse_json(json.dumps(value, ensure_ascii=False).encode())
    assert check(value) != ()


@settings(max_examples=300, deadline=None)
@given(letter=st.dictionaries(st.sampled_from(sorted(full("uwv_boete"))), VALUES))
def test_any_value_in_any_field_gets_an_answer(letter: dict[str, Any]) -> None:
    before = deepcopy(letter)
    assert 1 <= len(check(letter)) <= MAX_FAULTS + 1
    assert before == letter


@given(depth=st.integers(1, 40), numbers=st.lists(NUMBERS, max_size=3))
def test_sixteen_levels_and_no_more(depth: int, numbers: list[int]) -> None:
    raw = b"[" * depth + json.dumps(numbers)[1:-1].encode() + b"]" * depth
    try:
        parse_json(raw)
    except MalformedJson:
        assert depth > 16
    else:
        assert depth <= 16
