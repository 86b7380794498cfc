"""Logs are JSON lines that say what happened, and nothing about anyone."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI, Request

from mailbox.observability import RequestLog, configure_logging, request_id

SECRET = "999990019"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged during the test."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("INFO", stream=stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def service() -> httpx.AsyncClient:
    app = FastAPI(openapi_url=None)

    @app.get("/brieven/{letter}")
    async def letter(request: Request, letter: str) -> dict[str, str]:
        return {"id": request_id(request.scope), "letter": letter}

    @app.get("/stuk")
    async def broken() -> None:
        raise ValueError(SECRET)

    app.add_middleware(RequestLog)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def test_a_request_is_one_line_with_its_route_and_without_what_was_asked(log: io.StringIO) -> None:
    answer = await service().get(f"/brieven/{SECRET}?bsn={SECRET}", headers={"X-Ontvanger": SECRET})
    (line,) = lines(log)
    shown = {name: line[name] for name in ("event", "method", "route", "status", "id")}
    expected = {
        "event": "request",
        "method": "GET",
        "route": "/brieven/{letter}",
        "status": 200,
        "id": answer.json()["id"],
    }
    assert expected == shown
    assert SECRET not in log.getvalue()


async def test_a_path_without_a_route_is_not_shown(log: io.StringIO) -> None:
    await service().get(f"/{SECRET}")
    (line,) = lines(log)
    assert (line["route"], line["status"]) == ("-", 404)
    assert SECRET not in log.getvalue()


async def test_each_request_has_an_id_of_its_own_whatever_the_sender_says(log: io.StringIO) -> None:
    client = service()
    ids = [(await client.get("/brieven/a", headers={"X-Request-Id": SECRET})).json()["id"] for _ in range(2)]
    assert len(set(ids)) == 2
    assert SECRET not in log.getvalue()


async def test_a_failing_request_says_which_error_and_where_but_not_its_text(log: io.StringIO) -> None:
    assert (await service().get("/stuk")).status_code == 500
    (line,) = lines(log)
    assert (line["event"], line["exception"], line["status"]) == ("request failed", "builtins.ValueError", 500)
    assert line["frames"][-1].endswith(" broken")
    assert SECRET not in log.getvalue()


def test_libraries_show_the_pattern_of_a_message_and_not_its_values(log: io.StringIO) -> None:
    logging.getLogger("some.driver").warning("row %s refused", SECRET)
    assert [(line["event"], line["logger"]) for line in lines(log)] == [("row %s refused", "some.driver")]
    assert SECRET not in log.getvalue()


def test_an_error_of_a_library_does_not_show_its_text(log: io.StringIO) -> None:
    logging.getLogger("some.driver").error("failed\n%s", SECRET, exc_info=RuntimeError(SECRET))
    (line,) = lines(log)
    assert (line["event"], line["exception"]) == ("failed", "builtins.RuntimeError")
    assert SECRET not in log.getvalue()


def test_the_server_may_say_where_it_listens(log: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("listening on %s", "127.0.0.1")
    assert [line["event"] for line in lines(log)] == ["listening on 127.0.0.1"]


def test_statements_are_not_logged_at_any_level(log: io.StringIO) -> None:
    configure_logging("DEBUG", stream=log)
    logging.getLogger("sqlalchemy.engine").info("SELECT 1")
    logging.getLogger("sqlalchemy.engine").debug("SELECT 2")
    assert lines(log) == []
