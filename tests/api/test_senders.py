"""The sender API: what is accepted once, refused with reasons, and never mixed up between bodies."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from mailbox.api.rate import RateLimit
from mailbox.domain.errors import MailboxError, TemporarilyUnavailable
from mailbox.domain.identifiers import id_from_text
from schemas import SCHEMA_NAMES, schema_document
from tests.api.machine import BERICHTEN, BULK, NDJSON, Machine, results
from tests.api.simulators import Refusing
from tests.berichten import bericht
from tests.world import CJIB, UWV

BSN = "999990019"
PDF = base64.b64encode(b"%PDF-1.7\n" + b"x" * 100).decode()


async def test_a_letter_is_accepted_with_its_place(api: Machine) -> None:
    answer = await api.send(kenmerk="A-1")
    body = answer.json()
    place = f"http://127.0.0.1:8000{BERICHTEN}/{body['berichtId']}"
    assert (answer.status_code, answer.headers["location"]) == (202, place)
    assert body == {
        "berichtId": str(UUID(body["berichtId"])),
        "kenmerk": "A-1",
        "status": "ontvangen",
        "tijdstipOntvangst": "2026-11-24T12:00:00.000Z",
        "publicatietijdstip": "2026-11-24T12:00:00.000Z",
        "_links": {"self": {"href": place}},
    }


async def test_a_future_letter_is_published_later_and_told_in_utc(api: Machine) -> None:
    answer = await api.send(publicatietijdstip="2026-12-01T09:00:00+01:00")
    assert answer.json()["publicatietijdstip"] == "2026-12-01T08:00:00.000Z"
    found = await api.client.get(answer.headers["location"], headers=await api.bearer())
    assert (found.status_code, found.json()["status"]) == (200, "ontvangen")
    api.clock.ms += 8 * 86_400_000
    found = await api.client.get(answer.headers["location"], headers=await api.bearer())
    assert found.json()["gebeurtenissen"] == [
        {"soort": "ontvangen", "tijdstip": "2026-11-24T12:00:00.000Z"},
        {"soort": "beschikbaar", "tijdstip": "2026-12-01T08:00:00.000Z"},
        {"soort": "geen-kennisgeving", "tijdstip": "2026-12-01T08:00:00.000Z"},
    ]


async def test_a_resend_gets_the_first_id_and_other_content_a_conflict(api: Machine) -> None:
    first, again = await api.send(kenmerk="A-1"), await api.send(kenmerk="A-1")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["berichtId"] == again.json()["berichtId"]
    other = await api.send(kenmerk="A-1", onderwerp="Iets anders")
    assert (other.status_code, other.json()["type"]) == (409, "urn:mijnoverzicht:fout:kenmerk-hergebruikt")


async def test_the_same_letter_sent_many_times_at_once_is_one_letter(api: Machine) -> None:
    bearer, letter = await api.bearer(), bericht(kenmerk="A-1")
    answers = await asyncio.gather(*(api.client.post(BERICHTEN, json=letter, headers=bearer) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [202]
    assert len({answer.json()["berichtId"] for answer in answers}) == 1


async def test_a_body_cannot_send_as_another(api: Machine) -> None:
    await api.register(UWV)
    answer = await api.client.post(BERICHTEN, json=bericht(), headers=await api.bearer(UWV))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:mijnoverzicht:fout:andere-afzender")
    assert "www-authenticate" not in answer.headers


async def test_a_strangers_letter_does_not_exist(api: Machine) -> None:
    await api.register(UWV)
    place = (await api.send()).headers["location"]
    answers = [
        await api.client.get(path, headers=await api.bearer(UWV))
        for path in (place, f"{BERICHTEN}/00000000-0000-4000-8000-000000000000", f"{BERICHTEN}/nothing")
    ]
    shown = [{k: v for k, v in answer.json().items() if k != "instance"} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert shown == [shown[0]] * 3


@pytest.mark.parametrize("change", [str.upper, lambda i: i.replace("-", ""), lambda i: f"{{{i}}}", lambda i: f"{i}%20"])
async def test_an_id_has_one_spelling(api: Machine, change: Any) -> None:
    found = (await api.send()).json()["berichtId"]
    assert (await api.client.get(f"{BERICHTEN}/{change(found)}", headers=await api.bearer())).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", BERICHTEN, "berichten:inzien"),
        ("POST", BULK, "berichten:inzien"),
        ("GET", f"{BERICHTEN}/x", "berichten:aanleveren"),
    ],
)
async def test_a_token_is_good_for_its_scope_only(api: Machine, method: str, path: str, scope: str) -> None:
    answer = await api.client.request(method, path, headers=await api.bearer(scope=scope))
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer é", "bearer\tx", "Bearer " + "a" * 9_000],
)
@pytest.mark.parametrize(("method", "path"), [("POST", BERICHTEN), ("POST", BULK), ("GET", f"{BERICHTEN}/x")])
async def test_nothing_works_without_a_token(api: Machine, method: str, path: str, header: str | None) -> None:
    headers = [] if header is None else [(b"authorization", header.encode("latin-1"))]
    answer = await api.client.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")


async def test_a_token_ends(api: Machine) -> None:
    bearer = await api.bearer()
    api.clock.ms += 15 * 60_000 - 1
    assert (await api.client.get(f"{BERICHTEN}/x", headers=bearer)).status_code == 404
    api.clock.ms += 1
    assert (await api.client.get(f"{BERICHTEN}/x", headers=bearer)).status_code == 401


async def test_a_changed_token_is_no_token(api: Machine) -> None:
    head, payload, signature = (await api.token()).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "sub": UWV.value}).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for token in (f"{head}.{forged}.{signature}", f"{none}.{payload}.", f"{none}.{forged}.{signature}"):
        answer = await api.client.get(f"{BERICHTEN}/x", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


async def test_an_assertion_is_no_access_token(api: Machine) -> None:
    answer = await api.client.get(f"{BERICHTEN}/x", headers={"Authorization": f"Bearer {api.assertion()}"})
    assert answer.status_code == 401


async def test_all_faults_of_a_letter_come_at_once_without_their_values(api: Machine) -> None:
    answer = await api.send(onderwerp="", dagtekening="2026-02-30", geheim="zeg-niet-verder", kort=None)
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert {"/onderwerp", "/dagtekening", "/geheim", "/kort"} <= {fault["pointer"] for fault in body["fouten"]}
    assert {frozenset(fault) for fault in body["fouten"]} == {frozenset({"pointer", "code", "melding"})}
    assert "zeg-niet-verder" not in answer.text
    assert BSN not in answer.text


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b"   ",
    "no json": b"{",
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "text": b'"bericht"',
    "not utf-8": b'{"a": "\xff"}',
    "utf-16": json.dumps(bericht()).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(bericht()).encode(),
    "a key twice": b'{"kenmerk": "a", "kenmerk": "b"}',
    "deep list": b"[" * 40_000,
    "deep object": b'{"a":' * 9_000,
    "many digits": b'{"a": ' + b"9" * 40_000 + b"}",
    "NaN": b'{"a": NaN}',
    "half a surrogate": b'{"a": "\\ud800"}',
    "NUL": b'{"a": "\\u0000"}',
    "two letters": json.dumps(bericht()).encode() * 2,
    "names of objects": b'{"__class__": "x", "constructor": {"prototype": 1}}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_bodies_are_bad_requests_in_both_lanes(api: Machine, content: bytes) -> None:
    single = await api.send_raw(content)
    assert (single.status_code, single.headers["content-type"]) == (400, "application/problem+json")
    (line, good) = await api.bulk([content.replace(b"\n", b" ") if content.strip() else b"[]", bericht(kenmerk="good")])
    assert (line["status"], good["status"]) == (400, 202)


ODD_REFERENCES = [["a"], {"a": 1}, 7, None, True, "", "x" * 65, "-x", "a b", "é", "<script>"]


@pytest.mark.parametrize("reference", ODD_REFERENCES, ids=repr)
async def test_an_odd_reference_is_refused_and_not_repeated(api: Machine, reference: object) -> None:
    letter = {**bericht(), "kenmerk": reference}
    (line,) = await api.bulk([letter])
    assert (line["status"], "kenmerk" in line) == (400, False)
    assert (await api.send_raw(json.dumps(letter).encode())).status_code == 400


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/xml",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        NDJSON,
        "multipart/form-data",
    ],
)
async def test_another_media_type_is_refused(api: Machine, kind: str) -> None:
    answer = await api.send_raw(json.dumps(bericht()).encode(), Content_Type=kind)
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(
    "kind",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
async def test_json_may_be_spelled_as_the_rfc_does(api: Machine, kind: str) -> None:
    assert (await api.send_raw(json.dumps(bericht()).encode(), Content_Type=kind)).status_code == 202


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, identity"])
async def test_compressed_bodies_are_refused(api: Machine, coding: str) -> None:
    """A small body that grows a thousandfold is no way in."""
    for path in (BERICHTEN, BULK):
        assert (await api.send_raw(b"{}", path=path, Content_Encoding=coding)).status_code == 415


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/html", 406),
        ("application/xml, text/*", 406),
        ("application/json;q=0", 406),
        ("", 202),
        ("*/*", 202),
        ("application/*", 202),
        ("text/html, application/json;q=0.1", 202),
    ],
)
async def test_who_takes_no_json_gets_406(api: Machine, accept: str, status: int) -> None:
    answer = await api.send_raw(json.dumps(bericht()).encode(), Accept=accept)
    assert answer.status_code == status


async def test_a_body_that_is_too_large_is_cut_off(api: Machine) -> None:
    limit = api.app.state.settings.letter_request_bytes
    assert (await api.send_raw(b" " * (limit + 1))).status_code == 413
    sent = []

    async def endless() -> AsyncIterator[bytes]:
        for n in range(10_000):
            sent.append(n)
            yield b" " * 65_536

    assert (await api.send_raw(endless())).status_code == 413
    assert len(sent) <= limit // 65_536 + 2


async def test_a_body_that_comes_too_slowly_is_let_go(api: Machine) -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" "
            await asyncio.sleep(0.1)

    for path in (BERICHTEN, BULK):
        answer = await asyncio.wait_for(api.send_raw(slow(), path=path), timeout=5)
        assert (answer.status_code, answer.json()["type"]) == (408, "urn:mijnoverzicht:fout:te-langzaam")


async def test_attachments_are_counted_decoded(api: Machine) -> None:
    file = {"naam": "brief.pdf", "mediaType": "application/pdf", "inhoud": PDF}
    assert (await api.send(bijlagen=[file])).status_code == 202
    large = base64.b64encode(b"%PDF-1.7\n" + b"x" * 33_000).decode()
    assert (await api.send(kenmerk="B", bijlagen=[{**file, "inhoud": large}])).status_code == 400


async def test_a_bulk_answers_each_line_in_order(api: Machine) -> None:
    await api.send(kenmerk="known")
    await api.send(kenmerk="taken")
    lines: list[dict[str, Any] | bytes] = [
        bericht(kenmerk="new"),
        b"",
        b"{nonsense",
        bericht(kenmerk="known"),
        b" \t\r",
        bericht(kenmerk="taken", onderwerp="Iets anders"),
        bericht(kenmerk="foreign", afzender=UWV.value),
        bericht(kenmerk="wrong", onderwerp=""),
    ]
    found = await api.bulk(lines)
    assert [(line["regel"], line.get("kenmerk"), line["status"]) for line in found] == [
        (1, "new", 202),
        (3, None, 400),
        (4, "known", 200),
        (6, "taken", 409),
        (7, "foreign", 403),
        (8, "wrong", 400),
    ]
    assert found[5]["fouten"][0]["pointer"] == "/onderwerp"
    assert [line["regel"] for line in found if "berichtId" in line] == [1, 4]


async def test_the_same_letter_twice_in_a_bulk_is_one_letter(api: Machine) -> None:
    found = await api.bulk([bericht(kenmerk="A"), bericht(kenmerk="A"), bericht(kenmerk="A", onderwerp="Anders")])
    assert sorted(line["status"] for line in found[:2]) == [200, 202]
    assert found[0]["berichtId"] == found[1]["berichtId"]
    assert found[2]["status"] == 409


async def test_line_ends_of_either_kind_and_none_at_the_end(api: Machine) -> None:
    content = json.dumps(bericht(kenmerk="A")).encode() + b"\r\n" + json.dumps(bericht(kenmerk="B")).encode()
    answer = await api.send_raw(content, path=BULK)
    assert [(line["regel"], line["status"]) for line in results(answer)] == [(1, 202), (2, 202)]


@pytest.mark.parametrize("size", [1, 7, 1_000])
async def test_a_bulk_may_be_cut_into_chunks_anywhere(api: Machine, size: int) -> None:
    content = b"\n".join(json.dumps(bericht(kenmerk=f"A{n}")).encode() for n in range(5))

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]

    answer = await api.send_raw(chunks(), path=BULK)
    assert [line["status"] for line in results(answer)] == [202] * 5


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 128, 200])
async def test_a_bulk_of_any_length_has_an_answer_per_letter(api: Machine, count: int) -> None:
    found = await api.bulk([bericht(kenmerk=f"A{n}") for n in range(count)])
    assert [(line["kenmerk"], line["status"]) for line in found] == [(f"A{n}", 202) for n in range(count)]


async def test_a_bulk_with_too_many_letters_is_refused(api: Machine) -> None:
    content = b"\n".join(json.dumps(bericht(kenmerk=f"A{n}")).encode() for n in range(201))
    assert (await api.send_raw(content, path=BULK)).status_code in {400, 413}


async def test_a_bulk_of_endless_blank_lines_ends(api: Machine) -> None:
    assert (await api.send_raw(b"\n" * (8 * 1024 * 1024 + 1), path=BULK)).status_code == 413


async def test_a_line_that_is_too_long_spoils_no_other(api: Machine) -> None:
    long = b"x" * (api.app.state.settings.letter_request_bytes + 1)
    found = await api.bulk([bericht(kenmerk="before"), long, bericht(kenmerk="after"), long])
    assert [(line["regel"], line.get("kenmerk"), line["status"]) for line in found] == [
        (1, "before", 202),
        (2, None, 413),
        (3, "after", 202),
        (4, None, 413),
    ]


async def test_a_line_without_end_ends_where_a_bulk_does(api: Machine) -> None:
    sent = []

    async def endless() -> AsyncIterator[bytes]:
        for n in range(1_000):
            sent.append(n)
            yield b"x" * 65_536

    assert (await api.send_raw(endless(), path=BULK)).status_code == 413
    assert len(sent) <= api.app.state.settings.bulk_bytes // 65_536 + 2


async def test_a_disk_that_refuses_an_attachment_spoils_no_other(api: Machine) -> None:
    objects = api.app.state.settings.objects_dir
    objects.write_bytes(b"no folder")
    file = {"naam": "brief.pdf", "mediaType": "application/pdf", "inhoud": PDF}
    single = await api.send(kenmerk="A", bijlagen=[file])
    assert (single.status_code, single.headers["retry-after"]) == (503, "5")
    assert "ENOTDIR" not in single.text
    found = await api.bulk([bericht(kenmerk="A", bijlagen=[file]), bericht(kenmerk="B")])
    assert [line["status"] for line in found] == [503, 202]
    objects.unlink()
    assert (await api.send(kenmerk="A", bijlagen=[file])).status_code == 202


async def test_a_reference_with_a_bsn_is_not_repeated(api: Machine) -> None:
    answer = await api.send_raw(json.dumps(bericht(kenmerk=f"A-{BSN}")).encode(), path=BULK)
    (line,) = results(answer)
    assert (line["status"], line["fouten"][0]["code"]) == (400, "bsn-in-kenmerk")
    assert BSN not in answer.text


async def test_who_asks_too_often_after_a_letter_waits(api: Machine) -> None:
    api.app.state.rate = RateLimit(1, api.clock)
    bearer = await api.bearer()
    codes = [(await api.client.get(f"{BERICHTEN}/x", headers=bearer)).status_code for _ in range(3)]
    assert codes == [404, 404, 429]


async def test_what_a_service_refuses_is_told_per_letter(api: Machine) -> None:
    api.with_services(receiving=Refusing(TemporarilyUnavailable()))
    single = await api.send()
    assert (single.status_code, single.headers["retry-after"]) == (503, "5")
    assert [line["status"] for line in await api.bulk([bericht(), b"{"])] == [503, 400]


async def test_a_fault_of_ours_says_nothing_of_itself(api: Machine) -> None:
    api.with_services(receiving=Refusing(RuntimeError(f"row with {BSN}")))
    answer = await api.send()
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert BSN not in answer.text
    assert "Runtime" not in answer.text
    assert answer.headers["api-version"] == "1.1.0"


async def test_an_internal_error_in_a_bulk_says_nothing_of_itself(api: Machine) -> None:
    api.with_services(receiving=Refusing(MailboxError(f"row with {BSN}")))
    answer = await api.send_raw(json.dumps(bericht()).encode(), path=BULK)
    assert [line["status"] for line in results(answer)] == [500]
    assert BSN not in answer.text


async def test_a_request_cut_off_midway_leaves_what_was_durable(api: Machine) -> None:
    """64 letters and half of the next: the first batch is stored, and nobody is answered."""
    lines = [json.dumps(bericht(kenmerk=f"A{n}")).encode() for n in range(65)]
    bearer = (await api.bearer())["Authorization"].encode()
    messages = iter(
        [
            {"type": "http.request", "body": b"\n".join(lines)[:-20], "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent = await _call(api, BULK, NDJSON, bearer, messages)
    assert [message.get("body", b"") for message in sent if message["type"] == "http.response.body"] in ([], [b""])
    found = await api.bulk([bericht(kenmerk=f"A{n}") for n in range(65)])
    assert [line["status"] for line in found] == [200] * 64 + [202]


async def test_a_single_letter_cut_off_midway_is_not_a_fault_of_ours(api: Machine) -> None:
    bearer = (await api.bearer())["Authorization"].encode()
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent = await _call(api, BERICHTEN, "application/json", bearer, messages)
    assert [message["status"] for message in sent if message["type"] == "http.response.start"] == [400]


async def _call(api: Machine, path: str, kind: str, bearer: bytes, messages: Any) -> list[dict[str, Any]]:
    """One request in ASGI's own messages, for what httpx does not do."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 1),
        "headers": [(b"content-type", kind.encode()), (b"authorization", bearer)],
    }

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    await api.app(scope, receive, send)
    return sent


