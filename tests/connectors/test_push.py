"""The push client against a server that misbehaves, over real HTTP."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest

from connectors.push import Client, PushFailed, Report, push
from tests.connectors.unruly import (
    HTML,
    LANES,
    Reply,
    UnrulyServer,
    after_storing,
    always,
    hang_up,
    letters,
    problem,
    slow,
)


def wait_between(server: UnrulyServer) -> float:
    """Seconds from the first post to the second."""
    return pauses(server)[0]


def pauses(server: UnrulyServer) -> list[float]:
    """Seconds between one post and the next."""
    return [after.at - before.at for before, after in pairwise(server.posts())]


def clipped(reply: Reply) -> Reply:
    """The connection is cut in mid-answer."""
    return replace(reply, close_after=len(reply.body) // 2)


def clipped_unseen(reply: Reply) -> Reply:
    """Cut, and without a length by which the client could know."""
    return replace(reply, body=reply.body[: len(reply.body) // 2], sized=False)


def half_gzip(reply: Reply) -> Reply:
    return replace(reply, body=b"\x1f\x8b" + gzip.compress(reply.body)[5:], headers={"Content-Encoding": "gzip"})


def without_last_line(reply: Reply) -> Reply:
    return replace(reply, body=b"".join(reply.body.splitlines(keepends=True)[:-1]))


@LANES
async def test_letters_arrive_as_they_are(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    sent = letters(7)
    assert await push(client, sent, mass=mass) == Report(accepted=7)
    assert {letter["kenmerk"]: letter for letter in sent} == server.letters
    assert {True: 1, False: 7}[mass] == len(server.posts())
    assert len(server.log_ins()) == 1


@LANES
async def test_sent_again_is_known_and_not_stored_twice(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    await push(client, letters(5), mass=mass)
    assert await push(client, letters(5), mass=mass) == Report(known=5)
    assert server.stored == 5


@LANES
async def test_429_waits_as_long_as_asked(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    server.moves.append(always(problem(429, "Te veel verzoeken", Retry_After="1")))
    assert await push(client, letters(1), mass=mass) == Report(accepted=1)
    assert 1.0 <= wait_between(server) < 4.0


async def test_retry_after_may_be_a_date(server: UnrulyServer, client: Client) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    server.moves.append(always(problem(503, "Even niet", Retry_After=at)))
    assert await push(client, letters(1)) == Report(accepted=1)
    assert 1.0 <= wait_between(server) < 6.0


async def test_pauses_grow(server: UnrulyServer, client: Client) -> None:
    server.moves += [always(problem(503, "Even niet"))] * 3
    assert await push(client, letters(1)) == Report(accepted=1)
    assert all(least <= pause for least, pause in zip((0.2, 0.4, 0.8), pauses(server), strict=True))


@pytest.mark.parametrize("said", ["", "soon", "-1", "1e400", "²"])
async def test_a_retry_after_without_meaning_is_as_none(server: UnrulyServer, client: Client, said: str) -> None:
    server.moves.append(always(problem(503, "Even niet", Retry_After=said)))
    assert await push(client, letters(1)) == Report(accepted=1)
    assert 0.2 <= wait_between(server) < 3.0


async def test_asked_to_wait_longer_than_we_have_patience_stops_at_once(server: UnrulyServer, client: Client) -> None:
    server.moves.append(always(problem(429, "Te veel verzoeken", Retry_After="86400")))
    async with asyncio.timeout(2):
        with pytest.raises(PushFailed, match="within the time we have patience for"):
            await push(client, letters(1))
    assert len(server.posts()) == 1


@LANES
@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(server: UnrulyServer, client: Client, status: int, *, mass: bool) -> None:
    server.moves += [always(problem(status, "Even niet"))] * 2
    assert await push(client, letters(1), mass=mass) == Report(accepted=1)
    assert len(server.posts()) == 3


@LANES
@pytest.mark.parametrize("harm", [clipped, clipped_unseen, half_gzip, without_last_line])
async def test_an_answer_that_goes_wrong_is_asked_for_again(
    server: UnrulyServer, client: Client, harm: Callable[[Reply], Reply], *, mass: bool
) -> None:
    server.moves.append(after_storing(harm))
    assert await push(client, letters(3), mass=mass, concurrency=1) in (
        Report(known=3),  # the whole bulk was stored before its answer was lost
        Report(accepted=2, known=1),  # of single letters, only the first
    )
    assert server.stored == 3
    assert sorted(server.letters) == ["CJIB-0", "CJIB-1", "CJIB-2"]


@LANES
async def test_a_page_of_a_proxy_is_no_receipt(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    server.moves.append(always(HTML))
    assert await push(client, letters(1), mass=mass) == Report(accepted=1)


@LANES
async def test_a_server_that_hangs_up_is_called_again(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    server.moves += [hang_up, hang_up]
    assert await push(client, letters(1), mass=mass) == Report(accepted=1)


@LANES
async def test_a_slow_answer_is_not_waited_for_forever(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    client.longest_try = 0.3
    server.moves.append(slow(5))
    assert await push(client, letters(1), mass=mass) == Report(accepted=1)
    assert 0.3 <= wait_between(server) < 4.0


async def test_a_slow_answer_that_comes_is_taken(server: UnrulyServer, client: Client) -> None:
    server.moves.append(slow(0.5))
    assert await push(client, letters(1)) == Report(accepted=1)
    assert len(server.posts()) == 1


async def test_nobody_there(client: Client) -> None:
    client.base_url, client.patience = "http://127.0.0.1:1", 0.5
    with pytest.raises(PushFailed, match="within the time we have patience for"):
        await push(client, letters(3))


@LANES
async def test_a_refused_letter_stops_no_other(server: UnrulyServer, client: Client, *, mass: bool) -> None:
    server.refuses = frozenset({"CJIB-1", "CJIB-4"})
    why = "/bedragen verplicht"
    expected = Report(accepted=4, refused={"CJIB-1": why, "CJIB-4": why})
    assert expected == await push(client, letters(6), mass=mass)


@LANES
async def test_other_content_under_a_known_reference_is_refused(
    server: UnrulyServer, client: Client, *, mass: bool
) -> None:
    await push(client, letters(2), mass=mass)
    changed = [{**letters(1)[0], "inhoud": "Anders"}, letters(2)[1]]
    assert await push(client, changed, mass=mass) == Report(known=1, refused={"CJIB-0": "Bestaat al"})
    assert server.letters["CJIB-0"] == letters(1)[0]


@LANES
async def test_a_letter_that_the_server_fails_on_stops_no_other(
    server: UnrulyServer, client: Client, *, mass: bool
) -> None:
    server.fails_on = frozenset({"CJIB-2"})
    expected = Report(accepted=5, refused={"CJIB-2": "Er ging iets mis"})
    assert expected == await push(client, letters(6), mass=mass)


async def test_refusals_that_are_no_json_are_told_by_their_number(server: UnrulyServer, client: Client) -> None:
    page = Reply(status=403, body=b"<h1>Forbidden</h1>", media_type="text/html")
    server.moves += [always(page), always(Reply(status=302, body=b"", headers={"Location": "/login"}))]
    assert await push(client, letters(3), concurrency=1) == Report(
        accepted=1, refused={"CJIB-0": "403", "CJIB-1": "302"}
    )


async def test_no_more_at_once_than_asked(server: UnrulyServer, client: Client) -> None:
    server.moves += [slow(0.02)] * 20
    await push(client, letters(20), concurrency=3)
    assert server.most_under_way == 3


async def test_letters_are_made_as_they_are_needed(server: UnrulyServer, client: Client) -> None:
    made = []

    def endless() -> Iterator[dict[str, Any]]:
        for letter in letters(1000):
            made.append(letter)
            yield letter

    server.logins.append(always(Reply(status=403)))
    with pytest.raises(PushFailed):
        await push(client, endless(), concurrency=4)
    assert len(made) <= 8


async def test_a_fault_in_making_letters_is_told_as_it_is(client: Client) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield from letters(2)
        raise LookupError("no such offence")

    with pytest.raises(LookupError, match="no such offence"):
        await push(client, broken())


async def test_when_it_stops_nothing_goes_on_behind_it(server: UnrulyServer, client: Client) -> None:
    server.moves += [slow(0.3), slow(0.3), always(problem(429, "Te veel", Retry_After="999"))]
    with pytest.raises(PushFailed):
        await push(client, letters(20), concurrency=3)
    before = len(server.posts())
    await asyncio.sleep(0.6)
    assert before == len(server.posts())


async def test_nothing_to_send_does_not_log_in(server: UnrulyServer, client: Client) -> None:
    assert await push(client, []) == Report()
    assert server.asked == []


async def test_progress_is_told_after_each_request(server: UnrulyServer, client: Client) -> None:
    seen: list[int] = []
    await push(client, letters(3), concurrency=1, progress=lambda report: seen.append(report.done))
    assert seen == [1, 2, 3]


async def test_what_goes_over_the_line_is_utf8_without_spaces(server: UnrulyServer, client: Client) -> None:
    await push(client, letters(1))
    expected = '{"kenmerk":"CJIB-0","afzender":"00000099000000004000","inhoud":"Tekst 0, €"}'.encode()
    assert [expected] == [asked.body for asked in server.posts()]
