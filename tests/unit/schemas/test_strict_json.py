"""JSON that two readers could read differently is refused, and no message repeats what was read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas import MalformedJson, parse_json
from schemas.strict_json import MAX_DEPTH

NOT_UTF8 = "De tekst is geen UTF-8."
TWICE = "Een veldnaam staat twee keer in hetzelfde object."
NO_CONSTANT = "NaN en Infinity zijn geen JSON."
NO_FRACTION = "Een getal heeft een punt of een macht. Bedragen zijn hele eurocenten."
TOO_LONG = "Een getal heeft meer dan 15 cijfers."
TOO_DEEP = "De tekst is dieper genest dan 16 niveaus."
TOO_MANY = "De tekst heeft te veel waarden."
BAD_CHARACTER = "Een tekst bevat een teken dat niet mag (NUL of een half surrogaatpaar)."

REFUSED = {
    "a key twice": (b'{"kenmerk": 1, "kenmerk": 1}', TWICE),
    "a key twice, one escaped": (b'{"a": 1, "\\u0061": 2}', TWICE),
    "a key twice, deep": (b'[{"a": {"b": 1, "b": 2}}]', TWICE),
    "NaN": (b'{"totaal": NaN}', NO_CONSTANT),
    "Infinity": (b'{"totaal": Infinity}', NO_CONSTANT),
    "-Infinity": (b"[-Infinity]", NO_CONSTANT),
    "a fraction": (b'{"totaal": 109.00}', NO_FRACTION),
    "a power": (b"[1E400]", NO_FRACTION),
    "16 digits": (b"[1234567890123456]", TOO_LONG),
    "-16 digits": (b"[-1234567890123456]", TOO_LONG),
    "a million digits": (b"[" + b"9" * 1_000_000 + b"]", TOO_LONG),
    "a list too deep": (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), TOO_DEEP),
    "objects too deep": (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), TOO_DEEP),
    "a hundred thousand deep": (b"[" * 100_000 + b"]" * 100_000, TOO_DEEP),
    "a million lists": (b"[" + b"[]," * 1_000_000 + b"[]]", TOO_MANY),
    "a million numbers": (b"[" + b"1," * 1_000_000 + b"1]", TOO_MANY),
    "a million objects": (b"[" + b"{}," * 1_000_000 + b"{}]", TOO_MANY),
    "a million deep": (b"[" * 1_000_000 + b"]" * 1_000_000, TOO_MANY),
    "half a pair, high": (b'["\\ud83d"]', BAD_CHARACTER),
    "half a pair, low": (b'["\\ude00 "]', BAD_CHARACTER),
    "a pair in the wrong order": (b'["\\ude00\\ud83d"]', BAD_CHARACTER),
    "half a pair in a key": (b'{"\\ud800": 1}', BAD_CHARACTER),
    "NUL, escaped": (b'{"a": [{"b": "x\\u0000y"}]}', BAD_CHARACTER),
    "NUL in a key": (b'{"\\u0000": 1}', BAD_CHARACTER),
    "bytes that are no UTF-8": (b'["\xff"]', NOT_UTF8),
    "UTF-8 too long for its character": (b'["\xc0\xaf"]', NOT_UTF8),
    "a surrogate in UTF-8": (b'["\xed\xa0\x80"]', NOT_UTF8),
    "UTF-16": ('["a"]'.encode("utf-16"), NOT_UTF8),
    "a byte order mark": (b"\xef\xbb\xbf{}", "De tekst is geen geldige JSON (regel 1, teken 1)."),
    "nothing": (b"", "De tekst is geen geldige JSON (regel 1, teken 1)."),
    "two texts": (b"{} {}", "De tekst is geen geldige JSON (regel 1, teken 4)."),
    "a comma too many": (b'{"a": 1,}', "De tekst is geen geldige JSON (regel 1, teken 9)."),
    "a comment": (b"{} // x", "De tekst is geen geldige JSON (regel 1, teken 4)."),
    "single quotes": (b"{'a': 1}", "De tekst is geen geldige JSON (regel 1, teken 2)."),
    "NUL as it is": (b'["\x00"]', "De tekst is geen geldige JSON (regel 1, teken 3)."),
    "a line feed in a text": (b'["a\nb"]', "De tekst is geen geldige JSON (regel 1, teken 4)."),
    "a leading zero": (b"[012]", "De tekst is geen geldige JSON (regel 1, teken 3)."),
    "an unfinished escape": (b'["\\u12"]', "De tekst is geen geldige JSON (regel 1, teken 4)."),
}


@pytest.mark.parametrize(("raw", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(raw: bytes, message: str) -> None:
    with pytest.raises(MalformedJson) as caught:
        parse_json(raw)
    assert message == str(caught.value)
    # `from None`: a chained error would carry the text it failed on into a log.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


ACCEPTED: dict[str, tuple[bytes, Any]] = {
    "an object": (b'{"a": [1, -2, true, null, "x"]}', {"a": [1, -2, True, None, "x"]}),
    "15 digits": (b"[999999999999999, -999999999999999]", [999_999_999_999_999, -999_999_999_999_999]),
    "a whole pair": (b'["\\ud83d\\ude00"]', ["😀"]),
    "escapes": (b'["\\u20ac \\n \\\\u0000"]', ["€ \n \\u0000"]),
    "as deep as may be": (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
    "the same key in two objects": (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    "white space": (b" \t\r\n{} \n", {}),
    "a text of commas": (b'["' + b"," * 200_000 + b'"]', ["," * 200_000]),
}


@pytest.mark.parametrize(("raw", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(raw: bytes, value: object) -> None:
    assert value == parse_json(raw)