async def test_every_schema_is_published_as_it_is(api: Machine) -> None:
    for name in SCHEMA_NAMES:
        answer = await api.client.get(f"/aanlever/v1/schemas/{name}")
        assert (answer.status_code, answer.json()) == (200, schema_document(name))
        assert answer.headers["access-control-allow-origin"] == "*"
    assert len(SCHEMA_NAMES) > 40


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fetc%2Fpasswd", "bericht.v1", "BERICHT", "%00"])
async def test_a_schema_that_is_not_there_is_404(api: Machine, name: str) -> None:
    assert (await api.client.get(f"/aanlever/v1/schemas/{name}")).status_code == 404


async def test_ids_are_the_same_for_reader_and_sender(api: Machine) -> None:
    found = (await api.send()).json()["berichtId"]
    assert len(id_from_text(found)) == 16
    assert CJIB.value not in found


async def test_a_date_that_is_not_the_laws_is_told_to_its_sender(api: Machine) -> None:
    """The letter stays as it is. What is right is not mentioned."""
    wrong = [
        {**term, "uiterlijk": "2026-04-14"} if term["soort"] == "beroep" else term for term in bericht()["termijnen"]
    ]
    answers = [await api.send(kenmerk="A-1"), await api.send(kenmerk="A-2", termijnen=wrong)]
    places = [answer.headers["location"] for answer in answers]
    right, told = [(await api.client.get(place, headers=await api.bearer())).json() for place in places]
    assert [event["soort"] for event in right["gebeurtenissen"]] == [
        "ontvangen",
        "beschikbaar",
        "geen-kennisgeving",
    ]
    assert told["status"] == "beschikbaar"
    assert told["gebeurtenissen"][1] == {
        "soort": "termijn-wijkt-af",
        "tijdstip": "2026-11-24T12:00:00.000Z",
        "termijn": "beroep",
        "volgensWet": {"uiterlijk": "2026-04-13", "grondslag": "Wahv art. 6 en Awb art. 6:7"},
    }
