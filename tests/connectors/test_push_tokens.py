"""The push client's access token: asked for once, replaced when it stops working, and no longer than that."""

from __future__ import annotations

import asyncio

import pytest

from connectors.push import Client, PushFailed, Report, push
from tests.connectors.unruly import (
    HTML,
    LANES,
    Move,
    Reply,
    UnrulyServer,
    always,
    hang_up,
    letters,
    problem,
    slow,
    withdraw_tokens,
)


@LANES
async def test_a_withdrawn_token_is_replaced_once(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    await push(client, letters(1), mass=mass)
    server.moves.append(withdraw_tokens)
    assert await push(client, letters(9), mass=mass) == Report(accepted=8, known=1)
    assert len(server.log_ins()) == 2


async def test_many_at_once_log_in_once(server: UnrulyServer, client: Client) -> None:
    server.logins += [slow(0.2)] * 2
    await push(client, letters(8), concurrency=8)
    assert len(server.log_ins()) == 1
    server.tokens.clear()
    server.moves += [slow(0.05 * n) for n in range(8)]  # refusals come in one by one, also after the new token
    assert await push(client, [{"kenmerk": f"B-{n}"} for n in range(8)], concurrency=8) == Report(accepted=8)
    assert len(server.log_ins()) == 2


async def test_a_token_is_not_used_beyond_its_time(server: UnrulyServer, client: Client) -> None:
    server.token_seconds = 4
    for part in (letters(4)[:2], letters(4)[2:]):
        await push(client, part)
        await asyncio.sleep(2.1)
    assert len(server.log_ins()) == 2
    assert [asked.token for asked in server.posts()] == ["token-0", "token-0", "token-1", "token-1"]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_server_that_does_not_know_us_ends_it(server: UnrulyServer, client: Client, status: int) -> None:
    server.logins.append(always(Reply(status=status, body=b'{"error": "invalid_client"}')))
    with pytest.raises(PushFailed, match=rf"does not let us in \({status}\)"):
        await push(client, letters(50))
    assert server.posts() == []


async def test_a_token_that_never_works_ends_it(server: UnrulyServer, client: Client) -> None:
    server.moves += [withdraw_tokens] * 8
    with pytest.raises(PushFailed, match="does not accept the token that it just gave"):
        await push(client, letters(50), concurrency=1)
    assert server.letters == {}


@pytest.mark.parametrize(
    "move",
    [
        always(problem(503, "Even niet", Retry_After="1")),
        always(problem(500, "Er ging iets mis")),
        always(HTML),
        always(Reply(status=200, body=b"{}")),
        always(Reply(status=200, body=b'{"access_token": "x", "expires_in": "soon"}')),
        hang_up,
    ],
    ids=["503", "500", "html", "empty", "odd", "hangs-up"],
)
async def test_a_token_endpoint_in_trouble_is_tried_again(server: UnrulyServer, client: Client, move: Move) -> None:
    server.logins.append(move)
    assert await push(client, letters(3)) == Report(accepted=3)
    assert len(server.log_ins()) == 2


async def test_the_token_endpoint_may_ask_to_wait_too(server: UnrulyServer, client: Client) -> None:
    server.logins.append(always(problem(429, "Te veel verzoeken", Retry_After="1")))
    assert await push(client, letters(1)) == Report(accepted=1)
    first, second = server.log_ins()
    assert 1.0 <= second.at - first.at < 4.0
