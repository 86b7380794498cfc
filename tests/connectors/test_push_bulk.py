"""Bulks of the push client: bounded, halved, and their lines sent again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.push import BULK, Client, PushFailed, Report, push
from tests.connectors.unruly import (
    Asked,
    Reply,
    UnrulyServer,
    always,
    letters,
    problem,
)


async def test_a_bulk_that_is_too_large_goes_in_halves(server: UnrulyServer, client: Client) -> None:
    server.largest_bulk = 3
    assert await push(client, letters(10), mass=True) == Report(accepted=10)
    assert [asked.body.count(b"\n") + 1 for asked in server.posts()] == [10, 5, 2, 3, 5, 2, 3]


async def test_a_bulk_that_fails_as_a_whole_finds_the_letter_it_fails_on(server: UnrulyServer, client: Client) -> None:
    async def fails(_: UnrulyServer, asked: Asked) -> Reply | None:
        return problem(500, "Er ging iets mis") if b'"CJIB-1"' in asked.body else None

    server.moves += [fails] * 50
    expected = Report(accepted=3, refused={"CJIB-1": "Er ging iets mis"})
    client.patience = 30
    assert expected == await push(client, letters(4), mass=True)


async def test_lines_that_could_not_be_taken_now_go_again_alone(server: UnrulyServer, client: Client) -> None:
    async def half(server: UnrulyServer, asked: Asked) -> Reply:
        results = []
        for number, line in enumerate(asked.body.split(b"\n")):
            stored = server.behave(replace(asked, body=line)).body if number % 2 == 0 else b'{"status": 429}\n'
            results.append(stored)
        return Reply(status=200, body=b"".join(results), media_type="application/x-ndjson")

    server.moves += [half, half]
    assert await push(client, letters(5), mass=True) == Report(accepted=5)
    assert [asked.body.count(b"\n") + 1 for asked in server.posts()] == [5, 2, 1]


async def test_patience_begins_anew_with_each_line_that_is_taken(server: UnrulyServer, client: Client) -> None:
    async def first_only(server: UnrulyServer, asked: Asked) -> Reply:
        first, *others = asked.body.split(b"\n")
        result = server.behave(replace(asked, body=first)).body
        return Reply(status=200, body=result + b'{"status": 429}\n' * len(others), media_type="application/x-ndjson")

    server.moves += [first_only] * 8
    client.patience = 1.2  # seven pauses of a fifth of a second are longer
    assert await push(client, letters(8), mass=True) == Report(accepted=8)


async def test_lines_that_are_never_taken_end_it(server: UnrulyServer, client: Client) -> None:
    never = always(Reply(status=200, body=b'{"status": 503}\n', media_type="application/x-ndjson"))
    server.moves += [never] * 100
    client.patience = 0.5
    with pytest.raises(PushFailed, match="within the time we have patience for"):
        await push(client, letters(1), mass=True)


async def test_a_bulk_is_bounded_in_letters_and_in_bytes(server: UnrulyServer, client: Client) -> None:
    await push(client, letters(BULK + 1), mass=True, concurrency=1)
    assert [asked.body.count(b"\n") + 1 for asked in server.posts()] == [BULK, 1]
    server.asked.clear()
    large = [{"kenmerk": f"GROOT-{n}", "inhoud": "x" * 3_000_000} for n in range(5)]
    assert await push(client, large, mass=True, concurrency=1) == Report(accepted=5)
    assert [asked.body.count(b"\n") + 1 for asked in server.posts()] == [2, 2, 1]
