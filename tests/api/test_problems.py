"""Every error has one answer, in one shape, with every header, on every route (RFC 9457; NL API Design Rules)."""

from __future__ import annotations

import importlib
import io
import json
import logging
import pkgutil
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi.routing import iter_route_contexts

import mailbox.api
import mailbox.crypto
import mailbox.domain
import mailbox.services
from mailbox.api.headers import API_VERSION, READERS, READERS_VERSION, for_machines
from mailbox.api.outcomes import OUTCOMES
from mailbox.api.problems import STATUS, TITLES, status_of
from mailbox.domain.errors import MailboxError
from mailbox.observability import configure_logging
from tests.api.machine import BERICHTEN, BULK, Machine
from tests.api.simulators import Refusing

ANSWERED_ELSEWHERE = {"invalid_request"}
"""Of the token endpoint, which speaks RFC 6749 §5.2."""
SECURITY = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def errors() -> Iterator[type[MailboxError]]:
    """Every error that a machine can meet."""
    for package in (mailbox.domain, mailbox.api, mailbox.crypto, mailbox.services):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    waiting = [MailboxError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.split(".")[1] in {"domain", "api", "crypto", "services"}:
            yield kind
        waiting += kind.__subclasses__()


def test_every_error_has_a_status_a_title_and_a_message() -> None:
    found = list(errors())
    assert len(found) >= 20
    assert sorted(kind.__name__ for kind in found if kind.code not in STATUS.keys() | ANSWERED_ELSEWHERE) == []
    assert sorted(kind.__name__ for kind in found if not (kind.__doc__ or "").strip().endswith((".", ")"))) == []
    assert [status for status in set(STATUS.values()) if status not in TITLES] == []


def test_a_code_means_one_thing() -> None:
    assert [code for code in STATUS if not re.fullmatch(r"[a-z]+(-[a-z]+)*|invalid_client", code)] == []


def test_an_error_nobody_listed_is_a_fault_of_ours() -> None:
    class Unlisted(MailboxError):
        """Onbekend."""

        code = "onbekend"

    assert status_of(Unlisted()).value == 500


def assert_problem(answer: httpx.Response) -> dict[str, Any]:
    """That this is a whole problem, with every header."""
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == answer.status_code
    assert body["type"].startswith("urn:mijnoverzicht:fout:")
    assert body["instance"] == f"urn:uuid:{UUID(body['instance'].removeprefix('urn:uuid:'))}"
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
    return body


ROUTES = {
    ("POST", "/aanlever/v1/berichten"),
    ("POST", "/aanlever/v1/berichten/_bulk"),
    ("GET", "/aanlever/v1/berichten/{bericht_id}"),
    ("GET", "/aanlever/v1/schemas/{naam}"),
    ("GET", "/aanlever/v1/openapi.json"),
    ("GET", "/inzage/v1/tijdlijn"),
    ("GET", "/inzage/v1/betalen"),
    ("GET", "/inzage/v1/clienten/{grant_id}/betalen"),
    ("GET", "/inzage/v1/berichten/{letter_id}"),
    ("GET", "/inzage/v1/berichten/{letter_id}/bijlagen/{number}"),
    ("GET", "/inzage/v1/openapi.json"),
    ("GET", "/inzage/v1/toestemmingen"),
    ("GET", "/inzage/v1/concepten"),
    ("POST", "/inzage/v1/concepten"),
    ("GET", "/inzage/v1/concepten/{concept_id}"),
    ("DELETE", "/inzage/v1/concepten/{concept_id}"),
    ("GET", "/inzage/v1/toestemmingen/{grant_id}"),
    ("GET", "/inzage/v1/toestemmingen/{grant_id}/bewijs"),
    ("POST", "/inzage/v1/toestemmingen/{grant_id}/wijzigingen"),
    ("POST", "/inzage/v1/toestemmingen/{grant_id}/pauzes"),
    ("POST", "/inzage/v1/toestemmingen/{grant_id}/hervattingen"),
    ("POST", "/inzage/v1/toestemmingen/{grant_id}/stops"),
    ("DELETE", "/inzage/v1/toestemmingen/{grant_id}/helpers/{ref}"),
    ("POST", "/inzage/v1/stops"),
    ("POST", "/inzage/v1/voorvertoningen"),
    ("GET", "/inzage/v1/inzagelog"),
    ("GET", "/inzage/v1/inzagelog/{number}"),
    ("POST", "/inzage/v1/inzagelog/{number}/meldingen"),
    ("POST", "/inzage/v1/toestemmingsverzoeken"),
    ("POST", "/inzage/v1/toestemmingsverzoeken/_zoek"),
    ("POST", "/inzage/v1/toestemmingsverzoeken/antwoorden"),
    ("GET", "/inzage/v1/clienten"),
    ("POST", "/inzage/v1/clienten"),
    ("DELETE", "/inzage/v1/clienten/{grant_id}"),
    ("PUT", "/inzage/v1/favorieten/{grant_id}"),
    ("DELETE", "/inzage/v1/favorieten/{grant_id}"),
    ("GET", "/inzage/v1/clienten/{grant_id}/tijdlijn"),
    ("GET", "/inzage/v1/clienten/{grant_id}/markeringen"),
    ("PUT", "/inzage/v1/clienten/{grant_id}/berichten/{letter_id}/markering"),
    ("DELETE", "/inzage/v1/clienten/{grant_id}/berichten/{letter_id}/markering"),
    ("POST", "/inzage/v1/clienten/{grant_id}/tijdlijn/_zoek"),
    ("POST", "/inzage/v1/tijdlijn/_zoek"),
    ("GET", "/inzage/v1/clienten/{grant_id}/berichten/{letter_id}"),
    ("GET", "/inzage/v1/clienten/{grant_id}/berichten/{letter_id}/bijlagen/{number}"),
    ("PUT", "/inzage/v1/berichten/{letter_id}/leesmarkering"),
    ("DELETE", "/inzage/v1/berichten/{letter_id}/leesmarkering"),
    ("PUT", "/inzage/v1/berichten/{letter_id}/archiefmarkering"),
    ("DELETE", "/inzage/v1/berichten/{letter_id}/archiefmarkering"),
    ("POST", "/oauth/token"),
    ("POST", "/oauth/revoke"),
    ("GET", "/oauth/jwks"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("POST", "/kennisgevingen/uitkomsten"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}
_SENDERS_OWN = {BERICHTEN, BULK, f"{BERICHTEN}/{{bericht_id}}"}
PUBLIC = {path for _, path in ROUTES if path not in {*_SENDERS_OWN, OUTCOMES} and not path.startswith(f"{READERS}/")}
PUBLIC.add(f"{READERS}/openapi.json")
VERSIONS = {"aanlever": API_VERSION, "inzage": READERS_VERSION}


def routes(api: Machine) -> set[tuple[str, str]]:
    return {
        (method, str(context.path))
        for context in iter_route_contexts(api.app.routes)
        for method in context.methods or ()
    }


def test_what_is_served_to_machines_is_what_this_file_walks(api: Machine) -> None:
    assert routes(api) == ROUTES


async def test_every_answer_has_the_headers(api: Machine) -> None:
    for method, path in sorted(ROUTES):
        answer = await api.client.request(method, path.replace("{naam}", "bericht"))
        shown = {name: answer.headers.get(name) for name in SECURITY if name != "cache-control"}
        assert shown == {name: value for name, value in SECURITY.items() if name != "cache-control"}
        assert (path, answer.headers.get("api-version")) == (path, VERSIONS.get(path.split("/")[1]))
        assert "server" not in answer.headers


async def test_only_what_is_public_by_intent_works_without_a_token(api: Machine) -> None:
    open_ = set()
    for method, path in ROUTES:
        answer = await api.client.request(method, path.replace("{naam}", "bericht"))
        if answer.status_code != 401:
            open_.add(path)
    assert open_ == PUBLIC


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
async def test_a_method_that_is_not_there_is_405_with_what_is(api: Machine, method: str) -> None:
    walked = 0
    for path in sorted({path for _, path in ROUTES}):
        known = {of for of, at in ROUTES if at == path}
        if method in known:
            continue
        answer = await api.client.request(method, path)
        assert (path, answer.status_code, answer.headers.get("allow")) == (path, 405, ", ".join(sorted(known)))
        assert_problem(answer)
        walked += 1
    assert walked >= 3


async def test_a_slash_at_the_end_is_another_address(api: Machine) -> None:
    """ADR /core/no-trailing-slash: 404, never a redirect."""
    for method, path in sorted(ROUTES):
        answer = await api.client.request(method, f"{path.replace('{naam}', 'bericht')}/")
        assert (path, answer.status_code) == (path, 404)
        assert_problem(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/aanlever",
        "/aanlever/",
        "/aanlever/v1",
        "/aanlever/v2/berichten",
        "/aanlever/v1/BERICHTEN",
        "/aanlever/v1//berichten",
        "/aanlever/v1/berichten/a/b",
        "/aanlever/v1/docs",
        "/oauth",
        "/oauth/authorization",
        "/inzage/v1",
        "/inzage/v1/",
        "/inzage/v1/berichten",
        "/inzage/v1//tijdlijn",
        "/.well-known/openid-configuration",
        "/healthz/x",
    ],
)
async def test_what_is_not_there_is_a_problem(api: Machine, path: str) -> None:
    answer = await api.client.get(path)
    body = assert_problem(answer)
    assert (answer.status_code, body["type"]) == (404, "urn:mijnoverzicht:fout:niet-gevonden")


def test_the_framework_reports_to_nobody(api: Machine) -> None:
    """Whatever OTEL_… variables say: spans and logs of the framework hold bodies and texts of exceptions."""
    assert not api.app._native_telemetry.enabled()
    assert api.app._telemetry["auto_configure"] is False


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_the_frameworks_own_pages_are_off(api: Machine, path: str) -> None:
    assert (await api.client.get(path)).status_code == 404


async def test_problems_of_each_kind_are_whole(api: Machine) -> None:
    answers = [
        await api.send(onderwerp=""),
        await api.send_raw(b"{"),
        await api.client.post(BERICHTEN),
        await api.send(afzender="00000099000000002000"),
        await api.client.get(f"{BERICHTEN}/x", headers=await api.bearer()),
        await api.send_raw(b"{}", Accept="text/html"),
        await api.send_raw(b" " * 10_000_000),
        await api.send_raw(b"{}", Content_Type="text/plain"),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 401, 403, 404, 406, 413, 415]
    instances = {assert_problem(answer)["instance"] for answer in answers}
    assert len(instances) == len(answers)


async def test_the_log_finds_a_problem_by_its_instance(api: Machine) -> None:
    api.with_services(receiving=Refusing(RuntimeError("999990019")))
    log = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logging("INFO", stream=log)
    try:
        answer = await api.send()
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    of_this = [line for line in found if f"urn:uuid:{line.get('id')}" == answer.json()["instance"]]
    assert [line["event"] for line in of_this] == ["internal_error", "problem", "request"]
    assert of_this[0]["exception"] == "builtins.RuntimeError"
    assert of_this[0]["frames"][-1].endswith(" receive")
    assert "999990019" not in log.getvalue()


async def test_a_query_and_a_path_are_not_echoed(api: Machine) -> None:
    for path in (f"{BERICHTEN}/999990019?bsn=999990019", "/aanlever/999990019", "/aanlever/v1/schemas/999990019"):
        assert "999990019" not in (await api.client.get(path, headers=await api.bearer())).text


async def test_problems_do_not_say_what_we_are_built_with(api: Machine) -> None:
    texts = [
        (await api.client.get("/aanlever/nothing")).text,
        (await api.send_raw(b"{")).text,
        json.dumps(dict((await api.client.get("/healthz")).headers)),
    ]
    words = ("starlette", "fastapi", "python", "uvicorn", "traceback", "pydantic")
    assert [word for word in words if word in " ".join(texts).lower()] == []


@pytest.mark.parametrize(
    ("path", "machines"),
    [
        ("/aanlever", True),
        ("/aanlever/v1", True),
        ("/healthz", True),
        ("/oauth/token", True),
        ("/inzage/v1", True),
        ("/inzage/v1/tijdlijn", True),
        ("/inzage/v2/tijdlijn", False),
        ("/inzage", False),
        ("/inzage/melden", False),
        ("/oauth/authorize", False),
        ("/oauth/authorize/", True),
        ("/", False),
        ("/post", False),
        ("/aanleverhulp", False),
        ("/healthzz", False),
    ],
)
def test_which_paths_are_for_machines(path: str, machines: bool) -> None:  # noqa: FBT001 - a table
    assert for_machines(path) == machines
