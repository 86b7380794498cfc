"""Attachments are what their bytes say, not what their names say, and no larger than agreed."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from schemas import Fault, Limits, check, decode_attachments
from tests.berichten import bericht

PDF, PNG, JPEG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"
TYPES = {"application/pdf": PDF, "image/png": PNG, "image/jpeg": JPEG}
OTHER = "De inhoud past niet bij het mediaType."


def attachment(content: bytes, media_type: str = "application/pdf", name: str = "brief.pdf") -> dict[str, str]:
    return {"naam": name, "mediaType": media_type, "inhoud": base64.b64encode(content).decode()}


def places(*items: object, limits: Limits | None = None) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check(bericht(bijlagen=list(items)), limits)]


@pytest.mark.parametrize(("media_type", "start"), TYPES.items())
def test_each_type_is_accepted_and_decoded(media_type: str, start: bytes) -> None:
    letter = bericht(bijlagen=[attachment(start + b"rest", media_type), attachment(PDF)])
    assert check(letter) == ()
    assert [start + b"rest", PDF] == decode_attachments(letter)


def test_a_letter_without_attachments_has_none() -> None:
    assert decode_attachments(bericht()) == []


@pytest.mark.parametrize("media_type", TYPES)
@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<html><script>", b"PK\x03\x04", b" %PDF-1.7", *TYPES.values()])
def test_bytes_of_another_type_are_refused(media_type: str, content: bytes) -> None:
    found = check(bericht(bijlagen=[attachment(content, media_type)]))
    refusal = Fault(pointer="/bijlagen/0/inhoud", code="ander-bestand", message=OTHER)
    assert found == (() if TYPES[media_type] == content else (refusal,))


def test_the_name_decides_nothing() -> None:
    assert check(bericht(bijlagen=[attachment(PNG, "image/png", "brief.pdf")])) == ()
    assert places(attachment(b"MZ\x90\x00", name="brief.pdf")) == [("/bijlagen/0/inhoud", "ander-bestand")]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/PDF", "application/pdf; x=y", ""])
def test_no_other_type_may_be_sent(media_type: str) -> None:
    assert places(attachment(PDF, media_type)) == [("/bijlagen/0/mediaType", "keuze")]


@pytest.mark.parametrize(
    "text",
    [
        "JVBERi0xLjcK\n",
        "JVBE Ri0xLjcK",
        "JVBERi0xLjc",
        "JVBERi0x=LjcK",
        "JVBERi0_LjcK",
        "====",
        "JVBERi0é",
        "JVBERi0xLjcK====",
        "JVBERi0xLjd=",
        "JVBERi0xLh==",
    ],
)
def test_text_that_is_no_base64_is_refused(text: str) -> None:
    expected = Fault(pointer="/bijlagen/0/inhoud", code="base64", message="Dit is geen base64 (RFC 4648, paragraaf 4).")
    assert check(bericht(bijlagen=[{**attachment(PDF), "inhoud": text}])) == (expected,)


@pytest.mark.parametrize(
    "name", ["../brief.pdf", "a/b.pdf", "a\\b.pdf", "a\nb.pdf", "brief\u202efdp.exe", "..", ".", " ", ""]
)
def test_names_that_lead_elsewhere_or_mislead_are_refused(name: str) -> None:
    found = places(attachment(PDF, name=name))
    assert {place for place, _ in found} == {"/bijlagen/0/naam"}


def test_one_byte_more_than_an_attachment_may_have() -> None:
    limits = Limits(attachment_bytes=1024 * 1024, letter_bytes=10 * 1024 * 1024)
    fits = PDF.ljust(limits.attachment_bytes, b".")
    assert places(attachment(fits), limits=limits) == []
    expected = Fault(pointer="/bijlagen/1/inhoud", code="te-groot", message="Een bijlage mag hoogstens 1 MiB zijn.")
    assert check(bericht(bijlagen=[attachment(fits), attachment(fits + b".")]), limits) == (expected,)


def test_one_byte_more_than_all_together_may_have() -> None:
    limits = Limits(attachment_bytes=1024 * 1024, letter_bytes=3 * 512 * 1024)
    half, whole = PDF.ljust(512 * 1024, b"."), PDF.ljust(1024 * 1024, b".")
    assert places(attachment(half), attachment(whole), limits=limits) == []
    expected = Fault(pointer="/bijlagen", code="te-groot", message="Alle bijlagen samen mogen hoogstens 1,5 MiB zijn.")
    assert check(bericht(bijlagen=[attachment(half + b"."), attachment(whole)]), limits) == (expected,)


def test_ten_attachments_and_no_eleventh() -> None:
    assert places(*[attachment(PDF)] * 10) == []
    assert places(*[attachment(PDF)] * 11) == [("/bijlagen", "te-veel")]


def test_one_bad_attachment_hides_no_other() -> None:
    items: list[Any] = [
        7,
        {},
        {"naam": "x.pdf"},
        attachment(PDF, "text/html"),
        attachment(b"MZ"),
        {**attachment(PDF), "x": 1},
    ]
    assert places(*items) == [
        ("/bijlagen/0", "soort-waarde"),
        ("/bijlagen/1/inhoud", "verplicht"),
        ("/bijlagen/1/mediaType", "verplicht"),
        ("/bijlagen/1/naam", "verplicht"),
        ("/bijlagen/2/inhoud", "verplicht"),
        ("/bijlagen/2/mediaType", "verplicht"),
        ("/bijlagen/3/mediaType", "keuze"),
        ("/bijlagen/4/inhoud", "ander-bestand"),
        ("/bijlagen/5/x", "onbekend-veld"),
    ]
